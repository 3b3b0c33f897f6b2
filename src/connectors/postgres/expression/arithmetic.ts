import type { BinaryOperator } from '../../../model/expression.ts'
import { digitsOf } from './compare.ts'
import { asNumber, atom, bracketed, cast, composite, describeClass, isNumber, refuse, type Term } from './term.ts'

/** MySQL cuts the fraction of a product off beyond so many digits. */
const maxFractionDigits = 30
const bigintBits = 63

/**
 * Integers are computed in 64 bits by MySQL, in their own width by PostgreSQL: they are widened to bigint, or to numeric
 * where the result could be larger. Decimals are exact in both. `/` gives a decimal of four more digits in MySQL and
 * something else here: it is carried for division by 10 … 10,000, which is exact, and between inexact numbers. What
 * MySQL answers NULL to, such as a division by zero, is NULL.
 */
export function arithmetic(operator: BinaryOperator, leftTerm: Term, rightTerm: Term): Term {
  const [left, right] = [asNumber(leftTerm), asNumber(rightTerm)]
  for (const term of [left, right]) if (!isNumber(term)) refuse(`it computes with ${describeClass(term)}`)
  switch (operator) {
    case '+':
    case '-':
    case '*':
      return left.class === 'float' || right.class === 'float'
        ? composite(`${inexact(left)} ${operator} ${inexact(right)}`, 'float')
        : exact(operator, left, right)
    case '/':
      return quotient(left, right)
    case 'div':
      if (left.class !== 'int' || right.class !== 'int') return refuse('DIV of numbers that are not integers')
      return composite(`${widened(left)} / ${nonZero(right)}`, 'int', { bits: left.bits })
    case '%':
      if (left.class === 'float' || right.class === 'float') return refuse('the remainder of inexact numbers')
      if (left.class === 'int' && right.class === 'int') {
        return composite(`${widened(left)} % ${nonZero(right)}`, 'int', { bits: left.bits })
      }
      return composite(`${bracketed(left)} % ${nonZero(right)}`, 'numeric')
    case '&':
      return maskedBits(left, right)
    default:
      return refuse(`the operator ${operator} works on unsigned numbers`)
  }
}

export function negated(term: Term): Term {
  const number = asNumber(term)
  if (number.literal !== undefined) {
    return numberLiteral(number.literal.startsWith('-') ? number.literal.slice(1) : `-${number.literal}`)
  }
  if (number.class === 'int') return composite(`-${widened(number)}`, 'int', { bits: number.bits })
  if (!isNumber(number)) return refuse(`it computes with ${describeClass(number)}`)
  return composite(`-${bracketed(number)}`, number.class, { digits: number.digits })
}

/** As a bigint, if it is not one already. */
export function widened(term: Term): string {
  return term.literal !== undefined || (term.bits ?? bigintBits) > 31 ? bracketed(term) : cast(term, 'bigint')
}

function exact(operator: '+' | '-' | '*', left: Term, right: Term): Term {
  if (left.class === 'int' && right.class === 'int') {
    const [a, b] = [left.bits ?? bigintBits, right.bits ?? bigintBits]
    const bits = operator === '*' ? a + b : Math.max(a, b) + 1
    if (bits <= bigintBits) return composite(`${widened(left)} ${operator} ${bracketed(right)}`, 'int', { bits })
  }
  const [a, b] = [digitsOf(left), digitsOf(right)]
  const whole = operator === '*' ? (a?.whole ?? 0) + (b?.whole ?? 0) : Math.max(a?.whole ?? 0, b?.whole ?? 0) + 1
  const fraction =
    operator === '*' ? (a?.fraction ?? 0) + (b?.fraction ?? 0) : Math.max(a?.fraction ?? 0, b?.fraction ?? 0)
  if (operator === '*' && (!a || !b || fraction > maxFractionDigits))
    return refuse('the product has digits that MySQL cuts off')
  const digits = a && b ? { whole, fraction } : undefined
  const first = left.class === 'int' && right.class === 'int' ? cast(left, 'numeric') : bracketed(left)
  return composite(`${first} ${operator} ${bracketed(right)}`, 'numeric', { digits })
}

function quotient(left: Term, right: Term): Term {
  if (left.class === 'float' && right.class === 'float') {
    return composite(`${inexact(left)} / NULLIF(${inexact(right)}, 0)`, 'float')
  }
  const zeros = /^10{0,4}$/.test(right.literal ?? '') ? (right.literal ?? '').length - 1 : -1
  const digits = digitsOf(left)
  if (zeros < 0 || !digits) return refuse('the division has other digits after the point in MySQL')
  const factor = zeros === 0 ? '1.0' : `0.${'1'.padStart(zeros, '0')}`
  return composite(`${bracketed(left)} * ${factor}`, 'numeric', {
    digits: { whole: digits.whole, fraction: digits.fraction + zeros },
  })
}

/** Bits under a mask that is not negative: the same whether the other side has a sign or not. */
function maskedBits(left: Term, right: Term): Term {
  const isMask = (term: Term): boolean => term.class === 'int' && /^\d+$/.test(term.literal ?? '')
  const mask = isMask(right) ? right : isMask(left) ? left : refuse('bit operations without a constant mask')
  const other = mask === right ? left : right
  if (other.class !== 'int' || (mask.bits ?? bigintBits) > bigintBits)
    return refuse('bit operations on other than integers')
  return composite(`${widened(other)} & ${bracketed(mask)}`, 'int', { bits: mask.bits })
}

function inexact(term: Term): string {
  if (term.class === 'float') return cast(term, 'double precision')
  if (term.class === 'int' && (term.bits ?? bigintBits) <= 53) return cast(term, 'double precision')
  return refuse('it mixes exact and inexact numbers')
}

function nonZero(term: Term): string {
  const isConstant = term.literal !== undefined && !/^[-0.]*$/.test(term.literal)
  return isConstant ? bracketed(term) : `NULLIF(${bracketed(term)}, 0)`
}

/** A number as it is written, with its sign. */
export function numberLiteral(text: string): Term {
  const make = text.startsWith('-') ? composite : atom
  const digits = text.replace('-', '')
  if (/^\d+$/.test(digits)) {
    const bits = BigInt(digits).toString(2).length
    return bits <= bigintBits
      ? make(text, 'int', { bits, literal: text })
      : make(text, 'numeric', { digits: { whole: digits.length, fraction: 0 }, literal: text })
  }
  const decimal = /^(\d*)\.(\d*)$/.exec(digits)
  if (decimal && digits !== '.') {
    const [, whole = '', fraction = ''] = decimal
    return make(text, 'numeric', { digits: { whole: whole.length, fraction: fraction.length }, literal: text })
  }
  if (/^(\d+\.?\d*|\.\d+)e[+-]?\d+$/i.test(digits)) return atom(`'${text}'::double precision`, 'float')
  return refuse(`${text} is no number`)
}
