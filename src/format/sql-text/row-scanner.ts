import { characterClass, isDigit, isHexDigit, isSpace, isWord } from './character-classes.ts'
import type { ByteWindow } from './byte-window.ts'
import type { TextRules } from './statement-end.ts'
import { isPair } from './trail-bytes.ts'

/** How one value of a row is written; what its offset and length then point to. */
export const ValueKind = {
  /** NULL; offset and length of the word. */
  null: 0,
  /** A number as written, with its sign. */
  number: 1,
  /** The inside of a quoted string that has no escapes: the bytes themselves. */
  text: 2,
  /** The inside of a string in apostrophes that has escapes or doubled quotes: see `unescapeLiteral`. */
  escapedText: 3,
  /** The same of a string in double quotes. */
  escapedTextInDoubleQuotes: 4,
  /** Hexadecimal digits, without `0x` or `X''`. */
  hex: 5,
  /** Binary digits, without `0b` or `b''`. */
  bits: 6,
  /** The word DEFAULT. */
  default: 7,
  /** Anything else, as written: a function call, TRUE, an operator, several strings in a row. */
  expression: 8,
} as const

/** Int32s per value in the value table: flags, offset, length. */
export const valueStride = 3
/** `flags & kindMask` is the kind; `flags >> introducerShift` an index of `introducers`. */
export const kindMask = 0xff
export const introducerShift = 8

/** What `scan` says: not an index. */
export const needMore = -1
export const malformed = -2

// Where the scan of a row was when the bytes ran out.
const beforeValue = 0
const inString = 1
const inHexDigits = 2
const afterValue = 3
const inExpression = 4

const apostrophe = 0x27
const doubleQuote = 0x22
const backslash = 0x5c
const comma = 0x2c
const closing = 0x29
/** Expressions are looked at again from their start when the bytes ran out: a limit keeps that bounded. */
const maxExpressionBytes = 16 * 1024 * 1024
const maxCharsetNameLength = 64

/**
 * Finds the values of one row, from after its opening parenthesis to its closing one, and can stop and go on wherever
 * the bytes run out: no byte of a string or of hexadecimal digits is looked at twice.
 */
export class RowScanner {
  /** Of the row that was found last, or of the one begun: (flags, offset, length) per value. */
  values = new Int32Array(64 * valueStride)
  valueCount = 0
  /** Character sets before strings (`_binary '…'`), lower case, without the underscore; [0] is none. */
  readonly introducers: string[] = ['']

  #rules: TextRules = { backslash: true, ansiQuotes: false, trailBytes: undefined }
  /** 1 for the bytes at which a run of plain bytes in a string ends. */
  #stops = stopsOf(this.#rules)
  #state = beforeValue
  #at = 0
  #valueStart = 0
  #contentStart = 0
  #quote = apostrophe
  #plain = true
  #introducer = 0

  /** Applies to rows begun after the call. */
  setRules(rules: TextRules): void {
    const { backslash, ansiQuotes, trailBytes } = this.#rules
    if (rules.backslash === backslash && rules.ansiQuotes === ansiQuotes && rules.trailBytes === trailBytes) return
    this.#rules = rules
    this.#stops = stopsOf(rules)
  }

  /** Starts a row: `at` is the index after its opening parenthesis. */
  begin(at: number): void {
    this.valueCount = 0
    this.#at = at
    this.#state = beforeValue
  }

  /** The window moved its bytes to the front by so much. */
  shift(moved: number): void {
    this.#at -= moved
    this.#valueStart -= moved
    this.#contentStart -= moved
    // The entry after the last one may be written already, and not yet be counted.
    const end = Math.min((this.valueCount + 1) * valueStride, this.values.length)
    for (let index = 1; index < end; index += valueStride) this.values[index]! -= moved
  }

  /** Where the scan stopped. */
  get at(): number {
    return this.#at
  }

  /** The index after the closing parenthesis, {@link needMore} or {@link malformed}. */
  scan(window: ByteWindow): number {
    const { bytes, end } = window
    let at = this.#at
    let state = this.#state
    for (;;) {
      if (state === beforeValue) {
        let byte = bytes[at]!
        while ((characterClass[byte]! & isSpace) !== 0 && at < end) byte = bytes[++at]!
        if (at >= end) return this.#suspend(at, state)
        this.#introducer = 0
        this.#valueStart = at
        if (byte === apostrophe || (byte === doubleQuote && !this.#rules.ansiQuotes)) {
          this.#openString(at, byte)
          at++
          state = inString
        } else if (byte === closing && this.valueCount === 0) {
          this.#at = at + 1
          return at + 1
        } else {
          // The common numbers without a call: they are most of the values that are no strings.
          let digits = byte === 0x2d ? at + 1 : at
          const first = digits
          while ((characterClass[bytes[digits]!]! & isDigit) !== 0) digits++
          const stop = bytes[digits]!
          if (digits > first && digits < end && (stop === comma || stop === closing)) {
            this.#push(ValueKind.number, at, digits - at)
            at = digits
            state = afterValue
          } else {
            const next = this.#startWord(window, at)
            if (next === needMore) return this.#suspend(at, state)
            at = next
            state = this.#state
          }
        }
      }
      if (state === inString) {
        const stops = this.#stops
        const quote = this.#quote
        for (;;) {
          while (stops[bytes[at]!] === 0) at++
          if (at >= end) return this.#suspend(at, state)
          const byte = bytes[at]!
          if (byte === backslash && this.#rules.backslash) {
            if (at + 1 >= end) return this.#suspend(at, state)
            this.#plain = false
            at += 2
          } else if (byte === quote) {
            if (at + 1 >= end && !window.ended) return this.#suspend(at, state)
            if (at + 1 >= end || bytes[at + 1] !== quote) break
            this.#plain = false
            at += 2
          } else if (byte >= 0x80 && this.#rules.trailBytes !== undefined) {
            if (at + 1 >= end && !window.ended) return this.#suspend(at, state)
            at += isPair(this.#rules.trailBytes, byte, bytes[at + 1]!) ? 2 : 1
          } else at++
        }
        const escapedKind = quote === apostrophe ? ValueKind.escapedText : ValueKind.escapedTextInDoubleQuotes
        const kind = this.#plain ? ValueKind.text : escapedKind
        this.#push(kind | (this.#introducer << introducerShift), this.#contentStart, at - this.#contentStart)
        at++
        state = afterValue
      } else if (state === inHexDigits) {
        while ((characterClass[bytes[at]!]! & isHexDigit) !== 0) at++
        if (at >= end) return this.#suspend(at, state)
        const quoted = this.#quote === apostrophe
        this.#push(ValueKind.hex | (this.#introducer << introducerShift), this.#contentStart, at - this.#contentStart)
        if (quoted && bytes[at] === apostrophe) at++
        state = afterValue
      } else if (state === inExpression) {
        const stop = this.#expressionEnd(window, this.#valueStart)
        if (stop === needMore) return this.#suspend(this.#valueStart, state)
        if (stop === malformed) return malformed
        at = stop
        state = afterValue
      }
      // After a value: its entry is written but counted only here, when it is known to be the whole value.
      let byte = bytes[at]!
      while ((characterClass[byte]! & isSpace) !== 0 && at < end) byte = bytes[++at]!
      if (at >= end) return this.#suspend(at, afterValue)
      if (byte === comma) {
        this.valueCount++
        at++
        state = beforeValue
      } else if (byte === closing) {
        this.valueCount++
        this.#at = at + 1
        return at + 1
      } else {
        state = inExpression
      }
    }
  }

  #suspend(at: number, state: number): typeof needMore {
    this.#at = at
    this.#state = state
    return needMore
  }

  #openString(at: number, quote: number): void {
    this.#quote = quote
    this.#contentStart = at + 1
    this.#plain = true
  }

  #push(flags: number, offset: number, length: number): void {
    const index = this.valueCount * valueStride
    if (index + valueStride > this.values.length) {
      const grown = new Int32Array(this.values.length * 2)
      grown.set(this.values)
      this.values = grown
    }
    const values = this.values
    values[index] = flags
    values[index + 1] = offset
    values[index + 2] = length
  }

  /**
   * A value that starts with neither a quote nor plain digits. Sets the state and returns where to go on, or
   * {@link needMore} if what it is cannot be told yet: then it is looked at again from its start.
   */
  #startWord(window: ByteWindow, start: number): number {
    const { bytes, end } = window
    const byte = bytes[start]!
    if (byte === 0x30 && (bytes[start + 1] === 0x78 || start + 1 >= end)) {
      if (start + 2 >= end) return needMore
      return this.#startHex(start + 2, 0)
    }
    if (byte === 0x2d || byte === 0x2b || byte === 0x2e || (characterClass[byte]! & isDigit) !== 0) {
      return this.#number(window, start)
    }
    let at = start
    while ((characterClass[bytes[at]!]! & isWord) !== 0 && at < end) at++
    const length = at - start
    if (at >= end && !window.ended && length <= maxCharsetNameLength) return needMore
    if (length === 4 && equalsWord(bytes, start, 'NULL')) return (this.#push(ValueKind.null, start, 4), this.#done(at))
    if (length === 7 && equalsWord(bytes, start, 'DEFAULT')) {
      return (this.#push(ValueKind.default, start, 7), this.#done(at))
    }
    if (bytes[at] === apostrophe && length === 1 && at < end) {
      if ((byte | 0x20) === 0x78) return this.#startHex(at + 1, apostrophe)
      if ((byte | 0x20) === 0x62) return this.#bits(window, start, at + 1)
      if ((byte | 0x20) === 0x6e) return this.#startIntroduced('utf8mb3', at, apostrophe)
    }
    if (byte === 0x5f && length <= maxCharsetNameLength) {
      let open = at
      while ((characterClass[bytes[open]!]! & isSpace) !== 0 && open < end) open++
      if (open + 2 >= end && !window.ended) return needMore
      const charset = text(bytes, start + 1, at).toLowerCase()
      const next = bytes[open]!
      if (next === apostrophe || (next === doubleQuote && !this.#rules.ansiQuotes)) {
        return this.#startIntroduced(charset, open, next)
      }
      this.#introducer = this.#introducerIndex(charset)
      if (next === 0x30 && bytes[open + 1] === 0x78) return this.#startHex(open + 2, 0)
      if ((next | 0x20) === 0x78 && bytes[open + 1] === apostrophe) return this.#startHex(open + 2, apostrophe)
    }
    this.#state = inExpression
    return start
  }

  #done(at: number): number {
    this.#state = afterValue
    return at
  }

  #startHex(at: number, quote: number): number {
    this.#quote = quote
    this.#contentStart = at
    this.#state = inHexDigits
    return at
  }

  #startIntroduced(charset: string, open: number, quote: number): number {
    this.#introducer = this.#introducerIndex(charset)
    this.#openString(open, quote)
    this.#state = inString
    return open + 1
  }

  #introducerIndex(charset: string): number {
    const known = this.introducers.indexOf(charset)
    return known >= 0 ? known : this.introducers.push(charset) - 1
  }

  #number(window: ByteWindow, start: number): number {
    const { bytes } = window
    let at = start
    if (bytes[at] === 0x2d || bytes[at] === 0x2b) at++
    const first = at
    while ((characterClass[bytes[at]!]! & isDigit) !== 0) at++
    let digitCount = at - first
    if (bytes[at] === 0x2e) {
      const fraction = ++at
      while ((characterClass[bytes[at]!]! & isDigit) !== 0) at++
      digitCount += at - fraction
    }
    if (digitCount > 0 && (bytes[at]! | 0x20) === 0x65) {
      at++
      if (bytes[at] === 0x2d || bytes[at] === 0x2b) at++
      const exponent = at
      while ((characterClass[bytes[at]!]! & isDigit) !== 0) at++
      if (at === exponent) digitCount = 0
    }
    if (at >= window.end && !window.ended) return needMore
    if (digitCount === 0 || (characterClass[bytes[at]!]! & isWord) !== 0) {
      this.#state = inExpression
      return start
    }
    this.#push(ValueKind.number, start, at - start)
    return this.#done(at)
  }

  #bits(window: ByteWindow, start: number, content: number): number {
    const { bytes, end } = window
    let at = content
    while (bytes[at] === 0x30 || bytes[at] === 0x31) at++
    if (at >= end) return needMore
    if (bytes[at] !== apostrophe) {
      this.#state = inExpression
      return start
    }
    this.#push(ValueKind.bits, content, at - content)
    return this.#done(at + 1)
  }

  /** Writes the entry of the expression that starts there; returns the index of the comma or parenthesis after it. */
  #expressionEnd(window: ByteWindow, start: number): number {
    const { bytes, end } = window
    let depth = 0
    let at = start
    let last = start
    while (at < end) {
      const byte = bytes[at]!
      if (startsComment(bytes, at, end)) return at + 2 < end ? malformed : needMore
      if (byte === apostrophe || byte === doubleQuote || byte === 0x60) {
        at = this.#quotedEnd(window, at + 1, byte)
        if (at < 0) return at
        last = at
        continue
      }
      if (depth === 0 && (byte === comma || byte === closing)) {
        if (last === start || last - start > maxExpressionBytes) return malformed
        this.#push(ValueKind.expression, start, last - start)
        return at
      }
      if (byte === 0x28) depth++
      else if (byte === closing) depth--
      else if (byte === 0x3b && depth === 0) return malformed
      at++
      if ((characterClass[byte]! & isSpace) === 0) last = at
    }
    return end - start > maxExpressionBytes ? malformed : needMore
  }

  /** The index after the closing quote. */
  #quotedEnd(window: ByteWindow, from: number, quote: number): number {
    const { bytes, end } = window
    const escapes = this.#rules.backslash && !(quote === 0x60 || (quote === doubleQuote && this.#rules.ansiQuotes))
    const trailBytes = this.#rules.trailBytes
    let at = from
    while (at < end) {
      const byte = bytes[at]!
      if (trailBytes !== undefined && at + 1 < end && isPair(trailBytes, byte, bytes[at + 1]!)) at += 2
      else if (byte === backslash && escapes) at += 2
      else if (byte !== quote) at++
      else if (at + 1 < end && bytes[at + 1] === quote) at += 2
      else if (at + 1 < end || window.ended) return at + 1
      else break
    }
    return needMore
  }
}

function stopsOf(rules: TextRules): Uint8Array {
  const stops = new Uint8Array(256)
  stops[apostrophe] = 1
  stops[doubleQuote] = 1
  stops[backslash] = 1
  if (rules.trailBytes !== undefined) stops.fill(1, 0x80)
  return stops
}

/** True also where it takes more bytes to tell. No tool writes comments inside a value, so none is read. */
function startsComment(bytes: Uint8Array, at: number, end: number): boolean {
  const byte = bytes[at]
  if (byte === 0x23) return true
  if (byte === 0x2f) return at + 1 >= end || bytes[at + 1] === 0x2a
  if (byte !== 0x2d) return false
  return at + 2 >= end || (bytes[at + 1] === 0x2d && bytes[at + 2]! <= 0x20)
}

function equalsWord(bytes: Uint8Array, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index++) {
    if ((bytes[start + index]! & 0xdf) !== word.charCodeAt(index)) return false
  }
  return true
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}
