import {
  Binary,
  BSON,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'mongodb'
import { TransloadError } from '../../errors/transload-error.ts'
import { BsonCursor } from '../../format/bson/bson-cursor.ts'
import { bsonType, oldBinarySubtype } from '../../format/bson/bson-type.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const cursor = new BsonCursor()

/**
 * The value of a document's one element, `_id`, as the driver sends it again, to the byte: documents are maps, which keep the
 * order of all names, and numbers keep their type. Not for rows: for bounds, cursors and single keys.
 *
 * @throws TL_S299 where the driver cannot send it, such as a document that has a name twice
 */
export function idValue(bytes: Uint8Array, label: string): unknown {
  let value: unknown
  let isSame = false
  try {
    cursor.open(bytes, 0, bytes.length)
    const type = cursor.next()
    value = readValue(type)
    isSame = sameBytes(BSON.serialize(new Map([['_id', value]]) as never, { ignoreUndefined: false }), bytes)
  } catch (cause) {
    throw notSent(label, cause)
  }
  if (!isSame) throw notSent(label)
  return value
}

function notSent(label: string, cause?: unknown): TransloadError {
  const reason =
    'an _id that cannot be asked for again: a document that has a name twice, or a type that is long deprecated'
  return new TransloadError('TL_S299', { endpoint: label, reason }, cause)
}

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

function readValue(type: number): unknown {
  const { bytes, view, start, end } = cursor
  switch (type) {
    case bsonType.double:
      return new Double(view.getFloat64(start, true))
    case bsonType.string:
      return textAt(start)
    case bsonType.document:
      return readDocument()
    case bsonType.array:
      return [...readDocument().values()]
    case bsonType.binary: {
      const from = bytes[start + 4] === oldBinarySubtype ? start + 9 : start + 5
      return new Binary(bytes.slice(from, end), bytes[start + 4])
    }
    case bsonType.undefined:
      return undefined
    case bsonType.objectId:
      return new ObjectId(bytes.slice(start, end))
    case bsonType.bool:
      return bytes[start] === 1
    case bsonType.date:
      return new Date(Number(view.getBigInt64(start, true)))
    case bsonType.null:
      return null
    case bsonType.regex: {
      const [pattern = '', options = ''] = decoder.decode(bytes.subarray(start, end)).split('\0')
      return new BSONRegExp(pattern, options)
    }
    case bsonType.code:
      return new Code(textAt(start))
    case bsonType.symbol:
      return new BSONSymbol(textAt(start))
    case bsonType.codeWithScope: {
      const code = textAt(start + 4)
      return new Code(code, readDocument() as never)
    }
    case bsonType.int32:
      return new Int32(view.getInt32(start, true))
    case bsonType.timestamp:
      return new Timestamp(view.getBigUint64(start, true))
    case bsonType.int64:
      return Long.fromBigInt(view.getBigInt64(start, true))
    case bsonType.decimal128:
      return new Decimal128(bytes.slice(start, end))
    case bsonType.minKey:
      return new MinKey()
    case bsonType.maxKey:
      return new MaxKey()
    default:
      throw new TypeError(`the driver sends no value of type ${type}`)
  }
}

/** Of a document, an array or a scope that was read last. */
function readDocument(): Map<string, unknown> {
  const values = new Map<string, unknown>()
  cursor.enter()
  for (let type = cursor.next(); type !== 0; type = cursor.next()) {
    const name = decoder.decode(cursor.bytes.subarray(cursor.nameStart, cursor.nameEnd))
    values.set(name, readValue(type))
  }
  return values
}

function textAt(start: number): string {
  const { bytes, view } = cursor
  return decoder.decode(bytes.subarray(start + 4, start + 4 + view.getInt32(start, true) - 1))
}
