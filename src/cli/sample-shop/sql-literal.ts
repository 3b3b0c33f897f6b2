/** A number whose digits must stand as written: `19.90` keeps its zero, which a JavaScript number would lose. */
export interface Digits {
  readonly digits: string
}

/**
 * One value of a row to be dumped. A string is text and is quoted, a number or bigint or Digits stands bare, bytes
 * become `_binary '…'`. Dates and times are strings in MySQL's own notation.
 */
export type Cell = string | number | bigint | null | Digits | Uint8Array

/** What mysqldump escapes, which is what mysql_real_escape_string does: NUL, LF, CR, backslash, both quotes, Ctrl-Z. */
const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\x1a': '\\Z',
}

// oxlint-disable-next-line no-control-regex -- NUL and Ctrl-Z are two of the seven
const SPECIAL = /[\0\n\r\\'"\x1a]/g

/** The text between the quotes of a string literal. */
export function escapeText(text: string): string {
  return text.replace(SPECIAL, (character) => ESCAPES[character] ?? character)
}

/**
 * The bytes between the quotes of a `_binary` literal. They go out as they are, but mysqldump's client takes them for
 * utf8mb4 while it escapes: a whole character is passed over, and a byte that only looks like the start of one gets a
 * backslash as well, so that no escape can complete it to a character.
 */
export function escapeBytes(bytes: Uint8Array): Uint8Array {
  const escaped = new Uint8Array(bytes.length * 2)
  let used = 0
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0
    const length = characterLength(bytes, at)
    const letter = byte < 0x80 ? ESCAPES[String.fromCharCode(byte)]?.charCodeAt(1) : undefined
    if (length > 1) {
      escaped.set(bytes.subarray(at, at + length), used)
      used += length
      at += length - 1
      continue
    }
    if (letter !== undefined || (byte >= 0xc2 && byte < 0xf8)) {
      escaped[used] = 0x5c
      used += 1
    }
    escaped[used] = letter ?? byte
    used += 1
  }
  return escaped.subarray(0, used)
}

/** The length of the character of two to four bytes that begins here, or 0: no overlong ones, no surrogates. */
function characterLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0
  const second = bytes[at + 1] ?? 0
  const continues = (from: number, to: number): boolean => {
    for (let next = from; next < to; next += 1) if (((bytes[at + next] ?? 0) & 0xc0) !== 0x80) return false
    return true
  }
  if (first >= 0xc2 && first < 0xe0) return continues(1, 2) ? 2 : 0
  if (first >= 0xe0 && first < 0xf0) {
    if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second >= 0xa0)) return 0
    return continues(1, 3) ? 3 : 0
  }
  if (first < 0xf0 || first > 0xf4 || (first === 0xf0 && second < 0x90) || (first === 0xf4 && second >= 0x90)) return 0
  return continues(1, 4) ? 4 : 0
}

/** `1990` with 2 places becomes `19.90`: exact, because no fraction is ever computed. */
export function decimal(unscaled: number | bigint, scale: number): Digits {
  const digits = unscaled.toString()
  const sign = digits.startsWith('-') ? '-' : ''
  const padded = digits.slice(sign.length).padStart(scale + 1, '0')
  return { digits: `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}` }
}
