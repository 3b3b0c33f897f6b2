import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import { type Batch, fullBatchBytes } from '../../batch/batch.ts'
import type { Reader } from '../../contract/lane.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { Cursor } from '../../model/plain.ts'
import type { ReadPlan, Split } from '../../model/plan.ts'
import { endCursor } from './bounds.ts'
import type { Connection } from './connection.ts'
import type { RowRun } from './decode/packet.ts'
import { RowDecoder } from './decode/row-decoder.ts'
import type { WireField } from './decode/wire-field.ts'
import { endStatement } from './end-statement.ts'
import { isInterrupted, toSourceError } from './errors.ts'
import { KeyTracker } from './key-tracker.ts'
import type { OversizeGate } from '../sql/oversize-gate.ts'
import { freeBuffer, PacketReader } from './packet-reader.ts'
import { type SplitQuery, splitQuery } from './select-statement.ts'
import type { Throttle } from '../sql/throttle.ts'

/** How often a statement that somebody else interrupted is sent again without a row in between. */
const maxReopenCount = 3

export interface SplitReaderOptions {
  readonly read: ReadPlan
  /** SQL of the rows that are not left out; undefined: none is. */
  readonly where: string | undefined
  readonly split: Split
  readonly from: Cursor | undefined
  /** For people: no secrets. */
  readonly label: string
  readonly throttle: Throttle | undefined
  readonly gate: OversizeGate
  /** Takes the connection back, idle and with its transaction, or broken off. */
  readonly release: (connection: Connection) => void
}

/** A row that was taken off the socket and is too large to go into the batch that was under way. */
interface HeldRow {
  readonly buffer: Buffer
  readonly offset: number
  readonly end: number
}

/** Reads one split on one connection of a snapshot. */
export class SplitReader implements Reader {
  readonly #connection: Connection
  readonly #options: SplitReaderOptions
  #starting: Promise<PacketReader> | undefined
  #packets: PacketReader | undefined
  #decoder: RowDecoder | undefined
  #keys: KeyTracker | undefined
  /** The key of the last row lies in its packet still. */
  #hasNewKey = false
  #query: SplitQuery
  /** The batch that rows go to; absent while nobody asks, or while rows are let go by. */
  #batch: Batch | undefined
  #held: HeldRow | undefined
  #onFull: (() => void) | undefined
  #cursor: Cursor | undefined
  #ended = false
  #closing: Promise<void> | undefined
  #reopenCount = 0

  constructor(connection: Connection, options: SplitReaderOptions) {
    this.#connection = connection
    this.#options = options
    this.#cursor = options.from
    this.#query = splitQuery(options.read, options.split, options.from, options.where)
    this.#ended = this.#query.sql === undefined
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    assertNotAborted(signal)
    if (this.#closing !== undefined) throw new TransloadError('TL_X901', { reason: 'a reader was asked after its end' })
    const { gate, throttle } = this.#options
    gate.leave(this)
    await throttle?.ready(signal)
    const usedBefore = into.used
    try {
      while (!this.#ended && !(await this.#fill(into, signal))) await this.#reopen(into)
      // A huge row that came first has stopped the batch before it began.
      if (this.#held !== undefined && rowCountOf(into) === 0) await this.#fill(into, signal)
    } catch (error) {
      // What the connection still sends must not go to a batch that is the caller's again.
      await this.#close()
      assertNotAborted(signal)
      throw toSourceError(error, this.#options.label, 'query', this.#options.read.dataset)
    }
    throttle?.take(into.used - usedBefore)
    if (rowCountOf(into) > 0) this.#moveOn()
    into.after = this.#cursor
    return !this.#ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }

  /** True: the batch is full, or the result is at its end. False: somebody else interrupted the statement. */
  async #fill(into: Batch, signal: AbortSignal): Promise<boolean> {
    if (this.#held !== undefined) {
      const { buffer, offset, end } = this.#held
      await this.#options.gate.enter(this, signal)
      this.#held = undefined
      this.#batch = into
      const isFull = this.#take(buffer, offset, end)
      this.#keepKey(buffer)
      freeBuffer(buffer)
      if (isFull) return true
    }
    const { promise: full, resolve } = Promise.withResolvers<'full'>()
    this.#batch = into
    this.#onFull = () => resolve('full')
    try {
      this.#starting ??= this.#start()
      this.#packets ??= await waitOrAbort(this.#starting, signal)
      this.#packets.resume()
      const outcome = await waitOrAbort(Promise.race([full, this.#packets.ended]), signal)
      if (outcome !== 'full') this.#ended = true
      return true
    } catch (error) {
      if (signal.aborted || !this.#canReopen(error)) throw error
      return false
    } finally {
      this.#batch = undefined
      this.#onFull = undefined
    }
  }

  async #start(): Promise<PacketReader> {
    const sql = this.#query.sql
    if (sql === undefined) throw new TransloadError('TL_X901', { reason: 'a split at its end has no statement' })
    return await PacketReader.start(this.#connection, sql, {
      fields: (fields) => this.#bind(fields),
      row: (buffer, offset, end) => this.#receive(buffer, offset, end),
      rows: (buffer, offset, sequence) => this.#takeRows(buffer, offset, sequence),
      endOfRows: (buffer) => this.#keepKey(buffer),
    })
  }

  #bind(fields: readonly WireField[]): void {
    const { read } = this.#options
    const { key, ordinals } = this.#query
    this.#decoder = new RowDecoder(read.columns, ordinals, fields)
    this.#keys = key === undefined ? undefined : new KeyTracker(key, read.columns, ordinals, fields)
  }

  #receive(buffer: Buffer, offset: number, end: number): void {
    const batch = this.#batch
    if (batch === undefined) return
    const isHuge = end - offset >= fullBatchBytes
    // A row larger than a batch travels alone; its packet has a buffer of its own, which may be kept.
    if (isHuge) {
      this.#held = { buffer, offset, end }
      this.#pause()
      return
    }
    if (this.#take(buffer, offset, end)) this.#pause()
  }

  /** Decodes a row into the batch; true: the batch is full. */
  #take(buffer: Buffer, offset: number, end: number): boolean {
    const batch = this.#batch
    const decoder = this.#decoder
    if (batch === undefined || decoder === undefined) throw new TransloadError('TL_X901', { reason: 'a row too early' })
    // In one go: value by value the arena would be copied again for each of them.
    if (end - offset >= fullBatchBytes) batch.reserve(end - offset)
    decoder.decode(buffer, offset, end, batch)
    this.#hasNewKey = true
    this.#reopenCount = 0
    if (!batch.isFull()) return false
    this.#keepKey(buffer)
    // A batch ends at a row whose key the server would take back as a literal. Nearly every row is one.
    return this.#keys?.isCursor() !== false
  }

  #takeRows(buffer: Buffer, offset: number, sequence: number): RowRun | undefined {
    if (this.#batch === undefined || this.#decoder === undefined) return undefined
    const run = this.#decoder.copyRows(buffer, offset, sequence, this.#batch)
    if (run !== undefined) this.#hasNewKey = true
    return run
  }

  #keepKey(buffer: Buffer): void {
    if (!this.#hasNewKey || this.#decoder === undefined) return
    this.#hasNewKey = false
    this.#keys?.keep(buffer, this.#decoder)
  }

  #pause(): void {
    this.#packets?.pause()
    this.#batch = undefined
    this.#onFull?.()
  }

  /** The cursor of the last row that was taken. */
  #moveOn(): void {
    if (this.#keys === undefined) return
    const values = this.#keys.cursor()
    const next = values ?? (this.#ended ? endCursor : undefined)
    if (next === undefined || JSON.stringify(next) === JSON.stringify(this.#cursor)) {
      throw new TransloadError('TL_K505', { split: this.#options.split.id })
    }
    this.#cursor = next
  }

  #canReopen(error: unknown): boolean {
    const cause = error instanceof TransloadError ? error.cause : error
    return isInterrupted(cause) && this.#connection.lost === undefined && this.#query.key !== undefined
  }

  /** The server dropped the statement, not the connection: it is sent again from the last row, in the same snapshot. */
  async #reopen(into: Batch): Promise<void> {
    const { read, split, where, label } = this.#options
    const hasRows = rowCountOf(into) > 0
    const cursor = hasRows ? this.#keys?.cursor() : this.#cursor
    if (++this.#reopenCount > maxReopenCount || (hasRows && cursor === undefined)) {
      throw new TransloadError('TL_S202', { endpoint: label, reason: 'the server interrupted the query' })
    }
    await this.#packets?.drained
    this.#starting = undefined
    this.#packets = undefined
    this.#query = splitQuery(read, split, cursor, where)
  }

  /**
   * Ends what is under way in the server and gives the connection back. The socket is destroyed, and the transaction
   * lost, only where the server does not answer in time.
   */
  async #close(): Promise<void> {
    this.#closing ??= this.#stop()
    await this.#closing
  }

  async #stop(): Promise<void> {
    const connection = this.#connection
    this.#batch = undefined
    this.#held = undefined
    this.#options.gate.leave(this)
    if (!this.#ended) await endStatement(connection, this.#packets, this.#starting)
    this.#options.release(connection)
  }
}

function rowCountOf(batch: Batch): number {
  return batch.frames[0]?.rowCount ?? 0
}
