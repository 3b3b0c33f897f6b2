import type { Batch } from '../../../batch/batch.ts'
import { maxKeptBytes } from '../../../batch/row-text.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import { ExtendedJsonWriter } from '../../../format/bson/extended-json/extended-json-writer.ts'
import { madeColumn } from '../../../model/document-path.ts'
import type { ReadPlan } from '../../../model/plan.ts'
import { DocumentDecoder } from './document-decoder.ts'
import { base64Of } from './document-notes.ts'
import { putWholeDocument } from './put-whole-document.ts'
import type { Decoding } from '../decode-next.ts'
import { findId, type IdPlace } from '../id-text.ts'

/** Documents by their columns, or as they are. @throws TL_C105 where a column cannot be read as the plan has it */
export function decoderOf(read: ReadPlan): Decoding {
  return read.columns.some(({ native }) => native.name === 'bson')
    ? new WholeDocumentDecoder(read)
    : new DocumentDecoder(read)
}

/**
 * Documents as they are: of each a row with its `_id` as canonical Extended JSON, and all of its bytes. What is in them is
 * looked at only as far as it takes to know that it is BSON. A document that is none, or has no `_id`, is rejected.
 */
class WholeDocumentDecoder {
  readonly #columns: ReadPlan['columns']
  readonly #cursor = new BsonCursor({ checksText: false, checksNames: false })
  readonly #writer = new ExtendedJsonWriter()
  readonly #id: IdPlace = { start: 0, end: 0 }

  constructor({ columns }: ReadPlan) {
    const other = columns.find(({ native }) => native.name !== 'bson' && native.name !== 'id')
    if (other !== undefined) {
      throw new TransloadError('TL_X901', { reason: `${other.name} beside the documents themselves` })
    }
    this.#columns = columns
  }

  /** As that of {@link DocumentDecoder}. */
  decode(bytes: Uint8Array, start: number, end: number, _count: number, into: Batch): void {
    const row = into.addRow(0)
    const used = into.used
    try {
      this.#walk(bytes, start, end)
      if (!findId(bytes, start, end, this.#id)) return this.#reject(bytes, start, end, row, 'it has no _id', into)
      for (const [slot, { native }] of this.#columns.entries()) {
        const at = into.used
        if (native.name === 'bson') putWholeDocument(into, bytes, start, end, this.#id)
        else this.#putId(into, bytes)
        into.frames[0]!.cells.set([at, into.used - at], (row * this.#columns.length + slot) * 2)
      }
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error
      into.used = used
      this.#reject(bytes, start, end, row, `${error.reason}, at byte ${error.position}`, into)
    }
  }

  /** As that of {@link DocumentDecoder}. */
  refuse({ reason }: DocumentFault, bytes: Uint8Array, start: number, end: number, _count: number, into: Batch): void {
    this.#reject(bytes, start, end, into.addRow(0), reason, into)
  }

  #walk(bytes: Uint8Array, start: number, end: number): void {
    const cursor = this.#cursor
    cursor.open(bytes, start, end)
    do {
      const type = cursor.next()
      if (type === bsonType.document || type === bsonType.array || type === bsonType.codeWithScope) cursor.enter()
    } while (cursor.depth > 0)
  }

  #putId(into: Batch, bytes: Uint8Array): void {
    const { start, end } = this.#id
    // Behind the type and the name, `_id` and its NUL.
    this.#writer.appendValue(into, bytes, bytes[start]!, start + 5, end)
  }

  #reject(bytes: Uint8Array, start: number, end: number, row: number, reason: string, into: Batch): void {
    into.frames[0]!.cells.fill(-1, row * this.#columns.length * 2, (row + 1) * this.#columns.length * 2)
    const byteCount = Math.max(0, Math.min(end, bytes.length) - start)
    const original = byteCount > maxKeptBytes ? undefined : { base64: base64Of(bytes, start, byteCount) }
    into.reject({ row, stage: 'read', column: madeColumn.document, code: 'TL_D402', reason, original })
  }
}
