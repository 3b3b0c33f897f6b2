import { quoteLiteral } from '../quote.ts'
import {
  asNumber,
  asText,
  atom,
  bracketed,
  cast,
  composite,
  describeClass,
  isNumber,
  isText,
  refuse,
  type Scope,
  type Term,
} from './term.ts'

export const textCaveat =
  'PostgreSQL tells upper from lower case, accents, and spaces at the end; the source’s collation may not'

/** Two terms made alike, so that PostgreSQL compares them as MySQL does. */
export interface Comparable {
  readonly left: string
  readonly right: string
}

/**
 * What two terms are compared as. Texts are equal in MySQL by their collation, which as a rule takes `a` for `A` and `á`
 * and ignores spaces at the end; only a check may be carried all the same, with a caveat. Their order is not carried.
 */
export function comparable(left: Term, right: Term, isOrder: boolean, scope: Scope): Comparable {
  if (left.class === 'null' || right.class === 'null') return refuse('it compares with NULL')
  if (left.class === 'string' && !isText(right)) {
    const { left: first, right: second } = comparable(right, left, isOrder, scope)
    return { left: second, right: first }
  }
  if (left.class === 'bool' || right.class === 'bool') return comparableToBool(left, right)
  if (isNumber(left) && isNumber(right)) return { left: bracketed(left), right: bracketed(right) }
  if (isText(left) && isText(right)) {
    if (isOrder) return refuse('the order of texts is another one')
    if (left.isExact || right.isExact) return { left: asText(left), right: asText(right) }
    if (scope.purpose !== 'check') return refuse(`it compares texts: ${textCaveat}`)
    scope.caveats.add(textCaveat)
    return { left: asText(left), right: asText(right) }
  }
  if (right.class === 'string') return { left: bracketed(left), right: literalFor(left, right.literal ?? '', isOrder) }
  if (left.class === 'bytea' && right.class === 'bytea') return { left: bracketed(left), right: bracketed(right) }
  const sameClock = left.class === right.class && ['time', 'interval', 'timestamptz'].includes(left.class)
  const wallClocks = isWallClock(left) && isWallClock(right)
  if (sameClock || wallClocks) return { left: bracketed(left), right: bracketed(right) }
  return refuse(`it compares ${describeClass(left)} with ${describeClass(right)}`)
}

function comparableToBool(left: Term, right: Term): Comparable {
  if (left.class === 'bool' && right.class === 'bool') return { left: bracketed(left), right: bracketed(right) }
  const swapped = right.class === 'bool'
  const [bool, other] = swapped ? [right, left] : [left, right]
  if (!isNumber(other)) return refuse(`it compares ${describeClass(other)} with a condition`)
  const isDigit = other.literal === '0' || other.literal === '1'
  const pair = isDigit
    ? [bracketed(bool), other.literal === '1' ? 'true' : 'false']
    : [bracketed(asNumber(bool)), bracketed(other)]
  const [first = '', second = ''] = swapped ? pair.toReversed() : pair
  return { left: first, right: second }
}

/** A text literal as the type that it is compared with. */
function literalFor(term: Term, text: string, isOrder: boolean): string {
  switch (term.class) {
    case 'enum':
      if (isOrder) return refuse('the order of enum values against a text is another one')
      if (term.enum?.labels.includes(text)) return `${quoteLiteral(text).trim()}::${term.enum.text}`
      return refuse(`'${text}' is not one of the enum's labels`)
    case 'date':
    case 'timestamp':
    case 'time':
      return momentLiteral(term.class, text).sql
    case 'int':
      if (/^-?\d{1,15}$/.test(text)) return text
      return refuse(`it compares an integer with '${text}'`)
    case 'bytea':
      return hexLiteral(Buffer.from(text, 'utf8').toString('hex')).sql
    default:
      return refuse(`it compares ${describeClass(term)} with a text`)
  }
}

const moments = {
  date: /^\d{4}-\d\d-\d\d$/,
  timestamp: /^\d{4}-\d\d-\d\d( ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?)?$/,
  time: /^([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?$/,
}

/** A date or time as it is written, if it exists. */
export function momentLiteral(type: keyof typeof moments, text: string): Term {
  if (!moments[type].test(text)) return refuse(`'${text}' is not a plain ${type}`)
  const day = text.slice(0, 10)
  const date = new Date(`${day}T00:00:00Z`)
  const exists = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day) && !day.startsWith('0000')
  if (type !== 'time' && !exists) return refuse(`'${text}' is not a date that exists`)
  return atom(`'${text}'::${type}`, type)
}

export function hexLiteral(digits: string): Term {
  return atom(`${quoteLiteral(`\\x${digits}`).trim()}::bytea`, 'bytea')
}

export function isWallClock(term: Term): boolean {
  return term.class === 'date' || term.class === 'timestamp'
}

/** Terms of which one is chosen, as by CASE or COALESCE: made one type, as MySQL would. */
export function alike(terms: readonly Term[]): {
  readonly sql: readonly string[]
  readonly result: Partial<Term> & Pick<Term, 'class'>
} {
  const valued = terms.filter((term) => term.class !== 'null')
  const first = valued[0]
  if (!first) return refuse('every choice is NULL')
  if (valued.every((term) => term.class === 'bool'))
    return { sql: terms.map((term) => term.sql), result: { class: 'bool' } }
  const numbers = terms.map(asNumber)
  if (numbers.every((term) => isNumber(term) || term.class === 'null')) return alikeNumbers(numbers)
  if (valued.every(isText)) {
    return { sql: terms.map((term) => (term.class === 'null' ? 'NULL' : asText(term))), result: { class: 'text' } }
  }
  if (valued.every((term) => term.class === first.class && term.enum?.text === first.enum?.text)) {
    const isPlain = ['date', 'time', 'timestamp', 'timestamptz', 'interval', 'bytea', 'uuid', 'enum'].includes(
      first.class,
    )
    if (isPlain) return { sql: terms.map((term) => term.sql), result: { class: first.class, enum: first.enum } }
  }
  return refuse(`it chooses between ${[...new Set(valued.map(describeClass))].join(' and ')}`)
}

function alikeNumbers(terms: readonly Term[]): ReturnType<typeof alike> {
  const sql = terms.map((term) => term.sql)
  const numbers = terms.filter((term) => term.class !== 'null')
  if (numbers.every((term) => term.class === 'int')) {
    const bits = Math.max(...numbers.map((term) => term.bits ?? 63))
    return { sql, result: { class: 'int', bits } }
  }
  if (numbers.some((term) => term.class === 'float')) {
    if (numbers.every((term) => term.class === 'float')) return { sql, result: { class: 'float' } }
    return refuse('it chooses between exact and inexact numbers')
  }
  const digits = numbers.map(digitsOf)
  const known = digits.every((one) => one !== undefined)
  const whole = Math.max(...digits.map((one) => one?.whole ?? 0))
  const fraction = Math.max(...digits.map((one) => one?.fraction ?? 0))
  return { sql, result: { class: 'numeric', digits: known ? { whole, fraction } : undefined } }
}

/** Decimal digits that an exact number can have. */
export function digitsOf(term: Term): Term['digits'] {
  if (term.class === 'numeric') return term.digits
  return term.class === 'int' ? { whole: Math.ceil((term.bits ?? 63) * Math.log10(2)), fraction: 0 } : undefined
}

/** `NULL` if any of the terms is: MySQL's GREATEST and LEAST answer so, PostgreSQL's pass over it. */
export function nullIfAnyNull(terms: readonly Term[], sql: string, result: Partial<Term> & Pick<Term, 'class'>): Term {
  const isNull = terms.map((term) => `${bracketed(term)} IS NULL`).join(' OR ')
  return composite(`CASE WHEN ${isNull} THEN NULL ELSE ${sql} END`, result.class, result)
}

/** Number, text or condition as text. Times are not: how they print hangs on the session. */
export function printed(term: Term, scope: Scope): string {
  if (isText(term)) return asText(term)
  const number = asNumber(term)
  if (number.class === 'int' || number.class === 'numeric') return cast(number, 'text')
  if (term.class === 'enum' && scope.purpose === 'check') return cast(term, 'text')
  return refuse(`${describeClass(term)} prints differently`)
}
