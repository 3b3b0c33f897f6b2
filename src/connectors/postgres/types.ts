import type { TextEquality } from '../../contract/target.ts'
import { nearest } from '../../errors/nearest.ts'

/** A column's type in the target, domains resolved to what they are made of. */
export interface TargetType {
  /** `unknown`: a type of the user's own whose catalog row nobody has read yet, as at plan time. */
  readonly kind: 'base' | 'enum' | 'array' | 'other' | 'unknown'
  /** The catalog's name, such as `int4` or `varchar`. */
  readonly name: string
  /** As people write it, such as `character varying(10)`. */
  readonly text: string
  /** 0 where nobody has read the catalog. */
  readonly oid: number
  /** The catalog's type modifier; −1 for none. That of an array is its elements'. */
  readonly typmod: number
  /** Labels of an enum; absent where nobody has read the catalog. */
  readonly labels?: readonly string[] | undefined
  readonly element?: TargetType | undefined
}

/** Names that SQL has for a type, and the catalog's own. */
const aliases: { readonly [name: string]: string } = {
  boolean: 'bool',
  smallint: 'int2',
  integer: 'int4',
  int: 'int4',
  bigint: 'int8',
  smallserial: 'int2',
  serial: 'int4',
  bigserial: 'int8',
  decimal: 'numeric',
  dec: 'numeric',
  real: 'float4',
  'double precision': 'float8',
  float: 'float8',
  'character varying': 'varchar',
  'char varying': 'varchar',
  character: 'bpchar',
  char: 'bpchar',
  nchar: 'bpchar',
  'bit varying': 'varbit',
  'timestamp without time zone': 'timestamp',
  'timestamp with time zone': 'timestamptz',
  'time without time zone': 'time',
  'time with time zone': 'timetz',
}

/** Base types by the catalog's name: those that this connector knows something of. */
const known: ReadonlySet<string> = new Set([
  ...Object.values(aliases),
  'bytea',
  'cidr',
  'citext',
  'date',
  'inet',
  'interval',
  'json',
  'jsonb',
  'name',
  'oid',
  'text',
  'bit',
  'uuid',
  'xml',
])

/**
 * Reads a type as SQL writes it, such as `numeric(20,0)`, `timestamp(3) with time zone`, `public."mood"` or `text[]`.
 * A name that is none of the server's own is of kind `unknown`.
 */
export function parseTypeText(text: string): TargetType {
  const array = /^(.*?)\s*(?:\[\d*\]|\barray)$/is.exec(text.trim())
  if (array !== null) {
    const element = parseTypeText(array[1] ?? '')
    return { kind: 'array', name: `_${element.name}`, text, oid: 0, typmod: element.typmod, element }
  }
  const { name, args } = splitArguments(text)
  const catalogName = aliases[name] ?? name
  if (!known.has(catalogName)) return { kind: 'unknown', name, text, oid: 0, typmod: -1 }
  return { kind: 'base', name: catalogName, text, oid: 0, typmod: typmodOf(catalogName, name, args) }
}

/** The type of the server's own that a bare name which is none looks like. */
export function suggestType(text: string): string | undefined {
  const { kind, name } = parseTypeText(text)
  // In transload's own words the bits stand in brackets.
  const bits = /^(u?int)(8|16|32|64)$/.exec(name)
  if (kind === 'unknown' && bits !== null) return `${bits[1]}(${bits[2]})`
  if (kind !== 'unknown' || !/^[a-z0-9 ]+$/.test(name)) return undefined
  return nearest(name, [...Object.keys(aliases), ...known])
}

/** Of char(n), which does not mind blanks, and types whose collation only the catalog knows, nobody can tell. */
export function textEquality(text: string): TextEquality | undefined {
  const { name } = parseTypeText(text)
  if (name === 'citext') return 'but for case'
  return name === 'text' || name === 'varchar' ? 'same characters' : undefined
}

function splitArguments(text: string): { readonly name: string; readonly args: readonly number[] } {
  const found = /^([^(]*)(?:\(\s*(-?\d+)\s*(?:,\s*(-?\d+)\s*)?\))?(.*)$/s.exec(text.trim())
  const args = [found?.[2], found?.[3]].filter((arg) => arg !== undefined).map(Number)
  const words = `${found?.[1] ?? ''} ${found?.[4] ?? ''}`.trim().replaceAll(/\s+/g, ' ')
  // `"char"` is another type than char; citext lives in any schema.
  if (/^(pg_catalog\.)?"char"$/.test(words)) return { name: '"char"', args }
  if (/(^|\.)"?citext"?$/i.test(words)) return { name: 'citext', args }
  return { name: words.toLowerCase().replace(/^pg_catalog\./, ''), args }
}

function typmodOf(catalogName: string, name: string, args: readonly number[]): number {
  const [first, second] = args
  switch (catalogName) {
    case 'varchar':
      return first === undefined ? -1 : first + 4
    case 'bpchar':
      // A bare bpchar has no length, a bare char is one character.
      return first === undefined ? (name === 'bpchar' ? -1 : 5) : first + 4
    case 'numeric':
      return first === undefined ? -1 : ((first << 16) | ((second ?? 0) & 0x7ff)) + 4
    case 'bit':
      return first ?? 1
    case 'interval':
      return first === undefined ? -1 : (unrestrictedInterval << 16) | first
    case 'varbit':
    case 'time':
    case 'timetz':
    case 'timestamp':
    case 'timestamptz':
      return first ?? -1
    case 'float8':
      // float(24) and less is real: told from the bits by the caller that reads the catalog.
      return -1
    default:
      return -1
  }
}

/** The mask in an interval's modifier that lets every field in (timestamp.h: INTERVAL_FULL_RANGE). */
const unrestrictedInterval = 0x7fff

/** Characters that a varchar or bpchar takes; undefined for no limit. */
export function lengthLimit(type: TargetType): number | undefined {
  const isLimited = (type.name === 'varchar' || type.name === 'bpchar') && type.typmod >= 4
  return isLimited ? type.typmod - 4 : undefined
}

/** Precision and scale of a numeric; undefined for none. The scale may be negative from PostgreSQL 15 on. */
export function numericLimit(type: TargetType): { readonly precision: number; readonly scale: number } | undefined {
  if (type.typmod < 4) return undefined
  const packed = type.typmod - 4
  // Eleven bits with a sign (numeric.c: numeric_typmod_scale); older servers only ever set ten of them.
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 }
}

/** Digits of a fraction of a second that a time type keeps; undefined where it also leaves out whole fields. */
export function fractionLimit(type: TargetType): number | undefined {
  if (type.typmod < 0) return 6
  if (type.name !== 'interval') return Math.min(6, type.typmod)
  if (((type.typmod >> 16) & unrestrictedInterval) !== unrestrictedInterval) return undefined
  const precision = type.typmod & 0xffff
  // 0xffff: fields were named, digits were not (timestamp.h: INTERVAL_FULL_PRECISION).
  return precision === 0xffff ? 6 : precision
}
