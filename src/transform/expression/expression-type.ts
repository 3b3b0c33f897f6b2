import type { CanonicalType } from '../../model/canonical-type.ts'
import type { ExactDecimal } from './exact-decimal.ts'

/**
 * What a part of an expression comes to, known before the first row. `null` is the type of the word `null` alone: that a
 * value may be NULL is not a part of its type. `dyn` is a value of JSON, whose type each row has for itself.
 */
export type ExpressionType = ScalarType | 'dyn' | ListType

export type ScalarType =
  | 'null'
  | 'bool'
  | 'int'
  | 'decimal'
  | 'double'
  | 'string'
  | 'bytes'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'instant'

export interface ListType {
  readonly list: ExpressionType
}

/**
 * A value by its type. The type says what a value means: nothing in it does, but in a `dyn`, which holds only null, bool,
 * int, decimal, string, lists and maps.
 *
 * | type                   | value                                                      |
 * |------------------------|------------------------------------------------------------|
 * | `int`                  | bigint, −2^63 … 2^64−1                                     |
 * | `decimal`              | ExactDecimal                                               |
 * | `double`               | number                                                     |
 * | `bytes`                | string of lower-case hexadecimal digits                    |
 * | `date`                 | number of days since 2000-01-01, as in a cell              |
 * | `time`                 | number of µs since midnight                                |
 * | `timestamp`, `instant` | bigint, µs since 2000-01-01, as in a cell                  |
 * | list                   | array                                                      |
 * | a JSON object          | Map, so that no key is a word of JavaScript                |
 */
export type ExpressionValue =
  | null
  | boolean
  | bigint
  | number
  | string
  | ExactDecimal
  | readonly ExpressionValue[]
  | ReadonlyMap<string, ExpressionValue>

export interface ExpressionColumn {
  readonly name: string
  readonly type: CanonicalType
  readonly nullable: boolean
}

export const listOfNothing: ListType = { list: 'null' }

export function isList(type: ExpressionType): type is ListType {
  return typeof type === 'object'
}

export function isSameType(one: ExpressionType, other: ExpressionType): boolean {
  if (isList(one) && isList(other)) return isSameType(one.list, other.list)
  return one === other
}

/** As messages name it, such as `list of int`. */
export function typeName(type: ExpressionType): string {
  if (isList(type)) return type.list === 'null' ? 'list' : `list of ${typeName(type.list)}`
  return type === 'dyn' ? 'JSON value' : type
}

/** {@link typeName} with its article. */
export function aType(type: ExpressionType): string {
  return `${type === 'int' || type === 'instant' ? 'an' : 'a'} ${typeName(type)}`
}

/** Whether a `dyn` could hold such a value, which then says by itself what it is. */
export function isJsonType(type: ExpressionType): boolean {
  if (isList(type)) return isJsonType(type.list)
  return (
    type === 'dyn' || type === 'null' || type === 'bool' || type === 'int' || type === 'decimal' || type === 'string'
  )
}

/** The type that the values of a column have; undefined where expressions cannot read them. */
export function typeOfColumn(type: CanonicalType): ExpressionType | undefined {
  switch (type.kind) {
    case 'bool':
    case 'int':
    case 'decimal':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
    case 'bytes':
      return type.kind
    case 'float32':
    case 'float64':
      return 'double'
    case 'geometry':
      return 'bytes'
    case 'text':
    case 'enum':
    case 'uuid':
    case 'inet':
    case 'objectId':
    case 'bits':
    case 'interval':
      return 'string'
    case 'set':
      return { list: 'string' }
    case 'array': {
      const element = typeOfColumn(type.of)
      return element === undefined ? undefined : { list: element }
    }
    case 'json':
    case 'document':
      return 'dyn'
    case 'native':
      return undefined
  }
}

/** The canonical type of a column that is made by an expression of this type, where nobody says another. */
export function canonicalTypeOf(type: ExpressionType): CanonicalType {
  if (isList(type)) return { kind: 'json' }
  switch (type) {
    case 'null':
    case 'string':
      return { kind: 'text' }
    case 'int':
      return { kind: 'int', bits: 64, signed: true }
    case 'double':
      return { kind: 'float64' }
    case 'dyn':
      return { kind: 'json' }
    case 'bool':
    case 'decimal':
    case 'bytes':
    case 'date':
      return { kind: type }
    case 'time':
    case 'timestamp':
    case 'instant':
      return { kind: type, precision: 6 }
  }
}
