import type { TypeSyntax } from '../../../../format/sql-text/table-syntax.ts'
import type { NativeType } from '../../../../model/relation.ts'
import { parseNativeType } from '../../native-type.ts'
import { charsetName, charsetOfCollation, collationName, defaultCollation } from './collations.ts'
import type { DumpServer } from './dump-server.ts'

/** Charset and collation of a table's text columns for which none is written. */
export interface TextDefaults {
  readonly charset: string
  readonly collation: string
}

/** Other names of types, which people write and no server prints. */
const synonyms: { readonly [name in string]?: string } = {
  bool: 'tinyint',
  boolean: 'tinyint',
  character: 'char',
  dec: 'decimal',
  fixed: 'decimal',
  float4: 'float',
  float8: 'double',
  int1: 'tinyint',
  int2: 'smallint',
  int3: 'mediumint',
  int4: 'int',
  int8: 'bigint',
  integer: 'int',
  middleint: 'mediumint',
  nchar: 'char',
  numeric: 'decimal',
  nvarchar: 'varchar',
  real: 'double',
}
const impliedArgs: { readonly [name in string]?: readonly string[] } = {
  binary: ['1'],
  bit: ['1'],
  bool: ['1'],
  boolean: ['1'],
  char: ['1'],
  decimal: ['10', '0'],
}
const textNames = new Set(['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext', 'enum', 'set'])

/** A column's type as the server's catalog would have it. */
export function toNativeType(
  type: TypeSyntax,
  srid: number | undefined,
  table: TextDefaults,
  server: DumpServer,
): NativeType {
  const name = synonyms[type.name] ?? type.name
  const text = typeText(type, name)
  if (!textNames.has(name)) return parseNativeType(text, { srid })
  return parseNativeType(text, textOf(type, table, server))
}

function textOf(type: TypeSyntax, table: TextDefaults, server: DumpServer): TextDefaults {
  const national = type.name === 'nchar' || type.name === 'nvarchar' ? 'utf8mb3' : undefined
  const written = type.charset ?? national
  return resolveText(written, type.collation, table, server)
}

/** What is written, and where nothing is, the outer defaults. */
export function resolveText(
  charset: string | undefined,
  collation: string | undefined,
  outer: TextDefaults,
  server: DumpServer,
): TextDefaults {
  if (collation !== undefined) {
    return { charset: charsetOfCollation(collation), collation: collationName(collation) }
  }
  if (charset === undefined) return outer
  const name = charsetName(charset)
  return { charset: name, collation: defaultCollation(name, server) }
}

function typeText(type: TypeSyntax, name: string): string {
  const labels = type.labels.map(quoteLabel)
  const implied = impliedArgs[type.name] ?? impliedArgs[name] ?? []
  const args = type.args.length > 0 && name === 'decimal' && type.args.length === 1 ? [...type.args, '0'] : type.args
  const list = name === 'enum' || name === 'set' ? labels : args.length > 0 ? args : implied
  const sign = type.unsigned ? ' unsigned' : ''
  return `${name}${list.length > 0 ? `(${list.join(',')})` : ''}${sign}${type.zerofill ? ' zerofill' : ''}`
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["'", "''"],
  ['\\', '\\\\'],
  ['\u0000', '\\0'],
  ['\n', '\\n'],
  ['\r', '\\r'],
])

function quoteLabel(label: string): string {
  // oxlint-disable-next-line no-control-regex -- NUL is one of the five
  return `'${label.replaceAll(/['\\\u0000\n\r]/g, (character) => escapes.get(character) ?? character)}'`
}
