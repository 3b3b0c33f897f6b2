import { both } from '../async/both.ts'
import type { ContentRange, RangeDigest } from '../contract/contents.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { CompareOptions } from './compare-options.ts'
import type { ComparedTable } from './compared-table.ts'
import { compareOrdered } from './compare-ordered.ts'
import { type DigestColumns, digestQuestions } from './digest-columns.ts'
import type { DifferenceLog } from './difference-log.ts'
import { type End, rowStreamOf, withRows } from './read-rows.ts'
import type { RowStream } from './row-stream.ts'
import { rangesOf } from './table-ranges.ts'
import { type Seen, Tally } from './tally.ts'

/** What of the options of a comparison ranges are compared by. */
export type RangeOptions = Pick<CompareOptions, 'source' | 'target' | 'maxDifferences' | 'pause' | 'signal'>

export type RangeEnd = 'done' | 'enough' | 'unordered'

/** A range whose digests differ is cut into so many. */
const fanOut = 16
/** Of them so many may differ: where more do, rows are read at once. */
const fewParts = 4
/** Rows that are read sooner than their digests are asked for. */
const smallRange = 2_000

/** Compares ranges of a table whose key both ends order alike. */
export class RangeComparison {
  readonly source: Tally
  readonly target: Tally
  /** Ranges whose digests were the same. */
  equal = 0
  /** Rows of the source that were read because their digests differed. */
  rowsRead = 0
  readonly #table: ComparedTable
  readonly #options: RangeOptions
  readonly #log: DifferenceLog
  /** By the table, whole or narrow, whose rows they are for: memory is made once, and not for each range. */
  readonly #streams = new Map<ComparedTable, readonly [RowStream, RowStream]>()
  #narrowed: { readonly beside: readonly number[]; readonly table: ComparedTable } | undefined

  constructor(table: ComparedTable, options: RangeOptions, log: DifferenceLog) {
    this.#table = table
    this.#options = options
    this.#log = log
    this.source = new Tally(table.columns.length)
    this.target = new Tally(table.columns.length)
  }

  /** Reads a range at both ends, and compares it row by row. Its rows are counted as seen. */
  async stream(range: ContentRange): Promise<RangeEnd> {
    return await this.#read(this.#table, range, (source, target) => {
      this.source.add(source)
      this.target.add(target)
    })
  }

  /** Takes the digest of a range at one end. */
  async digestAt(end: End, slots: readonly number[], range: ContentRange, signal: AbortSignal): Promise<RangeDigest> {
    const question = digestQuestions(this.#table, slots, range)
    const { source, target } = this.#options
    const digest =
      end === 'source' ? source.digest?.(question.source, signal) : target.digest?.(question.target, signal)
    const taken = await digest
    if (taken === undefined) throw new TransloadError('TL_X901', { reason: `the ${end} takes no digests` })
    return taken
  }

  /**
   * Goes on from the digests of a range: rows are read where they differ, and, where they do not, of the columns alone
   * that no digest says. The rows of the digests are counted as seen.
   */
  async settle(
    range: ContentRange,
    { exact, tried, beside }: DigestColumns,
    source: RangeDigest,
    target: RangeDigest,
  ): Promise<RangeEnd> {
    this.source.add(source)
    this.target.add(target)
    if (!isSame(source, target)) return await this.#narrow(range, [...exact, ...tried], beside, source.rows)
    this.equal++
    return await this.#readBeside(range, beside)
  }

  /** Cuts a range that differs into parts while few of them do. */
  async #narrow(
    range: ContentRange,
    slots: readonly number[],
    beside: readonly number[],
    rowCount: number,
  ): Promise<RangeEnd> {
    if (rowCount <= smallRange) return await this.#readWhole(range, rowCount)
    const { source, signal } = this.#options
    const parts = await rangesOf(this.#table, source, Math.ceil(rowCount / fanOut), signal, range)
    if (parts.length < 2) return await this.#readWhole(range, rowCount)
    const different: { readonly part: ContentRange; readonly rows: number }[] = []
    const same: ContentRange[] = []
    for (const part of parts) {
      const [one, other] = await this.#digestBoth(slots, part)
      if (isSame(one, other)) same.push(part)
      else different.push({ part, rows: one.rows })
      if (different.length > fewParts) return await this.#readWhole(range, rowCount)
    }
    for (const { part, rows } of different) {
      const end = await this.#narrow(part, slots, beside, rows)
      if (end !== 'done') return end
    }
    for (const part of same) {
      const end = await this.#readBeside(part, beside)
      if (end !== 'done') return end
    }
    return 'done'
  }

  async #digestBoth(slots: readonly number[], range: ContentRange): Promise<[RangeDigest, RangeDigest]> {
    const { signal } = this.#options
    return await both(
      (either) => this.digestAt('source', slots, range, either),
      (either) => this.digestAt('target', slots, range, either),
      signal,
    )
  }

  async #readWhole(range: ContentRange, rowCount: number): Promise<RangeEnd> {
    this.rowsRead += rowCount
    return await this.#read(this.#table, range, () => {})
  }

  /** The columns that no digest says, and the key. */
  async #readBeside(range: ContentRange, beside: readonly number[]): Promise<RangeEnd> {
    if (beside.length === 0) return 'done'
    return await this.#read(this.#narrowTable(beside), range, () => {})
  }

  #narrowTable(beside: readonly number[]): ComparedTable {
    if (this.#narrowed?.beside !== beside) {
      const { key, columns } = this.#table
      const slots = [...key, ...beside]
      const table = { ...this.#table, columns: slots.map((slot) => columns[slot]!), key: [...key.keys()] }
      this.#narrowed = { beside, table }
    }
    return this.#narrowed.table
  }

  async #read(
    table: ComparedTable,
    range: ContentRange,
    seen: (source: Seen, target: Seen) => void,
  ): Promise<RangeEnd> {
    const { maxDifferences, pause, signal } = this.#options
    const question = { order: table.key, range }
    const [here, there] = this.#streams.get(table) ?? [rowStreamOf(table), rowStreamOf(table)]
    this.#streams.set(table, [here, there])
    const compare = async (source: RowStream, target: RowStream): Promise<RangeEnd> => {
      const end = await compareOrdered(table, source, target, this.#log, maxDifferences, pause, signal)
      seen({ rows: source.count, nulls: source.nulls }, { rows: target.count, nulls: target.nulls })
      return end
    }
    const options = this.#options
    const withBoth = (source: RowStream): Promise<RangeEnd> =>
      withRows(table, 'target', question, options, signal, (target) => compare(source, target), there)
    return await withRows(table, 'source', question, options, signal, withBoth, here)
  }
}

function isSame(one: RangeDigest, other: RangeDigest): boolean {
  return (
    one.unhashed === 0 &&
    other.unhashed === 0 &&
    one.rows === other.rows &&
    one.sums.every((sum, half) => sum === other.sums[half])
  )
}
