import { Buffer } from 'node:buffer'
import type { BinaryOperator, Cast, Expression, Literal } from '../../model/expression.ts'
import { SqlTextError } from './sql-text-error.ts'
import { TokenReader } from './token-reader.ts'
import type { Token, TokenRules } from './tokens.ts'
import { unescapeLiteral } from './unescape.ts'

/**
 * Reads an expression as SHOW CREATE TABLE and the dump tools of MySQL 8 and 9 and MariaDB print it. Undefined for
 * whatever is beyond this grammar: subqueries, variables, aggregates, `||` (OR or concatenation, by a setting),
 * JSON_VALUE … RETURNING, strings in another character set than UTF-8 that are not plain ASCII.
 *
 * The precedence of operators is that of the servers' own grammar, for MariaDB prints no more parentheses than it needs.
 */
export function parseExpression(text: string, rules: TokenRules = {}): Expression | undefined {
  const reader = new TokenReader(text, rules)
  try {
    const expression = readExpression(reader)
    return reader.atEnd ? expression : undefined
  } catch (error) {
    if (error instanceof SqlTextError) return undefined
    throw error
  }
}

/**
 * The text of an expression from MySQL's `information_schema` (CHECK_CLAUSE, GENERATION_EXPRESSION, EXPRESSION of
 * STATISTICS), which shows it with every quote and backslash escaped once more; COLUMN_DEFAULT does too where EXTRA
 * says DEFAULT_GENERATED. MariaDB's needs none of this.
 */
export function unescapeSchemaExpression(text: string): string {
  const bytes = Buffer.from(text)
  const length = unescapeLiteral(bytes, 0, bytes.length, bytes, 0, { quote: 0 })
  return bytes.toString('utf8', 0, length)
}

// One function per level of precedence, the loosest first.

function readExpression(reader: TokenReader): Expression {
  return reader.nested(() => readOr(reader))
}

function readOr(reader: TokenReader): Expression {
  let left = readXor(reader)
  while (reader.takeWords('OR')) left = binary('or', left, readXor(reader))
  return left
}

function readXor(reader: TokenReader): Expression {
  let left = readAnd(reader)
  while (reader.takeWords('XOR')) left = binary('xor', left, readAnd(reader))
  return left
}

function readAnd(reader: TokenReader): Expression {
  let left = readNot(reader)
  while (reader.takeWords('AND') || reader.takeSymbol('&&')) left = binary('and', left, readNot(reader))
  return left
}

function readNot(reader: TokenReader): Expression {
  if (reader.takeWords('NOT')) return { kind: 'unary', operator: 'not', operand: reader.nested(() => readNot(reader)) }
  const operand = readComparison(reader)
  const [is, second, third] = [reader.peek(), reader.peek(1), reader.peek(2)]
  if (is.keyword !== 'IS') return operand
  const negated = second.keyword === 'NOT'
  const word = negated ? third.keyword : second.keyword
  if (word !== 'TRUE' && word !== 'FALSE' && word !== 'UNKNOWN') throw reader.unexpected('a truth value')
  reader.takeWords('IS')
  reader.takeWords('NOT')
  reader.takeWords(word)
  return { kind: 'is', operand, what: word === 'TRUE' ? 'true' : word === 'FALSE' ? 'false' : 'null', negated }
}

const comparisons: Readonly<Record<string, BinaryOperator>> = {
  '=': '=',
  '<=>': '<=>',
  '<>': '<>',
  '!=': '<>',
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
}

function readComparison(reader: TokenReader): Expression {
  let left = readPredicate(reader)
  for (;;) {
    const operator = takeOperator(reader, comparisons)
    if (operator !== undefined) left = binary(operator, left, readPredicate(reader))
    else if (reader.takeWords('IS', 'NULL')) left = { kind: 'is', operand: left, what: 'null', negated: false }
    else if (reader.takeWords('IS', 'NOT', 'NULL')) left = { kind: 'is', operand: left, what: 'null', negated: true }
    else return left
  }
}

function readPredicate(reader: TokenReader): Expression {
  const operand = readBits(reader)
  const negated = reader.takeWords('NOT')
  if (reader.takeWords('IN')) return { kind: 'in', operand, items: readList(reader), negated }
  if (reader.takeWords('BETWEEN')) {
    const low = readBits(reader)
    reader.expectWords('AND')
    return { kind: 'between', operand, low, high: reader.nested(() => readPredicate(reader)), negated }
  }
  if (reader.takeWords('LIKE')) {
    const pattern = readSimple(reader)
    const escape = reader.takeWords('ESCAPE') ? readSimple(reader) : undefined
    return { kind: 'like', operand, pattern, escape, negated }
  }
  if (reader.takeOneOf('REGEXP', 'RLIKE') !== undefined) {
    const match = binary('regexp', operand, readBits(reader))
    return negated ? { kind: 'unary', operator: 'not', operand: match } : match
  }
  if (negated) throw reader.unexpected('IN, BETWEEN, LIKE or REGEXP')
  return operand
}

/** Operators that bind tighter than a comparison, the loosest first. */
const levels: readonly Readonly<Record<string, BinaryOperator>>[] = [
  { '|': '|' },
  { '&': '&' },
  { '<<': '<<', '>>': '>>' },
  { '+': '+', '-': '-' },
  { '*': '*', '/': '/', '%': '%', DIV: 'div', MOD: '%' },
  { '^': '^' },
]

function readBits(reader: TokenReader, level = 0): Expression {
  const operators = levels[level]
  if (operators === undefined) return readSimple(reader)
  let left = readBits(reader, level + 1)
  for (;;) {
    const operator = takeOperator(reader, operators)
    if (operator === undefined) return left
    const interval = operator === '+' || operator === '-' ? readInterval(reader) : undefined
    left = binary(operator, left, interval ?? readBits(reader, level + 1))
  }
}

const units = new Set(
  (
    'MICROSECOND SECOND MINUTE HOUR DAY WEEK MONTH QUARTER YEAR SECOND_MICROSECOND MINUTE_MICROSECOND MINUTE_SECOND ' +
    'HOUR_MICROSECOND HOUR_SECOND HOUR_MINUTE DAY_MICROSECOND DAY_SECOND DAY_MINUTE DAY_HOUR YEAR_MONTH'
  ).split(' '),
)

/** `INTERVAL amount unit`; the function `interval(a, b)` is left alone. */
function readInterval(reader: TokenReader): Expression | undefined {
  if (reader.peek().keyword !== 'INTERVAL') return undefined
  if (reader.isSymbol('(', 1) && isCallOfInterval(reader)) return undefined
  reader.next()
  const amount = readExpression(reader)
  return { kind: 'interval', amount, unit: expectUnit(reader).toLowerCase() }
}

/** True if a comma stands at the first level of the parentheses: an amount has none. */
function isCallOfInterval(reader: TokenReader): boolean {
  for (let distance = 1, depth = 0; ; distance++) {
    const token = reader.peek(distance)
    if (token.kind === 'end') return false
    if (token.kind !== 'symbol') continue
    if (token.text === '(') depth++
    if (token.text === ')' && --depth === 0) return false
    if (token.text === ',' && depth === 1) return true
  }
}

function expectUnit(reader: TokenReader): string {
  const { keyword } = reader.peek()
  if (!units.has(keyword)) throw reader.unexpected('a unit of time')
  reader.next()
  return keyword
}

/** What takes no operator around it but COLLATE. */
function readSimple(reader: TokenReader): Expression {
  let expression = readUnary(reader)
  while (reader.takeWords('COLLATE')) {
    expression = { kind: 'collate', operand: expression, collation: reader.expectLabel().toLowerCase() }
  }
  return expression
}

function readUnary(reader: TokenReader): Expression {
  const operand = (): Expression => reader.nested(() => readUnary(reader))
  if (reader.takeSymbol('-')) return negate(operand())
  if (reader.takeSymbol('+')) return operand()
  if (reader.takeSymbol('~')) return { kind: 'unary', operator: '~', operand: operand() }
  if (reader.takeSymbol('!')) return { kind: 'unary', operator: 'not', operand: operand() }
  return readPrimary(reader)
}

/** A number with a minus before it is a number: MySQL prints `-(5)`, MariaDB `-5`. */
function negate(operand: Expression): Expression {
  if (operand.kind === 'literal' && operand.type === 'number' && !operand.text.startsWith('-')) {
    return { ...operand, text: `-${operand.text}` }
  }
  return { kind: 'unary', operator: '-', operand }
}

function readPrimary(reader: TokenReader): Expression {
  const token = reader.peek()
  switch (token.kind) {
    case 'number':
      return { kind: 'literal', type: 'number', text: reader.next().text }
    case 'string':
      return readString(reader, undefined)
    case 'hex':
    case 'bits':
      reader.next()
      return readDigits(token)
    case 'name':
      return readColumn(reader)
    case 'word':
      return readWord(reader, token)
    case 'symbol':
      if (token.text === '(') return readParentheses(reader)
      throw reader.unexpected('a value')
    default:
      throw reader.unexpected('a value')
  }
}

function readParentheses(reader: TokenReader): Expression {
  const items = readList(reader)
  return items.length === 1 ? items[0]! : { kind: 'row', items }
}

/** `(a, b, …)`, at least one. */
function readList(reader: TokenReader): Expression[] {
  reader.expectSymbol('(')
  const items: Expression[] = []
  do items.push(readExpression(reader))
  while (reader.takeSymbol(','))
  reader.expectSymbol(')')
  return items
}

function readDigits(token: Token): Literal {
  if (token.kind === 'bits') return { kind: 'literal', type: 'bits', digits: token.text }
  return { kind: 'literal', type: 'hex', digits: token.text.length % 2 === 0 ? token.text : `0${token.text}` }
}

const readableCharsets = new Set(['utf8', 'utf8mb3', 'utf8mb4'])

/** MariaDB 10.11 prints byte 8 after an introducer as `\x08`, which it reads back as `x08`. */
const hexEscape = /^[^\\]*(?:\\[^x][^\\]*)*\\x/s

/** What a server prints of a string in another character set is not sure to be what it holds, unless it is ASCII. */
function readString(reader: TokenReader, charset: string | undefined): Literal {
  const token = reader.peek()
  const value = reader.expectString()
  const readable = charset === undefined || readableCharsets.has(charset)
  if (!readable && token.bytes?.some((byte) => byte >= 0x80) !== false) throw reader.unexpected('text in UTF-8')
  if (charset !== undefined && hexEscape.test(reader.textBetween(token, token))) throw reader.unexpected('plain text')
  return { kind: 'literal', type: 'string', value, charset }
}

function readColumn(reader: TokenReader): Expression {
  const names = [reader.expectName()]
  while (reader.takeSymbol('.')) names.push(reader.expectName())
  let expression: Expression = { kind: 'column', name: names.at(-1)!, qualifier: names.slice(0, -1) }
  for (;;) {
    const unquote = reader.takeSymbol('->>')
    if (!unquote && !reader.takeSymbol('->')) return expression
    // Documented as nothing but another way to write these two calls.
    const extracted: Expression = call('json_extract', [expression, readString(reader, undefined)])
    expression = unquote ? call('json_unquote', [extracted]) : extracted
  }
}

/** Words that are no columns' names without quotes. */
const reserved = new Set(
  (
    'ALL AND ANY AS BETWEEN BINARY BY CASE COLLATE DISTINCT DIV ELSE END EXISTS FROM GROUP IN INTERVAL IS LIKE MOD ' +
    'NOT OR ORDER OVER REGEXP RLIKE ROW SELECT SOME THEN USING VALUES WHEN WHERE WITH XOR'
  ).split(' '),
)
const wordsForNow = new Set(['CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME', 'LOCALTIME', 'LOCALTIMESTAMP'])

function readWord(reader: TokenReader, token: Token): Expression {
  const { keyword } = token
  const next = reader.peek(1)
  if (next.kind === 'string') {
    reader.next()
    if (token.text.startsWith('_')) return readString(reader, token.text.slice(1).toLowerCase())
    if (keyword !== 'DATE' && keyword !== 'TIME' && keyword !== 'TIMESTAMP') throw reader.unexpected('an operator')
    return {
      kind: 'literal',
      type: keyword === 'DATE' ? 'date' : keyword === 'TIME' ? 'time' : 'timestamp',
      text: reader.expectString(),
    }
  }
  if (token.text.startsWith('_') && next.kind === 'hex') throw reader.unexpected('a string')
  if (reader.isSymbol('(', 1)) return readCall(reader, keyword)
  if (reader.takeWords('NULL')) return { kind: 'literal', type: 'null' }
  if (reader.takeWords('TRUE')) return { kind: 'literal', type: 'bool', value: true }
  if (reader.takeWords('FALSE')) return { kind: 'literal', type: 'bool', value: false }
  if (reader.takeWords('CASE')) return readCase(reader)
  if (wordsForNow.has(keyword)) {
    reader.next()
    return call(keyword.toLowerCase(), [])
  }
  if (reserved.has(keyword)) throw reader.unexpected('a value')
  return readColumn(reader)
}

function readCase(reader: TokenReader): Expression {
  const operand = reader.peek().keyword === 'WHEN' ? undefined : readExpression(reader)
  const branches: { when: Expression; then: Expression }[] = []
  while (reader.takeWords('WHEN')) {
    const when = readExpression(reader)
    reader.expectWords('THEN')
    branches.push({ when, then: readExpression(reader) })
  }
  if (branches.length === 0) throw reader.unexpected('WHEN')
  const otherwise = reader.takeWords('ELSE') ? readExpression(reader) : undefined
  reader.expectWords('END')
  return { kind: 'case', operand, branches, otherwise }
}

/** The name is next, and its parenthesis. */
function readCall(reader: TokenReader, keyword: string): Expression {
  if (reserved.has(keyword) && keyword !== 'INTERVAL' && keyword !== 'MOD' && keyword !== 'ROW') {
    throw reader.unexpected('a value')
  }
  reader.next()
  if (keyword === 'ROW') return readParentheses(reader)
  reader.expectSymbol('(')
  switch (keyword) {
    case 'CAST': {
      const operand = readExpression(reader)
      reader.expectWords('AS')
      const type = readCastType(reader)
      reader.expectSymbol(')')
      return { kind: 'cast', operand, type }
    }
    case 'CONVERT':
      return readConvert(reader)
    case 'EXTRACT': {
      const unit = expectUnit(reader)
      reader.expectWords('FROM')
      return finishCall(reader, 'extract', [word(unit)])
    }
    case 'TIMESTAMPDIFF':
    case 'TIMESTAMPADD': {
      const unit = expectUnit(reader)
      reader.expectSymbol(',')
      return finishCall(reader, keyword.toLowerCase(), [word(unit)])
    }
    case 'TRIM':
      return readTrim(reader)
    case 'GET_FORMAT':
      // Its first argument is a type's name, which would read as a column's.
      throw reader.unexpected('a value')
    default:
      if (reader.takeSymbol(')')) return call(keyword.toLowerCase(), [])
      return finishCall(reader, keyword.toLowerCase(), [])
  }
}

/** The arguments that are left, and the closing parenthesis. */
function finishCall(reader: TokenReader, name: string, first: readonly Expression[]): Expression {
  const args = [...first]
  do args.push(readExpression(reader))
  while (reader.takeSymbol(','))
  reader.expectSymbol(')')
  return call(name, args)
}

/** `TRIM(x)`, `TRIM(BOTH 'a' FROM x)` */
function readTrim(reader: TokenReader): Expression {
  const side = reader.takeOneOf('BOTH', 'LEADING', 'TRAILING')
  if (side === undefined) return finishCall(reader, 'trim', [])
  const removed = readExpression(reader)
  reader.expectWords('FROM')
  return finishCall(reader, 'trim', [word(side), removed])
}

/** `CONVERT(x, type)` and `CONVERT(x USING charset)` are casts, the second to CHAR in that character set. */
function readConvert(reader: TokenReader): Expression {
  const operand = readExpression(reader)
  let type: Cast['type']
  if (reader.takeWords('USING')) {
    type = { name: 'char', args: [], charset: reader.expectLabel().toLowerCase(), array: false }
  } else {
    reader.expectSymbol(',')
    type = readCastType(reader)
  }
  reader.expectSymbol(')')
  return { kind: 'cast', operand, type }
}

const castTypes = new Set(
  (
    'BINARY CHAR DATE DATETIME TIME YEAR SIGNED UNSIGNED DECIMAL FLOAT DOUBLE REAL JSON NCHAR POINT LINESTRING ' +
    'POLYGON MULTIPOINT MULTILINESTRING MULTIPOLYGON GEOMETRYCOLLECTION UUID INET6 INET4 VARCHAR INTEGER'
  ).split(' '),
)

function readCastType(reader: TokenReader): Cast['type'] {
  const { keyword } = reader.peek()
  if (!castTypes.has(keyword)) throw reader.unexpected('a type')
  reader.next()
  if (keyword === 'SIGNED' || keyword === 'UNSIGNED') reader.takeOneOf('INTEGER', 'INT')
  const args: string[] = []
  if (reader.takeSymbol('(')) {
    do args.push(reader.expectNumber())
    while (reader.takeSymbol(','))
    reader.expectSymbol(')')
  }
  const hasCharset = reader.takeWords('CHARSET') || reader.takeWords('CHARACTER', 'SET')
  const charset = hasCharset ? reader.expectLabel().toLowerCase() : undefined
  return { name: keyword.toLowerCase(), args, charset, array: reader.takeWords('ARRAY') }
}

function takeOperator(
  reader: TokenReader,
  operators: Readonly<Record<string, BinaryOperator>>,
): BinaryOperator | undefined {
  const token = reader.peek()
  const written = token.kind === 'symbol' ? token.text : token.keyword
  if (written === '' || !Object.hasOwn(operators, written)) return undefined
  reader.next()
  return operators[written]
}

function binary(operator: BinaryOperator, left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator, left, right }
}

function call(name: string, args: readonly Expression[]): Expression {
  return { kind: 'call', name, args }
}

function word(keyword: string): Expression {
  return { kind: 'keyword', word: keyword.toLowerCase() }
}
