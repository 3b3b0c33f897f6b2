import { parseExpression } from '../../../format/sql-text/expression.ts'
import type { Expression } from '../../../model/expression.ts'

/** A string, a quoted name, a word, a number, a cast, `ARRAY[…]`’s brackets, or an operator. */
const tokens = /\s+|'(?:[^'\\]|'')*'|"(?:[^"`]|"")+"|[a-z_][a-z0-9_]*|[0-9]+(?:\.[0-9]+)?|::|<>|<=|>=|[-+*%=<>(),[\]]/iy

/** Types by what they hold, as far as a constant or a column of them stays the same value. */
const plainTypes = {
  text: /^(?:text|character varying|character|bpchar)(?:\(\d+\))?(?![\w ]*\w)/,
  number: /^(?:smallint|integer|bigint|numeric|real|double precision)(?:\(\d+(?:, *\d+)?\))?(?![\w ]*\w)/,
  day: /^(?:date|timestamp(?:\(\d\))? without time zone)/,
  texts: /^(?:text|character varying)\[\]/,
} as const

/** Functions that mean the same in the neutral grammar, by how they are called there. */
const functions: { readonly [name: string]: string } = {
  abs: 'abs',
  lower: 'lower',
  upper: 'upper',
  coalesce: 'coalesce',
  length: 'char_length',
  char_length: 'char_length',
}

const words: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'IS', 'NULL', 'ANY', 'ARRAY', 'TRUE', 'FALSE'])

/**
 * The neutral form of an expression as `pg_get_expr` prints it: comparisons, sums and lists of columns and constants.
 * Undefined for whatever is beyond that, such as patterns, `||`, which the neutral grammar takes for OR, and casts that
 * make another value.
 *
 * @param isText Whether a column holds text of any length
 */
export function neutralExpression(sql: string, isText: (column: string) => boolean): Expression | undefined {
  const parts = neutralParts(sql, isText)
  return parts && parseExpression(parts.join(' ').replaceAll(/= ANY (?:\( )+ARRAY \[ ([^[\]]*) \](?: \))+/g, inList))
}

/** The text goes on behind the list with as many brackets as were opened before it. */
function inList(whole: string, list: string): string {
  const opened = whole.split(' ').filter((part) => part === '(').length
  const inside = list.split(' ').filter((part) => part === '(').length
  const closed =
    whole.split(' ').filter((part) => part === ')').length - list.split(' ').filter((part) => part === ')').length
  return `IN ( ${list} )${' )'.repeat(Math.max(0, closed - (opened - inside)))}`
}

function neutralParts(sql: string, isText: (column: string) => boolean): string[] | undefined {
  const parts: string[] = []
  let at = 0
  while (at < sql.length) {
    tokens.lastIndex = at
    const token = tokens.exec(sql)?.[0]
    if (token === undefined) return undefined
    at += token.length
    if (token.trim() === '') continue
    if (token === '::') {
      const type = plainCast(sql.slice(at), parts, isText)
      if (type === undefined) return undefined
      at += type.length
      continue
    }
    const neutral = neutralToken(token, /^\s*\(/.test(sql.slice(at)))
    if (neutral === undefined) return undefined
    parts.push(neutral)
  }
  return parts
}

/** The type of a cast that leaves what stands before it as it is. */
function plainCast(rest: string, parts: readonly string[], isText: (column: string) => boolean): string | undefined {
  const isBracketed = parts.at(-1) === ')'
  // What stands alone in brackets; of a longer expression it is no operand.
  const operand =
    (isBracketed ? (parts.at(-3) === '(' ? parts.at(-2) : parts.at(-2) === ']' ? ']' : undefined) : parts.at(-1)) ?? ''
  const typeOf = (kind: keyof typeof plainTypes): string | undefined => plainTypes[kind].exec(rest)?.[0]
  if (operand === ']') return typeOf('texts')
  if (/^\d/.test(operand)) return typeOf('number')
  if (operand.startsWith('`')) return isText(operand.slice(1, -1)) ? typeOf('text') : undefined
  if (!operand.startsWith("'")) return undefined
  if (/^'\d{4}-\d\d-\d\d/.test(operand)) return typeOf('text') ?? typeOf('day')
  return typeOf('text') ?? (/^'-?\d+(\.\d+)?'$/.test(operand) ? typeOf('number') : undefined)
}

function neutralToken(token: string, isCalled: boolean): string | undefined {
  if (token.startsWith('"')) return isCalled ? undefined : `\`${token.slice(1, -1).replaceAll('""', '"')}\``
  if (!/^[a-z_]/i.test(token)) return token
  if (words.has(token.toUpperCase()) && token === token.toUpperCase()) return token
  // The server quotes every name that is not in lower case.
  if (token !== token.toLowerCase()) return undefined
  if (token === 'true' || token === 'false') return token.toUpperCase()
  return isCalled ? functions[token] : `\`${token}\``
}
