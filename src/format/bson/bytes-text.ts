/** Bytes as base64 (RFC 4648 §4, padded) and as hexadecimal digits, written and read without a string. */

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const base64Bytes = Uint8Array.from(alphabet, (character) => character.charCodeAt(0))
const padding = 0x3d
const noDigit = 0xff

const base64Values = new Uint8Array(256).fill(noDigit)
for (let i = 0; i < alphabet.length; i++) base64Values[alphabet.charCodeAt(i)] = i

const hexValues = new Uint8Array(256).fill(noDigit)
for (let i = 0; i < 16; i++) {
  hexValues[i.toString(16).charCodeAt(0)] = i
  hexValues[i.toString(16).toUpperCase().charCodeAt(0)] = i
}

/** Of every byte the first hexadecimal digit, and the second. */
const firstHex = Uint8Array.from({ length: 256 }, (_, byte) => (byte >>> 4).toString(16).charCodeAt(0))
const secondHex = Uint8Array.from({ length: 256 }, (_, byte) => (byte & 15).toString(16).charCodeAt(0))

/** Bytes of base64 text for so many bytes. */
export function base64TextBytes(byteCount: number): number {
  return Math.ceil(byteCount / 3) * 4
}

/** Writes bytes[start, end) as base64 at out[at…]; returns the end. There is room. */
export function putBase64(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let i = start
  let to = at
  for (; i + 2 < end; i += 3) {
    const three = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!
    out[to] = base64Bytes[three >>> 18]!
    out[to + 1] = base64Bytes[(three >>> 12) & 63]!
    out[to + 2] = base64Bytes[(three >>> 6) & 63]!
    out[to + 3] = base64Bytes[three & 63]!
    to += 4
  }
  if (i === end) return to
  const hasTwo = i + 1 < end
  const last = (bytes[i]! << 16) | (hasTwo ? bytes[i + 1]! << 8 : 0)
  out[to] = base64Bytes[last >>> 18]!
  out[to + 1] = base64Bytes[(last >>> 12) & 63]!
  out[to + 2] = hasTwo ? base64Bytes[(last >>> 6) & 63]! : padding
  out[to + 3] = padding
  return to + 4
}

/**
 * Reads text[start, end) as base64 into out[at…]; returns the end, or −1 where it is none. Padding must be there, and the
 * bits that it leaves over be zero: of every value there is one text. At most three bytes for four of text.
 */
export function readBase64(text: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  if ((end - start) % 4 !== 0) return -1
  if (start === end) return at
  const isPadded = text[end - 1] === padding
  const wholeEnd = isPadded ? end - 4 : end
  let to = at
  for (let i = start; i < wholeEnd; i += 4) {
    const [a, b] = [base64Values[text[i]!]!, base64Values[text[i + 1]!]!]
    const [c, d] = [base64Values[text[i + 2]!]!, base64Values[text[i + 3]!]!]
    if ((a | b | c | d) === noDigit) return -1
    out[to] = (a << 2) | (b >>> 4)
    out[to + 1] = (b << 4) | (c >>> 2)
    out[to + 2] = (c << 6) | d
    to += 3
  }
  if (!isPadded) return to
  const hasTwo = text[end - 2] !== padding
  const [a, b] = [base64Values[text[end - 4]!]!, base64Values[text[end - 3]!]!]
  const c = hasTwo ? base64Values[text[end - 2]!]! : 0
  const leftOver = hasTwo ? c & 3 : b & 15
  if ((a | b | c) === noDigit || leftOver !== 0) return -1
  out[to++] = (a << 2) | (b >>> 4)
  if (hasTwo) out[to++] = (b << 4) | (c >>> 2)
  return to
}

/** Writes bytes[start, end) as hexadecimal digits at out[at…]; returns the end. There is room. */
export function putHex(bytes: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  let to = at
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    out[to] = firstHex[byte]!
    out[to + 1] = secondHex[byte]!
    to += 2
  }
  return to
}

/** Reads text[start, end) as hexadecimal digits of either case into out[at…]; returns the end, or −1. */
export function readHex(text: Uint8Array, start: number, end: number, out: Uint8Array, at: number): number {
  if ((end - start) % 2 !== 0) return -1
  let to = at
  for (let i = start; i < end; i += 2) {
    const [first, second] = [hexValues[text[i]!]!, hexValues[text[i + 1]!]!]
    if ((first | second) === noDigit) return -1
    out[to++] = (first << 4) | second
  }
  return to
}
