import type { Evaluation } from './evaluation.ts'
import { ExactDecimal } from './exact-decimal.ts'
import type { ExpressionValue } from './expression-type.ts'
import { isListValue, isMapValue } from './operand.ts'

/** As {@link compareText}, counted as work. */
export function compareTexts(one: string, other: string, at: Evaluation): number {
  at.spend(Math.min(one.length, other.length))
  return compareText(one, other)
}

/** Two texts that are joined of others are made whole to be compared: of one length, that is work. */
export function isSameText(one: string, other: string, at: Evaluation): boolean {
  if (one.length !== other.length) return false
  at.spend(one.length)
  return one === other
}

/** As the order of two numbers, counted as work. */
export function compareDecimals(one: ExactDecimal, other: ExactDecimal, at: Evaluation): number {
  at.spend(one.digitBound + other.digitBound)
  return one.compare(other)
}

/** By code point, as CEL and a binary collation do: upper case before lower case, and no language's rules. */
function compareText(one: string, other: string): number {
  const shared = Math.min(one.length, other.length)
  for (let place = 0; place < shared; place++) {
    const left = one.charCodeAt(place)
    const right = other.charCodeAt(place)
    if (left !== right) return byCodePoint(left) - byCodePoint(right)
  }
  return one.length - other.length
}

/** Halves of characters beyond U+FFFF stand behind all others, as those characters do. */
function byCodePoint(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit
}

/**
 * Equality of two values of one type, or of two of JSON: an int and a decimal are equal where they are the same number,
 * values of different kinds never are. NULL equals NULL alone.
 */
export function isEqualValue(one: ExpressionValue, other: ExpressionValue, at: Evaluation): boolean {
  if (typeof one === 'string' && typeof other === 'string') return isSameText(one, other, at)
  if (one === other) return true
  if (one === null || other === null) return false
  const decimals = decimalsOf(one, other)
  if (decimals !== undefined) return compareDecimals(...decimals, at) === 0
  if (isListValue(one) && isListValue(other)) {
    at.spend(one.length)
    return one.length === other.length && one.every((item, place) => isEqualValue(item, other[place]!, at))
  }
  if (!isMapValue(one) || !isMapValue(other)) return false
  at.spend(one.size)
  if (one.size !== other.size) return false
  for (const [key, value] of one) {
    const there = other.get(key)
    if (there === undefined || !isEqualValue(value, there, at)) return false
  }
  return true
}

/** Two exact numbers of which one is a decimal. */
export function decimalsOf(
  one: ExpressionValue,
  other: ExpressionValue,
): readonly [ExactDecimal, ExactDecimal] | undefined {
  if (!(one instanceof ExactDecimal) && !(other instanceof ExactDecimal)) return undefined
  const left = exactOf(one)
  const right = exactOf(other)
  return left === undefined || right === undefined ? undefined : [left, right]
}

function exactOf(value: ExpressionValue): ExactDecimal | undefined {
  if (value instanceof ExactDecimal) return value
  return typeof value === 'bigint' ? ExactDecimal.ofInt(value) : undefined
}

/** Two values of JSON that have an order: two strings, or two numbers. Undefined where they have none. */
export function compareValues(one: ExpressionValue, other: ExpressionValue, at: Evaluation): number | undefined {
  if (typeof one === 'string' && typeof other === 'string') return compareTexts(one, other, at)
  if (typeof one === 'bigint' && typeof other === 'bigint') return one < other ? -1 : one > other ? 1 : 0
  const decimals = decimalsOf(one, other)
  return decimals === undefined ? undefined : compareDecimals(...decimals, at)
}
