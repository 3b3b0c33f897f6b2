import type { DigestForm } from '../model/digest-form.ts'
import { safeDoubleDigits } from './float.ts'

const [zero, nine, point, minus, plus] = [0x30, 0x39, 0x2e, 0x2d, 0x2b]

/** What stands between the digits of a moment that needs no evening; an era, or a zone other than UTC, is left to `digestText`. */
const between: ReadonlySet<number> = new Set(Buffer.from('-: .'))

/** Digits of a fraction with which a number is not written with an exponent, however small (ECMA-262, Number::toString). */
const plainFraction = 6

/**
 * Where the digest form of the text that lies at [start, end) ends, if it is for sure the beginning of the text or all of
 * it, without being made a string. −1 says nothing: `digestText` knows.
 */
export function evenEnd(form: DigestForm, bytes: Uint8Array, start: number, end: number): number {
  switch (form) {
    case 'text':
    case 'bytes':
    case 'bits':
    case 'set':
      return end
    case 'number':
      return isPlainNumber(bytes, start, end, Infinity, Infinity) ? end : -1
    case 'float64':
      return isPlainNumber(bytes, start, end, safeDoubleDigits, plainFraction) ? end : -1
    case 'date':
      return isDay(bytes, start, end) ? end : -1
    case 'timestamp':
    case 'instant':
      return endOfMoment(bytes, start, isUtc(bytes, start, end) ? end - 3 : end)
    default:
      return -1
  }
}

/** Whether the text ends with `+00`. */
function isUtc(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start >= 3 && bytes[end - 1] === zero && bytes[end - 2] === zero && bytes[end - 3] === plus
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

function isDay(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (!isDigit(bytes[at]!) && bytes[at] !== minus) return false
  return end > start && isDigit(bytes[end - 1]!)
}

/** Behind digits and what stands between them, before the zeros behind a fraction. −1: it is something else. */
function endOfMoment(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || !isDigit(bytes[end - 1]!)) return -1
  let pointAt = -1
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!
    if (isDigit(byte)) continue
    if (!between.has(byte)) return -1
    pointAt = byte === point ? at : -1
  }
  if (pointAt < 0) return end
  let last = end
  while (bytes[last - 1] === zero) last--
  return last - 1 === pointAt ? pointAt : last
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= nine
}
