import { illFormedBytes, utf8CharacterBytes } from '../charset/invalid-utf8.ts'

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
 * @param view Over all of `bytes`. @param outView Over all of `out`.
 */
export function putJsonString(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  out: Uint8Array,
  outView: DataView,
  at: number,
): number {
  const lastWord = end - 4
  let i = start
  let to = at
  while (i < end) {
    // Most text needs nothing: four bytes at once.
    while (i <= lastWord) {
      const word = view.getInt32(i, true)
      if (needsCare(word)) break
      outView.setInt32(to, word, true)
      i += 4
      to += 4
    }
    let byte = i < end ? bytes[i]! : 0
    while (byte >= 0x80) {
      const byteCount = utf8CharacterBytes(bytes, i, end)
      if (byteCount === 0) return -1 - i
      for (const after = i + byteCount; i < after; i++) out[to++] = bytes[i]!
      byte = i < end ? bytes[i]! : 0
    }
    if (i >= end) break
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

/**
 * Whether one of the four bytes is no ASCII, below 0x20, a quote or a backslash: what is subtracted borrows from the top
 * bit of the first such byte. A byte above it may be found too: then the four are looked at one by one.
 */
function needsCare(word: number): boolean {
  const quotes = word ^ 0x22222222
  const backslashes = word ^ 0x5c5c5c5c
  return (((word - 0x20202020) | (quotes - 0x01010101) | (backslashes - 0x01010101) | word) & 0x80808080) !== 0
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

/**
 * As {@link putJsonString}, but U+FFFD for every piece that is no well-formed character (see illFormedBytes): there is room
 * for {@link maxEscapedGrowth} times as much, or for {@link escapedBytes} and two for every byte.
 */
export function putJsonStringReplacing(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  out: Uint8Array,
  outView: DataView,
  at: number,
): number {
  let i = start
  let to = at
  for (;;) {
    const after = putJsonString(bytes, view, i, end, out, outView, to)
    if (after >= 0) return after
    const invalidAt = -1 - after
    to = putJsonString(bytes, view, i, invalidAt, out, outView, to)
    out[to] = 0xef
    out[to + 1] = 0xbf
    out[to + 2] = 0xbd
    to += 3
    i = invalidAt + illFormedBytes(bytes, invalidAt, end)
  }
}
