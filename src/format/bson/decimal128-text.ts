import { putInt32, putNineDigits, putUint53 } from '../integer-text.ts'

/** The most bytes that a decimal128 has as text: sign, 34 digits, point and `E-6176`; or sign, `0.00000`, 34 digits. */
export const maxDecimal128TextBytes = 42

const exponentBias = 6176
const billion = 1e9
const two16 = 0x10000
const two32 = 0x1_0000_0000
const zero = 0x30

/** Digits of the coefficient that is being written: at most 34, in room for four times nine. */
const digits = new Uint8Array(36)

/**
 * Writes a decimal128 (IEEE 754-2008, binary integer coefficient, little-endian) by the to-string algorithm of MongoDB's
 * specification, which is that of General Decimal Arithmetic: `1.50` and `1.5`, `1E+3` and `1000` stay apart. Every NaN is
 * `NaN`; a coefficient of more than 34 digits counts as zero, as IEEE 754 says of it. Returns the end; does not check that
 * there is room for {@link maxDecimal128TextBytes}.
 */
export function putDecimal128(view: DataView, start: number, out: Uint8Array, at: number): number {
  const top = view.getUint32(start + 12, true)
  let i = at
  const kind = (top >>> 26) & 0x1f
  if (kind === 0x1f) return putWord(out, i, 'NaN')
  if (top >>> 31 === 1) out[i++] = 0x2d
  if (kind === 0x1e) return putWord(out, i, 'Infinity')
  const isLong = isLongForm(top)
  const exponent = ((top >>> (isLong ? 15 : 17)) & 0x3fff) - exponentBias
  const digitCount = isLong ? putZero() : putCoefficient(top & 0x1ffff, view, start)
  return putDigits(out, i, digitCount, exponent)
}

/** Whether a decimal128 is one whose text reads back as the same bytes: it has no payload and at most 34 digits. */
export function isCanonicalDecimal128(view: DataView, start: number): boolean {
  const top = view.getUint32(start + 12, true)
  const second = view.getUint32(start + 8, true)
  const third = view.getUint32(start + 4, true)
  const low = view.getUint32(start, true)
  const kind = (top >>> 26) & 0x1f
  if (kind >= 0x1e) {
    return (top === 0x7c00_0000 || (top & 0x7fff_ffff) === 0x7800_0000) && second === 0 && third === 0 && low === 0
  }
  return !isLongForm(top) && !exceedsDigits(top & 0x1ffff, second, third, low)
}

/** Whether a decimal128 is neither NaN nor an infinity. */
export function isFiniteDecimal128(view: DataView, start: number): boolean {
  return ((view.getUint32(start + 12, true) >>> 26) & 0x1f) < 0x1e
}

/** Whether the coefficient has an implied beginning, which makes it larger than any of 34 digits. */
function isLongForm(top: number): boolean {
  return ((top >>> 29) & 3) === 3
}

/** Whether a coefficient is above 10³⁴ − 1, which is 0x1ed09_bead87c0_378d8e63_ffffffff. */
function exceedsDigits(top: number, second: number, third: number, low: number): boolean {
  if (top !== 0x1ed09) return top > 0x1ed09
  if (second !== 0xbead87c0) return second > 0xbead87c0
  return third !== 0x378d8e63 ? third > 0x378d8e63 : low > 0xffffffff
}

/** The digits of the coefficient without leading zeros into `digits`; how many there are. */
function putCoefficient(top: number, view: DataView, start: number): number {
  const second = view.getUint32(start + 8, true)
  const third = view.getUint32(start + 4, true)
  const low = view.getUint32(start, true)
  if (top === 0 && second === 0 && third < 0x20_0000) return putUint53(digits, 0, third * two32 + low)
  if (exceedsDigits(top, second, third, low)) return putZero()
  // Nine digits at a time from the end, by division in halves that a double holds exactly.
  let [a, b, c, d] = [top, second, third, low]
  for (let at = 27; at >= 0; at -= 9) {
    let rest = a % billion
    a = Math.floor(a / billion)
    let upper = rest * two16 + (b >>> 16)
    let quotient = Math.floor(upper / billion)
    let lower = (upper - quotient * billion) * two16 + (b & 0xffff)
    let second16 = Math.floor(lower / billion)
    b = quotient * two16 + second16
    rest = lower - second16 * billion
    upper = rest * two16 + (c >>> 16)
    quotient = Math.floor(upper / billion)
    lower = (upper - quotient * billion) * two16 + (c & 0xffff)
    second16 = Math.floor(lower / billion)
    c = quotient * two16 + second16
    rest = lower - second16 * billion
    upper = rest * two16 + (d >>> 16)
    quotient = Math.floor(upper / billion)
    lower = (upper - quotient * billion) * two16 + (d & 0xffff)
    second16 = Math.floor(lower / billion)
    d = quotient * two16 + second16
    putNineDigits(digits, at, lower - second16 * billion)
  }
  let first = 0
  while (digits[first] === zero) first++
  digits.copyWithin(0, first)
  return digits.length - first
}

function putZero(): number {
  digits[0] = zero
  return 1
}

function putDigits(out: Uint8Array, at: number, digitCount: number, exponent: number): number {
  let i = at
  const adjusted = exponent + digitCount - 1
  if (exponent > 0 || adjusted < -6) {
    out[i++] = digits[0]!
    if (digitCount > 1) out[i++] = 0x2e
    for (let d = 1; d < digitCount; d++) out[i++] = digits[d]!
    out[i++] = 0x45
    if (adjusted >= 0) out[i++] = 0x2b
    return putInt32(out, i, adjusted)
  }
  const wholeCount = digitCount + exponent
  if (wholeCount <= 0) {
    out[i++] = zero
    out[i++] = 0x2e
    for (let d = wholeCount; d < 0; d++) out[i++] = zero
  }
  for (let d = 0; d < digitCount; d++) {
    if (d > 0 && d === wholeCount) out[i++] = 0x2e
    out[i++] = digits[d]!
  }
  return i
}

function putWord(out: Uint8Array, at: number, word: string): number {
  for (let i = 0; i < word.length; i++) out[at + i] = word.charCodeAt(i)
  return at + word.length
}
