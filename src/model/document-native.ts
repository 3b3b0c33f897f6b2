/**
 * What `NativeType.name` of a column of documents is: which values have a cell in it, and what the cell holds. A value
 * that is of another type than these, or that the cell cannot hold exactly, stands in `$rest`.
 */
export type DocumentNative = ValueNative | MadeNative

/** Values of the type of the name, and of those that can be widened to it without loss. */
export const valueNatives = [
  'objectId',
  'string',
  'int',
  /** `int` too. */
  'long',
  /** `int` too, and of `long` what is at most 2^53 away from zero. */
  'double',
  /** All numbers, as decimal text: of `double` the shortest that is read as the same number. */
  'decimal',
  'bool',
  'date',
  /** Seconds in the upper 32 bits of an unsigned integer of 64, the increment in the lower. */
  'timestamp',
  /** All that is no `uuid`, of whatever subtype (3, old UUIDs in one of three orders, as it is), 2 without the length of its own. */
  'binData',
  /** Binary data of subtype 4 and 16 bytes. */
  'uuid',
  'symbol',
  'javascript',
] as const

export type ValueNative = (typeof valueNatives)[number]

type MadeNative =
  // Values of any type.
  /** The shortest way that JSON has to say it: relaxed Extended JSON v2. */
  | 'json'
  /** Canonical Extended JSON v2. */
  | 'extendedJson'
  /** Canonical Extended JSON v2, as text: keys that are not all of one type. */
  | 'id'
  /** An array whose elements are all of the type that `NativeType.of` says; a native array of the target. */
  | 'valueArray'
  // Columns that stand for no value.
  /** `$document`: BSON, with `_id` in front of all other fields, where MongoDB puts it. */
  | 'bson'
  /** `$rest`: a document in canonical Extended JSON; its names are paths. */
  | 'rest'
  /** `$original`: BSON. */
  | 'original'
  /** `$ordinal`. */
  | 'ordinal'
  /** `$key`. */
  | 'key'
