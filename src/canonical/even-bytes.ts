import type { DigestForm } from '../model/digest-form.ts'
import { safeDoubleDigits } from './float.ts'

const [zero, nine, point, minus] = [0x30, 0x39, 0x2e, 0x2d]

/** What stands between the digits of a moment that needs no evening; a zone or an era is left to `digestText`. */
const between: ReadonlySet<number> = new Set(Buffer.from('-: .'))

/** Digits of a fraction with which a number is not written with an exponent, however small (ECMA-262, Number::toString). */
const plainFraction = 6

/**
 * Whether the text that lies at [start, end) is its own digest form for sure, without being made a string. False says
 * nothing: `digestText` knows.
 */
export function isEven(form: DigestForm, bytes: Uint8Array, start: number, end: number): boolean {
  switch (form) {
    case 'text':
    case 'bytes':
    case 'bits':
    case 'set':
      return true
    case 'number':
      return isPlainNumber(bytes, start, end, Infinity, Infinity)
    case 'float64':
      return isPlainNumber(bytes, start, end, safeDoubleDigits, plainFraction)
    case 'date':
    case 'timestamp':
    case 'instant':
      return isPlainMoment(bytes, start, end)
    default:
      return false
  }
}

/** `[-]digits[.digits]` with no zero that could be left out, and not a zero with a sign. */
function isPlainNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
  mostDigits: number,
  mostFraction: number,
): boolean {
  const first = bytes[start] === minus ? start + 1 : start
  let at = first
  while (at < end && isDigit(bytes[at]!)) at++
  const wholeDigits = at - first
  if (wholeDigits === 0 || (bytes[first] === zero && wholeDigits > 1)) return false
  if (at === end) return wholeDigits <= mostDigits && (bytes[first] !== zero || first === start)
  if (bytes[at++] !== point) return false
  const fraction = at
  while (at < end && isDigit(bytes[at]!)) at++
  const fractionDigits = at - fraction
  if (at !== end || fractionDigits === 0 || bytes[end - 1] === zero) return false
  return wholeDigits + fractionDigits <= mostDigits && fractionDigits <= mostFraction
}

/** Digits and what stands between them, with no zeros behind a fraction. */
function isPlainMoment(bytes: Uint8Array, start: number, end: number): boolean {
  let hasPoint = false
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (!isDigit(byte) && !between.has(byte)) return false
    hasPoint ||= byte === point
  }
  const last = bytes[end - 1]!
  return end > start && isDigit(last) && (!hasPoint || last !== zero)
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine
}
