import { viewOf } from '../../../batch/view-of.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { maxDecimal128TextBytes, putDecimal128 } from '../../../format/bson/decimal128-text.ts'
import { DecimalParts, decimalText } from '../census/decimal-value.ts'

const numberMark = 0x01
const parts = new DecimalParts()
const scratch = new Uint8Array(maxDecimal128TextBytes)

/**
 * A value as bytes that are those of another where the two are one key: numbers by their value, whatever their type, symbols
 * as strings, all else by type and bytes. Valid until the next call.
 */
export class KeyBytes {
  bytes: Uint8Array = new Uint8Array(256)
  length = 0

  /** False: it is no value, but null or undefined. */
  take(bytes: Uint8Array, type: number, start: number, end: number): boolean {
    switch (type) {
      case bsonType.null:
      case bsonType.undefined:
        return false
      case bsonType.int32:
        this.#putNumber(String(viewOf(bytes).getInt32(start, true)))
        return true
      case bsonType.int64:
        this.#putNumber(String(viewOf(bytes).getBigInt64(start, true)))
        return true
      case bsonType.double:
        this.#putNumber(String(viewOf(bytes).getFloat64(start, true)))
        return true
      case bsonType.decimal128:
        this.#putNumber(
          Buffer.from(scratch.buffer, 0, putDecimal128(viewOf(bytes), start, scratch, 0)).toString('latin1'),
        )
        return true
      default:
        this.#put(type === bsonType.symbol ? bsonType.string : type, bytes, start, end)
        return true
    }
  }

  #putNumber(text: string): void {
    const written = Buffer.from(text, 'latin1')
    const isFinite = /\d/.test(text)
    if (isFinite) parts.parse(written, 0, written.length)
    const key = isFinite ? Buffer.from(decimalText(parts.value()), 'latin1') : written
    this.#put(numberMark, key, 0, key.length)
  }

  #put(mark: number, bytes: Uint8Array, start: number, end: number): void {
    this.length = end - start + 1
    if (this.length > this.bytes.length) this.bytes = new Uint8Array(this.length)
    this.bytes[0] = mark
    this.bytes.set(bytes.subarray(start, end), 1)
  }
}
