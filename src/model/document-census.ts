import type { QualifiedName } from './relation.ts'

/**
 * What a value in a document can be, by the aliases that MongoDB's `$type` has (mongodb.com/docs, BSON types); `uuid` is
 * binary data of subtype 4 and 16 bytes.
 */
export const valueTypes = [
  'double',
  'string',
  'object',
  'array',
  'binData',
  'uuid',
  'undefined',
  'objectId',
  'bool',
  'date',
  'null',
  'regex',
  'dbPointer',
  'javascript',
  'symbol',
  'javascriptWithScope',
  'int',
  'timestamp',
  'long',
  'decimal',
  'minKey',
  'maxKey',
] as const

export type ValueType = (typeof valueTypes)[number]

/** Names that a document, of all that stand at one path, may have before the others are counted together. */
export const maxCountedFields = 1000

/** What every document of a collection holds, path by path. Exact, and that of two parts can be made into that of both. */
export interface DocumentCensus {
  readonly table: QualifiedName
  readonly documents: number
  /** Of BSON. */
  readonly bytes: number
  /** Not all documents were looked at. */
  readonly isSample: boolean
  /** Documents that could not be read: they are in no other count. */
  readonly faulty: number
  /** Of the documents themselves. */
  readonly fields: readonly FieldCensus[]
  /** As {@link ValueCensus.otherFields}. */
  readonly otherFields?: ValueCensus | undefined
}

/** A field of documents that stand at one path. */
export interface FieldCensus extends ValueCensus {
  readonly name: string
  /** Values whose document has one of the same name before them; absent: there are none. */
  readonly repeats?: number | undefined
}

/** The values at one path: of a field, or of all elements of arrays together. */
export interface ValueCensus {
  /** Those that there are. Who has none of them has no such field: their counts together are less than those of documents. */
  readonly types: readonly TypeCensus[]
  /** Of those that are documents: their fields, in the order in which they were seen first. */
  readonly fields: readonly FieldCensus[]
  /**
   * The documents have more than {@link maxCountedFields} names, or the collection more paths than are counted each for
   * itself: what stands under all further ones.
   */
  readonly otherFields?: ValueCensus | undefined
  /** Of those that are arrays: what their elements are. */
  readonly elements?: ValueCensus | undefined
}

/** Values of one type at one path. Numbers are decimal text: all digits, very large and small ones as `1.5e+21`. */
export interface TypeCensus {
  readonly type: ValueType
  readonly count: number
  /** Of `int`, `long`, `double` and `decimal` (without NaN and infinities) and `date` (milliseconds since 1970). */
  readonly min?: string | undefined
  readonly max?: string | undefined
  /** Of `double` and `decimal`: most digits before the point without zeros in front, and behind it without zeros at the end. */
  readonly wholeDigits?: number | undefined
  readonly fractionDigits?: number | undefined
  /** Longest `string` and the like in characters, `binData` in bytes, `array` and `object` in elements. */
  readonly maxLength?: number | undefined
  /** Of `array` and `object`: all their elements together. */
  readonly elements?: number | undefined
  /** Of `double` and `decimal`: NaN and the infinities. */
  readonly notFinite?: number | undefined
  /** Of `string` and the like: those that hold U+0000, and those that are no UTF-8, which have no length. */
  readonly nulBytes?: number | undefined
  readonly invalidText?: number | undefined
  /** Of `binData`: the least subtype that there is, and the greatest. */
  readonly subtypes?: readonly [least: number, greatest: number] | undefined
  /** `_id` of the first three documents that have it, as canonical Extended JSON. */
  readonly firstKeys: readonly string[]
}
