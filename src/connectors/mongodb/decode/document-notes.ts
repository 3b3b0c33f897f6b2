import type { Batch } from '../../../batch/batch.ts'
import type { ShowOriginal } from '../../../batch/notes.ts'
import { maxKeptBytes } from '../../../batch/row-text.ts'
import type { ErrorCode } from '../../../errors/catalogue.ts'
import { bsonType, maxDocumentDepth } from '../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import { ExtendedJsonWriter } from '../../../format/bson/extended-json/extended-json-writer.ts'
import { invalidUtf8At } from '../../../format/charset/invalid-utf8.ts'
import { madeColumn } from '../../../model/document-path.ts'
import type { EncodedValue } from '../../../model/loss.ts'
import { isTextType } from './cell-writer.ts'
import { ScratchArena } from '../scratch-arena.ts'

/** A value of the document by its type and place; of a text in the arena the type is {@link inArena}. */
const fields = 3
const inArena = -1

/**
 * Losses of a document, and why it is rejected: kept while it is walked over, and noted in the batch once it is known that
 * it is a document to its end.
 */
export class DocumentNotes {
  readonly #columns: string[] = []
  readonly #rules: string[] = []
  readonly #places: number[] = []
  #code: ErrorCode | undefined
  #column = ''
  #reason = ''
  #original: EncodedValue | undefined

  get isRejected(): boolean {
    return this.#code !== undefined
  }

  /** @param start Of the value in the document's bytes */
  lose(column: string, rule: string, type: number, start: number, end: number): void {
    this.#columns.push(column)
    this.#rules.push(rule)
    this.#places.push(type, start, end)
  }

  /** The value as it was is text in the arena. */
  loseText(column: string, rule: string, start: number, end: number): void {
    this.lose(column, rule, inArena, start, end)
  }

  /** Only the first of several is told. */
  reject(column: string, code: ErrorCode, reason: string, original: EncodedValue | undefined): void {
    if (this.isRejected) return
    this.#column = column
    this.#code = code
    this.#reason = reason
    this.#original = original
  }

  /** The row for what is no document. @param show How its bytes are told */
  rejectDocument(
    { reason, position }: DocumentFault,
    bytes: Uint8Array,
    start: number,
    end: number,
    show: ShowOriginal = showBytes,
  ): void {
    const byteCount = Math.max(0, Math.min(end, bytes.length) - start)
    const original = byteCount > maxKeptBytes ? undefined : show(bytes, start, byteCount)
    this.rejectInstead(madeColumn.document, 'TL_D402', `${reason}, at byte ${position}`, original)
  }

  /** As {@link reject}, and nothing that was found before counts. */
  rejectInstead(column: string, code: ErrorCode, reason: string, original: EncodedValue | undefined): void {
    this.#code = undefined
    this.forgetLosses()
    this.reject(column, code, reason, original)
  }

  /** Nothing of the document is in the batch but its row. */
  forgetLosses(): void {
    this.#columns.length = this.#rules.length = this.#places.length = 0
  }

  /** Notes all in the batch, of which nothing is being written, and begins anew. */
  flush(batch: Batch, row: number, bytes: Uint8Array): void {
    if (this.#code === undefined && this.#rules.length === 0) return
    if (this.#code !== undefined) {
      const note = { row, stage: 'read', column: this.#column, reason: this.#reason } as const
      batch.reject({ ...note, code: this.#code, original: this.#original })
      this.#code = this.#original = undefined
    }
    // Of a rejected row too: it has lost nothing, but what it shows of these columns is not what the source gave.
    for (let i = 0; i < this.#rules.length; i++) {
      const [type, start, end] = this.#places.slice(i * fields, (i + 1) * fields) as [number, number, number]
      const length = end - start
      if (type === inArena) batch.lose(row, this.#columns[i]!, this.#rules[i]!, start, length, showText)
      else if (length > maxKeptBytes) batch.lose(row, this.#columns[i]!, this.#rules[i]!)
      else {
        // The byte before a value is the NUL of its name: the type takes its place.
        const at = batch.keep(bytes.subarray(start - 1, end))
        batch.bytes[at] = type
        batch.lose(row, this.#columns[i]!, this.#rules[i]!, at, length + 1, showKept)
      }
    }
    this.forgetLosses()
  }
}

const writer = new ExtendedJsonWriter({ maxDepth: maxDocumentDepth + 1 })

/** A value of a document as reports show it: a text as it is, anything else as canonical Extended JSON. */
export function showValue(type: number, bytes: Uint8Array, start: number, end: number): EncodedValue | undefined {
  if (end - start > maxKeptBytes) return undefined
  if (isTextType(type)) return showText(bytes, start + 4, end - start - 5)
  const document = Buffer.concat([Buffer.alloc(4), Buffer.of(type, 0), bytes.subarray(start, end), Buffer.of(0)])
  document.writeInt32LE(document.length)
  const text = new ScratchArena()
  try {
    writer.append(text, document, 0, document.length)
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error
    return { base64: base64Of(bytes, start, end - start) }
  }
  return { text: Buffer.from(text.bytes.subarray(4, text.used - 1)).toString('utf8') }
}

const showKept: ShowOriginal = (bytes, start, length) =>
  showValue(bytes[start] ?? bsonType.null, bytes, start + 1, start + length) ?? null

/** Text as it is, where it is UTF-8. */
export const showText: ShowOriginal = (bytes, start, length) => {
  if (invalidUtf8At(bytes, start, start + length) >= 0) return { base64: base64Of(bytes, start, length) }
  return { text: Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('utf8') }
}

export function base64Of(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('base64')
}

const showBytes: ShowOriginal = (bytes, start, length) => ({ base64: base64Of(bytes, start, length) })
