import type { BsonBuilder } from '../../../../format/bson/bson-builder.ts'
import { bsonType, maxWrittenDepth } from '../../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../../format/bson/document-fault.ts'
import { safeDoubleDigits } from '../../../../canonical/float.ts'
import { maxDoubleTextBytes, putDouble, readDouble } from '../../../../format/bson/double-text.ts'
import { readInt64 } from '../../../../format/integer-text.ts'
import { readDecimal128 } from '../../../../format/bson/read-decimal128.ts'
import { JsonScanner, numberKindOf } from '../../../../format/json/json-scanner.ts'

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const openArray = 0x5b
const closeArray = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** Up to such an exponent a double gives all of its safe digits back. */
const safePower = 290

/**
 * Plain JSON as a value of BSON: names are names, whatever they begin with. Whole numbers become int32 or int64; beyond
 * them, and where a double is not the very same number, a decimal128. A number that has more than 34 digits, or is beyond
 * the exponents of decimal128, is a fault, and so is what nests deeper than MongoDB takes.
 */
export class JsonValueWriter {
  readonly #scanner = new JsonScanner((reason, at) => this.#fail(reason, at))
  readonly #asDouble: boolean
  readonly #text = new Uint8Array(maxDoubleTextBytes)
  #origin = 0

  /** @param asDouble All numbers are doubles, as in an array of floats. */
  constructor(asDouble = false) {
    this.#asDouble = asDouble
  }

  /**
   * Puts text[start, end) as the value of the element that was added last.
   * @throws DocumentFault where it cannot: what is in the builder is to be given up then
   */
  put(builder: BsonBuilder, text: Uint8Array, start: number, end: number): void {
    const scanner = this.#scanner
    const base = builder.depth
    this.#origin = start
    scanner.open(text, start, end)
    let isFirst = this.#putValue(builder)
    while (builder.depth > base) {
      const { isInArray } = builder
      if (scanner.peek() === (isInArray ? closeArray : closeObject)) {
        scanner.at++
        builder.close()
        isFirst = false
        continue
      }
      if (!isFirst) scanner.expect(comma)
      builder.addElement()
      if (!isInArray) {
        this.#putName(builder)
        scanner.expect(colon)
      }
      isFirst = this.#putValue(builder)
    }
    if (scanner.peek() !== 0 || scanner.at < end) this.#fail('there is something behind the value', scanner.at)
  }

  #putName(builder: BsonBuilder): void {
    const scanner = this.#scanner
    scanner.scanString()
    builder.makeRoom(scanner.stop - scanner.start + 1)
    const end = scanner.putString(builder.bytes, builder.to)
    for (let i = builder.to; i < end; i++) if (builder.bytes[i] === 0) this.#fail('a NUL in a name', scanner.start)
    builder.bytes[end] = 0
    builder.to = end + 1
  }

  /** True: a container has been opened, and its first element comes next. */
  #putValue(builder: BsonBuilder): boolean {
    const scanner = this.#scanner
    const byte = scanner.peek()
    if (byte === openObject || byte === openArray) {
      scanner.at++
      if (builder.depth >= maxWrittenDepth) this.#fail(`it nests more than ${maxWrittenDepth} deep`, scanner.at)
      builder.open(byte === openArray ? bsonType.array : bsonType.document)
      return true
    }
    if (byte === quote) this.#putText(builder)
    else this.#putPlain(builder)
    return false
  }

  #putText(builder: BsonBuilder): void {
    const scanner = this.#scanner
    scanner.scanString()
    builder.makeRoom(scanner.stop - scanner.start + 5)
    const lengthAt = builder.to
    const end = scanner.putString(builder.bytes, lengthAt + 4)
    builder.bytes[end] = 0
    builder.view.setInt32(lengthAt, end - lengthAt - 3, true)
    builder.to = end + 1
    builder.setType(bsonType.string)
  }

  #putPlain(builder: BsonBuilder): void {
    const scanner = this.#scanner
    scanner.scanPlain()
    builder.makeRoom(16)
    if (scanner.isWord('null')) builder.setType(bsonType.null)
    else if (scanner.isWord('true') || scanner.isWord('false')) {
      builder.bytes[builder.to++] = scanner.isWord('true') ? 1 : 0
      builder.setType(bsonType.bool)
    } else this.#putNumber(builder)
  }

  #putNumber(builder: BsonBuilder): void {
    const { text, start, stop } = this.#scanner
    const kind = numberKindOf(text, start, stop)
    if (kind === undefined) return this.#fail('neither a number, nor true, false or null', start)
    const isMinusZero = kind === 'integer' && stop - start === 2 && text[start] === 0x2d && text[start + 1] === 0x30
    const isWhole = kind === 'integer' && !isMinusZero && !this.#asDouble
    if (isWhole && readInt64(text, start, stop, builder.view, builder.to)) {
      const low = builder.view.getInt32(builder.to, true)
      const isShort = low >> 31 === builder.view.getInt32(builder.to + 4, true)
      builder.setType(isShort ? bsonType.int32 : bsonType.int64)
      builder.to += isShort ? 4 : 8
      return
    }
    const value = isWhole ? undefined : readDouble(text, start, stop)
    if (value !== undefined && (this.#asDouble || this.#isExact(value))) {
      builder.view.setFloat64(builder.to, value, true)
      builder.setType(bsonType.double)
      builder.to += 8
      return
    }
    const fault = readDecimal128(text, start, stop, builder.view, builder.to)
    if (fault !== undefined) this.#fail(`a number that BSON has no exact one for (${fault})`, start)
    builder.setType(bsonType.decimal128)
    builder.to += 16
  }

  /** Whether the number that was scanned is what the shortest text of the double says. */
  #isExact(value: number): boolean {
    const { text, start, stop } = this.#scanner
    const said = digitsOf(text, start, stop)
    if (said.digits.length <= safeDoubleDigits && Math.abs(said.power) < safePower) return true
    const end = putDouble(this.#text, 0, value)
    const meant = digitsOf(this.#text, 0, end)
    return said.digits === meant.digits && said.power === meant.power
  }

  #fail(reason: string, at: number): never {
    // So that nothing is held of a batch.
    this.#scanner.text = new Uint8Array(0)
    throw new DocumentFault('json', reason, at - this.#origin)
  }
}

/** A number as digits without zeros at either end, and the power of ten of the last one. */
function digitsOf(text: Uint8Array, start: number, end: number): { readonly digits: string; readonly power: number } {
  const written = Buffer.from(text.buffer, text.byteOffset + start, end - start).toString('latin1')
  const [mantissa = '', exponent = '0'] = written.replace('-', (sign, at: number) => (at === 0 ? '' : sign)).split(/e/i)
  const [whole = '', fraction = ''] = mantissa.split('.')
  const all = (whole + fraction).replace(/^0+/, '')
  const digits = all.replace(/0+$/, '')
  if (digits === '') return { digits, power: 0 }
  return { digits, power: Number(exponent) - fraction.length + all.length - digits.length }
}
