import { looksDoubleEncoded } from '../../../../format/charset/double-encoded.ts'
import { inspectJson } from '../../../../format/json/json-text.ts'
import type { CensusFact } from '../../../../model/census.ts'
import type { NativeType } from '../../../../model/relation.ts'
import { familyOf } from '../../decode/type-family.ts'
import type { LiteralBytes } from '../literal-bytes.ts'
import type { FactCounter } from './fact-counter.ts'

/** Charsets in which text that was encoded twice can be told. */
const tellingCharsets = new Set(['utf8mb4', 'utf8mb3', 'utf8', 'latin1', 'ucs2', 'utf16', 'utf16le', 'utf32'])

/** Lengths, and what is odd about text. */
export class TextFacts implements FactCounter {
  readonly #native: NativeType
  readonly #isText: boolean
  readonly #isBinary: boolean
  readonly #hasIndexZero: boolean
  readonly #asksOddities: boolean
  readonly #asksJson: boolean
  readonly #asksDoubleEncoded: boolean
  #longest = -1
  #indexZeroCount = 0
  #nulCount = 0
  #invalidCount = 0
  #doubleEncodedCount = 0
  #invalidJsonCount = 0
  #jsonNulCount = 0

  constructor(native: NativeType, facts: readonly CensusFact[]) {
    const family = familyOf(native)
    this.#native = native
    this.#isBinary = family === 'binary'
    this.#isText = family === 'text' || family === 'enum' || family === 'set' || family === 'json'
    this.#hasIndexZero = family === 'enum' && native.labels?.includes('') !== true
    this.#asksOddities = facts.some((fact) => fact !== 'max-length' && fact !== 'enum-zero')
    this.#asksJson = facts.includes('invalid-json') || facts.includes('json-nul')
    this.#asksDoubleEncoded = facts.includes('double-encoded') && tellingCharsets.has(native.charset ?? '')
  }

  add(literal: LiteralBytes, flags: number): void {
    if (this.#hasIndexZero && literal.length === 0) this.#indexZeroCount++
    if (!this.#isText) {
      this.#longest = Math.max(this.#longest, literal.length)
      return
    }
    if (!literal.toUtf8(flags)) {
      this.#invalidCount++
      return
    }
    const { bytes, length } = literal
    this.#longest = Math.max(this.#longest, countCharacters(bytes, length))
    if (!this.#asksOddities) return
    if (bytes.indexOf(0) < length) this.#nulCount++
    if (this.#asksDoubleEncoded && looksDoubleEncoded(bytes, 0, length)) this.#doubleEncodedCount++
    if (!this.#asksJson) return
    if (inspectJson(bytes, 0, length) === 'invalid') this.#invalidJsonCount++
    if (hasEscapedNul(bytes, length)) this.#jsonNulCount++
  }

  answer(fact: CensusFact): string | null | undefined {
    const family = familyOf(this.#native)
    // MySQL keeps JSON in a form of its own, in which there is no text that could be odd.
    const keepsText = family === 'text' || (family === 'json' && this.#native.charset !== undefined)
    const mayBeJson = family === 'text' || family === 'json'
    switch (fact) {
      case 'max-length':
        if (!this.#isText && !this.#isBinary) return undefined
        return this.#longest < 0 ? null : String(this.#longest)
      case 'enum-zero':
        return family === 'enum' ? String(this.#indexZeroCount) : undefined
      case 'nul-bytes':
        return keepsText ? String(this.#nulCount) : undefined
      case 'invalid-text':
        // Of bytes in another charset than the column's nobody has looked.
        return keepsText && this.#native.readAs === undefined ? String(this.#invalidCount) : undefined
      case 'double-encoded':
        return keepsText && this.#asksDoubleEncoded ? String(this.#doubleEncodedCount) : undefined
      case 'invalid-json':
        return mayBeJson ? String(this.#invalidJsonCount) : undefined
      case 'json-nul':
        return mayBeJson ? String(this.#jsonNulCount) : undefined
      default:
        return undefined
    }
  }
}

/** Of valid UTF-8. */
function countCharacters(bytes: Uint8Array, length: number): number {
  let count = 0
  for (let at = 0; at < length; at++) if ((bytes[at]! & 0xc0) !== 0x80) count++
  return count
}

const escapedNul = Buffer.from('u0000')

/** Whether there is `\u0000`: one backslash too many before it, and it is an escaped backslash and five characters. */
function hasEscapedNul(bytes: Buffer, length: number): boolean {
  const text = bytes.subarray(0, length)
  for (let at = text.indexOf(escapedNul); at >= 0; at = text.indexOf(escapedNul, at + 1)) {
    let backslashCount = 0
    while (at - 1 - backslashCount >= 0 && text[at - 1 - backslashCount] === 0x5c) backslashCount++
    if (backslashCount % 2 === 1) return true
  }
  return false
}
