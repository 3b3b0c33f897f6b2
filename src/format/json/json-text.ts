/**
 * JSON of RFC 8259 in UTF-8, looked at byte by byte: MariaDB's JSON columns are text that a CHECK may or may not guard.
 */

export type JsonFinding = 'valid' | 'invalid' | 'nul'

const space = 0x20
const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** One byte per open bracket: which one. Kept between calls, so that no call allocates. */
let brackets = new Uint8Array(256)
let sawNul = false

/** `nul`: valid, and a string or name in it holds the escape of the NUL character. The bytes are valid UTF-8. */
export function inspectJson(bytes: Uint8Array, start: number, end: number): JsonFinding {
  sawNul = false
  let depth = 0
  let at = skipBlanks(bytes, start, end)
  for (;;) {
    // A value begins at `at`.
    const byte = at < end ? bytes[at]! : 0
    if (byte === openArray || byte === openObject) {
      if (depth === brackets.length) brackets = widen(brackets)
      brackets[depth++] = byte
      at = skipBlanks(bytes, at + 1, end)
      if (at < end && bytes[at] === (byte === openArray ? closeArray : closeObject)) {
        depth--
        at++
      } else if (byte === openArray) {
        continue
      } else {
        at = skipName(bytes, at, end)
        if (at < 0) return 'invalid'
        continue
      }
    } else {
      at = skipScalar(bytes, at, end, byte)
      if (at < 0) return 'invalid'
    }
    // A value has ended: close what ends with it, or go to the next one.
    for (;;) {
      at = skipBlanks(bytes, at, end)
      if (depth === 0) return at === end ? (sawNul ? 'nul' : 'valid') : 'invalid'
      if (at >= end) return 'invalid'
      const isArray = brackets[depth - 1] === openArray
      if (bytes[at] === (isArray ? closeArray : closeObject)) {
        depth--
        at++
        continue
      }
      if (bytes[at] !== comma) return 'invalid'
      at = skipBlanks(bytes, at + 1, end)
      if (!isArray) at = skipName(bytes, at, end)
      if (at < 0) return 'invalid'
      break
    }
  }
}

function widen(stack: Uint8Array): Uint8Array<ArrayBuffer> {
  const wider = new Uint8Array(stack.length * 2)
  wider.set(stack)
  return wider
}

function skipBlanks(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end) {
    const byte = bytes[i]!
    if (byte !== space && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break
    i++
  }
  return i
}

/** A name with its colon; the place of its value, or −1. */
function skipName(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end || bytes[at] !== quote) return -1
  const after = skipString(bytes, at + 1, end)
  if (after < 0) return -1
  const place = skipBlanks(bytes, after, end)
  return place < end && bytes[place] === colon ? skipBlanks(bytes, place + 1, end) : -1
}

function skipScalar(bytes: Uint8Array, at: number, end: number, first: number): number {
  switch (first) {
    case quote:
      return skipString(bytes, at + 1, end)
    case 0x74: // t
      return skipWord(bytes, at, end, 'true')
    case 0x66: // f
      return skipWord(bytes, at, end, 'false')
    case 0x6e: // n
      return skipWord(bytes, at, end, 'null')
    default:
      return skipNumber(bytes, at, end)
  }
}

function skipWord(bytes: Uint8Array, at: number, end: number, word: string): number {
  if (end - at < word.length) return -1
  for (let i = 0; i < word.length; i++) if (bytes[at + i] !== word.charCodeAt(i)) return -1
  return at + word.length
}

/** From behind the opening quote to behind the closing one. */
function skipString(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end) {
    const byte = bytes[i]!
    if (byte === quote) return i + 1
    if (byte < space) return -1
    if (byte !== backslash) {
      i++
      continue
    }
    const escaped = i + 1 < end ? bytes[i + 1]! : 0
    if (escaped === 0x75) {
      // u
      const point = hexPoint(bytes, i + 2, end)
      if (point < 0) return -1
      if (point === 0) sawNul = true
      i += 6
    } else if (isSimpleEscape(escaped)) i += 2
    else return -1
  }
  return -1
}

/** `"` `\` `/` `b` `f` `n` `r` `t` */
function isSimpleEscape(byte: number): boolean {
  return (
    byte === quote ||
    byte === backslash ||
    byte === 0x2f ||
    byte === 0x62 ||
    byte === 0x66 ||
    byte === 0x6e ||
    byte === 0x72 ||
    byte === 0x74
  )
}

function hexPoint(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < 4) return -1
  let point = 0
  for (let i = at; i < at + 4; i++) {
    const byte = bytes[i]!
    const lower = byte | 0x20
    const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1
    if (digit < 0) return -1
    point = point * 16 + digit
  }
  return point
}

function skipNumber(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  if (i < end && bytes[i] === 0x2d) i++
  if (i < end && bytes[i] === 0x30) i++
  else {
    const digits = skipDigits(bytes, i, end)
    if (digits === i) return -1
    i = digits
  }
  if (i < end && bytes[i] === 0x2e) {
    const digits = skipDigits(bytes, i + 1, end)
    if (digits === i + 1) return -1
    i = digits
  }
  if (i < end && (bytes[i]! | 0x20) === 0x65) {
    i++
    if (i < end && (bytes[i] === 0x2b || bytes[i] === 0x2d)) i++
    const digits = skipDigits(bytes, i, end)
    if (digits === i) return -1
    i = digits
  }
  return i
}

function skipDigits(bytes: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && bytes[i]! >= 0x30 && bytes[i]! <= 0x39) i++
  return i
}

/** The JSON text with every escape of the NUL character replaced. The text is valid JSON. */
export function replaceJsonNul(text: string, by: string): string {
  return text.replaceAll(/\\(?:u0000|[^])/g, (escape) => (escape === '\\u0000' ? by : escape))
}
