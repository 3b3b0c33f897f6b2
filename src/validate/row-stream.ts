import { ArenaBatch } from '../batch/batch.ts'
import type { Layout } from '../batch/layout.ts'
import type { ContentReader } from '../contract/contents.ts'
import { TransloadError } from '../errors/transload-error.ts'

/** Rows that are compared are looked at once and dropped: small batches stay in the processor's cache, and four are in memory. */
const comparedBatchBytes = 1024 * 1024
const firstArenaBytes = 64 * 1024

/** Where the cells of a row lie. Valid until the next call of `advance`. */
export interface RowPlace {
  readonly bytes: Buffer
  readonly cells: Int32Array
  /** Index in `cells` of the row's first pair of position and length. */
  readonly at: number
}

/** The rows of a reader, one after the other, the next batch being read while one is looked at. */
export class RowStream {
  #reader: ContentReader | undefined
  readonly #width: number
  #batches: [ArenaBatch, ArenaBatch]
  #next: Promise<boolean> | undefined
  #hasMore = true
  #row = -1
  #rowCount = 0
  /** Rows up to and with the one that it stands at. */
  count = 0
  /** By column: NULLs of the batches so far, that at hand included. */
  readonly nulls: Float64Array
  bytes: Buffer = Buffer.alloc(0)
  cells: Int32Array = new Int32Array(0)
  at = 0

  constructor(dataset: string, columns: readonly string[]) {
    const layout: Layout = {
      dataset,
      columns: columns.map((name) => ({ name, type: { kind: 'text' }, nullable: true })),
      identify: [],
    }
    this.#width = columns.length * 2
    this.nulls = new Float64Array(columns.length)
    this.#batches = [comparedBatch(layout), comparedBatch(layout)]
  }

  /** Begins with the rows of a reader, in the memory that the ones before have had: those have come to their end. */
  open(reader: ContentReader): void {
    this.#reader = reader
    this.#next = undefined
    this.#hasMore = true
    this.#row = -1
    this.#rowCount = 0
    this.count = 0
    this.nulls.fill(0)
  }

  /** Moves to the next row of the batch at hand; false: there is none, and `refill` is to be asked. */
  advance(): boolean {
    if (this.#row + 1 >= this.#rowCount) return false
    this.#row++
    this.count++
    this.at = this.#row * this.#width
    return true
  }

  /** Takes the next batch that has rows, and begins to read the one after it. False: there are no more rows. */
  async refill(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      if (this.#next === undefined && !this.#hasMore) return false
      if (this.#next === undefined) this.#freeHuge()
      this.#next ??= this.#read(signal)
      this.#hasMore = await this.#next
      this.#next = undefined
      const [filled, other] = this.#batches
      this.#batches = [other, filled]
      // One huge row at a time: the next may be another, and takes three times its length until it is here.
      if (this.#hasMore && !filled.isOversize()) this.#next = this.#read(signal)
      const frame = filled.frames[0]!
      this.#rowCount = frame.rowCount
      this.#row = -1
      this.bytes = Buffer.from(filled.bytes.buffer, filled.bytes.byteOffset, filled.bytes.length)
      this.cells = frame.cells
      this.#countNulls()
      if (this.#rowCount > 0) return true
    }
  }

  #countNulls(): void {
    const { cells, nulls } = this
    const end = this.#rowCount * this.#width
    for (let cell = 1, column = 0; cell < end; cell += 2, column++) {
      if (column === nulls.length) column = 0
      if (cells[cell]! < 0) nulls[column]!++
    }
  }

  /** Gives the memory of a huge row that was looked at back. */
  #freeHuge(): void {
    const [, done] = this.#batches
    if (!done.isOversize()) return
    done.release()
    this.bytes = Buffer.alloc(0)
  }

  #read(signal: AbortSignal): Promise<boolean> {
    const [batch] = this.#batches
    batch.clear('', 0, 0)
    const reader = this.#reader
    if (reader === undefined) throw new TransloadError('TL_X901', { reason: 'rows of no reader were asked for' })
    const reading = reader.read(batch, signal)
    // Whoever asks for the next batch hears of an error; until then nobody does.
    void Promise.allSettled([reading])
    return reading
  }
}

function comparedBatch(layout: Layout): ArenaBatch {
  const batch = new ArenaBatch([layout], firstArenaBytes)
  batch.fullBytes = comparedBatchBytes
  return batch
}
