const maxExactDigits = 15
const maxExactPower = 22
const powers = Array.from({ length: maxExactPower + 1 }, (_, exponent) => 10 ** exponent)
const pattern = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/

/** The binary64 nearest to what is written in ASCII; NaN where that is no number. */
export function readFloat(bytes: Buffer, from: number, end: number): number {
  let at = from
  const isNegative = bytes[at] === 0x2d
  if (isNegative) at++
  const first = at
  let digits = 0
  let point = -1
  for (; at < end; at++) {
    const byte = bytes[at]!
    if (byte === 0x2e && point < 0) point = at
    else if (byte >= 0x30 && byte <= 0x39) digits = digits * 10 + (byte - 0x30)
    else break
  }
  const digitCount = at - first - (point < 0 ? 0 : 1)
  const fractionCount = point < 0 ? 0 : at - point - 1
  // Digits and power of ten are both exact, so that their quotient is rounded once (Clinger).
  if (at === end && digitCount > 0 && digitCount <= maxExactDigits && fractionCount <= maxExactPower) {
    const value = digits / powers[fractionCount]!
    return isNegative ? -value : value
  }
  const text = bytes.toString('latin1', from, end)
  return pattern.test(text) ? Number(text) : Number.NaN
}
