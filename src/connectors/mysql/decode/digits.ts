/**
 * Decimal digits of numbers, written as ASCII without a string in between. A 64-bit integer is a pair of 32-bit halves:
 * a `number` would round it and a `bigint` would be an object.
 */

const zero = 0x30
const minus = 0x2d

/** Writes `value`, 0 to 2^53 − 1, in as many digits as it has; returns the position after it. */
export function writeDigits(value: number, target: Uint8Array, at: number): number {
  let count = 1
  for (let bound = 10; value >= bound; bound *= 10) count++
  return writePadded(value, count, target, at)
}

/** Writes `value` in exactly `count` digits, with leading zeros; returns the position after it. */
export function writePadded(value: number, count: number, target: Uint8Array, at: number): number {
  let rest = value
  for (let i = at + count - 1; i >= at; i--) {
    const tenth = Math.floor(rest / 10)
    target[i] = zero + (rest - tenth * 10)
    rest = tenth
  }
  return at + count
}

/** Writes the unsigned 64-bit integer `high × 2^32 + low`; both halves are taken as unsigned. */
export function writeUint64(high: number, low: number, target: Uint8Array, at: number): number {
  const h = high >>> 0
  const l = low >>> 0
  if (h < 0x200000) return writeDigits(h * 0x1_0000_0000 + l, target, at)
  // Long division by 10^9 in digits of 16 bits: every step stays below 2^53.
  const billion = 1_000_000_000
  const q1 = Math.floor(h / billion)
  const d2 = (h - q1 * billion) * 0x10000 + (l >>> 16)
  const q2 = Math.floor(d2 / billion)
  const d3 = (d2 - q2 * billion) * 0x10000 + (l & 0xffff)
  const q3 = Math.floor(d3 / billion)
  const upper = (q1 * 0x10000 + q2) * 0x10000 + q3
  return writePadded(d3 - q3 * billion, 9, target, writeDigits(upper, target, at))
}

/** Writes the two's complement 64-bit integer of the halves. */
export function writeInt64(high: number, low: number, target: Uint8Array, at: number): number {
  if (high >= 0) return writeUint64(high, low, target, at)
  target[at] = minus
  const negatedLow = -low | 0
  const negatedHigh = ~high + (negatedLow === 0 ? 1 : 0)
  return writeUint64(negatedHigh, negatedLow, target, at + 1)
}
