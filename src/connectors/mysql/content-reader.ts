import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import { type Batch, fullBatchBytes } from '../../batch/batch.ts'
import { nullLength } from '../../batch/layout.ts'
import type { ContentQuestion, ContentReader } from '../../contract/contents.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { NativeType } from '../../model/relation.ts'
import type { Connection } from './connection.ts'
import { columnsNamed } from '../sql/range-digest.ts'
import { contentExpression } from './content-expression.ts'
import { contentCondition, keysCondition } from './content-range.ts'
import { bitmapBytes, headerBytes, lengthAt, longMark, prefixBytes, rowEndAt, type RowRun } from './decode/packet.ts'
import { endStatement } from './end-statement.ts'
import { toSourceError } from './errors.ts'
import { PacketReader } from './packet-reader.ts'
import { quoteName, quoteQualified } from './quote.ts'
import type { Throttle } from '../sql/throttle.ts'

export interface ContentReaderOptions {
  readonly question: ContentQuestion<NativeType>
  /** For people: no secrets. */
  readonly label: string
  readonly throttle: Throttle | undefined
  /** Takes the connection back, idle, or broken off. */
  readonly release: (connection: Connection) => void
}

/** Reads the texts of a statement whose columns are all text or bytes. */
export class MysqlContentReader implements ContentReader {
  readonly #connection: Connection
  readonly #options: ContentReaderOptions
  #starting: Promise<PacketReader> | undefined
  #packets: PacketReader | undefined
  #batch: Batch | undefined
  #onFull: (() => void) | undefined
  /** A row too large to go into the batch that was under way: the memory that it came in becomes the next one's. */
  #held: { readonly buffer: Buffer; readonly offset: number; readonly end: number } | undefined
  #isEnded = false
  #isClosed = false

  constructor(connection: Connection, options: ContentReaderOptions) {
    this.#connection = connection
    this.#options = options
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    assertNotAborted(signal)
    if (this.#isEnded) return false
    const { throttle } = this.#options
    await throttle?.ready(signal)
    const usedBefore = into.used
    if (this.#held !== undefined) {
      const { buffer, offset, end } = this.#held
      this.#held = undefined
      into.bytes = buffer
      into.used = end
      setCells(into, into.addRow(0), buffer, offset, end, 0)
      throttle?.take(end - offset)
      return true
    }
    const { promise: full, resolve } = Promise.withResolvers<'full'>()
    this.#batch = into
    this.#onFull = () => resolve('full')
    try {
      this.#starting ??= this.#start()
      this.#packets ??= await waitOrAbort(this.#starting, signal)
      this.#packets.resume()
      const outcome = await waitOrAbort(Promise.race([full, this.#packets.ended]), signal)
      if (outcome !== 'full') this.#isEnded = true
      return !this.#isEnded
    } catch (error) {
      assertNotAborted(signal)
      throw toSourceError(error, this.#options.label, 'query', this.#options.question.table.name)
    } finally {
      throttle?.take(into.used - usedBefore)
      this.#batch = undefined
      this.#onFull = undefined
    }
  }

  async #start(): Promise<PacketReader> {
    return await PacketReader.start(this.#connection, contentSql(this.#options.question), {
      fields: () => {},
      row: (buffer, offset, end) => this.#take(buffer, offset, end),
      rows: (buffer, offset, sequence) => this.#takeRows(buffer, offset, sequence),
      endOfRows: () => {},
    })
  }

  #take(buffer: Buffer, offset: number, end: number): void {
    const batch = this.#batch
    // Nobody asks any more: the reader is being closed.
    if (batch === undefined) return
    if (end - offset > fullBatchBytes) this.#held = { buffer, offset, end }
    else {
      batch.reserve(end - offset)
      const { used } = batch
      batch.bytes.set(buffer.subarray(offset, end), used)
      setCells(batch, batch.addRow(0), buffer, offset, end, used - offset)
      batch.used = used + (end - offset)
      if (!batch.isFull()) return
    }
    this.#packets?.pause()
    this.#batch = undefined
    this.#onFull?.()
  }

  /** All rows that lie whole in the buffer, copied at once, unless one of them would fill the batch. */
  #takeRows(buffer: Buffer, offset: number, sequence: number): RowRun | undefined {
    const batch = this.#batch
    if (batch === undefined) return undefined
    let count = 0
    let end = offset
    let next = rowEndAt(buffer, end, sequence)
    while (next >= 0) {
      count++
      end = next
      next = rowEndAt(buffer, end, sequence + count)
    }
    const byteCount = end - offset
    if (count === 0 || batch.rowsBeforeFull(0, Math.ceil(byteCount / count)) < count) return undefined
    const shift = batch.reserve(byteCount) - offset
    batch.bytes.set(buffer.subarray(offset, end), batch.used)
    batch.used += byteCount
    const first = batch.addRows(0, count)
    for (let row = first, at = offset; row < first + count; row++) {
      const next = at + headerBytes + lengthAt(buffer, at)
      setCells(batch, row, buffer, at + headerBytes, next, shift)
      at = next
    }
    return { count, end }
  }

  /** One that has not come to its end is ended in the server; the connection stays, and so does its moment. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    // A read that is under way fills nothing any more, and pauses nothing.
    this.#batch = undefined
    this.#onFull = undefined
    if (!this.#isEnded && this.#starting !== undefined) {
      await endStatement(this.#connection, this.#packets, this.#starting)
    }
    this.#options.release(this.#connection)
  }
}

/**
 * Sets the cells of a row whose packet is buffer[offset, end), and lies in the batch so much further on. Its values lie
 * behind their lengths: the cells point in between.
 */
function setCells(batch: Batch, row: number, buffer: Buffer, offset: number, end: number, shift: number): void {
  const { cells, layout } = batch.frames[0]!
  const columnCount = layout.columns.length
  const bitmap = offset + 1
  let at = bitmap + bitmapBytes(columnCount)
  let cell = row * columnCount * 2
  for (let slot = 0; slot < columnCount; slot++, cell += 2) {
    const bit = slot + 2
    if ((buffer[bitmap + (bit >> 3)]! & (1 << (bit & 7))) !== 0) {
      cells[cell + 1] = nullLength
      continue
    }
    let length = buffer[at]!
    if (length < longMark) at++
    else {
      const prefix = prefixBytes(length)
      // Of eight bytes the lower half says it all: a packet has no more.
      length = buffer.readUIntLE(at + 1, Math.min(prefix - 1, 4))
      at += prefix
    }
    cells[cell] = at + shift
    cells[cell + 1] = length
    at += length
  }
  if (at !== end) throw new TransloadError('TL_X901', { reason: `a row of ${end} bytes ended at ${at}` })
}

function contentSql({ table, columns, order, index, range = {}, keys }: ContentQuestion<NativeType>): string {
  const fields = columns.map(({ name, type, form }) => contentExpression(name, type, form)).join(', ')
  const hint = index === undefined || order.length === 0 ? '' : ` FORCE INDEX (${quoteName(index)})`
  const condition =
    keys === undefined
      ? contentCondition(columnsNamed(columns, order), range)
      : keysCondition(columnsNamed(columns, keys.columns), keys)
  const where = condition === undefined ? '' : ` WHERE ${condition}`
  const sorted = order.length === 0 ? '' : ` ORDER BY ${order.map((name) => `content.${quoteName(name)}`).join(', ')}`
  return `SELECT ${fields} FROM ${quoteQualified(table)} AS content${hint}${where}${sorted}`
}
