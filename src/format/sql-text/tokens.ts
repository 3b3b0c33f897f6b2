import { Buffer } from 'node:buffer'
import { characterClass, isDigit, isSpace, isWord } from './character-classes.ts'
import { conditionalComment } from './conditional-comment.ts'
import { SqlTextError } from './sql-text-error.ts'
import { decodeText, isTextIn } from './text-charset.ts'
import { isPair, trailBytesOf, type TrailBytes } from './trail-bytes.ts'
import { unescapeLiteral } from './unescape.ts'

type TokenKind = 'word' | 'name' | 'string' | 'number' | 'hex' | 'bits' | 'variable' | 'symbol' | 'end'

export interface Token {
  readonly kind: TokenKind
  /**
   * `word`: as written. `name`, `string`: without quotes and escapes. `number`: as written. `hex`, `bits`: the digits.
   * `variable`: with its `@` or `@@`, lower case. `symbol`: the operator. `end`: empty.
   */
  readonly text: string
  /** `word`: upper case, to compare keywords with; otherwise empty. */
  readonly keyword: string
  /** `string`: the bytes, which need not be text (a binary default). */
  readonly bytes: Uint8Array | undefined
  /** `string`: its bytes are no text of the character set, and `text` has U+FFFD in it. */
  readonly malformed: boolean
  readonly start: number
  readonly end: number
  /** Version of the conditional comment around it (`50001` of `/*!50001 …`), 0 outside. */
  readonly version: number
}

export interface TokenRules {
  /** `sql_mode` ANSI_QUOTES: double quotes delimit names. */
  readonly ansiQuotes?: boolean | undefined
  /** False under `sql_mode` NO_BACKSLASH_ESCAPES. */
  readonly backslash?: boolean | undefined
  /** MySQL's name of the character set that the bytes are written in. Default: utf8mb4. */
  readonly charset?: string | undefined
}

const symbols = ['<=>', '->>', '<=', '>=', '<>', '!=', '<<', '>>', '||', '&&', ':=', '->']
const doubleQuote = 0x22
const apostrophe = 0x27
const backtick = 0x60

/**
 * Reads a statement token by token. What a conditional comment holds counts as written without it; a
 * comment for a version that no server has (999999) and every other comment is skipped.
 * `next` throws {@link SqlTextError} where a quote or comment does not end, and on text outside of ASCII in a character
 * set that is not known here.
 */
export class Lexer {
  readonly bytes: Uint8Array
  readonly #buffer: Buffer
  readonly #rules: TokenRules
  readonly #charset: string
  readonly #trailBytes: TrailBytes | undefined
  #at = 0
  #version = 0
  #afterName = false

  constructor(text: Uint8Array | string, rules: TokenRules = {}) {
    this.#buffer = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.length)
    this.bytes = this.#buffer
    this.#rules = rules
    this.#charset = typeof text === 'string' ? 'utf8mb4' : (rules.charset ?? 'utf8mb4')
    this.#trailBytes = trailBytesOf(this.#charset)
  }

  next(): Token {
    this.#skipBlank()
    const start = this.#at
    const bytes = this.bytes
    if (start >= bytes.length) return this.#token('end', start, '')
    const byte = bytes[start]!
    const afterName = this.#afterName
    this.#afterName = false
    if (byte === backtick || (byte === doubleQuote && this.#rules.ansiQuotes === true)) return this.#name(start, byte)
    if (byte === apostrophe || byte === doubleQuote) return this.#string(start, start, byte)
    const second = bytes[start + 1] ?? 0
    const flags = characterClass[byte]!
    if ((flags & isDigit) !== 0 || (byte === 0x2e && (characterClass[second]! & isDigit) !== 0 && !afterName)) {
      return this.#number(start)
    }
    if ((flags & isWord) !== 0) {
      if (second === apostrophe) {
        if (byte === 0x78 || byte === 0x58) return this.#quotedDigits(start, 'hex')
        if (byte === 0x62 || byte === 0x42) return this.#quotedDigits(start, 'bits')
        if (byte === 0x6e || byte === 0x4e) return this.#string(start, start + 1, second)
      }
      return this.#word(start)
    }
    if (byte === 0x40) return this.#variable(start)
    return this.#symbol(start)
  }

  /** The source text between two byte positions. */
  slice(start: number, end: number): string {
    return decodeText(this.#buffer.subarray(start, end), this.#charset)
  }

  fail(reason: string, position: number): SqlTextError {
    return new SqlTextError(reason, position, this.#buffer.toString('latin1', position, position + 40))
  }

  #token(kind: TokenKind, start: number, text: string): Token {
    const keyword = kind === 'word' ? text.toUpperCase() : ''
    return { kind, text, keyword, bytes: undefined, malformed: false, start, end: this.#at, version: this.#version }
  }

  #word(start: number): Token {
    let at = start
    while (at < this.bytes.length && (characterClass[this.bytes[at]!]! & isWord) !== 0) at++
    this.#at = at
    this.#afterName = true
    return this.#token('word', start, this.slice(start, at))
  }

  #name(start: number, quote: number): Token {
    const parts: string[] = []
    let from = start + 1
    for (;;) {
      const end = this.#indexOfQuote(quote, from)
      if (end < 0) throw this.fail('a quoted name does not end', start)
      const doubled = this.bytes[end + 1] === quote
      parts.push(this.slice(from, doubled ? end + 1 : end))
      from = doubled ? end + 2 : end + 1
      if (!doubled) break
    }
    this.#at = from
    this.#afterName = true
    return this.#token('name', start, parts.join(''))
  }

  #indexOfQuote(quote: number, from: number): number {
    const trailBytes = this.#trailBytes
    if (trailBytes === undefined) return this.bytes.indexOf(quote, from)
    let at = from
    while (at < this.bytes.length && this.bytes[at] !== quote) {
      at += isPair(trailBytes, this.bytes[at]!, this.bytes[at + 1] ?? 0) ? 2 : 1
    }
    return at < this.bytes.length ? at : -1
  }

  #string(start: number, open: number, quote: number): Token {
    const bytes = this.bytes
    const escapes = this.#rules.backslash !== false
    const trailBytes = this.#trailBytes
    let at = open + 1
    for (;;) {
      if (at >= bytes.length) throw this.fail('a string does not end', start)
      const byte = bytes[at]!
      if (trailBytes !== undefined && isPair(trailBytes, byte, bytes[at + 1] ?? 0)) at += 2
      else if (byte === 0x5c && escapes) at += 2
      else if (byte !== quote) at++
      else if (bytes[at + 1] === quote) at += 2
      else break
    }
    this.#at = at + 1
    const value = new Uint8Array(at - open - 1)
    const length = unescapeLiteral(bytes, open + 1, value.length, value, 0, { quote, backslash: escapes, trailBytes })
    const content = value.subarray(0, length)
    const text = decodeText(content, this.#charset)
    return { ...this.#token('string', start, text), bytes: content, malformed: !isTextIn(content, this.#charset) }
  }

  #number(start: number): Token {
    const bytes = this.bytes
    const prefix = bytes[start] === 0x30 ? bytes[start + 1] : 0
    let end = start
    while (end < bytes.length && (characterClass[bytes[end]!]! & isWord) !== 0) end++
    const word = this.slice(start, end)
    if (prefix === 0x78 && /^0x[0-9a-f]+$/i.test(word)) return this.#digits('hex', start, end)
    if (prefix === 0x62 && /^0b[01]+$/.test(word)) return this.#digits('bits', start, end)
    const match = /^(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/.exec(this.slice(start, start + 400))
    const numberEnd = start + (match?.[0].length ?? 0)
    if (match === null || (characterClass[bytes[numberEnd] ?? 0]! & isWord) !== 0) return this.#word(start)
    this.#at = numberEnd
    return this.#token('number', start, match[0])
  }

  #digits(kind: 'hex' | 'bits', start: number, end: number): Token {
    this.#at = end
    return this.#token(kind, start, this.slice(start + 2, end))
  }

  #quotedDigits(start: number, kind: 'hex' | 'bits'): Token {
    const end = this.bytes.indexOf(apostrophe, start + 2)
    const digits = end < 0 ? '' : this.slice(start + 2, end)
    const valid = kind === 'hex' ? digits.length % 2 === 0 && /^[0-9a-f]*$/i.test(digits) : /^[01]*$/.test(digits)
    if (end < 0 || !valid) throw this.fail(`not a ${kind} literal`, start)
    this.#at = end + 1
    return this.#token(kind, start, digits)
  }

  #variable(start: number): Token {
    let at = start
    while (this.bytes[at] === 0x40) at++
    while (at < this.bytes.length && ((characterClass[this.bytes[at]!]! & isWord) !== 0 || this.bytes[at] === 0x2e))
      at++
    this.#at = at
    return this.#token('variable', start, this.slice(start, at).toLowerCase())
  }

  #symbol(start: number): Token {
    const ahead = this.slice(start, start + 3)
    const symbol = symbols.find((candidate) => ahead.startsWith(candidate)) ?? ahead.slice(0, 1)
    this.#at = start + symbol.length
    return this.#token('symbol', start, symbol)
  }

  #skipBlank(): void {
    const bytes = this.bytes
    for (;;) {
      const byte = bytes[this.#at]
      if (byte === undefined) return
      const second = bytes[this.#at + 1]
      if ((characterClass[byte]! & isSpace) !== 0) this.#at++
      else if (byte === 0x23 || (byte === 0x2d && second === 0x2d && (bytes[this.#at + 2] ?? 0x20) <= 0x20)) {
        const end = bytes.indexOf(0x0a, this.#at)
        this.#at = end < 0 ? bytes.length : end + 1
      } else if (byte === 0x2f && second === 0x2a) this.#openComment()
      else if (byte === 0x2a && second === 0x2f && this.#version > 0) {
        this.#version = 0
        this.#at += 2
      } else return
    }
  }

  #openComment(): void {
    const conditional = conditionalComment(this.bytes, this.#at, this.bytes.length)
    if (conditional !== undefined) {
      this.#version = conditional.version
      this.#at = conditional.contentStart
      return
    }
    const end = this.#buffer.indexOf('*/', this.#at + 2, 'latin1')
    if (end < 0) throw this.fail('a comment does not end', this.#at)
    this.#at = end + 2
  }
}

/** All tokens of a statement, the last of kind `end`. */
export function tokenize(text: Uint8Array | string, rules: TokenRules = {}): Token[] {
  const lexer = new Lexer(text, rules)
  const tokens: Token[] = []
  for (;;) {
    const token = lexer.next()
    tokens.push(token)
    if (token.kind === 'end') return tokens
  }
}
