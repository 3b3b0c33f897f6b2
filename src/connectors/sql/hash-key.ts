/** The 128 bits that {@link hashKey} made last. */
export const keyHash = new Int32Array(4)

const c1 = 0x239b961b
const c2 = 0xab0e9789 | 0
const c3 = 0x38b34ae5
const c4 = 0xa1e38b93 | 0

/**
 * MurmurHash3 (x86, 128 bits; Austin Appleby, public domain) of bytes[0, length). Two different keys of a table of 10⁹
 * rows have the same hash with a chance of 10⁻²⁰.
 */
export function hashKey(bytes: Uint8Array, length: number, seed: number): void {
  let h1 = seed
  let h2 = seed
  let h3 = seed
  let h4 = seed
  let at = 0
  for (; at + 16 <= length; at += 16) {
    h1 ^= scramble(word(bytes, at), c1, 15, c2)
    h1 = (Math.imul((rotate(h1, 19) + h2) | 0, 5) + 0x561ccd1b) | 0
    h2 ^= scramble(word(bytes, at + 4), c2, 16, c3)
    h2 = (Math.imul((rotate(h2, 17) + h3) | 0, 5) + 0x0bcaa747) | 0
    h3 ^= scramble(word(bytes, at + 8), c3, 17, c4)
    h3 = (Math.imul((rotate(h3, 15) + h4) | 0, 5) + 0x96cd1c35) | 0
    h4 ^= scramble(word(bytes, at + 12), c4, 18, c1)
    h4 = (Math.imul((rotate(h4, 13) + h1) | 0, 5) + 0x32ac3b17) | 0
  }
  const rest = length - at
  if (rest > 12) h4 ^= scramble(partialWord(bytes, at + 12, length), c4, 18, c1)
  if (rest > 8) h3 ^= scramble(partialWord(bytes, at + 8, length), c3, 17, c4)
  if (rest > 4) h2 ^= scramble(partialWord(bytes, at + 4, length), c2, 16, c3)
  if (rest > 0) h1 ^= scramble(partialWord(bytes, at, length), c1, 15, c2)
  h1 ^= length
  h2 ^= length
  h3 ^= length
  h4 ^= length
  h1 = (h1 + h2 + h3 + h4) | 0
  h2 = (h2 + h1) | 0
  h3 = (h3 + h1) | 0
  h4 = (h4 + h1) | 0
  h1 = finish(h1)
  h2 = finish(h2)
  h3 = finish(h3)
  h4 = finish(h4)
  h1 = (h1 + h2 + h3 + h4) | 0
  keyHash[0] = h1
  keyHash[1] = h2 + h1
  keyHash[2] = h3 + h1
  keyHash[3] = h4 + h1
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

function partialWord(bytes: Uint8Array, at: number, end: number): number {
  let value = 0
  for (let i = Math.min(end, at + 4) - 1; i >= at; i--) value = (value << 8) | bytes[i]!
  return value
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function scramble(value: number, first: number, bits: number, second: number): number {
  return Math.imul(rotate(Math.imul(value, first), bits), second)
}

function finish(value: number): number {
  let h = value
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b | 0)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35 | 0)
  return h ^ (h >>> 16)
}
