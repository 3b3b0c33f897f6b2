import type { NativeType } from '../../../model/relation.ts'

/** Native types that are read alike. */
export type TypeFamily =
  | 'integer'
  | 'decimal'
  | 'float'
  | 'double'
  | 'date'
  | 'datetime'
  | 'time'
  | 'year'
  | 'bit'
  | 'enum'
  | 'set'
  | 'text'
  | 'binary'
  | 'json'
  | 'geometry'
  | 'vector'
  | 'uuid'
  | 'inet'

const families: { readonly [name in string]?: TypeFamily } = {
  tinyint: 'integer',
  smallint: 'integer',
  mediumint: 'integer',
  int: 'integer',
  integer: 'integer',
  bigint: 'integer',
  decimal: 'decimal',
  numeric: 'decimal',
  float: 'float',
  double: 'double',
  real: 'double',
  date: 'date',
  datetime: 'datetime',
  timestamp: 'datetime',
  time: 'time',
  year: 'year',
  bit: 'bit',
  enum: 'enum',
  set: 'set',
  char: 'text',
  varchar: 'text',
  tinytext: 'text',
  text: 'text',
  mediumtext: 'text',
  longtext: 'text',
  binary: 'binary',
  varbinary: 'binary',
  tinyblob: 'binary',
  blob: 'binary',
  mediumblob: 'binary',
  longblob: 'binary',
  json: 'json',
  geometry: 'geometry',
  point: 'geometry',
  linestring: 'geometry',
  polygon: 'geometry',
  multipoint: 'geometry',
  multilinestring: 'geometry',
  multipolygon: 'geometry',
  geometrycollection: 'geometry',
  geomcollection: 'geometry',
  vector: 'vector',
  uuid: 'uuid',
  inet4: 'inet',
  inet6: 'inet',
}

/** Undefined: a type that nobody has taught us. */
export function familyOf(native: NativeType): TypeFamily | undefined {
  return families[native.name]
}

const bitsOf: { readonly [name in string]?: number } = {
  tinyint: 8,
  smallint: 16,
  mediumint: 24,
  int: 32,
  integer: 32,
  bigint: 64,
}

/** Undefined: no integer. */
export function integerBits({ name }: NativeType): number | undefined {
  return bitsOf[name]
}
