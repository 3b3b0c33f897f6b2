import type { Literal } from '../../model/expression.ts'
import type { DefaultValue, NativeType } from '../../model/relation.ts'
import { parseServerExpression, unwrapServerText } from './expression-text.ts'
import type { ServerFacts } from './server-facts.ts'
import { decodeString } from './string-text.ts'

const numberNames = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'year'])
const byteNames = new Set(['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'])

/** Whether values of the type are bytes: their defaults are read as bytes. */
export function isByteType(native: NativeType): boolean {
  return byteNames.has(native.name)
}

/**
 * A default as MySQL's `COLUMN_DEFAULT` has it: a constant is bare text, bits are `b'…'`, bytes are `0x…` cut at the
 * first NUL (catalog/exact-defaults.ts asks for the rest). `extra` says `DEFAULT_GENERATED` for an expression and, from
 * 8.0 on, for CURRENT_TIMESTAMP.
 */
export function parseMysqlDefault(
  native: NativeType,
  columnDefault: string | null,
  extra: string,
): DefaultValue | undefined {
  if (columnDefault === null) return undefined
  const now = parseNow(native, columnDefault)
  if (now !== undefined) return now
  if (/\bDEFAULT_GENERATED\b/i.test(extra)) return expressionDefault(native, unwrapServerText(columnDefault), 'mysql')
  return constantDefault(native, columnDefault)
}

/**
 * A default as SQL text: MariaDB's `COLUMN_DEFAULT`, and what follows DEFAULT in either server's SHOW CREATE TABLE or
 * dump. `NULL` is no default.
 */
export function parseSqlDefault(native: NativeType, sql: string | null): DefaultValue | undefined {
  const text = sql?.trim()
  if (text === undefined || /^null$/i.test(text)) return undefined
  const now = parseNow(native, text)
  if (now !== undefined) return now
  const constant = readConstant(text)
  if (constant === undefined) return expressionDefault(native, text, 'mariadb')
  if (typeof constant === 'string') return constantDefault(native, constant)
  return bytesDefault(native, constant)
}

/** A default whose value is known exactly: text for text types, else what the type's constants look like. */
export function constantDefault(native: NativeType, text: string): DefaultValue {
  if (native.name === 'bit') return bitsDefault(native, text)
  if (isByteType(native)) {
    const hex = /^0x((?:[0-9a-f]{2})*)$/i.exec(text)?.[1]
    return bytesDefault(native, hex === undefined ? Buffer.from(text, 'utf8') : Buffer.from(hex, 'hex'))
  }
  if (numberNames.has(native.name) && /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) {
    // ZEROFILL pads with zeros what is printed, not what is meant.
    const plain = text.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1')
    return { kind: 'number', text: plain, sql: plain }
  }
  return { kind: 'literal', text, sql: `'${text.replaceAll("'", "''")}'` }
}

/** A default of a type made of bytes; BINARY(n) pads with zero bytes. A text type reads them as UTF-8. */
export function bytesDefault(native: NativeType, bytes: Buffer): DefaultValue {
  if (!isByteType(native) && native.name !== 'bit') return constantDefault(native, bytes.toString('utf8'))
  if (native.name === 'bit') {
    const digits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
    return bitsDefault(native, `b'${digits}'`)
  }
  const length = native.name === 'binary' ? Math.max(native.args[0] ?? 1, bytes.length) : bytes.length
  const hex = bytes.toString('hex').padEnd(length * 2, '0')
  return { kind: 'bytes', hex, sql: `X'${hex}'` }
}

function bitsDefault(native: NativeType, text: string): DefaultValue {
  const length = native.args[0] ?? 1
  const digits = /^b'([01]*)'$/i.exec(text)?.[1] ?? (/^\d+$/.test(text) ? BigInt(text).toString(2) : undefined)
  if (digits === undefined) return { kind: 'expression', sql: text }
  const bits = digits.replace(/^0+/, '').padStart(length, '0')
  return { kind: 'bits', text: bits, sql: `b'${bits}'` }
}

function expressionDefault(native: NativeType, sql: string, flavor: ServerFacts['flavor']): DefaultValue | undefined {
  const now = parseNow(native, stripParentheses(sql))
  if (now !== undefined) return now
  const expression = parseServerExpression(sql, flavor)
  return expression?.kind === 'literal'
    ? literalDefault(native, sql, expression)
    : { kind: 'expression', expression, sql }
}

/** MySQL has constants of TEXT, BLOB and JSON columns as expressions. */
function literalDefault(native: NativeType, sql: string, literal: Literal): DefaultValue | undefined {
  switch (literal.type) {
    case 'null':
      return undefined
    case 'string':
    case 'number':
      return { ...constantDefault(native, literal.type === 'string' ? literal.value : literal.text), sql }
    case 'hex':
      return { ...bytesDefault(native, Buffer.from(literal.digits, 'hex')), sql }
    default:
      return { kind: 'expression', expression: literal, sql }
  }
}

/** `CURRENT_TIMESTAMP(6)` and its synonyms, in a column that holds a date and a time. */
function parseNow(native: NativeType, text: string): DefaultValue | undefined {
  if (native.name !== 'datetime' && native.name !== 'timestamp') return undefined
  const found = /^(?:current_timestamp|now|localtime|localtimestamp)\s*(?:\(\s*(\d*)\s*\))?$/i.exec(text)
  if (found === null) return undefined
  return { kind: 'now', precision: Number(found[1] ?? 0), sql: text }
}

function stripParentheses(text: string): string {
  const inner = /^\(([^()]*(?:\([^()]*\))?)\)$/.exec(text.trim())?.[1]
  return inner === undefined ? text : stripParentheses(inner)
}

/** A constant in SQL: text of a number, bits or string, or bytes of a hexadecimal literal; undefined: an expression. */
function readConstant(sql: string): string | Buffer | undefined {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(sql)) return sql
  if (/^b'[01]*'$/i.test(sql)) return sql
  const hex = /^(?:0x((?:[0-9a-f]{2})*)|x'((?:[0-9a-f]{2})*)')$/i.exec(sql)
  if (hex !== null) return Buffer.from(hex[1] ?? hex[2] ?? '', 'hex')
  const quoted = /^'((?:[^'\\]|\\[^]|'')*)'$/.exec(sql)?.[1]
  return quoted === undefined ? undefined : decodeString(quoted)
}
