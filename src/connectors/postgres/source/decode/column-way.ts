import { TransloadError } from '../../../../errors/transload-error.ts'
import { typeText } from '../../../../canonical/type-text.ts'
import type { CanonicalType } from '../../../../model/canonical-type.ts'
import type { ReadColumn } from '../../../../model/plan.ts'
import type { NativeType } from '../../../../model/relation.ts'
import { hexList, jsonOf, textList } from '../../list-expression.ts'

/** How a field of a COPY in binary form becomes a cell. */
export const way = {
  /** The bytes as they are. */
  copy: 0,
  /** Two, four or eight bytes, turned: the server sends the highest first. */
  turn2: 1,
  turn4: 2,
  turn8: 3,
  /** Behind a byte that says the form's version. */
  jsonb: 4,
  numeric: 5,
  interval: 6,
  inet: 7,
  bits: 8,
  /** Text, in a database that does not see to its being UTF-8. */
  checkedText: 9,
  /** The server's text of a value, which is read as one of the column's type. */
  parsed: 10,
  /** JSON of an array, behind a blank where its first indexes are lost. */
  list: 11,
} as const

export type Way = (typeof way)[keyof typeof way]

export interface ColumnWay {
  readonly way: Way
  /** What the server is asked for. @param quoted The column */
  readonly select: (quoted: string) => string
  /** What it answers with: the value in the form of its type, its text, or that text's bytes in hexadecimal digits. */
  readonly sent: 'value' | 'text' | 'hex'
  /** µs that a clock is a multiple of, where its type has fewer digits than the server's; 1: any. */
  readonly unit: number
}

/** Digits of a second that the server keeps where nobody says how many. */
const mostDigits = 6

const asText = (quoted: string): string => `${quoted}::pg_catalog.text`

/**
 * What there is of a column of this type on the way to its cells.
 *
 * @param isUtf8 Whether the database itself sees to it that its text is
 * @throws TL_C105 where the type cannot be had
 */
export function columnWay({ name, native, type }: ReadColumn, isUtf8: boolean): ColumnWay {
  const text = isUtf8 ? way.copy : way.checkedText
  const found = directWay(native, type, text)
  if (found !== undefined) return found
  // Text is the server's own of any type; another type is read of it.
  if (type.kind === 'text') return { way: text, select: asText, sent: 'text', unit: 1 }
  if (type.kind === 'array' || type.kind === 'geometry' || type.kind === 'native' || type.kind === 'set') {
    throw new TransloadError('TL_C105', {
      reason: `${name} is of the type ${native.text}, which cannot be read as ${typeText(type)}`,
      cure: 'Leave the column out (columns: {NAME: {drop: true}}), or give it another type.',
    })
  }
  if (type.kind === 'bytes') return { way: way.parsed, select: hexOf, sent: 'hex', unit: 1 }
  return { way: way.parsed, select: asText, sent: 'text', unit: 1 }
}

function hexOf(quoted: string): string {
  return `pg_catalog.encode(pg_catalog.convert_to(${quoted}::pg_catalog.text, 'UTF8'), 'hex')`
}

function directWay(native: NativeType, type: CanonicalType, text: Way): ColumnWay | undefined {
  const { name } = native
  const plain = (found: Way, unit = 1): ColumnWay => ({ way: found, select: (quoted) => quoted, sent: 'value', unit })
  const told = (found: Way, select: ColumnWay['select']): ColumnWay => ({ way: found, select, sent: 'text', unit: 1 })
  switch (type.kind) {
    case 'native':
      return plain(way.copy)
    case 'bool':
      return name === 'bool' ? plain(way.copy) : undefined
    case 'int':
      return name === integerNames[`${type.signed ? 'int' : 'uint'}${type.bits}`] ? plain(turns[type.bits]) : undefined
    case 'float32':
      return name === 'float4' ? plain(way.turn4) : undefined
    case 'float64':
      return name === 'float8' ? plain(way.turn8) : undefined
    case 'decimal':
      if (name === 'money') return told(way.numeric, (quoted) => `${quoted}::pg_catalog.numeric`)
      return name === 'numeric' ? plain(way.numeric) : undefined
    case 'date':
      return name === 'date' ? plain(way.turn4) : undefined
    case 'time':
      return name === 'time' ? plain(way.turn8, unitOf(native, type.precision)) : undefined
    case 'timestamp':
    case 'instant':
      // The clock of a moment is that of UTC.
      return name === 'timestamp' || name === 'timestamptz'
        ? plain(way.turn8, unitOf(native, type.precision))
        : undefined
    case 'interval':
      return name === 'interval' ? plain(way.interval) : undefined
    case 'uuid':
      return name === 'uuid' ? plain(way.copy) : undefined
    case 'bytes':
      return name === 'bytea' || name === 'uuid' ? plain(way.copy) : undefined
    case 'bits':
      return name === 'bit' ? plain(way.bits) : undefined
    case 'inet':
      return name === 'inet' || name === 'cidr' ? plain(way.inet) : undefined
    case 'json':
    case 'document':
      if (name === 'jsonb') return plain(way.jsonb)
      if (name === 'json') return plain(text)
      return name === 'array' ? told(way.list, (quoted) => marked(quoted, jsonOf(quoted))) : undefined
    case 'array':
      return name === 'array' ? told(way.list, (quoted) => marked(quoted, elementsOf(quoted, native.of))) : undefined
    case 'enum':
      return name === 'enum' ? plain(text) : undefined
    case 'text':
      if (name === 'varbit' || name === 'bit') return plain(way.bits)
      // Blanks that fill a length up are no part of the value: the server's own cast takes them off.
      if (name === 'bpchar' && native.args.length > 0) return told(text, asText)
      return textNames.has(name) || name === 'enum' ? plain(text) : undefined
    default:
      return undefined
  }
}

function unitOf({ args }: NativeType, precision: number): number {
  return precision < (args[0] ?? mostDigits) ? 10 ** (mostDigits - precision) : 1
}

const integerNames: { readonly [type: string]: string } = { int16: 'int2', int32: 'int4', int64: 'int8', uint32: 'oid' }
const turns = { 8: way.copy, 16: way.turn2, 32: way.turn4, 64: way.turn8 } as const
/** Types whose bytes on the wire are their text. */
const textNames: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name', 'citext', 'json'])
/** Elements whose JSON is their canonical text, or is read as it. */
const plainElements: ReadonlySet<string> = new Set([
  'bool',
  'int2',
  'int4',
  'int8',
  'numeric',
  'float4',
  'float8',
  'text',
  // A cast writes a netmask that says nothing.
  'inet',
])

/** Behind a blank where a dimension has a first index other than 1. */
function marked(quoted: string, json: string): string {
  const isOdd = `pg_catalog.array_dims(${quoted}) OPERATOR(pg_catalog.~) '\\[(?!1:)'`
  return `CASE WHEN ${isOdd} THEN pg_catalog.concat(' ', ${json}) ELSE ${json} END`
}

/** A JSON array of the elements' canonical texts. */
function elementsOf(quoted: string, of: NativeType | undefined): string {
  if (of === undefined || plainElements.has(of.name)) return jsonOf(quoted)
  // A cast takes off blanks that fill a length up, and, where there is none, those that somebody wrote.
  if (of.name === 'bpchar' && of.args.length === 0) return jsonOf(quoted)
  return of.name === 'bytea' ? hexList(quoted) : textList(quoted)
}
