import { viewOf } from '../../../batch/view-of.ts'
import { textToCell } from '../../../canonical/text.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { BsonBuilder } from '../../../format/bson/bson-builder.ts'
import { bsonType, maxDocumentDepth, uuidSubtype } from '../../../format/bson/bson-type.ts'
import { ExtendedJsonReader } from '../../../format/bson/extended-json/extended-json-reader.ts'
import { readDecimal128 } from '../../../format/bson/read-decimal128.ts'
import type { CellPlan } from './cell-plan.ts'
import { ScratchArena } from '../scratch-arena.ts'

const epochMs = 946_684_800_000
const two32 = 2 ** 32
/** Between these upper halves microseconds are exact as a double. */
const exactHigh = 0x20_0000

/** Where the type of the only value of a document stands, whose name has no bytes, and where the value begins. */
const typeAt = 4
const valueAt = 6

/** Makes values of cells: those of the type that the column's native type stands for. */
export class ValueBuilder {
  readonly #builder: BsonBuilder
  readonly #reader = new ExtendedJsonReader(maxDocumentDepth + 1)
  readonly #scratch = new ScratchArena()
  #text = Buffer.alloc(256)

  constructor(builder: BsonBuilder) {
    this.#builder = builder
  }

  /**
   * Puts the value of the element that was added last.
   * @param cell The bytes that the cell is in, from `start` on
   * @throws TL_X901 where no value can be made of a cell of the column's type
   */
  put(plan: CellPlan, bytes: Uint8Array, view: DataView, start: number, length: number): void {
    const builder = this.#builder
    switch (plan.exactType) {
      case 0:
        return this.putJson(bytes, start, length)
      case bsonType.array:
        return this.#putArray(plan, bytes, start, length)
      case bsonType.string:
      case bsonType.symbol:
      case bsonType.code:
        builder.makeRoom(length + 5)
        builder.view.setInt32(builder.to, length + 1, true)
        builder.bytes.set(bytes.subarray(start, start + length), builder.to + 4)
        builder.bytes[builder.to + 4 + length] = 0
        return this.#end(plan.exactType, length + 5)
      case bsonType.binary:
        return this.#putBinary(plan.native === 'uuid' ? uuidSubtype : 0, bytes, start, length)
      case bsonType.date:
        return this.#putDate(view, start)
      case bsonType.decimal128: {
        builder.makeRoom(16)
        const fault = readDecimal128(bytes, start, start + length, builder.view, builder.to)
        if (fault !== undefined) throw new TransloadError('TL_X901', { reason: `${plan.column}: ${fault}` })
        return this.#end(bsonType.decimal128, 16)
      }
      case bsonType.int32:
        return this.#putInt32(plan, bytes, view, start, length)
      case bsonType.int64:
      case bsonType.double:
      case bsonType.timestamp:
      case bsonType.objectId:
      case bsonType.bool:
        return this.#copy(plan.exactType, bytes, start, length)
      default:
        throw new TransloadError('TL_X901', { reason: `no value is made of the cells of ${plan.column}` })
    }
  }

  /** The value that Extended JSON stands for. */
  putJson(bytes: Uint8Array, start: number, length: number): void {
    if (length + 5 > this.#text.length) this.#text = Buffer.alloc((length + 5) * 2)
    const text = this.#text
    text.write('{"":')
    text.set(bytes.subarray(start, start + length), 4)
    text[length + 4] = 0x7d
    const scratch = this.#scratch
    scratch.used = 0
    this.#reader.append(scratch, text, 0, length + 5)
    this.#copy(scratch.bytes[typeAt]!, scratch.bytes, valueAt, scratch.used - valueAt - 1)
  }

  #copy(type: number, bytes: Uint8Array, start: number, length: number): void {
    const builder = this.#builder
    builder.makeRoom(length)
    builder.bytes.set(bytes.subarray(start, start + length), builder.to)
    this.#end(type, length)
  }

  /** Of a column that may be for wider numbers. */
  #putInt32({ native }: CellPlan, bytes: Uint8Array, view: DataView, start: number, length: number): void {
    if (native === 'int' || native === 'long') return this.#copy(bsonType.int32, bytes, start, 4)
    const builder = this.#builder
    const isText = native === 'decimal'
    const value = isText
      ? Number(Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('latin1'))
      : view.getFloat64(start, true)
    builder.makeRoom(4)
    builder.view.setInt32(builder.to, value, true)
    this.#end(bsonType.int32, 4)
  }

  #putBinary(subtype: number, bytes: Uint8Array, start: number, length: number): void {
    const builder = this.#builder
    builder.makeRoom(length + 5)
    builder.view.setInt32(builder.to, length, true)
    builder.bytes[builder.to + 4] = subtype
    builder.bytes.set(bytes.subarray(start, start + length), builder.to + 5)
    this.#end(bsonType.binary, length + 5)
  }

  /** Of microseconds since 2000. */
  #putDate(view: DataView, start: number): void {
    const builder = this.#builder
    builder.makeRoom(8)
    const high = view.getInt32(start + 4, true)
    if (high >= -exactHigh && high < exactHigh) {
      const ms = Math.floor((high * two32 + view.getUint32(start, true)) / 1000) + epochMs
      const upper = Math.floor(ms / two32)
      builder.view.setUint32(builder.to, ms - upper * two32, true)
      builder.view.setInt32(builder.to + 4, upper, true)
    } else {
      builder.view.setBigInt64(builder.to, view.getBigInt64(start, true) / 1000n + BigInt(epochMs), true)
    }
    this.#end(bsonType.date, 8)
  }

  #putArray({ element, elementType, isBare }: CellPlan, bytes: Uint8Array, start: number, length: number): void {
    const builder = this.#builder
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('utf8')
    const inside = text.slice(1, -1)
    const texts = isBare ? (inside === '' ? [] : inside.split(',')) : (JSON.parse(text) as string[])
    builder.open(bsonType.array)
    for (const one of texts) {
      if (element === undefined || elementType === undefined) break
      const cell = textToCell(elementType, one)
      builder.addElement()
      this.put(element, cell, viewOf(cell), 0, cell.length)
    }
    builder.close()
  }

  #end(type: number, byteCount: number): void {
    this.#builder.setType(type)
    this.#builder.to += byteCount
  }
}
