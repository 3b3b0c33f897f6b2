import { viewOf } from '../../../../batch/view-of.ts'
import { textAsCell } from '../../../../canonical/text.ts'
import type { BsonBuilder } from '../../../../format/bson/bson-builder.ts'
import { bsonType, maxWrittenDepth } from '../../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../../format/bson/document-fault.ts'
import { readDouble } from '../../../../format/bson/double-text.ts'
import { readInt64 } from '../../../../format/integer-text.ts'
import { JsonScanner } from '../../../../format/json/json-scanner.ts'
import type { CanonicalType } from '../../../../model/canonical-type.ts'
import type { CellEncoder } from './cell-encoder.ts'

const quote = 0x22
const comma = 0x2c
const openArray = 0x5b
const closeArray = 0x5d

const numberBytes = 8
/** Of an element's text that is told. */
const toldBytes = 100

/** Kinds whose cells are their text. */
const texts: ReadonlySet<CanonicalType['kind']> = new Set(['text', 'decimal', 'json', 'document', 'inet'])

/**
 * An array's cell, which is a JSON array of its elements' canonical texts (numbers and truth values may stand bare), as an
 * array of BSON: each element is what a column of its type would be, and an array within it is an array. No object is made
 * for elements that are numbers or text.
 */
export class ArrayWriter {
  readonly encoder: CellEncoder
  readonly #of: CanonicalType
  readonly #element: CellEncoder
  readonly #scanner = new JsonScanner((reason, at) => this.#fail(reason, at))
  readonly #number = new Uint8Array(numberBytes)
  readonly #numberView = viewOf(this.#number)
  #text: Uint8Array = new Uint8Array(256)
  #textView = viewOf(this.#text)
  /** The cell of the element that was read last. */
  #bytes: Uint8Array = this.#number
  #view: DataView = this.#numberView
  #length = 0
  #origin = 0
  /** Whether something became less of an element of the array that was put last. */
  #hasLost = false

  constructor(of: CanonicalType, element: CellEncoder) {
    this.#of = of
    this.#element = element
    const { loss } = element
    this.encoder = {
      put: (to, bytes, _view, start, length) => this.#put(to, bytes, start, start + length),
      loss: loss && { rule: loss.rule, isLost: () => this.#hasLost },
    }
  }

  #put(builder: BsonBuilder, text: Uint8Array, start: number, end: number): string | undefined {
    this.#origin = start
    this.#hasLost = false
    this.#scanner.open(text, start, end)
    try {
      return this.#putArray(builder)
    } catch (error) {
      if (error instanceof DocumentFault) return error.message
      throw error
    } finally {
      // So that nothing is held of a batch.
      this.#scanner.text = this.#number
    }
  }

  #putArray(builder: BsonBuilder): string | undefined {
    const scanner = this.#scanner
    const base = builder.depth
    scanner.expect(openArray)
    builder.open(bsonType.array)
    let isFirst = true
    while (builder.depth > base) {
      if (scanner.peek() === closeArray) {
        scanner.at++
        builder.close()
        isFirst = false
        continue
      }
      if (!isFirst) scanner.expect(comma)
      isFirst = false
      builder.addElement()
      if (scanner.peek() === openArray) {
        if (builder.depth >= maxWrittenDepth) this.#fail(`it nests more than ${maxWrittenDepth} deep`, scanner.at)
        scanner.at++
        builder.open(bsonType.array)
        isFirst = true
        continue
      }
      const problem = this.#putElement(builder)
      if (problem !== undefined) return problem
    }
    if (scanner.peek() !== 0 || scanner.at < scanner.end) this.#fail('there is something behind the array', scanner.at)
    return undefined
  }

  #putElement(builder: BsonBuilder): string | undefined {
    const length = this.#scanText()
    if (length < 0) {
      builder.setType(bsonType.null)
      return undefined
    }
    if (!this.#readCell(length)) {
      return `${Buffer.from(this.#text.subarray(0, Math.min(length, toldBytes))).toString()} is no ${this.#of.kind}`
    }
    if (this.#element.loss?.isLost(this.#view, 0) === true) this.#hasLost = true
    return this.#element.put(builder, this.#bytes, this.#view, 0, this.#length)
  }

  /** Copies the text of the next element, and says how long it is; −1: it is null. */
  #scanText(): number {
    const scanner = this.#scanner
    const isString = scanner.peek() === quote
    if (isString) scanner.scanString()
    else scanner.scanPlain()
    const byteCount = scanner.stop - scanner.start
    if (byteCount > this.#text.length) {
      this.#text = new Uint8Array(byteCount * 2)
      this.#textView = viewOf(this.#text)
    }
    if (isString) return scanner.putString(this.#text, 0)
    if (scanner.isWord('null')) return -1
    for (let i = 0; i < byteCount; i++) this.#text[i] = scanner.text[scanner.start + i]!
    return byteCount
  }

  /** False: the text is none of the type. */
  #readCell(length: number): boolean {
    if (texts.has(this.#of.kind)) {
      this.#bytes = this.#text
      this.#view = this.#textView
      this.#length = length
      return true
    }
    if (this.#readNumber(length)) {
      this.#bytes = this.#number
      this.#view = this.#numberView
      this.#length = numberBytes
      return true
    }
    const text = Buffer.from(this.#text.buffer, this.#text.byteOffset, length).toString()
    const cell = textAsCell(this.#of, text)
    if (cell === undefined) return false
    this.#bytes = cell
    this.#view = viewOf(cell)
    this.#length = cell.length
    return true
  }

  /** False: it is no number, or one of those that take a closer look. */
  #readNumber(length: number): boolean {
    if (this.#of.kind === 'float64' || this.#of.kind === 'float32') {
      const value = readDouble(this.#text, 0, length)
      if (value === undefined) return false
      if (this.#of.kind === 'float64') this.#numberView.setFloat64(0, value, true)
      else this.#numberView.setFloat32(0, value, true)
      return true
    }
    if (this.#of.kind !== 'int' || !this.#of.signed || this.#of.bits < 32) return false
    if (!readInt64(this.#text, 0, length, this.#numberView, 0)) return false
    const low = this.#numberView.getInt32(0, true)
    return this.#of.bits === 64 || low >> 31 === this.#numberView.getInt32(4, true)
  }

  #fail(reason: string, at: number): never {
    throw new DocumentFault('json', reason, at - this.#origin)
  }
}
