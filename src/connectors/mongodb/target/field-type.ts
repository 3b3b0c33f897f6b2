/**
 * What a field holds, in the words that plans and mapping files have for it: MongoDB's own aliases of its types, and six
 * more for what takes several of them, or one in a certain form.
 *
 * | type              | a value of it                                                        |
 * |-------------------|----------------------------------------------------------------------|
 * | `long or decimal` | a long; from 2^63 on a decimal                                       |
 * | `uuid`            | binary data of subtype 4; `binData` is of subtype 0                  |
 * | `interval`        | `{months, days, micros}`, all three of them longs                    |
 * | `any`             | whatever the JSON says: an object, an array, a string, a number …    |
 * | `id`              | whatever one value of canonical Extended JSON says                   |
 * | `bson`            | no field: the whole document                                         |
 *
 * Of an array whose elements are all of one of them there is `array of double`, and so on: {@link elementTypeOf}.
 */
export const fieldTypes = [
  'bool',
  'int',
  'long',
  'long or decimal',
  'double',
  'decimal',
  'string',
  'binData',
  'uuid',
  'objectId',
  'date',
  'interval',
  'array',
  'object',
  'any',
  'id',
  'bson',
] as const

export type FieldType = (typeof fieldTypes)[number]

export function isFieldType(text: string): text is FieldType {
  return fieldTypes.some((type) => type === text)
}

/** Of an array, in as many dimensions as it has, what its elements are; undefined where it is another type. */
export function elementTypeOf(text: string): string | undefined {
  return /^array of (.+)$/.exec(text)?.[1]
}
