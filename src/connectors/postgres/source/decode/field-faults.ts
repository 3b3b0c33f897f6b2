import type { Batch } from '../../../../batch/batch.ts'
import { textToCell } from '../../../../canonical/text.ts'
import { TransloadError } from '../../../../errors/transload-error.ts'
import type { EncodedValue } from '../../../../model/loss.ts'
import type { PolicyAction, ReadColumn } from '../../../../model/plan.ts'

type Fault = 'invalid-text' | 'out-of-range'

const infos = {
  'invalid-text': { code: 'TL_D404', reason: 'bytes that are no character of the charset' },
  'out-of-range': { code: 'TL_D402', reason: 'the value is out of the type’s range' },
  null: { code: 'TL_D403', reason: 'NULL in a column that was NOT NULL' },
} as const

/** What becomes of the faulty values of a row by the policies of their columns: noted in the batch once it is complete. */
export class FieldFaults {
  readonly #columns: readonly ReadColumn[]
  readonly #replacements: readonly (Uint8Array | undefined)[]
  readonly #losses: { readonly column: string; readonly rule: string }[] = []
  #rejected: { readonly slot: number; readonly fault: Fault | 'null' } | undefined

  /** Columns whose fields are the server's text. */
  readonly #isText: readonly boolean[]

  /** @throws TL_C105 where a policy would leave nothing of a value */
  constructor(columns: readonly ReadColumn[], isText: readonly boolean[]) {
    this.#columns = columns
    this.#isText = isText
    this.#replacements = columns.map((column) => {
      const action = column.policies['out-of-range']
      if (action?.do === 'remove') throw unusable(column, action)
      return action?.do === 'replace' ? textToCell(column.type, action.text) : undefined
    })
  }

  /** Whether there is something to note. */
  get isPending(): boolean {
    return this.#losses.length > 0 || this.#rejected !== undefined
  }

  /** Notes that something of the value is not in its cell. */
  lose(slot: number, rule: string): void {
    this.#losses.push({ column: this.#columns[slot]!.name, rule })
  }

  rejectNull(slot: number): void {
    this.#rejected ??= { slot, fault: 'null' }
  }

  /** What the cell is to hold instead of the value bytes[from, from + length); undefined: NULL. */
  mend(fault: Fault, slot: number, bytes: Buffer, from: number, length: number): Uint8Array | undefined {
    const { name, policies } = this.#columns[slot]!
    const action = policies[fault]
    if (action === undefined || action.do === 'reject') {
      // A second fault is no second reject, but its cell is empty: it must not read as a NULL of the source.
      if (this.#rejected === undefined) this.#rejected = { slot, fault }
      else this.#losses.push({ column: name, rule: fault })
      return undefined
    }
    this.#losses.push({ column: name, rule: action.rule })
    if (action.do === 'null') return undefined
    if (fault === 'out-of-range') return this.#replacements[slot]
    const mended = bytes.toString('utf8', from, from + length)
    return Buffer.from(mended.replaceAll('\ufffd', action.do === 'replace' ? action.text : ''), 'utf8')
  }

  /** Notes the row's losses and reject, and begins anew. @param starts Where its fields lie in `bytes` */
  note(row: number, batch: Batch, bytes: Buffer, starts: Int32Array, lengths: Int32Array): void {
    if (this.#rejected !== undefined) {
      const { slot, fault } = this.#rejected
      const original = originalOf(bytes, starts[slot]!, lengths[slot]!, this.#isText[slot]!)
      batch.reject({ row, stage: 'read', column: this.#columns[slot]!.name, ...infos[fault], original })
    }
    for (const { column, rule } of this.#losses) batch.lose(row, column, rule)
    this.#losses.length = 0
    this.#rejected = undefined
  }
}

/** The value as it came. */
function originalOf(bytes: Buffer, start: number, length: number, isText: boolean): EncodedValue {
  if (length < 0) return null
  return isText
    ? { text: bytes.toString('utf8', start, start + length) }
    : { base64: bytes.toString('base64', start, start + length) }
}

function unusable(column: ReadColumn, action: PolicyAction): TransloadError {
  return new TransloadError('TL_C105', {
    reason: `The rule ${action.rule} removes out-of-range from the column ${column.name}, where nothing would be left`,
    cure: 'Write do: null, replace or reject.',
  })
}
