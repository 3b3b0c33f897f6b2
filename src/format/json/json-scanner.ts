import { invalidUtf8At } from '../charset/invalid-utf8.ts'
import { putCodePoint } from '../charset/put-code-point.ts'

const quote = 0x22
const backslash = 0x5c
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** What a backslash and this byte stand for; 0 where they stand for nothing. */
const escaped = new Uint8Array(256)
for (const [letter, byte] of Object.entries({ '"': 34, '\\': 92, '/': 47, b: 8, f: 12, n: 10, r: 13, t: 9 })) {
  escaped[letter.charCodeAt(0)] = byte
}

/** Bytes that a number, or a word, may have. */
const isPlainByte = new Uint8Array(256)
for (const character of '+-.0123456789') isPlainByte[character.charCodeAt(0)] = 1
isPlainByte.fill(1, 0x41, 0x5b).fill(1, 0x61, 0x7b)

/**
 * Goes over JSON text (RFC 8259, UTF-8) piece by piece, for a reader who knows what to expect, and makes no string of it.
 * Whatever is not JSON ends in `fail`.
 */
export class JsonScanner {
  text: Uint8Array = new Uint8Array(0)
  /** What is looked at next. */
  at = 0
  end = 0
  /** The string that {@link scanString} has found, between its quotes. */
  start = 0
  stop = 0
  hasEscape = false
  readonly #fail: (reason: string, at: number) => never

  constructor(fail: (reason: string, at: number) => never) {
    this.#fail = fail
  }

  open(text: Uint8Array, start: number, end: number): void {
    this.text = text
    this.at = start
    this.end = end
  }

  /** The next byte that is no blank, not passed yet; 0 at the end. */
  peek(): number {
    const { text, end } = this
    let i = this.at
    while (i < end) {
      const byte = text[i]!
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) {
        this.at = i
        return byte
      }
      i++
    }
    this.at = i
    return 0
  }

  /** Passes the byte, and blanks before it. */
  expect(byte: number): void {
    if (this.peek() !== byte) this.#fail(`there is no ${String.fromCharCode(byte)} where one must be`, this.at)
    this.at++
  }

  /** Passes a string, and blanks before it, and looks at what is in it but for its escapes. */
  scanString(): void {
    this.expect(quote)
    const { text, end, at } = this
    let i = at
    let bits = 0
    let hasEscape = false
    for (; ; i++) {
      const byte = i < end ? text[i]! : 0
      if (byte === quote) break
      if (byte === backslash) {
        hasEscape = true
        i++
      } else if (byte < 0x20) {
        this.#fail(i < end ? 'a control character in a string' : 'a string does not end', i)
      }
      bits |= byte
    }
    const invalidAt = bits >= 0x80 ? invalidUtf8At(text, at, i) : -1
    if (invalidAt >= 0) this.#fail('a string is no UTF-8', invalidAt)
    this.start = at
    this.stop = i
    this.hasEscape = hasEscape
    this.at = i + 1
  }

  /** Writes the string that was scanned, without its escapes, at out[at…]; returns the end. There is room for its bytes. */
  putString(out: Uint8Array, at: number): number {
    const { text, start, stop } = this
    if (!this.hasEscape) {
      if (stop - start < 64) for (let i = start; i < stop; i++) out[at + i - start] = text[i]!
      else out.set(text.subarray(start, stop), at)
      return at + stop - start
    }
    let to = at
    let i = start
    while (i < stop) {
      const byte = text[i++]!
      if (byte !== backslash) {
        out[to++] = byte
        continue
      }
      const letter = text[i++]!
      if (letter === 0x75) {
        let codePoint = this.#hexAt(i)
        i += 4
        if (codePoint >= 0xd800 && codePoint < 0xe000) {
          const isPair = codePoint < 0xdc00 && text[i] === backslash && text[i + 1] === 0x75
          const low = isPair ? this.#hexAt(i + 2) : 0
          if (low < 0xdc00 || low >= 0xe000) this.#fail('half of a surrogate pair in a string', i - 6)
          codePoint = 0x10000 + ((codePoint - 0xd800) << 10) + (low - 0xdc00)
          i += 6
        }
        to = putCodePoint(out, to, codePoint)
      } else {
        const meant = escaped[letter]!
        if (meant === 0) this.#fail('an escape that JSON does not have', i - 2)
        out[to++] = meant
      }
    }
    return to
  }

  /** Passes a number or word, and blanks before it; it is text[start, stop) then. */
  scanPlain(): void {
    this.peek()
    const { text, end, at } = this
    let i = at
    while (i < end && isPlainByte[text[i]!] === 1) i++
    if (i === at) this.#fail('there is no value where one must be', at)
    this.start = at
    this.stop = i
    this.at = i
  }

  /** Whether the number or word that was scanned is this one. */
  isWord(word: string): boolean {
    if (this.stop - this.start !== word.length) return false
    for (let i = 0; i < word.length; i++) if (this.text[this.start + i] !== word.charCodeAt(i)) return false
    return true
  }

  /** Passes a value of any kind, and looks only for where it ends. */
  skipValue(): void {
    const first = this.peek()
    if (first === quote) {
      this.scanString()
      return
    }
    if (first !== openObject && first !== openArray) {
      this.scanPlain()
      return
    }
    let depth = 0
    do {
      const byte = this.peek()
      if (byte === 0) this.#fail('the text is cut off', this.at)
      if (byte === quote) {
        this.scanString()
        continue
      }
      if (byte === openObject || byte === openArray) depth++
      else if (byte === closeObject || byte === closeArray) depth--
      this.at++
    } while (depth > 0)
  }

  #hexAt(at: number): number {
    let value = 0
    for (let i = at; i < at + 4; i++) {
      const byte = i < this.stop ? this.text[i]! : 0
      const digit = byte >= 0x30 && byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57
      if (digit < 0 || digit > 15 || (digit < 10 && byte > 0x39))
        this.#fail('no four hexadecimal digits behind \\u', at)
      value = value * 16 + digit
    }
    return value
  }
}

/** What text[start, end) is of the two kinds of JSON numbers, or neither. */
export function numberKindOf(text: Uint8Array, start: number, end: number): 'integer' | 'fraction' | undefined {
  let i = start
  if (text[i] === 0x2d) i++
  const wholeStart = i
  i = skipDigits(text, i, end)
  if (i === wholeStart || (text[wholeStart] === 0x30 && i > wholeStart + 1)) return undefined
  if (i === end) return 'integer'
  if (text[i] === 0x2e) {
    const fractionStart = i + 1
    i = skipDigits(text, fractionStart, end)
    if (i === fractionStart) return undefined
  }
  if (i < end && (text[i]! | 0x20) === 0x65) {
    i++
    if (i < end && (text[i] === 0x2b || text[i] === 0x2d)) i++
    const exponentStart = i
    i = skipDigits(text, i, end)
    if (i === exponentStart) return undefined
  }
  return i === end ? 'fraction' : undefined
}

function skipDigits(text: Uint8Array, at: number, end: number): number {
  let i = at
  while (i < end && text[i]! >= 0x30 && text[i]! <= 0x39) i++
  return i
}
