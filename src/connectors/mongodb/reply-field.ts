import { BsonCursor } from '../../format/bson/bson-cursor.ts'
import { bsonType } from '../../format/bson/bson-type.ts'

const cursor = new BsonCursor({ checksText: false })

/** Fields of a document that a reply has, at its first level; undefined where there is none of that name and type. */
export const field = {
  int64: (bytes: Uint8Array, name: string): bigint | undefined =>
    find(bytes, name, bsonType.int64) ? cursor.view.getBigInt64(cursor.start, true) : undefined,
  text: (bytes: Uint8Array, name: string): string | undefined =>
    find(bytes, name, bsonType.string) ? textOf(bytes, cursor.start + 4, cursor.end - 1) : undefined,
  document: (bytes: Uint8Array, name: string): Uint8Array | undefined =>
    find(bytes, name, bsonType.document) ? bytes.subarray(cursor.start, cursor.end) : undefined,
  /** Where the array stands in the bytes. */
  array: (bytes: Uint8Array, name: string): { readonly start: number; readonly end: number } | undefined =>
    find(bytes, name, bsonType.array) ? { start: cursor.start, end: cursor.end } : undefined,
} as const

/** @throws DocumentFault where the document is no BSON as far as it has been looked at */
function find(bytes: Uint8Array, name: string, wanted: number): boolean {
  cursor.open(bytes, 0, bytes.length)
  for (let type = cursor.next(); type !== 0; type = cursor.next()) {
    if (type === wanted && textOf(bytes, cursor.nameStart, cursor.nameEnd) === name) return true
  }
  return false
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.subarray(start, end)).toString('utf8')
}
