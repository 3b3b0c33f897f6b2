import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import { TransloadError } from '../../errors/transload-error.ts'
import type { Place } from './compiler.ts'

/** Characters of an expression, at most. */
const maxLength = 32_768

const grammar = new Environment({
  limits: { maxAstNodes: 10_000, maxDepth: 200, maxListElements: 1_000, maxCallArguments: 32 },
})

/** The expression in its parts. @throws TL_C111 where it is none, or too long or too deep to be one */
export function parseExpression(text: string): ASTNode {
  const whole = { start: 0, end: text.length }
  if (text.trim() === '') throw expressionError(text, whole, 'it is empty', 'Write one, such as age >= 18.')
  if (text.length > maxLength) {
    throw expressionError(text, whole, `it is longer than ${maxLength} characters`, 'Split it over several stages.')
  }
  if (!text.isWellFormed()) {
    throw expressionError(text, whole, 'it holds half a character (a lone surrogate)', 'Take it out.')
  }
  try {
    return grammar.parse(text).ast
  } catch (error) {
    if (error instanceof ParseError) {
      const place = { start: error.range?.start ?? 0, end: error.range?.end ?? text.length }
      const word = sqlWordAt(text, place.start)
      const cure = word && sqlWords.get(word.toLowerCase())
      if (cure !== undefined) throw expressionError(text, place, `unexpected word: ${word}`, cure)
      throw expressionError(text, place, inPlainWords(error.summary), cureOf(error, text, place))
    }
    if (error instanceof RangeError) throw tooDeep(text, whole)
    throw error
  }
}

export function tooDeep(text: string, place: Place): TransloadError {
  return expressionError(text, place, 'it is nested too deep', 'Split it over several stages.')
}

/** The error of a text that is no expression here. Line and column count from 1, columns in UTF-16 units as editors do. */
export function expressionError(text: string, place: Place, reason: string, cure: string): TransloadError {
  const before = text.slice(0, place.start).split('\n')
  return new TransloadError('TL_C111', {
    line: before.length,
    column: (before.at(-1)?.length ?? 0) + 1,
    reason,
    cure,
  })
}

const signs = new Map([
  ['EOF', 'the end'],
  ['NUMBER', 'a number'],
  ['STRING', 'a text'],
  ['BYTES', 'bytes'],
  ['BOOLEAN', 'true or false'],
  ['NULL', 'null'],
  ['IDENTIFIER', 'a name'],
  ['PLUS', '+'],
  ['MINUS', '-'],
  ['MULTIPLY', '*'],
  ['DIVIDE', '/'],
  ['MODULO', '%'],
  ['EQ', '=='],
  ['NE', '!='],
  ['LT', '<'],
  ['LE', '<='],
  ['GT', '>'],
  ['GE', '>='],
  ['AND', '&&'],
  ['OR', '||'],
  ['NOT', '!'],
  ['IN', 'in'],
  ['LPAREN', '('],
  ['RPAREN', ')'],
  ['LBRACKET', '['],
  ['RBRACKET', ']'],
  ['LBRACE', '{'],
  ['RBRACE', '}'],
  ['DOT', '.'],
  ['COMMA', ','],
  ['COLON', ':'],
  ['QUESTION', '?'],
])

/** Words of SQL that people write, and what stands for them here. */
const sqlWords = new Map([
  ['and', 'Write &&.'],
  ['or', 'Write ||.'],
  ['not', 'Write !, as in !(a == b).'],
  ['is', 'Write == null, or != null.'],
  ['like', 'Write startsWith(text, "…"), contains(text, "…") or matches(text, "…").'],
  ['between', 'Write value >= least && value <= most.'],
])

/** The word that a place is in the middle, at the beginning or at the end of. */
function sqlWordAt(text: string, at: number): string | undefined {
  const before = /[A-Za-z]*$/.exec(text.slice(0, at))?.[0] ?? ''
  const after = /^[A-Za-z]*/.exec(text.slice(at))?.[0] ?? ''
  return before + after === '' ? undefined : before + after
}

/** What the parser says, with the signs themselves in the place of its names for them. */
function inPlainWords(summary: string): string {
  if (summary.startsWith('Exceeded')) return 'it is nested too deep, or has too many parts'
  const named = summary.replace(/\b[A-Z]{2,}\b/g, (name) => signs.get(name) ?? name)
  return named.charAt(0).toLowerCase() + named.slice(1)
}

function cureOf(error: ParseError, text: string, place: Place): string {
  const sign = text.slice(place.start, place.start + 1)
  switch (error.code) {
    case 'reserved_identifier':
      return `A column of that name is row["${text.slice(place.start, place.end)}"].`
    case 'unexpected_character':
    case 'expected_token':
    case 'unexpected_token':
      if (sign === '=') return 'To compare, write ==.'
      if (sign === '&' || sign === '|') return `Write ${sign}${sign}.`
      if (sign === '>' && text[place.start - 1] === '<') return 'Write !=.'
      return 'See docs/expressions.md for what can stand here; a column with other signs in its name is row["its name"].'
    case 'limit_exceeded':
      return 'Split it over several stages.'
    default:
      return 'See docs/expressions.md for how it is written.'
  }
}
