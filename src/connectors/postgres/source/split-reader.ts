import { assertNotAborted, waitOrAbort } from '../../../async/abort.ts'
import { type Batch, fullBatchBytes } from '../../../batch/batch.ts'
import { viewOf } from '../../../batch/view-of.ts'
import type { Reader } from '../../../contract/lane.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { Cursor } from '../../../model/plain.ts'
import type { Split } from '../../../model/plan.ts'
import type { OversizeGate } from '../../sql/oversize-gate.ts'
import type { Throttle } from '../../sql/throttle.ts'
import type { Connection, RunningCopy } from '../connection.ts'
import { dataEndAt, headerBytes as frameBytes } from '../copy-frames.ts'
import type { ColumnWay } from './decode/column-way.ts'
import type { RowDecoder } from './decode/row-decoder.ts'
import type { SplitKey } from './split-key.ts'

/** Signature, flags and the length of an extension (PostgreSQL's documentation: COPY, Binary Format). */
const headerBytes = 19

export interface SplitReaderOptions {
  readonly split: Split
  /** A COPY in binary form. */
  readonly sql: string
  readonly decoder: RowDecoder
  /** Absent: there are no cursors. */
  readonly key: SplitKey | undefined
  /** Of the key's columns: their slots, and what the server sends of them. */
  readonly keyColumns: readonly { readonly slot: number; readonly sent: ColumnWay['sent'] }[]
  readonly from: Cursor | undefined
  readonly throttle: Throttle | undefined
  readonly gate: OversizeGate
  /** Takes a connection, which is this reader's until it is released. */
  readonly take: (signal: AbortSignal) => Promise<Connection>
  /** Takes it back, idle and with its transaction. */
  readonly release: (connection: Connection) => Promise<void>
}

/** What came off the socket behind a full batch. */
interface Behind {
  readonly bytes: Buffer
  /** Where the next row begins: its message, or, of a single row, its fields. */
  at: number
  readonly isRun: boolean
}

/** Reads one split by a COPY on a connection of its moment. */
export class SplitReader implements Reader {
  readonly #options: SplitReaderOptions
  readonly #closing = new AbortController()
  #connection: Connection | undefined
  #running: RunningCopy | undefined
  /** The batch that rows go to; absent while nobody asks. */
  #batch: Batch | undefined
  #onFull: (() => void) | undefined
  readonly #behind: Behind[] = []
  #cursor: Cursor | undefined
  /** The key's fields of the last row, one behind the other, and where each ends. */
  #keyBytes = Buffer.alloc(256)
  readonly #keyEnds: number[]
  #isFirst = true
  #hasTrailer = false
  #isEnded = false
  #hasFailed = false
  #closed: Promise<void> | undefined

  constructor(options: SplitReaderOptions) {
    this.#options = options
    this.#cursor = options.from
    this.#keyEnds = options.keyColumns.map(() => 0)
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    assertNotAborted(signal)
    if (this.#closed !== undefined) throw new TransloadError('TL_X901', { reason: 'a reader was asked after its end' })
    const { gate, throttle } = this.#options
    gate.leave(this)
    await throttle?.ready(signal)
    const usedBefore = into.used
    try {
      if (!this.#isEnded) await this.#fill(into, signal)
    } catch (error) {
      this.#hasFailed = true
      // What the connection still sends must not go to a batch that is the caller's again.
      await this.#close()
      assertNotAborted(signal)
      throw error
    }
    throttle?.take(into.used - usedBefore)
    if (rowCountOf(into) > 0) this.#moveOn()
    into.after = this.#cursor
    return !this.#isEnded
  }

  async #fill(into: Batch, signal: AbortSignal): Promise<void> {
    const { promise: full, resolve } = Promise.withResolvers<void>()
    let isFull = false
    this.#onFull = () => {
      isFull = true
      resolve()
    }
    try {
      const [first] = this.#behind
      if (first?.isRun === false && isHuge(first.bytes)) await this.#options.gate.enter(this, signal)
      this.#batch = into
      this.#takeBehind()
      if (this.#batch === undefined) return
      this.#running ??= await this.#start(signal)
      this.#running.resume()
      await waitOrAbort(Promise.race([full, this.#running.done]), signal)
      if (isFull) return
      if (!this.#hasTrailer) throw new TransloadError('TL_X901', { reason: 'a COPY ended before its end' })
      this.#isEnded = true
    } finally {
      this.#batch = undefined
      this.#onFull = undefined
    }
  }

  async #start(signal: AbortSignal): Promise<RunningCopy> {
    this.#connection = await this.#options.take(signal)
    return this.#connection.copyOut(
      this.#options.sql,
      { data: (payload) => this.#takeOne(payload), run: (chunk, from) => this.#takeRun(chunk, from) },
      AbortSignal.any([signal, this.#closing.signal]),
    )
  }

  /** One row, whole, or what stands before and behind all of them. */
  #takeOne(payload: Buffer): void {
    let at = 0
    if (this.#isFirst) {
      this.#isFirst = false
      at = headerBytes + payload.readInt32BE(headerBytes - 4)
      if (at === payload.length) return
    }
    if (payload.readInt16BE(at) < 0) {
      this.#hasTrailer = true
      return
    }
    const batch = this.#batch
    const isHeld = batch === undefined || (isHuge(payload) && rowCountOf(batch) > 0)
    if (isHeld) {
      if (this.#closed !== undefined) return
      // One that is longer than a chunk is ours to keep.
      this.#behind.push({ bytes: isHuge(payload) ? payload : Buffer.from(payload), at, isRun: false })
      if (batch !== undefined) this.#pause()
      return
    }
    this.#decode(payload, viewOf(payload), at, payload.length, batch)
    if (batch.isFull() || isHuge(payload)) this.#pause()
  }

  /** All rows that lie whole in the chunk. Those that the batch has no room for are copied, and come first next time. */
  #takeRun(chunk: Buffer, from: number): number {
    if (this.#isFirst) return from
    const at = this.#batch === undefined ? from : this.#takeRows(chunk, from)
    if (this.#batch !== undefined) return at
    let end = at
    for (let next = rowEndAt(chunk, end); next >= 0; next = rowEndAt(chunk, end)) end = next
    const isWanted = end > at && this.#closed === undefined
    if (isWanted) this.#behind.push({ bytes: Buffer.from(chunk.subarray(at, end)), at: 0, isRun: true })
    return end
  }

  #takeBehind(): void {
    for (let first = this.#behind[0]; first !== undefined && this.#batch !== undefined; first = this.#behind[0]) {
      if (first.isRun) {
        first.at = this.#takeRows(first.bytes, first.at)
        if (first.at < first.bytes.length) continue
      } else {
        const batch = this.#batch
        if (isHuge(first.bytes) && rowCountOf(batch) > 0) {
          this.#pause()
          return
        }
        this.#decode(first.bytes, viewOf(first.bytes), first.at, first.bytes.length, batch)
        if (batch.isFull() || isHuge(first.bytes)) this.#pause()
      }
      this.#behind.shift()
    }
  }

  /** Rows until the batch is full, which pauses, or until none lies whole in the chunk; returns where the next one begins. */
  #takeRows(chunk: Buffer, from: number): number {
    const batch = this.#batch
    if (batch === undefined) return from
    const view = viewOf(chunk)
    const { decoder } = this.#options
    let at = from
    let last = -1
    for (let next = rowEndAt(chunk, at); next >= 0; next = rowEndAt(chunk, at)) {
      decoder.decode(chunk, view, at + frameBytes, next, batch, false)
      last = at
      at = next
      if (batch.isFull()) {
        this.#pause()
        break
      }
    }
    if (last >= 0) this.#keepKey(chunk)
    return at
  }

  #decode(bytes: Buffer, view: DataView, at: number, end: number, batch: Batch): void {
    // Its memory becomes the batch's: a second copy of a huge row would be as large again.
    const isOwn = isHuge(bytes) && rowCountOf(batch) === 0 && batch.used === 0
    if (isOwn) {
      batch.bytes = bytes
      batch.used = bytes.length
    }
    this.#options.decoder.decode(bytes, view, at, end, batch, isOwn)
    this.#keepKey(bytes)
  }

  #pause(): void {
    this.#running?.pause()
    this.#batch = undefined
    this.#onFull?.()
  }

  /** Copies the key of the row that was decoded last: the memory that it lies in is used again. */
  #keepKey(bytes: Buffer): void {
    const { keyColumns, decoder } = this.#options
    let at = 0
    for (const [place, { slot }] of keyColumns.entries()) {
      const length = Math.max(0, decoder.lengths[slot]!)
      const start = decoder.starts[slot]!
      if (at + length > this.#keyBytes.length) {
        const wider = Buffer.alloc((at + length) * 2)
        this.#keyBytes.copy(wider, 0, 0, at)
        this.#keyBytes = wider
      }
      bytes.copy(this.#keyBytes, at, start, start + length)
      at += length
      this.#keyEnds[place] = at
    }
  }

  /** The cursor of the last row that was taken. */
  #moveOn(): void {
    const { key, keyColumns, split } = this.#options
    if (key === undefined) return
    const fields = keyColumns.map(({ sent }, place) => {
      return { start: place === 0 ? 0 : this.#keyEnds[place - 1]!, end: this.#keyEnds[place]!, sent }
    })
    const next = [...key.valuesOf(this.#keyBytes, fields)]
    if (JSON.stringify(next) === JSON.stringify(this.#cursor)) throw new TransloadError('TL_K505', { split: split.id })
    this.#cursor = next
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }

  /** A statement that has not come to its end is ended in the server. */
  async #close(): Promise<void> {
    this.#closed ??= this.#stop()
    await this.#closed
  }

  async #stop(): Promise<void> {
    this.#batch = undefined
    this.#onFull = undefined
    this.#behind.length = 0
    this.#options.gate.leave(this)
    if (this.#running !== undefined && !this.#isEnded) {
      this.#closing.abort()
      await Promise.allSettled([this.#running.done])
    }
    const connection = this.#connection
    if (connection === undefined) return
    // What has failed has ended its transaction, and with it what was seen of the moment.
    if (this.#hasFailed) await connection[Symbol.asyncDispose]()
    else await this.#options.release(connection)
  }
}

/** Where the message of a row ends that begins at `at`; −1 where none lies whole there. The trailer has −1 fields. */
function rowEndAt(chunk: Buffer, at: number): number {
  const end = dataEndAt(chunk, at)
  return end >= 0 && chunk[at + frameBytes]! < 0x80 ? end : -1
}

/** It travels alone. */
function isHuge(payload: Buffer): boolean {
  return payload.length >= fullBatchBytes
}

function rowCountOf(batch: Batch): number {
  return batch.frames[0]?.rowCount ?? 0
}
