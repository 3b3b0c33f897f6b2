import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'

const cursor = new BsonCursor()

/**
 * The texts, whole numbers and booleans of a small document's first level, by name: what archives say of themselves.
 * int32 and int64 alike are bigint.
 * @throws DocumentFault where it is no BSON
 */
export function readNamedValues(bytes: Uint8Array, start: number, end: number): Map<string, string | bigint | boolean> {
  const values = new Map<string, string | bigint | boolean>()
  cursor.open(bytes, start, end)
  for (let type = cursor.next(); type !== 0; type = cursor.next()) {
    const name = textOf(bytes, cursor.nameStart, cursor.nameEnd)
    if (type === bsonType.string) values.set(name, textOf(bytes, cursor.start + 4, cursor.end - 1))
    else if (type === bsonType.int32) values.set(name, BigInt(cursor.view.getInt32(cursor.start, true)))
    else if (type === bsonType.int64) values.set(name, cursor.view.getBigInt64(cursor.start, true))
    else if (type === bsonType.bool) values.set(name, bytes[cursor.start] === 1)
  }
  return values
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()
}
