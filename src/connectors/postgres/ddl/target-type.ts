import type { EnumType } from '../../../model/plan.ts'
import type { QualifiedName } from '../../../model/relation.ts'

export type TypeClass =
  | 'bool'
  | 'int'
  | 'numeric'
  | 'float'
  | 'text'
  /** `char(n)`: the server ignores spaces at its end when it compares. */
  | 'padded text'
  | 'bytea'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'timestamptz'
  | 'interval'
  | 'uuid'
  | 'bits'
  | 'json'
  | 'jsonb'
  | 'inet'
  | 'array'
  | 'enum'
  /** An extension's or a user's own type: nothing is known of it. */
  | 'other'

/** What a column's type text means to defaults, indexes and expressions. */
export interface TargetType {
  readonly class: TypeClass
  /** As the plan has it. */
  readonly text: string
  /** Length, or precision and scale. */
  readonly args: readonly number[]
  /** Labels of an enum. */
  readonly labels: readonly string[]
}

const builtIn: { readonly [name: string]: TypeClass } = {
  boolean: 'bool',
  bool: 'bool',
  smallint: 'int',
  integer: 'int',
  bigint: 'int',
  int: 'int',
  int2: 'int',
  int4: 'int',
  int8: 'int',
  numeric: 'numeric',
  decimal: 'numeric',
  real: 'float',
  'double precision': 'float',
  float4: 'float',
  float8: 'float',
  text: 'text',
  varchar: 'text',
  'character varying': 'text',
  char: 'padded text',
  character: 'padded text',
  bpchar: 'padded text',
  bytea: 'bytea',
  date: 'date',
  time: 'time',
  'time without time zone': 'time',
  timestamp: 'timestamp',
  'timestamp without time zone': 'timestamp',
  timestamptz: 'timestamptz',
  'timestamp with time zone': 'timestamptz',
  interval: 'interval',
  uuid: 'uuid',
  bit: 'bits',
  'bit varying': 'bits',
  varbit: 'bits',
  json: 'json',
  jsonb: 'jsonb',
  inet: 'inet',
}

/** Reads a type's text, such as `numeric(20,0)`, `timestamp(6) with time zone`, `text[]` or `"app"."mood"`. */
export function targetType(text: string, enumTypes: readonly EnumType[]): TargetType {
  const trimmed = text.trim()
  if (trimmed.endsWith(']')) return { class: 'array', text, args: [], labels: [] }
  const name = parseQualified(trimmed)
  const known = enumTypes.find((type) => isNamed(type.name, name))
  if (known) return { class: 'enum', text, args: [], labels: known.labels }
  // Its own operators are used wherever it meets a literal; else it is text.
  if (name.at(-1) === 'citext') return { class: 'text', text, args: [], labels: [] }
  const modifier = /\(([\d\s,]*)\)/.exec(trimmed)
  const args = modifier ? (modifier[1] ?? '').split(',').map(Number) : []
  const base = trimmed
    .toLowerCase()
    .replace(/\([^)]*\)/, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return { class: builtIn[base.replace(/^pg_catalog\./, '')] ?? 'other', text, args, labels: [] }
}

/** Bits of an integer type that can have an identity; undefined for every other type. */
export function integerBits(text: string): 16 | 32 | 64 | undefined {
  switch (text.trim().toLowerCase()) {
    case 'smallint':
    case 'int2':
      return 16
    case 'integer':
    case 'int':
    case 'int4':
      return 32
    case 'bigint':
    case 'int8':
      return 64
    default:
      return undefined
  }
}

function parseQualified(text: string): readonly string[] {
  const parts: string[] = []
  for (const match of text.matchAll(/"((?:[^"]|"")*)"|([^".\s(]+)/g)) {
    parts.push(match[1] === undefined ? (match[2] ?? '').toLowerCase() : match[1].replaceAll('""', '"'))
  }
  return parts
}

function isNamed(type: QualifiedName, parts: readonly string[]): boolean {
  if (parts.length === 1) return parts[0] === type.name
  return parts.length === 2 && parts[0] === type.schema && parts[1] === type.name
}
