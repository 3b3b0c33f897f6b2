/**
 * Whole numbers as decimal digits in bytes, written and read without a string.
 * Writers put the text at out[at…] and return the end; they do not check that there is room.
 */

/** The most bytes that an int64 has as text, its sign among them. */
export const maxInt64TextBytes = 20

const billion = 1e9
const two16 = 0x10000
const two32 = 0x1_0000_0000

const zero = 0x30
const minus = 0x2d

/** Of every number below 100 the tens, and the ones. */
const tens = Uint8Array.from({ length: 100 }, (_, i) => zero + Math.floor(i / 10))
const ones = Uint8Array.from({ length: 100 }, (_, i) => zero + (i % 10))

export function putInt32(out: Uint8Array, at: number, value: number): number {
  if (value >= 0) return putBelow2To32(out, at, value)
  out[at] = minus
  return putBelow2To32(out, at + 1, -value)
}

/** @param high The upper 32 bits, signed. @param low The lower ones, either way. */
export function putInt64(out: Uint8Array, at: number, high: number, low: number): number {
  if (high >= 0) return putUint64(out, at, high, low >>> 0)
  out[at] = minus
  const negated = -(low | 0) >>> 0
  return putUint64(out, at + 1, (negated === 0 ? -high : ~high) >>> 0, negated)
}

/** @param value Whole, from 0 to 2⁵³ */
export function putUint53(out: Uint8Array, at: number, value: number): number {
  if (value < two32) return putBelow2To32(out, at, value)
  const upper = Math.floor(value / billion)
  return putNineDigits(out, putBelow2To32(out, at, upper), value - upper * billion)
}

function putUint64(out: Uint8Array, at: number, high: number, low: number): number {
  if (high === 0) return putBelow2To32(out, at, low)
  if (high < 0x20_0000) return putUint53(out, at, high * two32 + low)
  // Divided by a billion in pieces that a double holds exactly.
  const first = Math.floor(high / billion)
  const middle = (high - first * billion) * two16 + (low >>> 16)
  const second = Math.floor(middle / billion)
  const last = (middle - second * billion) * two16 + (low & 0xffff)
  const third = Math.floor(last / billion)
  const upper = first * two32 + second * two16 + third
  return putNineDigits(out, putUint53(out, at, upper), last - third * billion)
}

function putBelow2To32(out: Uint8Array, at: number, value: number): number {
  const end = at + digitsBelow2To32(value)
  let i = end
  // Kept a 32-bit number, of which quotients cost a multiplication.
  let left = value >>> 0
  while (left >= 100) {
    const upper = (left / 100) >>> 0
    const pair = (left - upper * 100) >>> 0
    out[--i] = ones[pair]!
    out[--i] = tens[pair]!
    left = upper
  }
  out[--i] = ones[left]!
  if (left >= 10) out[i - 1] = tens[left]!
  return end
}

function digitsBelow2To32(value: number): number {
  if (value < 100_000) {
    if (value < 100) return value < 10 ? 1 : 2
    return value < 1000 ? 3 : value < 10_000 ? 4 : 5
  }
  if (value < 10_000_000) return value < 1_000_000 ? 6 : 7
  return value < 100_000_000 ? 8 : value < billion ? 9 : 10
}

/** @param value Below a billion; zeros are put before it. */
export function putNineDigits(out: Uint8Array, at: number, value: number): number {
  let left = value | 0
  for (let i = at + 7; i > at; i -= 2) {
    const upper = (left / 100) | 0
    const pair = (left - upper * 100) | 0
    out[i] = tens[pair]!
    out[i + 1] = ones[pair]!
    left = upper
  }
  out[at] = zero + left
  return at + 9
}

/** @param value Below a million; zeros are put before it. */
export function putSixDigits(out: Uint8Array, at: number, value: number): number {
  const upper = (value / 10_000) | 0
  const lower = (value - upper * 10_000) | 0
  const middle = (lower / 100) | 0
  const last = lower - middle * 100
  out[at] = tens[upper]!
  out[at + 1] = ones[upper]!
  out[at + 2] = tens[middle]!
  out[at + 3] = ones[middle]!
  out[at + 4] = tens[last]!
  out[at + 5] = ones[last]!
  return at + 6
}

/**
 * Reads text[start, end), digits with or without a minus, as int64 and writes that little-endian.
 * False where it is none, or out of range; nothing is written then.
 */
export function readInt64(text: Uint8Array, start: number, end: number, out: DataView, at: number): boolean {
  const isNegative = start < end && text[start] === minus
  let i = isNegative ? start + 1 : start
  if (i >= end) return false
  while (i < end - 1 && text[i] === zero) i++
  const digitCount = end - i
  if (digitCount > 19) return false
  // The upper ten digits and the lower nine.
  let upper = 0
  let lower = 0
  for (; i < end; i++) {
    const digit = text[i]! - zero
    if (digit < 0 || digit > 9) return false
    if (end - i > 9) upper = upper * 10 + digit
    else lower = lower * 10 + digit
  }
  const upperHigh = Math.floor(upper / two16) * billion
  const rest = (upperHigh % two16) * two16 + (upper % two16) * billion + lower
  const high = Math.floor(upperHigh / two16) + Math.floor(rest / two32)
  const low = rest % two32
  if (high > 0x7fff_ffff && !(isNegative && high === 0x8000_0000 && low === 0)) return false
  const negated = -low >>> 0
  out.setUint32(at, isNegative ? negated : low, true)
  out.setUint32(at + 4, isNegative ? (negated === 0 ? -high : ~high) >>> 0 : high, true)
  return true
}
