import type { Batch } from '../../../batch/batch.ts'
import type { ShowOriginal } from '../../../batch/notes.ts'
import { maxKeptBytes } from '../../../batch/row-text.ts'
import { textToCell } from '../../../canonical/text.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { EncodedValue } from '../../../model/loss.ts'
import type { PolicyAction, ReadColumn } from '../../../model/plan.ts'
import type { CellDecoder } from './cell-decoder.ts'
import { faultInfo } from './fault.ts'

/** What a row's values are kept in until it is complete: one huge value leaves none as large behind. */
const maxScratchBytes = 1024 * 1024

/** In place of a decoder's answer: the source has NULL for a column that is not to have one. */
const unexpectedNull = -100

/**
 * What becomes of the faulty values of a row by the policies of their columns. Losses and the reject are kept while the
 * row is decoded, and noted in the batch once it is complete.
 */
export class RowFaults {
  readonly #columns: readonly ReadColumn[]
  readonly #replacements: readonly ReadonlyMap<string, Uint8Array>[]
  readonly #lossColumns: string[] = []
  readonly #lossRules: string[] = []
  /** Per loss: where the value lies in what is kept of the row, and its length; −1: it is not kept. */
  readonly #lossPlaces: number[] = []
  readonly #lossShows: (ShowOriginal | undefined)[] = []
  #kept = Buffer.alloc(0)
  #keptBytes = 0
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

  /** The column that the row is rejected for, or −1. */
  get rejectedSlot(): number {
    return this.#rejectColumn
  }

  /** NULL in a column that is not to have one. */
  rejectNull(slot: number): void {
    // A second one is what the source has.
    if (this.#rejectColumn < 0) this.#reject(slot, unexpectedNull)
  }

  /**
   * What the cell is to hold instead of the faulty value; undefined: NULL.
   *
   * @param found The decoder's negative answer for the value buffer[from, from + length).
   * @param show What the value says as the source gave it: kept, in case that the row is rejected after all.
   */
  mend(
    found: number,
    slot: number,
    decoder: CellDecoder,
    buffer: Buffer,
    from: number,
    length: number,
    show: ShowOriginal,
  ): Uint8Array | undefined {
    const column = this.#columns[slot]!
    const { name, inText } = faultInfo(found)
    const action = column.policies[name]
    const lose = (rule: string): void => this.#lose(column.name, rule, this.#keep(buffer, from, length), length, show)
    if (action === undefined || action.do === 'reject') {
      if (this.#rejectColumn < 0) this.#reject(slot, found)
      // A second fault is no second reject, but its cell is empty: it must not read as a NULL of the source.
      else lose(name)
      return undefined
    }
    if (action.do === 'null') {
      lose(action.rule)
      return undefined
    }
    if (!inText && action.do !== 'text') {
      lose(action.rule)
      return this.#replacements[slot]!.get(name)
    }
    const repaired = decoder.repair?.(buffer, from, length, column.policies)
    if (repaired === undefined) {
      if (this.#rejectColumn < 0) this.#reject(slot, found)
      else lose(name)
      return undefined
    }
    if (action.do === 'text') lose(action.rule)
    for (const rule of repaired.rules) lose(rule)
    return repaired.bytes
  }

  /**
   * Notes the row's losses and reject in the batch, and begins anew.
   *
   * @param original The value that the row is rejected for, as the source gave it.
   */
  note(row: number, batch: Batch, original: EncodedValue): void {
    if (this.#rejectColumn >= 0) {
      const column = this.#columns[this.#rejectColumn]!
      const { code, reason } =
        this.#rejectFault === unexpectedNull
          ? ({ code: 'TL_D403', reason: 'NULL in a column that was NOT NULL' } as const)
          : faultInfo(this.#rejectFault)
      batch.reject({ row, stage: 'read', column: column.name, code, reason, original })
    }
    // For a rejected row too: it has lost nothing, but what it shows of these columns is not what the source gave.
    const at = this.#keptBytes === 0 ? 0 : batch.keep(this.#kept.subarray(0, this.#keptBytes))
    for (let i = 0; i < this.#lossRules.length; i++) {
      const [start, length] = [this.#lossPlaces[i * 2]!, this.#lossPlaces[i * 2 + 1]!]
      const place = start < 0 ? -1 : at + start
      batch.lose(row, this.#lossColumns[i]!, this.#lossRules[i]!, place, length, this.#lossShows[i])
    }
    this.#lossColumns.length = 0
    this.#lossRules.length = 0
    this.#lossPlaces.length = 0
    this.#lossShows.length = 0
    this.#keptBytes = 0
    if (this.#kept.length > maxScratchBytes) this.#kept = Buffer.alloc(0)
    this.#rejectColumn = -1
  }

  /** Where the value is in what is kept of the row. */
  #keep(buffer: Buffer, from: number, length: number): number {
    if (length > maxKeptBytes) return -1
    const start = this.#keptBytes
    this.#keptBytes += length
    if (this.#keptBytes > this.#kept.length) {
      const larger = Buffer.alloc(this.#keptBytes * 2)
      this.#kept.copy(larger)
      this.#kept = larger
    }
    buffer.copy(this.#kept, start, from, from + length)
    return start
  }

  #lose(column: string, rule: string, start: number, length: number, show: ShowOriginal): void {
    this.#lossColumns.push(column)
    this.#lossRules.push(rule)
    this.#lossPlaces.push(start, length)
    this.#lossShows.push(show)
  }

  #reject(slot: number, found: number): void {
    this.#rejectColumn = slot
    this.#rejectFault = found
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
