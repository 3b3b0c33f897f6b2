import { cutOff, damaged } from '../errors.ts'
import type { FilePlace } from '../file-place.ts'
import { PendingBytes } from '../pending-bytes.ts'
import { isBlank, JsonNesting } from './json-nesting.ts'

/** `lines`: a document on every line, blank ones apart. `array`: all of them are the elements of one array. */
export type JsonForm = 'lines' | 'array'

/** The text of the largest document there can be takes less. */
export const maxJsonTextBytes = 64 * 1024 * 1024

/** What is kept of a text that is longer. */
const keptTextBytes = 4096

const newline = 0x0a
const comma = 0x2c
const openArray = 0x5b
const closeArray = 0x5d

/**
 * Where a reader of an array stands: before it, before its first element, at what separates elements, before or in an
 * element, behind the array.
 */
type ArrayPlace = 'open' | 'first' | 'between' | 'element' | 'within' | 'over'

/**
 * Cuts a stream of JSON into the texts that stand for documents, by line ends, or by commas outside of strings and brackets:
 * what is within is for a reader. What is kept is the text that is not all there yet, and of one that is too long its
 * beginning.
 */
export class JsonCutter {
  /** The text that was cut last, until the next call of `feed`. */
  start = 0
  end = 0
  /** In which it begins, from 1. */
  line = 1
  /** Longer than {@link maxJsonTextBytes}: of the text there is only the beginning. */
  isTooLong = false
  /** Behind the text that was cut last: where to go on, and in which line. */
  nextPosition: number
  nextLine: number
  /** A line without an end, at the end of the file. */
  isLast = false
  readonly #label: string
  readonly #form: JsonForm
  readonly #maxTextBytes: number
  readonly #pending: PendingBytes
  readonly #nesting = new JsonNesting()
  /** From here on nobody has looked at what was fed. */
  #scanAt = 0
  /** The line that this is in. */
  #scanLine: number
  #place: ArrayPlace
  #dropsText = false

  /** @param label For messages. @param from Where the first byte that is fed stands: before, or just behind, a text */
  constructor(label: string, form: JsonForm, from: FilePlace, maxTextBytes = maxJsonTextBytes) {
    this.#label = label
    this.#form = form
    this.#maxTextBytes = maxTextBytes
    this.#pending = new PendingBytes(from.position, maxTextBytes)
    this.nextPosition = from.position
    this.nextLine = this.#scanLine = from.line
    this.#place = from.count === 0 ? 'open' : 'between'
  }

  get bytes(): Uint8Array {
    return this.#pending.bytes
  }

  /** Takes a copy of the piece, of any size. */
  feed(piece: Uint8Array): void {
    const pending = this.#pending
    this.#scanAt -= pending.at
    pending.feed(piece)
    this.start = this.end = 0
  }

  /** Goes to the next text of what was fed. @throws TL_S208 where an array is none */
  next(): boolean {
    return this.#form === 'lines' ? this.#nextLine() : this.#nextElement()
  }

  /**
   * Nothing more will be fed. True: the last line has no end, and was cut.
   * @throws TL_S207 where an array has not ended
   */
  finish(): boolean {
    const pending = this.#pending
    if (this.#form === 'array') {
      if (this.#place === 'over') return false
      throw cutOff(this.#label, `the array does not end; the file does, in line ${this.#scanLine}`)
    }
    if (pending.at === pending.fed) return false
    this.isLast = true
    this.line = this.#scanLine
    this.#cut(pending.fed, pending.fed)
    return !this.#isBlankText()
  }

  #nextLine(): boolean {
    const pending = this.#pending
    for (;;) {
      // Behind what was fed may stand what was fed before.
      const found = pending.bytes.indexOf(newline, this.#scanAt)
      if (found < 0 || found >= pending.fed) {
        this.#scanAt = pending.fed
        this.#dropRest()
        return false
      }
      this.line = this.#scanLine++
      this.#cut(found, found + 1)
      if (this.isTooLong || !this.#isBlankText()) return true
    }
  }

  #nextElement(): boolean {
    if (this.#place !== 'within' && !this.#goToElement()) return false
    const pending = this.#pending
    const { bytes, fed } = pending
    const nesting = this.#nesting
    for (let i = this.#scanAt; i < fed; i++) {
      const byte = bytes[i]!
      if (nesting.depth === 0 && !nesting.isInString && (byte === comma || byte === closeArray)) {
        this.#cut(i, i)
        this.#place = 'between'
        return true
      }
      if (byte === newline) this.#scanLine++
      nesting.pass(byte)
    }
    this.#scanAt = fed
    this.#dropRest()
    return false
  }

  /** Passes what stands between elements. False: there is no further one in what was fed. */
  #goToElement(): boolean {
    const pending = this.#pending
    const { bytes, fed } = pending
    for (let at = pending.at; ; at++) {
      while (at < fed && isBlank(bytes[at]!)) if (bytes[at++] === newline) this.#scanLine++
      pending.at = this.#scanAt = at
      if (at >= fed) return false
      const byte = bytes[at]!
      if (this.#place === 'element' || (this.#place === 'first' && byte !== closeArray)) {
        this.#place = 'within'
        this.line = this.#scanLine
        this.#nesting.reset()
        return true
      }
      if (this.#place === 'open' && byte === openArray) this.#place = 'first'
      else if (this.#place === 'between' && byte === comma) this.#place = 'element'
      else if ((this.#place === 'between' || this.#place === 'first') && byte === closeArray) this.#place = 'over'
      else this.#failPlace()
    }
  }

  #failPlace(): never {
    const what = this.#place === 'over' ? 'something stands behind the array' : 'there is no array where one must be'
    throw damaged(this.#label, `${what}, in line ${this.#scanLine}`)
  }

  /** @param after Where to go on */
  #cut(end: number, after: number): void {
    const pending = this.#pending
    this.start = pending.at
    this.end = this.#dropsText ? Math.min(end, this.start + keptTextBytes) : end
    this.isTooLong = this.#dropsText || end - this.start > this.#maxTextBytes
    if (this.isTooLong) this.end = Math.min(this.end, this.start + keptTextBytes)
    this.#dropsText = false
    pending.at = this.#scanAt = after
    this.nextPosition = pending.position + after
    this.nextLine = this.#scanLine
  }

  /** Of a text that is too long the beginning is kept: all of what was fed has been looked at. */
  #dropRest(): void {
    const pending = this.#pending
    const byteCount = pending.fed - pending.at
    if (byteCount <= (this.#dropsText ? keptTextBytes : this.#maxTextBytes)) return
    this.#dropsText = true
    pending.fed = this.#scanAt = pending.at + Math.min(byteCount, keptTextBytes)
    pending.position += byteCount - (pending.fed - pending.at)
  }

  #isBlankText(): boolean {
    const { bytes } = this
    for (let i = this.start; i < this.end; i++) if (!isBlank(bytes[i]!)) return false
    return true
  }
}
