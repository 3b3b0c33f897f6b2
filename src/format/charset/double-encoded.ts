import { utf8CharacterBytes } from './invalid-utf8.ts'

/** What cp1252 has above U+00FF, by its byte 0x80 to 0x9F; 0 where a byte stands for the C1 control of its own number. */
const cp1252Upper = Uint16Array.of(
  0x20ac,
  0,
  0x201a,
  0x0192,
  0x201e,
  0x2026,
  0x2020,
  0x2021,
  0x02c6,
  0x2030,
  0x0160,
  0x2039,
  0x0152,
  0,
  0x017d,
  0,
  0,
  0x2018,
  0x2019,
  0x201c,
  0x201d,
  0x2022,
  0x2013,
  0x2014,
  0x02dc,
  0x2122,
  0x0161,
  0x203a,
  0x0153,
  0,
  0x017e,
  0x0178,
)

/**
 * Whether UTF-8 text (`AndrÃ©`) is what comes of reading other UTF-8 text (`André`) as latin1 or cp1252: taken back to the
 * one byte of each character, all of it is well-formed UTF-8, and some of it beyond ASCII. For raw bytes of a latin1
 * column, pass the decoded text. Text that mixes both kinds is not reported, nor is text that is not UTF-8. A sign, not a
 * proof: someone may have written `Ã©`. Ends at the first character that speaks against it.
 */
export function looksDoubleEncoded(bytes: Uint8Array, start: number, end: number): boolean {
  let found = false
  /** Continuation bytes that the inner character still lacks, and the bounds of the next. */
  let missing = 0
  let low = 0x80
  let high = 0xbf
  let i = start
  while (i < end) {
    const outer = bytes[i]!
    if (outer < 0x80) {
      if (missing > 0) return false
      i++
      continue
    }
    const byteCount = utf8CharacterBytes(bytes, i, end)
    if (byteCount === 0 || byteCount > 3) return false
    const inner = cp1252Byte(
      byteCount === 2
        ? ((outer & 0x1f) << 6) | (bytes[i + 1]! & 0x3f)
        : ((outer & 0x0f) << 12) | ((bytes[i + 1]! & 0x3f) << 6) | (bytes[i + 2]! & 0x3f),
    )
    i += byteCount
    if (missing > 0) {
      if (inner < low || inner > high) return false
      missing--
      low = 0x80
      high = 0xbf
    } else {
      if (inner < 0xc2 || inner > 0xf4) return false
      found = true
      missing = inner < 0xe0 ? 1 : inner < 0xf0 ? 2 : 3
      if (inner === 0xe0) low = 0xa0
      else if (inner === 0xed) high = 0x9f
      else if (inner === 0xf0) low = 0x90
      else if (inner === 0xf4) high = 0x8f
    }
  }
  return found && missing === 0
}

/** The byte of a character above ASCII in latin1 or cp1252, or −1. */
function cp1252Byte(point: number): number {
  if (point < 0x100) return point
  const place = cp1252Upper.indexOf(point)
  return place === -1 ? -1 : 0x80 + place
}
