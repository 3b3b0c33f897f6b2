import { isUtf8 } from 'node:buffer'

/** From here on the native check is the faster one, in spite of the call and the view it needs (measured). */
const nativeFromBytes = 128

/**
 * Index of the first byte that starts no well-formed UTF-8 character within [start, end), or −1. Strict as Unicode's
 * table 3-7: no overlong form, no surrogate, nothing above U+10FFFF; a character cut off by `end` is ill-formed at its
 * first byte.
 */
export function invalidUtf8At(bytes: Uint8Array, start: number, end: number): number {
  if (end - start >= nativeFromBytes && isUtf8(bytes.subarray(start, end))) return -1
  let i = start
  while (i < end) {
    const lead = bytes[i]!
    if (lead < 0x80) {
      i++
      // Eight at once: text is mostly ASCII, and a lone ASCII byte between others costs one failed look.
      while (
        i + 8 <= end &&
        (bytes[i]! |
          bytes[i + 1]! |
          bytes[i + 2]! |
          bytes[i + 3]! |
          bytes[i + 4]! |
          bytes[i + 5]! |
          bytes[i + 6]! |
          bytes[i + 7]!) <
          0x80
      ) {
        i += 8
      }
      continue
    }
    const byteCount = utf8CharacterBytes(bytes, i, end)
    if (byteCount === 0) return i
    i += byteCount
  }
  return -1
}

/** Bytes of the well-formed multi-byte character at `i`, or 0. */
export function utf8CharacterBytes(bytes: Uint8Array, i: number, end: number): number {
  const lead = bytes[i]!
  if (lead < 0xc2 || lead > 0xf4 || i + 1 >= end) return 0
  const second = bytes[i + 1]!
  if (lead < 0xe0) return (second & 0xc0) === 0x80 ? 2 : 0
  if (i + 2 >= end || (bytes[i + 2]! & 0xc0) !== 0x80) return 0
  if (lead < 0xf0) {
    const low = lead === 0xe0 ? 0xa0 : 0x80
    const high = lead === 0xed ? 0x9f : 0xbf
    return second >= low && second <= high ? 3 : 0
  }
  if (i + 3 >= end || (bytes[i + 3]! & 0xc0) !== 0x80) return 0
  const low = lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xf4 ? 0x8f : 0xbf
  return second >= low && second <= high ? 4 : 0
}

/**
 * Bytes of the ill-formed piece at `i`, where no well-formed character begins: the maximal subpart of one (Unicode,
 * section 3.9), for which one U+FFFD stands, as decoders of the web have it.
 */
export function illFormedBytes(bytes: Uint8Array, i: number, end: number): number {
  const lead = bytes[i]!
  if (lead < 0xe0 || lead > 0xf4 || i + 1 >= end) return 1
  const second = bytes[i + 1]!
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf
  if (second < low || second > high) return 1
  return lead >= 0xf0 && i + 2 < end && (bytes[i + 2]! & 0xc0) === 0x80 ? 3 : 2
}
