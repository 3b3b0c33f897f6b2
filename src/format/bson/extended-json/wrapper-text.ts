import type { JsonScanner } from '../../json/json-scanner.ts'
import type { BsonBuilder } from '../bson-builder.ts'
import type { DocumentFaultKind } from '../document-fault.ts'

/** @param at In the text; where it is looked at next, if it is not said */
export type Fail = (reason: string, at?: number, kind?: DocumentFaultKind) => never

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openObject = 0x7b
const closeObject = 0x7d

/** How far behind the value its text is put first: more than any value has before its bytes. */
const scratchGap = 16

/** The texts within an object that stands for a value: fetched without their escapes, and told apart. */
export class WrapperText {
  /** The text that was read last, in the builder's bytes, behind the place of the value that is made of it. */
  start = 0
  end = 0
  /** Where the values of the two names of {@link readPair} stand in the JSON. */
  firstAt = 0
  secondAt = 0
  readonly #scanner: JsonScanner
  readonly #builder: BsonBuilder
  readonly #fail: Fail

  constructor(scanner: JsonScanner, builder: BsonBuilder, fail: Fail) {
    this.#scanner = scanner
    this.#builder = builder
    this.#fail = fail
  }

  /** A string as BSON has them, with its length and NUL, at the builder's end. */
  putString(): void {
    const scanner = this.#scanner
    const builder = this.#builder
    scanner.scanString()
    builder.makeRoom(scanner.stop - scanner.start + 5)
    const start = builder.to
    const end = scanner.putString(builder.bytes, start + 4)
    builder.bytes[end] = 0
    builder.view.setInt32(start, end + 1 - start - 4, true)
    builder.to = end + 1
  }

  /** A text of a regular expression, with its NUL, at the builder's end. */
  putCString(): void {
    const scanner = this.#scanner
    const builder = this.#builder
    scanner.scanString()
    builder.makeRoom(scanner.stop - scanner.start + 1)
    const end = scanner.putString(builder.bytes, builder.to)
    for (let i = builder.to; i < end; i++) if (builder.bytes[i] === 0) this.#fail('a NUL in a regular expression')
    builder.bytes[end] = 0
    builder.to = end + 1
  }

  /** Puts a string behind the place of the value that is made of it. */
  read(what: string): void {
    const scanner = this.#scanner
    const builder = this.#builder
    if (scanner.peek() !== quote) this.#fail(`${what} is no string`)
    scanner.scanString()
    builder.makeRoom(scanner.stop - scanner.start + 2 * scratchGap)
    this.start = builder.to + scratchGap
    this.end = scanner.putString(builder.bytes, this.start)
  }

  /** Reads an object of just these two names up to behind its end, and notes where their values stand. */
  readPair(first: string, second: string): void {
    const scanner = this.#scanner
    this.firstAt = this.secondAt = -1
    scanner.expect(openObject)
    for (let i = 0; i < 2; i++) {
      if (i > 0) scanner.expect(comma)
      this.read('a name')
      scanner.expect(colon)
      scanner.peek()
      if (this.firstAt < 0 && this.#isText(first)) this.firstAt = scanner.at
      else if (this.secondAt < 0 && this.#isText(second)) this.secondAt = scanner.at
      else this.#fail(`there must be just ${first} and ${second}`)
      scanner.skipValue()
    }
    scanner.expect(closeObject)
  }

  /** Passes just this name, and the colon behind it. */
  expectName(name: string): void {
    this.read('a name')
    if (!this.#isText(name)) this.#fail(`there must be just ${name} here`)
    this.#scanner.expect(colon)
  }

  #isText(word: string): boolean {
    if (this.end - this.start !== word.length) return false
    for (let i = 0; i < word.length; i++) {
      if (this.#builder.bytes[this.start + i] !== word.charCodeAt(i)) return false
    }
    return true
  }
}
