import type { Batch } from '../../../batch/batch.ts'
import { textToCell } from '../../../canonical/text.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { EncodedValue } from '../../../model/loss.ts'
import type { PolicyAction, ReadColumn } from '../../../model/plan.ts'
import type { CellDecoder } from './cell-decoder.ts'
import { faultInfo } from './fault.ts'

/** In place of a decoder's answer: the source has NULL for a column that is not to have one. */
const unexpectedNull = -100

/**
 * What becomes of the faulty values of a row by the policies of their columns. Losses and the reject are kept while the
 * row is decoded, and noted in the batch once it is complete.
 */
export class RowFaults {
  readonly #columns: readonly ReadColumn[]
  readonly #replacements: readonly ReadonlyMap<string, Uint8Array>[]
  readonly #lossSlots: number[] = []
  readonly #lossRules: string[] = []
  #rejectColumn = -1
  #rejectFault = 0

  constructor(columns: readonly ReadColumn[]) {
    this.#columns = columns
    this.#replacements = columns.map(bindReplacements)
  }

  /** Whether there is something to note. */
  get isPending(): boolean {
    return this.#lossRules.length > 0 || this.#rejectColumn >= 0
  }

  /** NULL in a column that is not to have one. */
  rejectNull(slot: number): void {
    this.#reject(slot, unexpectedNull)
  }

  /**
   * What the cell is to hold instead of the faulty value; undefined: NULL.
   *
   * @param found The decoder's negative answer for the value buffer[from, from + length).
   */
  mend(
    found: number,
    slot: number,
    decoder: CellDecoder,
    buffer: Buffer,
    from: number,
    length: number,
  ): Uint8Array | undefined {
    const column = this.#columns[slot]!
    const { name, inText } = faultInfo(found)
    const action = column.policies[name]
    if (action === undefined || action.do === 'reject') {
      this.#reject(slot, found)
      return undefined
    }
    if (action.do === 'null') {
      this.#lose(slot, action.rule)
      return undefined
    }
    if (!inText && action.do !== 'text') {
      this.#lose(slot, action.rule)
      return this.#replacements[slot]!.get(name)
    }
    const repaired = decoder.repair?.(buffer, from, length, column.policies)
    if (repaired === undefined) {
      this.#reject(slot, found)
      return undefined
    }
    if (action.do === 'text') this.#lose(slot, action.rule)
    for (const rule of repaired.rules) this.#lose(slot, rule)
    return repaired.bytes
  }

  /**
   * Notes the row's losses and reject in the batch, and begins anew.
   *
   * @param original A value of the row as the source gave it, by its slot.
   */
  note(row: number, batch: Batch, original: (slot: number) => EncodedValue): void {
    if (this.#rejectColumn >= 0) {
      const column = this.#columns[this.#rejectColumn]!
      const { code, reason } =
        this.#rejectFault === unexpectedNull
          ? ({ code: 'TL_D403', reason: 'NULL in a column that was NOT NULL' } as const)
          : faultInfo(this.#rejectFault)
      batch.reject({ row, stage: 'read', column: column.name, code, reason, original: original(this.#rejectColumn) })
    }
    // For a rejected row too: it has lost nothing, but what it shows of these columns is not what the source gave.
    for (let i = 0; i < this.#lossRules.length; i++) {
      const slot = this.#lossSlots[i]!
      batch.lose(row, this.#columns[slot]!.name, this.#lossRules[i]!, () => original(slot))
    }
    this.#lossSlots.length = 0
    this.#lossRules.length = 0
    this.#rejectColumn = -1
  }

  #lose(slot: number, rule: string): void {
    this.#lossSlots.push(slot)
    this.#lossRules.push(rule)
  }

  #reject(slot: number, found: number): void {
    if (this.#rejectColumn < 0) {
      this.#rejectColumn = slot
      this.#rejectFault = found
    } else {
      // A second fault is no second reject, but its cell is empty: it must not read as a NULL of the source.
      this.#lose(slot, found === unexpectedNull ? 'null' : faultInfo(found).name)
    }
  }
}

/** Cells of the policies that put one value in the place of another. */
function bindReplacements(column: ReadColumn): ReadonlyMap<string, Uint8Array> {
  const cells = new Map<string, Uint8Array>()
  for (const [name, action] of Object.entries(column.policies)) {
    if (action === undefined || isInText(name)) continue
    if (action.do === 'remove') throw unusable(column, name, action)
    if (action.do === 'replace') cells.set(name, textToCell(column.type, action.text))
  }
  return cells
}

function isInText(name: string): boolean {
  return name === 'nul-byte' || name === 'invalid-text' || name === 'json-nul'
}

function unusable(column: ReadColumn, name: string, action: PolicyAction): TransloadError {
  return new TransloadError('TL_C105', {
    reason: `The rule ${action.rule} removes ${name} from the column ${column.name}, where nothing would be left`,
    cure: 'Write do: null, replace or reject.',
  })
}
