import { ArenaBatch } from '../../../batch/batch.ts'
import { viewOf } from '../../../batch/view-of.ts'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import { ExtendedJsonWriter } from '../../../format/bson/extended-json/extended-json-writer.ts'

const keyName = Buffer.from('_id')
/** Length, type and the NUL of an empty name. */
const headBytes = 6
/** `{"":` and `}`. */
const openText = 4
const firstArenaBytes = 1024

/** Texts of documents' keys; a few of all documents have theirs asked for. */
export class KeyText {
  readonly #cursor = new BsonCursor({ checksText: false })
  readonly #writer = new ExtendedJsonWriter()
  /** One for all of them: a batch's arena grows to the size of a full batch at once. */
  readonly #arena = new ArenaBatch([], firstArenaBytes, 1)

  /**
   * `_id` of the document that is bytes[start, end), and BSON, as canonical Extended JSON; undefined where it has none, or
   * one that has no such text, for a string in it is no UTF-8.
   */
  of(bytes: Uint8Array, start: number, end: number): string | undefined {
    const cursor = this.#cursor
    cursor.open(bytes, start, end)
    while (cursor.next() !== 0) {
      if (keyName.equals(bytes.subarray(cursor.nameStart, cursor.nameEnd))) return this.#text()
    }
    return undefined
  }

  /** Of the value that the cursor is at: of a document that has it alone. */
  #text(): string | undefined {
    const { bytes, type, start, end } = this.#cursor
    const document = new Uint8Array(headBytes + end - start + 1)
    viewOf(document).setInt32(0, document.length, true)
    document[4] = type
    document.set(bytes.subarray(start, end), headBytes)
    const arena = this.#arena
    arena.release()
    arena.used = 0
    try {
      this.#writer.append(arena, document, 0, document.length)
    } catch (error) {
      if (error instanceof DocumentFault) return undefined
      throw error
    }
    return Buffer.from(arena.bytes.buffer, arena.bytes.byteOffset + openText, arena.used - openText - 1).toString()
  }
}
