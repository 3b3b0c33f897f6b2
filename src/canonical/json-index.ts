import { byte, hexDigit, isDigit, isSpace } from './json-byte.ts'

/** Deeper than any server takes: MySQL 100 levels, PostgreSQL some thousands. */
export const maxJsonDepth = 5_000

const escapes = new Set(Buffer.from('"\\/bfnrt'))
const noBytes = Buffer.alloc(0)
const leastEnds = 64
const keptEnds = 64 * 1024
const literals = ['true', 'false', 'null'].map((text) => Buffer.from(text))

/**
 * Where the containers of a JSON text (RFC 8259) end: whoever walks over it passes one by without looking into it. Two numbers
 * for each container are all that it takes.
 */
export class JsonIndex {
  /** By container, in the order that they begin in: where it ends, and which one begins next behind it. */
  #ends = new Int32Array(leastEnds)
  #count = 0
  #bytes: Buffer = noBytes
  #at = 0

  /** False: it is no JSON, or has more than {@link maxJsonDepth} levels. */
  read(bytes: Buffer): boolean {
    this.#bytes = bytes
    this.#count = this.#at = 0
    const isJson = this.#value(0)
    this.#skip()
    return isJson && this.#at === bytes.length
  }

  /** Nobody walks over the text any more. What a huge one took is not kept for those behind it. */
  release(): void {
    this.#bytes = noBytes
    if (this.#ends.length > keptEnds) this.#ends = new Int32Array(leastEnds)
  }

  endOf(container: number): number {
    return this.#ends[container * 2]!
  }

  nextOf(container: number): number {
    return this.#ends[container * 2 + 1]!
  }

  /** Behind the quote that ends the string. @param start Of its first quote */
  stringEnd(start: number): number {
    const bytes = this.#bytes
    let at = start + 1
    while (bytes[at] !== byte.quote) at += bytes[at] === byte.backslash ? 2 : 1
    return at + 1
  }

  /** Of a number, a truth or null. */
  bareEnd(start: number): number {
    const bytes = this.#bytes
    let at = start
    for (; at < bytes.length; at++) {
      const one = bytes[at]!
      if (one === byte.comma || one === byte.braceEnd || one === byte.bracketEnd || isSpace(one)) break
    }
    return at
  }

  #value(depth: number): boolean {
    this.#skip()
    if (depth > maxJsonDepth) return false
    const next = this.#bytes[this.#at]
    if (next === byte.quote) return this.#string()
    if (next === byte.brace || next === byte.bracket) return this.#container(next === byte.brace, depth)
    if (next === byte.minus || isDigit(next)) return this.#number()
    const literal = literals.find((one) => one[0] === next)
    if (literal === undefined) return false
    return literal.every((one) => this.#take(one))
  }

  #container(isObject: boolean, depth: number): boolean {
    const container = this.#begin()
    const end = isObject ? byte.braceEnd : byte.bracketEnd
    this.#at++
    this.#skip()
    if (!this.#take(end)) {
      for (;;) {
        if (isObject && !this.#key()) return false
        if (!this.#value(depth + 1)) return false
        this.#skip()
        if (this.#take(end)) break
        if (!this.#take(byte.comma)) return false
      }
    }
    this.#ends[container * 2] = this.#at
    this.#ends[container * 2 + 1] = this.#count
    return true
  }

  #begin(): number {
    if (this.#count * 2 === this.#ends.length) {
      const larger = new Int32Array(this.#ends.length * 2)
      larger.set(this.#ends)
      this.#ends = larger
    }
    return this.#count++
  }

  #key(): boolean {
    this.#skip()
    if (this.#bytes[this.#at] !== byte.quote || !this.#string()) return false
    this.#skip()
    return this.#take(byte.colon)
  }

  /** A control character is taken as it is, but not beside an escape. */
  #string(): boolean {
    const bytes = this.#bytes
    let hasEscape = false
    let hasControl = false
    let at = this.#at + 1
    for (; bytes[at] !== byte.quote; at++) {
      const one = bytes[at]
      if (one === undefined) return false
      if (one < byte.space) hasControl = true
      else if (one === byte.backslash) {
        hasEscape = true
        at++
        if (bytes[at] === byte.u) {
          for (let digit = 1; digit <= 4; digit++) if (hexDigit(bytes[at + digit]) < 0) return false
          at += 4
        } else if (!escapes.has(bytes[at] ?? 0)) return false
      }
    }
    this.#at = at + 1
    return !(hasEscape && hasControl)
  }

  #number(): boolean {
    this.#take(byte.minus)
    if (!this.#take(byte.zero) && !this.#digits()) return false
    if (this.#bytes[this.#at] === byte.point && isDigit(this.#bytes[this.#at + 1])) {
      this.#at++
      this.#digits()
    }
    if ((this.#bytes[this.#at]! | 0x20) !== 0x65) return true
    const sign = this.#bytes[this.#at + 1]
    const hasSign = sign === byte.minus || sign === 0x2b
    if (!isDigit(this.#bytes[this.#at + (hasSign ? 2 : 1)])) return false
    this.#at += hasSign ? 2 : 1
    return this.#digits()
  }

  #digits(): boolean {
    const start = this.#at
    while (isDigit(this.#bytes[this.#at])) this.#at++
    return this.#at > start
  }

  #take(wanted: number): boolean {
    if (this.#bytes[this.#at] !== wanted) return false
    this.#at++
    return true
  }

  #skip(): void {
    while (isSpace(this.#bytes[this.#at])) this.#at++
  }
}
