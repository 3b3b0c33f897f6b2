import { assertNotAborted } from '../../../async/abort.ts'
import { type Batch, fullBatchBytes } from '../../../batch/batch.ts'
import type { LanePlan, Reader } from '../../../contract/lane.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { DumpEvent, type DumpCursor } from '../../../format/sql-text/dump-event.ts'
import type { InsertHead } from '../../../format/sql-text/insert-head.ts'
import type { Cursor } from '../../../model/plain.ts'
import type { OversizeGate } from '../../sql/oversize-gate.ts'
import type { Throttle } from '../../sql/throttle.ts'
import { LiteralRowDecoder, type ValuePlace } from './decode/literal-row-decoder.ts'
import { DumpScan } from './dump-scan.ts'
import { notReadable } from '../../../errors/file-error.ts'
import type { DumpFile } from './input/dump-file.ts'
import type { PieceReader } from './input/piece-reader.ts'
import type { KeyFilter } from './key-filter.ts'
import { literalSession } from './session.ts'
import { parseCursor, type TableBounds, toConstant } from './split-bounds.ts'

export interface DumpReaderOptions {
  readonly file: DumpFile
  readonly lane: LanePlan
  readonly bounds: TableBounds
  /** Only rows that it lets through. */
  readonly filter: KeyFilter | undefined
  readonly throttle: Throttle | undefined
  readonly gate: OversizeGate
  /** The dump from a position on. */
  readonly open: (position: number, signal: AbortSignal) => Promise<PieceReader>
}

/** Reads the rows of one table, in the order of the dump. */
export class DumpReader implements Reader {
  readonly #options: DumpReaderOptions
  #scan: DumpScan | undefined
  /** Of the INSERT under way; undefined where it is another table's. */
  #decoder: LiteralRowDecoder | undefined
  /** Decoders by what decides them: as a rule there is one for all INSERTs. */
  readonly #decoders = new Map<string, LiteralRowDecoder>()
  /** The row that was given last is too large for the batch that was under way. */
  #isHeld = false
  /** After the last row that is in a batch, or before the first one of an INSERT. */
  #position = 0
  #cursor: Cursor | undefined
  #isEnded: boolean
  #isClosed = false

  constructor(options: DumpReaderOptions) {
    const { bounds, lane } = options
    this.#options = options
    this.#cursor = lane.from
    this.#isEnded = bounds.first === null
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    assertNotAborted(signal)
    if (this.#isClosed) throw new TransloadError('TL_X901', { reason: 'a reader was asked after its end' })
    const { gate, throttle, file, lane } = this.#options
    gate.leave(this)
    await throttle?.ready(signal)
    const usedBefore = into.used
    try {
      if (!this.#isEnded) await this.#fill(into, signal)
      await file.assertUnchanged(lane.run)
    } catch (error) {
      await this[Symbol.asyncDispose]()
      assertNotAborted(signal)
      throw error
    }
    throttle?.take(into.used - usedBefore)
    if (rowCountOf(into) > 0) this.#cursor = this.#cursorNow() as unknown as Cursor
    into.after = this.#cursor
    return !this.#isEnded
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    this.#options.gate.leave(this)
    const scan = this.#scan
    this.#scan = undefined
    await scan?.[Symbol.asyncDispose]()
  }

  /** Reads until the batch is full or the table is at its end. */
  async #fill(into: Batch, signal: AbortSignal): Promise<void> {
    const scan = (this.#scan ??= await this.#start(signal))
    const { scanner } = scan
    if (this.#isHeld) {
      this.#isHeld = false
      if (this.#take(scan, into)) return
    }
    while (!this.#isEnded) {
      switch (scan.next()) {
        case DumpEvent.row:
          if (this.#take(scan, into)) return
          break
        case DumpEvent.needMore:
          // A row larger than a batch is held by one reader at a time.
          if (scan.pendingBytes > fullBatchBytes) await this.#options.gate.enter(this, signal)
          await scan.feed(signal)
          break
        case DumpEvent.insertStart:
          this.#bind(scan, scanner.insert!)
          this.#position = scanner.position
          break
        case DumpEvent.insertEnd:
          this.#decoder = undefined
          if (scanner.position >= this.#options.bounds.end) this.#isEnded = true
          break
        case DumpEvent.end:
          throw new TransloadError('TL_X901', { reason: 'the dump ends before the rows of a table do' })
        default:
      }
    }
  }

  async #start(signal: AbortSignal): Promise<DumpScan> {
    const { file, lane, bounds, open } = this.#options
    const from = lane.from === undefined ? bounds.first! : parseCursor(lane.from)
    const scan = new DumpScan(await open(from.position, signal), from, file)
    this.#position = from.position
    if (from.insert !== undefined) this.#bind(scan, from.insert)
    else if (from.position >= bounds.end) this.#isEnded = true
    return scan
  }

  /** Decodes the row that was given last. True: the batch is full, or the row does not go into it any more. */
  #take(scan: DumpScan, into: Batch): boolean {
    const decoder = this.#decoder
    if (decoder === undefined) return false
    const { scanner, bytes } = scan
    const { values } = scanner
    const { filter } = this.#options
    const rowBytes = scanner.position - scanner.start
    if (filter === undefined || filter.matches(decoder, bytes, values, rowBytes)) {
      if (rowBytes >= fullBatchBytes) {
        if (rowCountOf(into) > 0) {
          this.#isHeld = true
          return true
        }
        // In one go: value by value the arena would be copied again for each of them.
        into.reserve(rowBytes)
      }
      decoder.decode(bytes, values, rowBytes, into)
    }
    this.#position = scanner.position
    return into.isFull()
  }

  #cursorNow(): DumpCursor {
    const scanner = this.#scan!.scanner
    const cursor = scanner.cursor()
    const { insert } = cursor
    if (!this.#isHeld || insert === undefined) return cursor
    return { ...cursor, position: this.#position, insert: { ...insert, rowCount: insert.rowCount - 1 } }
  }

  /** Makes ready for the rows of an INSERT. */
  #bind(scan: DumpScan, insert: InsertHead): void {
    const { bounds, lane, file } = this.#options
    const { table } = lane.read
    const { scanner } = scan
    const { session } = scanner
    const database = insert.database ?? session.database ?? bounds.database
    this.#decoder = undefined
    if (insert.table !== table.name || database !== table.schema) return
    const columns = insert.columns ?? bounds.valueColumns
    const literals = literalSession(session)
    if (literals === undefined) {
      const reason = `its time zone is ${session.timeZone ?? ''}, a name, and not an offset`
      throw notReadable(file.label, reason, 'Have it dumped anew without --skip-tz-utc.')
    }
    const id = JSON.stringify([literals, columns])
    let decoder = this.#decoders.get(id)
    if (decoder === undefined) {
      const places = lane.read.columns.map(({ name }) => this.#placeOf(name, columns))
      decoder = new LiteralRowDecoder(lane.read.columns, places, literals, scanner.introducers)
      this.#decoders.set(id, decoder)
    }
    this.#decoder = decoder
  }

  #placeOf(column: string, columns: readonly string[]): ValuePlace {
    const place = columns.indexOf(column)
    if (place >= 0) return place
    const { bounds, file, lane } = this.#options
    const literal = bounds.defaults[column]
    if (literal !== undefined) return toConstant(literal)
    const reason = `it has no values of the column ${column} of ${lane.read.dataset}`
    throw notReadable(file.label, reason, `Leave the column out (columns: {${column}: {drop: true}}).`)
  }
}

function rowCountOf(batch: Batch): number {
  return batch.frames[0]?.rowCount ?? 0
}
