import type { ComparedTable } from './compared-table.ts'
import { RowComparer } from './compare-rows.ts'
import type { DifferenceLog } from './difference-log.ts'
import { type CellOrder, orderOf } from './key-order.ts'
import type { RowStream } from './row-stream.ts'

/** Differences after which whoever is told of them is waited for. */
export const pauseAfter = 1_000

/** How a comparison of two ordered streams ended. */
export type OrderedEnd =
  | 'done'
  /** So many rows differ that no more are looked for. */
  | 'enough'
  /** An end does not order its rows as the other does: nothing is proved. */
  | 'unordered'

/**
 * Compares two tables whose rows come in the order of a key that both ends order alike, in one pass over each. Keys that
 * do not ascend show that they do not.
 *
 * @param pause Awaited between batches, and after so many differences
 */
export async function compareOrdered(
  table: ComparedTable,
  source: RowStream,
  target: RowStream,
  log: DifferenceLog,
  maxDifferences: number,
  pause: () => Promise<void>,
  signal: AbortSignal,
): Promise<OrderedEnd> {
  const comparer = new RowComparer(table, log)
  const key = new KeyComparer(table)
  const ends = [new End(source, key), new End(target, key)] as const
  const [left, right] = ends
  await left.move(signal)
  await right.move(signal)
  // Whether the source has a row of the target's key.
  let isMatched = false
  while (left.hasRow || right.hasRow) {
    const order = !left.hasRow ? 1 : !right.hasRow ? -1 : key.compare(source, target)
    if (order >= 0) isMatched = order === 0 || (isMatched && right.isTwin)
    if (order === 0) comparer.compare(source, target)
    else if (order < 0) comparer.missing(source)
    else comparer.extra(target, isMatched ? 1 : 0)
    if (log.rowCount >= maxDifferences) return 'enough'
    if (log.untold >= pauseAfter) await log.told(pause)
    if (order <= 0 && !left.step()) {
      await log.told(pause)
      await left.move(signal)
    }
    if (order >= 0 && !right.step()) {
      await log.told(pause)
      await right.move(signal)
    }
    if (left.isUnordered || right.isUnordered) return 'unordered'
  }
  return 'done'
}

/** One of the two streams. */
class End {
  hasRow = true
  isUnordered = false
  /** Whether the row before has the same key. */
  isTwin = false
  readonly #stream: RowStream
  readonly #key: KeyComparer
  #last: Buffer[] = []

  constructor(stream: RowStream, key: KeyComparer) {
    this.#stream = stream
    this.#key = key
  }

  /** To the next row of the batch at hand; false: it is at its end. */
  step(): boolean {
    const before = this.#stream.at
    if (!this.#stream.advance()) {
      this.#last = this.#key.copy(this.#stream)
      return false
    }
    this.#note(this.#key.compareWithin(this.#stream, before))
    return true
  }

  async move(signal: AbortSignal): Promise<void> {
    this.hasRow = await this.#stream.refill(signal)
    if (!this.hasRow) return
    this.#stream.advance()
    if (this.#last.length > 0) this.#note(this.#key.compareTo(this.#last, this.#stream))
  }

  #note(order: number): void {
    if (order > 0) this.isUnordered = true
    this.isTwin = order === 0
  }
}

/** Compares the keys of rows. None of its columns is NULL: one that is comes first. */
class KeyComparer {
  readonly #parts: readonly { readonly cell: number; readonly order: CellOrder }[]

  constructor({ key, columns }: ComparedTable) {
    this.#parts = key.flatMap((slot) => {
      const order = orderOf(columns[slot]!.form)
      return order === undefined ? [] : [{ cell: slot * 2, order }]
    })
  }

  compare(one: RowStream, other: RowStream): number {
    return this.#compare(one.bytes, one.cells, one.at, other.bytes, other.cells, other.at)
  }

  /** The row at `before` with the one that the stream stands at. */
  compareWithin({ bytes, cells, at }: RowStream, before: number): number {
    return this.#compare(bytes, cells, before, bytes, cells, at)
  }

  copy({ bytes, cells, at }: RowStream): Buffer[] {
    return this.#parts.map(({ cell }) => {
      const start = cells[at + cell]!
      return Buffer.from(bytes.subarray(start, start + Math.max(0, cells[at + cell + 1]!)))
    })
  }

  compareTo(last: readonly Buffer[], { bytes, cells, at }: RowStream): number {
    for (const [place, { cell, order }] of this.#parts.entries()) {
      const value = last[place]!
      const found = order(value, 0, value.length, bytes, cells[at + cell]!, cells[at + cell + 1]!)
      if (found !== 0) return found
    }
    return 0
  }

  #compare(
    bytes: Buffer,
    cells: Int32Array,
    at: number,
    otherBytes: Buffer,
    otherCells: Int32Array,
    otherAt: number,
  ): number {
    for (const { cell, order } of this.#parts) {
      const length = cells[at + cell + 1]!
      const otherLength = otherCells[otherAt + cell + 1]!
      if (length < 0 || otherLength < 0) {
        if (length === otherLength) continue
        return length < 0 ? -1 : 1
      }
      const found = order(bytes, cells[at + cell]!, length, otherBytes, otherCells[otherAt + cell]!, otherLength)
      if (found !== 0) return found
    }
    return 0
  }
}
