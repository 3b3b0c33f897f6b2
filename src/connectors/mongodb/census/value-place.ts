import { bsonType, uuidSubtype } from '../../../format/bson/bson-type.ts'
import { type ValueType, valueTypes } from '../../../model/document-census.ts'

const uuidBytes = 16

const byteOf: { readonly [Type in ValueType]: number } = {
  double: bsonType.double,
  string: bsonType.string,
  object: bsonType.document,
  array: bsonType.array,
  binData: bsonType.binary,
  uuid: bsonType.binary,
  undefined: bsonType.undefined,
  objectId: bsonType.objectId,
  bool: bsonType.bool,
  date: bsonType.date,
  null: bsonType.null,
  regex: bsonType.regex,
  dbPointer: bsonType.dbPointer,
  javascript: bsonType.code,
  symbol: bsonType.symbol,
  javascriptWithScope: bsonType.codeWithScope,
  int: bsonType.int32,
  timestamp: bsonType.timestamp,
  long: bsonType.int64,
  decimal: bsonType.decimal128,
  minKey: bsonType.minKey,
  maxKey: bsonType.maxKey,
}

/** Types of BSON by their places in `valueTypes`. */
export const bsonTypeAt = Uint8Array.from(valueTypes, (type) => byteOf[type])

/** Places in `valueTypes` by types of BSON; of binary data there are two. */
export const typePlaces = new Uint8Array(256)
for (const [place, type] of valueTypes.entries()) if (type !== 'uuid') typePlaces[byteOf[type]] = place
const uuidPlace = valueTypes.indexOf('uuid')

/** The place in `valueTypes` of a value that begins at `start`. */
export function valuePlace(type: number, bytes: Uint8Array, view: DataView, start: number): number {
  const isUuid =
    type === bsonType.binary && bytes[start + 4] === uuidSubtype && view.getInt32(start, true) === uuidBytes
  return isUuid ? uuidPlace : typePlaces[type]!
}
