const digits = new Int8Array(256).fill(-1)
for (let digit = 0; digit < 16; digit++) {
  digits['0123456789abcdef'.charCodeAt(digit)] = digit
  digits['0123456789ABCDEF'.charCodeAt(digit)] = digit
}

/**
 * Reads hexadecimal digits (without `0x` or `X''`) and writes their bytes to `target` from `at` on; returns how many,
 * half of `length` rounded up: an odd count has a zero put before it, as in `0xABC`. Returns −1 at a byte that is no
 * digit. Source and target may be one buffer if `at` is not after `offset`.
 */
export function readHexLiteral(
  source: Uint8Array,
  offset: number,
  length: number,
  target: Uint8Array,
  at: number,
): number {
  let from = offset
  let to = at
  const end = offset + length
  if (length % 2 === 1) {
    const low = digits[source[from++]!]!
    if (low < 0) return -1
    target[to++] = low
  }
  while (from < end) {
    const high = digits[source[from]!]!
    const low = digits[source[from + 1]!]!
    if (high < 0 || low < 0) return -1
    target[to++] = (high << 4) | low
    from += 2
  }
  return to - at
}

/**
 * Reads binary digits (without `0b` or `b''`) and writes them as big-endian bytes, padded with zeros on the left, to
 * `target` from `at` on; returns how many, or −1 at a byte that is no binary digit. The two buffers must not overlap.
 */
export function readBitLiteral(
  source: Uint8Array,
  offset: number,
  length: number,
  target: Uint8Array,
  at: number,
): number {
  const byteCount = (length + 7) >> 3
  target.fill(0, at, at + byteCount)
  for (let index = 0; index < length; index++) {
    const digit = source[offset + length - 1 - index]! - 0x30
    if (digit !== 0 && digit !== 1) return -1
    target[at + byteCount - 1 - (index >> 3)]! |= digit << (index & 7)
  }
  return byteCount
}
