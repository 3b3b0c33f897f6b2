import { JsonScanner, numberKindOf } from '../../json/json-scanner.ts'
import { type Arena, BsonBuilder } from '../bson-builder.ts'
import { bsonType, maxDocumentDepth } from '../bson-type.ts'
import { DocumentFault, type DocumentFaultKind } from '../document-fault.ts'
import { safeDoubleDigits } from '../../../canonical/float.ts'
import { maxDoubleDigits, readDouble, significantDigits } from '../double-text.ts'
import { readDecimal128 } from '../read-decimal128.ts'
import { readInt64 } from '../../integer-text.ts'
import { WrappedValues } from './wrapped-values.ts'
import { wrapperKeyOf } from './wrapper-key.ts'
import type { Fail } from './wrapper-text.ts'

const quote = 0x22
const dollar = 0x24
const comma = 0x2c
const colon = 0x3a
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/**
 * Documents from Extended JSON v2, canonical or relaxed (mongodb/specifications, extended-json), into BSON. A relaxed
 * whole number becomes the smallest of int32, int64 and double that holds it, and any number that has more digits than a
 * double is told by a decimal128, which no driver does; names that are there twice stay so. The forms of version 1
 * (`{"$date": 0}`, `$regex`, `$binary` beside `$type`) are not read: those that version 2 has names for are faults,
 * `$regex` is a name like others.
 */
export class ExtendedJsonReader {
  readonly #builder: BsonBuilder
  readonly #scanner: JsonScanner
  readonly #wrapped: WrappedValues
  /** By depth of a scope: where to go on behind it; −1 where the object that it is in goes on. */
  readonly #resumeAt: Int32Array
  #origin = 0

  constructor(maxDepth = maxDocumentDepth) {
    const fail: Fail = (reason, at = this.#scanner.at, kind = 'json') => this.#fail(reason, at, kind)
    this.#builder = new BsonBuilder(maxDepth)
    this.#scanner = new JsonScanner(fail)
    this.#wrapped = new WrappedValues(this.#scanner, this.#builder, fail)
    this.#resumeAt = new Int32Array(maxDepth + 1)
  }

  /**
   * Appends the document that text[start, end) stands for, which may have blanks about it.
   * @throws DocumentFault where it stands for none: nothing is appended then
   */
  append(arena: Arena, text: Uint8Array, start: number, end: number): void {
    const before = arena.used
    const builder = this.#builder
    const scanner = this.#scanner
    this.#origin = start
    try {
      scanner.open(text, start, end)
      scanner.expect(openObject)
      builder.begin(arena)
      this.#putElements()
      if (scanner.peek() !== 0 || scanner.at < end) this.#fail('there is something behind the document', scanner.at)
      builder.finish()
    } catch (error) {
      arena.used = before
      throw error
    }
  }

  #putElements(): void {
    const builder = this.#builder
    const scanner = this.#scanner
    let isFirst = true
    while (builder.depth > 0) {
      const { isInArray } = builder
      const byte = scanner.peek()
      if (byte === (isInArray ? closeArray : closeObject)) {
        scanner.at++
        this.#close()
        isFirst = false
        continue
      }
      if (!isFirst) scanner.expect(comma)
      builder.addElement()
      if (isInArray) {
        isFirst = this.#putValue()
        continue
      }
      const nameStart = builder.to
      this.#putName()
      if (builder.bytes[nameStart] === dollar && builder.depth > 1) {
        const key = wrapperKeyOf(builder.bytes, nameStart, builder.to - 1)
        if (key !== undefined) {
          if (!isFirst) this.#fail(`${key} is no name of a document, and stands among others`, scanner.at)
          if (builder.container === bsonType.codeWithScope) this.#fail(`a scope is no ${key}`, scanner.at)
          builder.takeBack()
          scanner.expect(colon)
          isFirst = this.#wrapped.put(key)
          if (isFirst) this.#resumeAt[builder.depth] = this.#wrapped.resumeAt
          continue
        }
      }
      scanner.expect(colon)
      isFirst = this.#putValue()
    }
  }

  #close(): void {
    const builder = this.#builder
    const isScope = builder.container === bsonType.codeWithScope
    const resumeAt = this.#resumeAt[builder.depth]!
    builder.close()
    if (!isScope) return
    if (resumeAt < 0) this.#scanner.expect(closeObject)
    else this.#scanner.at = resumeAt
  }

  #putName(): void {
    const builder = this.#builder
    const scanner = this.#scanner
    scanner.scanString()
    builder.makeRoom(scanner.stop - scanner.start + 1)
    const end = scanner.putString(builder.bytes, builder.to)
    for (let i = builder.to; i < end; i++) if (builder.bytes[i] === 0) this.#fail('a NUL in a name', scanner.start)
    builder.bytes[end] = 0
    builder.to = end + 1
  }

  /** True: a container has been opened, and its first element comes next. */
  #putValue(): boolean {
    const scanner = this.#scanner
    switch (scanner.peek()) {
      case quote:
        this.#wrapped.putText(bsonType.string)
        return false
      case openObject:
        scanner.at++
        this.#wrapped.open(bsonType.document)
        return true
      case openArray:
        scanner.at++
        this.#wrapped.open(bsonType.array)
        return true
      default:
        this.#putPlain()
        return false
    }
  }

  #putPlain(): void {
    const builder = this.#builder
    const scanner = this.#scanner
    scanner.scanPlain()
    builder.makeRoom(16)
    if (scanner.isWord('null')) {
      builder.setType(bsonType.null)
    } else if (scanner.isWord('true') || scanner.isWord('false')) {
      builder.setType(bsonType.bool)
      builder.bytes[builder.to++] = scanner.isWord('true') ? 1 : 0
    } else {
      this.#putNumber()
    }
  }

  #putNumber(): void {
    const { text, start, stop } = this.#scanner
    const builder = this.#builder
    const kind = numberKindOf(text, start, stop)
    if (kind === undefined) this.#fail('neither a number, nor true, false or null', start)
    const isMinusZero = kind === 'integer' && stop - start === 2 && text[start] === 0x2d && text[start + 1] === 0x30
    if (kind === 'integer' && !isMinusZero && readInt64(text, start, stop, builder.view, builder.to)) {
      const low = builder.view.getInt32(builder.to, true)
      const isShort = low >> 31 === builder.view.getInt32(builder.to + 4, true)
      builder.setType(isShort ? bsonType.int32 : bsonType.int64)
      builder.to += isShort ? 4 : 8
      return
    }
    const value = readDouble(text, start, stop)
    if (value === undefined) return this.#fail('a number that no double is as large as', start)
    // A whole number was no double to whoever wrote it.
    const most = kind === 'integer' ? safeDoubleDigits : maxDoubleDigits
    if (significantDigits(text, start, stop) > most) return this.#putDecimal(text, start, stop)
    builder.view.setFloat64(builder.to, value, true)
    builder.setType(bsonType.double)
    builder.to += 8
  }

  /** More digits than any double is told by: a double of them would be another number. */
  #putDecimal(text: Uint8Array, start: number, stop: number): void {
    const builder = this.#builder
    const fault = readDecimal128(text, start, stop, builder.view, builder.to)
    if (fault !== undefined) this.#fail(`a number that BSON has no exact one for (${fault})`, start)
    builder.setType(bsonType.decimal128)
    builder.to += 16
  }

  #fail(reason: string, at: number, kind: DocumentFaultKind = 'json'): never {
    throw new DocumentFault(kind, reason, at - this.#origin)
  }
}
