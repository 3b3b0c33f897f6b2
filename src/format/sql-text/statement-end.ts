import { conditionalComment, maxIntroLength } from './conditional-comment.ts'
import { characterClass, isSpace } from './character-classes.ts'
import type { ByteWindow } from './byte-window.ts'
import { isPair, type TrailBytes } from './trail-bytes.ts'

/** What is told where an index cannot be: the bytes end first. */
const bytesEnded = -1

/** How strings and names are written where the text stands. */
export interface TextRules {
  readonly backslash: boolean
  readonly ansiQuotes: boolean
  readonly trailBytes: TrailBytes | undefined
}

const inText = 0
const inQuotes = 1
const inComment = 2
const inLineComment = 3

/**
 * Finds the delimiter that ends a statement, past quotes and comments, and can stop and go on wherever the bytes run
 * out. As in the mysql client, a delimiter inside a conditional comment ends the statement.
 */
export class StatementEnd {
  #at = 0
  #state = inText
  #quote = 0
  /** Inside a conditional comment. */
  #conditional = false
  #rules: TextRules = { backslash: true, ansiQuotes: false, trailBytes: undefined }

  begin(at: number, rules: TextRules): void {
    this.#at = at
    this.#state = inText
    this.#conditional = false
    this.#rules = rules
  }

  shift(moved: number): void {
    this.#at -= moved
  }

  /** The index of the delimiter, or {@link bytesEnded}. */
  find(window: ByteWindow, delimiter: Uint8Array): number {
    const { bytes, end, ended } = window
    let at = this.#at
    while (at < end) {
      if (this.#state === inQuotes) {
        at = this.#skipQuoted(bytes, at, end, ended)
        if (this.#state === inQuotes) break
      } else if (this.#state === inComment) {
        const next = bytes.indexOf(0x2a, at)
        at = next < 0 || next >= end ? end : next
        if (at + 1 >= end) break
        if (bytes[at + 1] === 0x2f) {
          this.#state = inText
          at += 2
        } else at++
      } else if (this.#state === inLineComment) {
        const next = bytes.indexOf(0x0a, at)
        if (next < 0 || next >= end) {
          at = end
          break
        }
        this.#state = inText
        at = next + 1
      } else {
        const byte = bytes[at]!
        if (byte === delimiter[0]) {
          if (startsWith(bytes, at, end, delimiter)) {
            this.#at = at
            return at
          }
          if (at + delimiter.length > end && !ended) break
        }
        if (byte === 0x27 || byte === 0x22 || byte === 0x60) {
          this.#state = inQuotes
          this.#quote = byte
          at++
        } else if (byte === 0x2a && this.#conditional) {
          if (at + 1 >= end && !ended) break
          this.#conditional = bytes[at + 1] !== 0x2f
          at += this.#conditional ? 1 : 2
        } else if (byte === 0x2f || byte === 0x2d || byte === 0x23) {
          const opened = commentAt(bytes, at, end, ended)
          if (opened === 'more') break
          at = this.#open(opened, at)
        } else at++
      }
    }
    this.#at = Math.min(at, end)
    return bytesEnded
  }

  /** Where the quotes end and the state is text again, or where to go on in them. */
  #skipQuoted(bytes: Uint8Array, from: number, end: number, ended: boolean): number {
    const quote = this.#quote
    const { trailBytes, ansiQuotes } = this.#rules
    const escapes = this.#rules.backslash && quote !== 0x60 && !(quote === 0x22 && ansiQuotes)
    let at = from
    while (at < end) {
      const byte = bytes[at]!
      if (byte === quote || (byte === 0x5c && escapes)) {
        if (at + 1 >= end && !ended) return at
        if (byte === quote && (at + 1 >= end || bytes[at + 1] !== quote)) {
          this.#state = inText
          return at + 1
        }
        at += 2
      } else if (trailBytes !== undefined && byte >= 0x80) {
        if (at + 1 >= end && !ended) return at
        at += at + 1 < end && isPair(trailBytes, byte, bytes[at + 1]!) ? 2 : 1
      } else at++
    }
    return at
  }

  #open(opened: 'line' | 'block' | number | undefined, at: number): number {
    if (opened === undefined) return at + 1
    if (opened === 'line' || opened === 'block') {
      this.#state = opened === 'line' ? inLineComment : inComment
      return at + (opened === 'line' ? 1 : 2)
    }
    this.#conditional = true
    return opened
  }
}

/**
 * What kind of comment opens at `at`: `line`, `block`, the index where the contents of a conditional comment start, or
 * undefined for none. `more`: the bytes end before that can be told.
 */
export function commentAt(
  bytes: Uint8Array,
  at: number,
  end: number,
  ended: boolean,
): 'line' | 'block' | 'more' | number | undefined {
  const byte = bytes[at]
  if (byte === 0x23) return 'line'
  if (byte === 0x2d) {
    if (at + 1 < end && bytes[at + 1] !== 0x2d) return undefined
    if (at + 2 >= end && !ended) return 'more'
    if (at + 1 >= end) return undefined
    return at + 2 >= end || bytes[at + 2]! <= 0x20 ? 'line' : undefined
  }
  if (byte !== 0x2f) return undefined
  if (at + 1 < end && bytes[at + 1] !== 0x2a) return undefined
  if (at + maxIntroLength >= end && !ended) {
    const plain = at + 2 < end && bytes[at + 2] !== 0x21 && bytes[at + 2] !== 0x4d
    return plain ? 'block' : 'more'
  }
  if (at + 1 >= end) return undefined
  return conditionalComment(bytes, at, end)?.contentStart ?? 'block'
}

/** The first index at or after `at` that holds something, past white space; `end` if there is none. */
export function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  let index = at
  while (index < end && (characterClass[bytes[index]!]! & isSpace) !== 0) index++
  return index
}

export function startsWith(bytes: Uint8Array, at: number, end: number, prefix: Uint8Array): boolean {
  if (at + prefix.length > end) return false
  for (let index = 0; index < prefix.length; index++) if (bytes[at + index] !== prefix[index]) return false
  return true
}
