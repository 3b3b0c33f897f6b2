import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import { type Batch, fullBatchBytes } from '../../batch/batch.ts'
import type { ContentColumn, ContentQuestion, ContentReader } from '../../contract/contents.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { Connection, RunningCopy } from './connection.ts'
import { dataEndAt, headerBytes as frameBytes } from './copy-frames.ts'
import { columnsNamed } from '../sql/range-digest.ts'
import { contentExpression } from './content-expression.ts'
import { contentCondition, keysCondition, partCondition, whereAll } from './content-range.ts'
import { quoteName, quoteQualified } from './quote.ts'
import { parseTypeText } from './types.ts'

/** Signature, flags and the length of an extension (PostgreSQL's documentation: COPY, Binary Format). */
const headerBytes = 19

/** Reads a table by a COPY in binary form whose fields are all text or bytes. */
export class PostgresContentReader implements ContentReader {
  readonly #connection: Connection
  readonly #question: ContentQuestion<string>
  readonly #release: (connection: Connection) => Promise<void>
  readonly #closing = new AbortController()
  #running: RunningCopy | undefined
  #batch: Batch | undefined
  #onFull: (() => void) | undefined
  /** A row too large to go into the batch that was under way: the memory that it came in becomes the next one's. */
  #held: { readonly chunk: Buffer; readonly at: number } | undefined
  /** Rows that came with the end of that one. */
  readonly #behind: Buffer[] = []
  #isFirst = true
  #hasTrailer = false
  #isEnded = false
  #isClosed = false
  #hasFailed = false

  constructor(
    connection: Connection,
    question: ContentQuestion<string>,
    release: (connection: Connection) => Promise<void>,
  ) {
    this.#connection = connection
    this.#question = question
    this.#release = release
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    assertNotAborted(signal)
    if (this.#isEnded) return false
    if (this.#held !== undefined) {
      const { chunk, at } = this.#held
      this.#held = undefined
      into.bytes = chunk
      into.used = chunk.length
      setCells(into, into.addRow(0), chunk, at, chunk.length, 0)
      return true
    }
    const { promise: full, resolve } = Promise.withResolvers<'full'>()
    this.#batch = into
    this.#onFull = () => resolve('full')
    try {
      this.#running ??= this.#connection.copyOut(
        contentSql(this.#question),
        { data: (payload) => this.#take(payload), run: (chunk, from) => this.#takeRun(chunk, from) },
        AbortSignal.any([signal, this.#closing.signal]),
      )
      for (const chunk of this.#behind.splice(0)) this.#take(chunk)
      this.#running.resume()
      const outcome = await waitOrAbort(Promise.race([full, this.#running.done]), signal)
      if (outcome === 'full') return true
      if (!this.#hasTrailer) throw new TransloadError('TL_X901', { reason: 'a COPY ended before its end' })
      this.#isEnded = true
      return false
    } catch (error) {
      this.#hasFailed = true
      throw error
    } finally {
      this.#batch = undefined
      this.#onFull = undefined
    }
  }

  #take(chunk: Buffer): void {
    const batch = this.#batch
    // Nobody asks any more: the reader is being closed.
    if (batch === undefined) return
    if (this.#held !== undefined) {
      this.#behind.push(Buffer.from(chunk))
      return
    }
    let at = 0
    if (this.#isFirst) {
      this.#isFirst = false
      at = headerBytes + chunk.readInt32BE(headerBytes - 4)
      if (at === chunk.length) return
    }
    if (chunk.readInt16BE(at) < 0) {
      this.#hasTrailer = true
      return
    }
    if (chunk.length > fullBatchBytes) this.#held = { chunk, at }
    else {
      batch.reserve(chunk.length)
      const { used } = batch
      batch.bytes.set(chunk, used)
      setCells(batch, batch.addRow(0), chunk, at, chunk.length, used)
      batch.used = used + chunk.length
      // What there is still of the same chunk goes into the batch too: it is its own until `read` resolves.
      if (!batch.isFull()) return
    }
    this.#pause()
  }

  /** All rows that lie whole in the chunk, copied at once. */
  #takeRun(chunk: Buffer, from: number): number {
    const batch = this.#batch
    if (batch === undefined || this.#held !== undefined || this.#isFirst) return from
    let count = 0
    let end = from
    let next = dataEndAt(chunk, end)
    // The trailer’s count of fields is −1.
    while (next >= 0 && chunk.readInt16BE(end + frameBytes) >= 0) {
      count++
      end = next
      next = dataEndAt(chunk, end)
    }
    if (count === 0) return from
    const shift = batch.reserve(end - from) - from
    batch.bytes.set(chunk.subarray(from, end), batch.used)
    batch.used += end - from
    const first = batch.addRows(0, count)
    for (let row = first, at = from; row < first + count; row++) {
      const next = dataEndAt(chunk, at)
      setCells(batch, row, chunk, at + frameBytes, next, shift)
      at = next
    }
    if (batch.isFull()) this.#pause()
    return end
  }

  #pause(): void {
    this.#running?.pause()
    this.#onFull?.()
  }

  /** One that has not come to its end is ended in the server. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    // A read that is under way fills nothing any more, and pauses nothing.
    this.#batch = undefined
    this.#onFull = undefined
    if (this.#running !== undefined && !this.#isEnded) {
      this.#closing.abort()
      await Promise.allSettled([this.#running.done])
    }
    // What has failed has ended its transaction, and with it what was seen of the moment.
    if (this.#hasFailed) await this.#connection[Symbol.asyncDispose]()
    else await this.#release(this.#connection)
  }
}

/**
 * Sets the cells of a row that lies in chunk[start, end), and in the batch so much further on. Its values lie behind their
 * lengths: the cells point in between.
 */
function setCells(batch: Batch, row: number, chunk: Buffer, start: number, end: number, shift: number): void {
  const { cells } = batch.frames[0]!
  const fieldCount = chunk.readInt16BE(start)
  let at = start + 2
  let cell = row * fieldCount * 2
  for (let slot = 0; slot < fieldCount; slot++, cell += 2) {
    const length = (chunk[at]! << 24) | (chunk[at + 1]! << 16) | (chunk[at + 2]! << 8) | chunk[at + 3]!
    at += 4
    cells[cell + 1] = length
    if (length < 0) continue
    cells[cell] = shift + at
    at += length
  }
  if (at !== end)
    throw new TransloadError('TL_X901', { reason: `a row of ${end - start} bytes ended at ${at - start}` })
}

function contentSql(question: ContentQuestion<string>): string {
  const { table, part, columns, order, bytewise = [], range = {}, keys } = question
  const fields = columns.map(({ name, type, form }) => contentExpression(quoteName(name), type, form)).join(', ')
  const condition =
    keys === undefined
      ? contentCondition(columnsNamed(columns, order), range)
      : keysCondition(columnsNamed(columns, keys.columns), keys)
  const where = whereAll([...partCondition(part), condition])
  const places = columnsNamed(columns, order).map((column) => placeExpression(column, bytewise.includes(column.name)))
  const sorted = places.length === 0 ? '' : ` ORDER BY ${places.join(', ')}`
  return `COPY (SELECT ${fields} FROM ${quoteQualified(table)} AS content${where}${sorted}) TO STDOUT (FORMAT binary)`
}

/** What rows are ordered by. A name alone would be that of the field, which is text. */
function placeExpression({ name, type, form }: ContentColumn<string>, isBytewise: boolean): string {
  const quoted = `content.${quoteName(name)}`
  // The digits of a UUID are in the order of its bytes.
  if (!isBytewise || form === 'bytes' || parseTypeText(type).name === 'uuid') return quoted
  return `pg_catalog.convert_to(${contentExpression(quoted, type, form)}, 'UTF8')`
}
