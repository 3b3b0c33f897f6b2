import type { DefaultValue, NativeType } from '../../../model/relation.ts'

const numbers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'numeric', 'float4', 'float8', 'oid'])
const clocks: ReadonlySet<string> = new Set(['timestamp', 'timestamptz', 'date', 'time'])

/** What a default of PostgreSQL, as `pg_get_expr` prints it, says; undefined: NULL, which is as good as none. */
export function defaultValueOf(sql: string, native: NativeType): DefaultValue | undefined {
  const text = withoutCast(sql.trim())
  if (/^null$/i.test(text)) return undefined
  const now = nowOf(text, native)
  if (now !== undefined) return { kind: 'now', precision: now, sql }
  if (native.name === 'uuid' && text === 'gen_random_uuid()') {
    return { kind: 'expression', sql, expression: { kind: 'call', name: 'uuid', args: [] } }
  }
  const constant = constantOf(text)
  if (constant === undefined) return { kind: 'expression', sql }
  if (native.name === 'bool') {
    const truth = /^(t|true)$/i.test(constant) ? '1' : /^(f|false)$/i.test(constant) ? '0' : undefined
    return truth === undefined ? { kind: 'expression', sql } : { kind: 'number', text: truth, sql }
  }
  if (numbers.has(native.name) && /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(constant)) {
    return { kind: 'number', text: constant, sql }
  }
  // What a word such as 'now' means is found out when it is read, which is not when a row is made.
  if (numbers.has(native.name) || (clocks.has(native.name) && /[a-z]{3}/i.test(constant))) {
    return { kind: 'expression', sql }
  }
  if (native.name === 'bytea') {
    const hex = /^\\x((?:[0-9a-f]{2})*)$/i.exec(constant)?.[1]
    return hex === undefined ? { kind: 'expression', sql } : { kind: 'bytes', hex: hex.toLowerCase(), sql }
  }
  if (native.name === 'bit' || native.name === 'varbit') {
    return /^[01]*$/.test(constant) ? { kind: 'bits', text: constant, sql } : { kind: 'expression', sql }
  }
  return { kind: 'literal', text: constant, sql }
}

/**
 * Without the casts behind a constant or a bracketed one. The last is to the column's own type; one before it may have made
 * another value, such as a date, but where it is to a text or a number.
 */
function withoutCast(sql: string, isLast = true): string {
  const [, inner = '', type = ''] = isLast || plainCast.test(sql) ? (anyCast.exec(sql) ?? []) : []
  const operand = inner.trim()
  if (type === '' || !isBalanced(operand)) return bracketless(sql)
  return withoutCast(bracketless(operand), false)
}

const anyCast =
  /^(.*?)::((?:"(?:[^"]|"")*"|[a-z_][\w. ]*)(?:\.(?:"(?:[^"]|"")*"|\w+))?(?:\(\d+(?:,\s*-?\d+)?\))?(?: with(?:out)? time zone)?(?:\[\])?)$/is
const plainCast = /::(text|character varying|character|bpchar|smallint|integer|bigint|numeric)(\([\d,]+\))?$/i

function bracketless(sql: string): string {
  const inner = /^\((.*)\)$/s.exec(sql)?.[1]
  return inner !== undefined && isBalanced(inner) ? bracketless(inner.trim()) : sql
}

/** Quotes are closed, and no bracket is closed that was not opened. */
function isBalanced(sql: string): boolean {
  const plain = sql.replaceAll(/'(?:[^']|'')*'/g, '').replaceAll(/"(?:[^"]|"")*"/g, '')
  if (/['"]/.test(plain)) return false
  let depth = 0
  for (const character of plain) {
    if (character === '(') depth++
    else if (character === ')' && --depth < 0) return false
  }
  return depth === 0
}

function constantOf(text: string): string | undefined {
  if (/^-?\s?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return text.replace(' ', '')
  if (/^(true|false)$/i.test(text)) return text
  const found = /^(E|B)?'((?:[^']|'')*)'$/is.exec(text)
  if (found === null) return undefined
  const inner = (found[2] ?? '').replaceAll("''", "'")
  if (found[1] !== 'E') return inner
  // The server writes no other escape.
  return /^(?:[^\\]|\\\\)*$/s.test(inner) ? inner.replaceAll('\\\\', '\\') : undefined
}

/** Digits of the second of the current time, where the text says it and the column holds it. */
function nowOf(text: string, native: NativeType): number | undefined {
  if (!clocks.has(native.name)) return undefined
  const precision = native.args[0] ?? (native.name === 'date' ? 0 : 6)
  if (/^(now\(\)|transaction_timestamp\(\)|current_timestamp|localtimestamp|current_date|localtime)$/i.test(text))
    return precision
  const digits = /^(?:current_timestamp|localtimestamp|localtime)\((\d)\)$/i.exec(text)?.[1]
  return digits === undefined ? undefined : Math.min(Number(digits), precision)
}
