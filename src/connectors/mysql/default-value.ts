import { readDefault } from '../../format/sql-text/column-definition.ts'
import { SqlTextError } from '../../format/sql-text/sql-text-error.ts'
import type { DefaultSyntax } from '../../format/sql-text/table-syntax.ts'
import { TokenReader } from '../../format/sql-text/token-reader.ts'
import type { Literal } from '../../model/expression.ts'
import type { DefaultValue, NativeType } from '../../model/relation.ts'
import { parseServerExpression, unwrapServerText } from './expression-text.ts'
import type { ServerFacts } from './server-facts.ts'

type Flavor = ServerFacts['flavor']

const numberNames = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'float', 'double', 'year'])
const byteNames = new Set(['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'])
const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

/** Whether values of the type are bytes: its defaults are read as bytes. */
export function isByteType(native: NativeType): boolean {
  return byteNames.has(native.name)
}

/**
 * A default as MySQL's `COLUMN_DEFAULT` has it: a constant is bare text, bits are `b'…'`, bytes are `0x…`, but cut at the
 * first NUL. `extra` says `DEFAULT_GENERATED` for an expression and, from 8.0 on, for CURRENT_TIMESTAMP.
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
  const hex = isByteType(native) ? /^0x((?:[0-9a-f]{2})*)$/i.exec(columnDefault)?.[1] : undefined
  return hex === undefined ? textDefault(native, columnDefault) : bytesDefault(native, Buffer.from(hex, 'hex'))
}

/** A default as SQL: what MariaDB's `COLUMN_DEFAULT` has, or what follows DEFAULT in a statement. `NULL` is none. */
export function parseSqlDefault(native: NativeType, sql: string | null, flavor: Flavor): DefaultValue | undefined {
  if (sql === null) return undefined
  const syntax = readSyntax(sql)
  const isConstant = syntax !== undefined && syntax.kind !== 'expression' && syntax.kind !== 'currentTimestamp'
  return isConstant ? toDefault(native, syntax, flavor) : expressionDefault(native, sql, flavor)
}

function readSyntax(sql: string): DefaultSyntax | undefined {
  try {
    const reader = new TokenReader(sql)
    const syntax = readDefault(reader)
    return reader.atEnd ? syntax : undefined
  } catch (error) {
    // An expression that is more than a constant or a call.
    if (error instanceof SqlTextError) return undefined
    throw error
  }
}

/** A default as a CREATE TABLE statement has it. */
export function toDefault(native: NativeType, syntax: DefaultSyntax, flavor: Flavor): DefaultValue | undefined {
  switch (syntax.kind) {
    case 'null':
      return undefined
    case 'string':
      return stringDefault(native, syntax)
    case 'number':
      return textDefault(native, syntax.text)
    case 'hex':
      return bytesDefault(native, Buffer.from(evenDigits(syntax.digits), 'hex'))
    case 'bits':
      return bitsDefault(native, syntax.digits)
    case 'currentTimestamp': {
      const sql = syntax.precision === 0 ? 'CURRENT_TIMESTAMP' : `CURRENT_TIMESTAMP(${syntax.precision})`
      return expressionDefault(native, sql, flavor)
    }
    case 'expression':
      return expressionDefault(native, syntax.text, flavor)
  }
}

function stringDefault(native: NativeType, syntax: DefaultSyntax & { kind: 'string' }): DefaultValue {
  if (isByteType(native)) return bytesDefault(native, Buffer.from(syntax.bytes))
  const sql = syntax.text === undefined ? `X'${Buffer.from(syntax.bytes).toString('hex')}'` : quote(syntax.text)
  const isUtf8 = syntax.charset === undefined || syntax.charset.startsWith('utf8')
  if (syntax.text === undefined || !isUtf8) return { kind: 'expression', sql }
  return textDefault(native, syntax.text)
}

/** A constant that is text, or what the constants of the type look like in text. Bytes are those of UTF-8. */
export function textDefault(native: NativeType, text: string): DefaultValue {
  if (native.name === 'bit') {
    const digits = /^b'([01]*)'$/i.exec(text)?.[1] ?? (/^\d+$/.test(text) ? BigInt(text).toString(2) : undefined)
    return digits === undefined ? { kind: 'expression', sql: text } : bitsDefault(native, digits)
  }
  if (isByteType(native)) return bytesDefault(native, Buffer.from(text, 'utf8'))
  if (numberNames.has(native.name) && number.test(text)) {
    // ZEROFILL pads with zeros what is printed, not what is meant.
    const plain = text.replace(/^\+/, '').replace(/^(-?)0+(?=\d)/, '$1')
    return { kind: 'number', text: plain, sql: plain }
  }
  return { kind: 'literal', text, sql: quote(text) }
}

/** A constant that is bytes; BINARY(n) pads them with zeros. A text type takes them as UTF-8. */
export function bytesDefault(native: NativeType, bytes: Buffer): DefaultValue {
  if (native.name === 'bit') {
    return bitsDefault(native, [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join(''))
  }
  if (!isByteType(native)) return textDefault(native, bytes.toString('utf8'))
  const length = native.name === 'binary' ? Math.max(native.args[0] ?? 1, bytes.length) : bytes.length
  const hex = bytes.toString('hex').padEnd(length * 2, '0')
  return { kind: 'bytes', hex, sql: `X'${hex}'` }
}

function bitsDefault(native: NativeType, digits: string): DefaultValue {
  if (native.name !== 'bit') return textDefault(native, BigInt(`0b0${digits}`).toString())
  const text = digits.replace(/^0+/, '').padStart(native.args[0] ?? 1, '0')
  return { kind: 'bits', text, sql: `b'${text}'` }
}

function expressionDefault(native: NativeType, sql: string, flavor: Flavor): DefaultValue | undefined {
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
      return { ...textDefault(native, literal.type === 'string' ? literal.value : literal.text), sql }
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

function evenDigits(digits: string): string {
  return digits.length % 2 === 0 ? digits : `0${digits}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
