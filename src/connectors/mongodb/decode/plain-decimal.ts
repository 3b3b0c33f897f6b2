const minus = 0x2d
const point = 0x2e
const zero = 0x30
const nine = 0x39

/** The most bytes that a number with an exponent has when it is written out: a decimal128, with 6,176 digits behind its point. */
export const maxPlainBytes = 6300

/** Of the last number: zeros stand in it that its exponent stood for, or it was a zero with a sign. */
export interface PlainDecimal {
  end: number
  hasFilledZeros: boolean
  hasLostSign: boolean
}

/** Digits of the number that is written out; a coefficient has 34 at most. */
const digits = new Uint8Array(64)

/**
 * Writes the number out[start, end) out, as `1E+3` in plain digits, in its place; a zero loses its sign. `NaN` and the
 * infinities stay. There is room for {@link maxPlainBytes}.
 */
export function writeOut(out: Uint8Array, start: number, end: number, to: PlainDecimal): void {
  to.hasFilledZeros = to.hasLostSign = false
  to.end = end
  let first = start
  const isNegative = out[first] === minus
  if (isNegative) first++
  if (out[first]! > nine) return
  let exponentAt = end
  let isZero = true
  for (let i = first; i < end; i++) {
    const byte = out[i]!
    if ((byte | 0x20) === 0x65) {
      exponentAt = i
      break
    }
    if (byte !== zero && byte !== point) isZero = false
  }
  if (isZero && isNegative) {
    out.copyWithin(start, first, end)
    to.hasLostSign = true
    to.end = end - 1
    first = start
    exponentAt--
  }
  if (exponentAt < to.end) shift(out, first, exponentAt, to)
}

/** @param first Of the digits, behind the sign. */
function shift(out: Uint8Array, first: number, exponentAt: number, to: PlainDecimal): void {
  let exponent = 0
  const isBelow = out[exponentAt + 1] === minus
  for (let i = exponentAt + 1; i < to.end; i++) {
    const digit = out[i]! - zero
    if (digit >= 0) exponent = exponent * 10 + digit
  }
  if (isBelow) exponent = -exponent
  let digitCount = 0
  let wholeCount = 0
  for (let i = first; i < exponentAt; i++) {
    if (out[i] === point) wholeCount = digitCount
    else digits[digitCount++] = out[i]!
  }
  if (wholeCount === 0) wholeCount = digitCount
  wholeCount += exponent
  let at = first
  if (wholeCount <= 0) {
    out[at++] = zero
    out[at++] = point
    for (; wholeCount < 0; wholeCount++) out[at++] = zero
    for (let i = 0; i < digitCount; i++) out[at++] = digits[i]!
    to.end = at
    return
  }
  // A zero has no digits before it.
  let skipped = 0
  while (skipped < digitCount - 1 && skipped < wholeCount - 1 && digits[skipped] === zero) skipped++
  to.hasFilledZeros = wholeCount > digitCount
  const isZero = skipped === digitCount - 1 && digits[skipped] === zero
  for (let i = skipped; i < wholeCount && !(isZero && i > skipped); i++) out[at++] = i < digitCount ? digits[i]! : zero
  if (wholeCount < digitCount) {
    out[at++] = point
    for (let i = wholeCount; i < digitCount; i++) out[at++] = digits[i]!
  }
  to.end = at
}
