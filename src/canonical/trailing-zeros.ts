const [zero, nine, point] = [0x30, 0x39, 0x2e]

/** What stands between the digits of a number or a moment; one that has anything else is left to others. */
const between: ReadonlySet<number> = new Set(Buffer.from('-: .'))

/**
 * Whether one of two texts of numbers or moments, which lie in bytes, is the other with zeros behind its fraction, such as
 * `1.5` and `1.500`, or `12:00:00` and `12:00:00.000`: then their digest forms are the same, and none has to be made.
 */
export function differInTrailingZeros(
  one: Buffer,
  oneStart: number,
  oneLength: number,
  other: Buffer,
  otherStart: number,
  otherLength: number,
): boolean {
  if (oneLength > otherLength) {
    return differInTrailingZeros(other, otherStart, otherLength, one, oneStart, oneLength)
  }
  if (oneLength <= 0 || oneLength === otherLength) return false
  let hasFraction = false
  for (let at = 0; at < oneLength; at++) {
    const byte = one[oneStart + at]!
    if (byte !== other[otherStart + at]) return false
    const isDigit = byte >= zero && byte <= nine
    if (hasFraction ? !isDigit : !isDigit && !between.has(byte)) return false
    hasFraction ||= byte === point
  }
  const end = otherStart + otherLength
  let at = otherStart + oneLength
  if (!hasFraction && (other[at++] !== point || at === end)) return false
  for (; at < end; at++) if (other[at] !== zero) return false
  return true
}
