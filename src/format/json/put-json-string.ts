import { utf8CharacterBytes } from '../charset/invalid-utf8.ts'

/** What stands behind the backslash for every ASCII byte; 0 where there is none. `u`: four hexadecimal digits follow. */
const escapes = new Uint8Array(128)
escapes.fill(0x75, 0, 0x20)
for (const [byte, letter] of Object.entries({ 8: 'b', 9: 't', 10: 'n', 12: 'f', 13: 'r', 34: '"', 92: '\\' })) {
  escapes[Number(byte)] = letter.charCodeAt(0)
}
const hexDigits = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))

/** The most bytes that a byte of text becomes within a JSON string. */
export const maxEscapedGrowth = 6

/**
 * Writes UTF-8 bytes[start, end) at out[at…] as what stands between the quotes of a JSON string, escaped as
 * `JSON.stringify` does it: what must be, and nothing else. Returns the end, or −(1 + index of the first byte that begins
 * no well-formed character). There is room for {@link maxEscapedGrowth} times as much, or for {@link escapedBytes}.
 */
export function putJsonString(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let i = start
  let to = at
  while (i < end) {
    const byte = bytes[i]!
    if (byte >= 0x80) {
      const byteCount = utf8CharacterBytes(bytes, i, end)
      if (byteCount === 0) return -1 - i
      for (const after = i + byteCount; i < after; i++) out[to++] = bytes[i]!
      continue
    }
    const letter = escapes[byte]!
    if (letter === 0) {
      out[to++] = byte
    } else {
      out[to++] = 0x5c
      out[to++] = letter
      if (letter === 0x75) {
        out[to] = out[to + 1] = 0x30
        out[to + 2] = hexDigits[byte >>> 4]!
        out[to + 3] = hexDigits[byte & 15]!
        to += 4
      }
    }
    i++
  }
  return to
}

/** How many bytes {@link putJsonString} writes for well-formed text. */
export function escapedBytes(bytes: Uint8Array, start: number, end: number): number {
  let byteCount = end - start
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    if (byte >= 0x80) continue
    const letter = escapes[byte]!
    if (letter !== 0) byteCount += letter === 0x75 ? 5 : 1
  }
  return byteCount
}
