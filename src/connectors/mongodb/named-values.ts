import { BsonCursor } from '../../format/bson/bson-cursor.ts'
import { bsonType } from '../../format/bson/bson-type.ts'

const cursor = new BsonCursor()

/** A document or array, as the bytes that it is: bytes[start, end) is BSON. */
export interface NestedValue {
  readonly type: 'document' | 'array'
  readonly start: number
  readonly end: number
}

/**
 * int32 and int64 alike are bigint, a double is number, binary data its bytes in hexadecimal digits behind `0x`; undefined:
 * of another type.
 */
export type NamedValue = string | bigint | number | boolean | NestedValue | undefined

/**
 * The values of a small document's first level, by name in their order: what servers and archives say of collections.
 * @throws DocumentFault where it is no BSON
 */
export function readNamedValues(bytes: Uint8Array, start: number, end: number): Map<string, NamedValue> {
  const values = new Map<string, NamedValue>()
  cursor.open(bytes, start, end)
  for (let type = cursor.next(); type !== 0; type = cursor.next()) {
    values.set(textOf(bytes, cursor.nameStart, cursor.nameEnd), valueAt(type))
  }
  return values
}

/** Of the element that the cursor stands on. */
function valueAt(type: number): NamedValue {
  const { bytes, view, start, end } = cursor
  switch (type) {
    case bsonType.string:
      return textOf(bytes, start + 4, end - 1)
    case bsonType.int32:
      return BigInt(view.getInt32(start, true))
    case bsonType.int64:
      return view.getBigInt64(start, true)
    case bsonType.double:
      return view.getFloat64(start, true)
    case bsonType.bool:
      return bytes[start] === 1
    case bsonType.binary:
      return `0x${Buffer.from(bytes.subarray(start + 5, end)).toString('hex')}`
    case bsonType.document:
      return { type: 'document', start, end }
    case bsonType.array:
      return { type: 'array', start, end }
    default:
      return undefined
  }
}

function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString()
}
