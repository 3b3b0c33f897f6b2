import { type JsonScanner, numberKindOf } from '../../json/json-scanner.ts'
import type { BsonBuilder } from '../bson-builder.ts'
import { bsonType } from '../bson-type.ts'
import { readHex } from '../bytes-text.ts'
import { readDouble } from '../double-text.ts'
import { readInt64 } from '../../integer-text.ts'
import { readDecimal128 } from '../read-decimal128.ts'
import { sortRegexOptions } from '../regex-options.ts'
import { readDateMs } from './date-text.ts'
import { putBinary, putUuid, type ReaderParts } from './wrapped-binary.ts'
import type { WrapperKey } from './wrapper-key.ts'
import { type Fail, WrapperText } from './wrapper-text.ts'

const comma = 0x2c
const openObject = 0x7b
const closeObject = 0x7d

const maxUint32 = 0xffff_ffff
const two32 = 0x1_0000_0000

/**
 * Values that Extended JSON wraps in an object, such as `{"$oid": "…"}`, from behind the colon of the name that says so.
 * The objects have just the names that belong to the type, in any order.
 */
export class WrappedValues {
  /** Behind an object whose scope is read next, though it stood before the code; −1 where the object goes on. */
  resumeAt = -1
  readonly #scanner: JsonScanner
  readonly #builder: BsonBuilder
  readonly #text: WrapperText
  readonly #parts: ReaderParts
  readonly #fail: Fail

  constructor(scanner: JsonScanner, builder: BsonBuilder, fail: Fail) {
    this.#scanner = scanner
    this.#builder = builder
    this.#fail = fail
    this.#text = new WrapperText(scanner, builder, fail)
    this.#parts = { scanner, builder, text: this.#text, fail }
  }

  /** Puts the value, and passes the object's end. True: a scope has been opened, and its elements come next. */
  put(key: WrapperKey): boolean {
    if (key === '$code') return this.#putCode()
    if (key === '$scope') return this.#putScopeFirst()
    this.#putOther(key)
    this.#scanner.expect(closeObject)
    return false
  }

  #putOther(key: Exclude<WrapperKey, '$code' | '$scope'>): void {
    switch (key) {
      case '$oid':
        return this.#putObjectId(bsonType.objectId)
      case '$symbol':
        return this.putText(bsonType.symbol)
      case '$numberInt':
        return this.#putInt32()
      case '$numberLong':
        return this.#putInt64(bsonType.int64)
      case '$numberDouble':
        return this.#putDouble()
      case '$numberDecimal':
        return this.#putDecimal()
      case '$binary':
        return putBinary(this.#parts)
      case '$uuid':
        return putUuid(this.#parts)
      case '$timestamp':
        return this.#putTimestamp()
      case '$regularExpression':
        return this.#putRegex()
      case '$dbPointer':
        return this.#putDbPointer()
      case '$date':
        return this.#putDate()
      case '$minKey':
        return this.#putWord('1', bsonType.minKey)
      case '$maxKey':
        return this.#putWord('1', bsonType.maxKey)
      case '$undefined':
        return this.#putWord('true', bsonType.undefined)
    }
  }

  /** A string as the value of the open element: its length, its bytes and a NUL. */
  putText(type: number): void {
    this.#text.putString()
    this.#builder.setType(type)
  }

  open(type: number, valueAt = this.#builder.to): void {
    if (this.#builder.depth >= this.#builder.maxDepth) {
      this.#fail(`documents are nested more than ${this.#builder.maxDepth} deep`, this.#scanner.at, 'depth')
    }
    this.#builder.open(type, valueAt)
  }

  #putCode(): boolean {
    const scanner = this.#scanner
    const builder = this.#builder
    const start = builder.to
    this.putText(bsonType.code)
    if (scanner.peek() !== comma) {
      scanner.expect(closeObject)
      return false
    }
    scanner.at++
    this.#text.expectName('$scope')
    scanner.expect(openObject)
    builder.makeRoom(4)
    builder.bytes.copyWithin(start + 4, start, builder.to)
    builder.to += 4
    this.resumeAt = -1
    this.open(bsonType.codeWithScope, start)
    return true
  }

  /** The bytes have the code first: it is fetched, and then the scope gone back to. */
  #putScopeFirst(): boolean {
    const scanner = this.#scanner
    const builder = this.#builder
    scanner.peek()
    const scopeAt = scanner.at
    scanner.skipValue()
    scanner.expect(comma)
    this.#text.expectName('$code')
    const start = builder.to
    builder.makeRoom(4)
    builder.to += 4
    this.#text.putString()
    scanner.expect(closeObject)
    this.resumeAt = scanner.at
    scanner.at = scopeAt
    scanner.expect(openObject)
    this.open(bsonType.codeWithScope, start)
    return true
  }

  #putObjectId(type: number): void {
    this.#text.read('an ObjectId')
    const builder = this.#builder
    const text = this.#text
    const isWhole = text.end - text.start === 24
    if (!isWhole || readHex(builder.bytes, text.start, text.end, builder.bytes, builder.to) < 0) {
      this.#fail('an ObjectId is not 24 hexadecimal digits')
    }
    this.#end(type, 12)
  }

  #putInt32(): void {
    this.#text.read('$numberInt')
    const { view, to } = this.#builder
    const text = this.#text
    const isWhole = readInt64(this.#builder.bytes, text.start, text.end, view, to)
    if (!isWhole || view.getInt32(to, true) >> 31 !== view.getInt32(to + 4, true)) this.#fail('$numberInt is no int32')
    this.#end(bsonType.int32, 4)
  }

  #putInt64(type: number): void {
    this.#text.read('$numberLong')
    const { bytes, view, to } = this.#builder
    const text = this.#text
    if (!readInt64(bytes, text.start, text.end, view, to)) this.#fail('$numberLong is no int64')
    this.#end(type, 8)
  }

  #putDouble(): void {
    this.#text.read('$numberDouble')
    const { bytes, view, to } = this.#builder
    const text = this.#text
    const value = readDouble(bytes, text.start, text.end)
    if (value === undefined) return this.#fail('$numberDouble is no double')
    view.setFloat64(to, value, true)
    this.#end(bsonType.double, 8)
  }

  #putDecimal(): void {
    this.#text.read('$numberDecimal')
    const { bytes, view, to } = this.#builder
    const text = this.#text
    const fault = readDecimal128(bytes, text.start, text.end, view, to)
    if (fault !== undefined) this.#fail(`$numberDecimal: ${fault}`)
    this.#end(bsonType.decimal128, 16)
  }

  #putTimestamp(): void {
    const scanner = this.#scanner
    this.#text.readPair('t', 'i')
    const after = scanner.at
    this.#builder.makeRoom(8)
    const { view, to } = this.#builder
    view.setUint32(to + 4, this.#readUint32(this.#text.firstAt), true)
    view.setUint32(to, this.#readUint32(this.#text.secondAt), true)
    scanner.at = after
    this.#end(bsonType.timestamp, 8)
  }

  #readUint32(at: number): number {
    const scanner = this.#scanner
    scanner.at = at
    scanner.scanPlain()
    const isWhole = numberKindOf(scanner.text, scanner.start, scanner.stop) === 'integer'
    const value = isWhole ? readDouble(scanner.text, scanner.start, scanner.stop) : undefined
    const isInRange = value !== undefined && value >= 0 && value <= maxUint32 && !Object.is(value, -0)
    return isInRange ? value : this.#fail('a part of $timestamp is no whole number from 0 to 4294967295', at)
  }

  #putRegex(): void {
    const scanner = this.#scanner
    this.#text.readPair('pattern', 'options')
    const after = scanner.at
    scanner.at = this.#text.firstAt
    this.#text.putCString()
    const optionsStart = this.#builder.to
    scanner.at = this.#text.secondAt
    this.#text.putCString()
    sortRegexOptions(this.#builder.bytes, optionsStart, this.#builder.to - 1)
    scanner.at = after
    this.#builder.setType(bsonType.regex)
  }

  #putDbPointer(): void {
    const scanner = this.#scanner
    this.#text.readPair('$ref', '$id')
    const after = scanner.at
    scanner.at = this.#text.firstAt
    this.#text.putString()
    scanner.at = this.#text.secondAt
    scanner.expect(openObject)
    this.#text.expectName('$oid')
    this.#putObjectId(bsonType.dbPointer)
    scanner.expect(closeObject)
    scanner.at = after
  }

  #putDate(): void {
    const scanner = this.#scanner
    if (scanner.peek() === openObject) {
      scanner.at++
      this.#text.expectName('$numberLong')
      this.#putInt64(bsonType.date)
      scanner.expect(closeObject)
      return
    }
    this.#text.read('$date')
    const { bytes, view, to } = this.#builder
    const text = this.#text
    const ms = readDateMs(bytes, text.start, text.end)
    if (ms === undefined) return this.#fail('$date is no ISO 8601 date and time with a zone, to the millisecond')
    const high = Math.floor(ms / two32)
    view.setUint32(to, ms - high * two32, true)
    view.setInt32(to + 4, high, true)
    this.#end(bsonType.date, 8)
  }

  #putWord(word: string, type: number): void {
    this.#scanner.scanPlain()
    if (!this.#scanner.isWord(word)) this.#fail(`there is something other than ${word}`)
    this.#builder.setType(type)
  }

  #end(type: number, byteCount: number): void {
    this.#builder.setType(type)
    this.#builder.to += byteCount
  }
}
