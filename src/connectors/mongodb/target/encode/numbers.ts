import { bsonType } from '../../../../format/bson/bson-type.ts'
import { readDecimal128 } from '../../../../format/bson/read-decimal128.ts'
import type { IntBits } from '../../../../model/canonical-type.ts'
import type { PutCell } from './cell-encoder.ts'
import { putInt53 } from '../../../../format/clock-text.ts'

const two32 = 0x1_0000_0000
/** The exponent 0 of a decimal128, in its upper 32 bits. */
const wholeDecimal = 0x3040_0000
const maxExact = 2 ** 53

export const putBool: PutCell = (to, bytes, _view, start) => {
  to.makeRoom(1)
  to.bytes[to.to++] = bytes[start] === 0 ? 0 : 1
  to.setType(bsonType.bool)
  return undefined
}

/** Of integers of at most 32 bits. */
type ReadSmall = (view: DataView, start: number) => number

function readSmall(bits: Exclude<IntBits, 64>, signed: boolean): ReadSmall {
  if (bits === 8) return signed ? (view, start) => view.getInt8(start) : (view, start) => view.getUint8(start)
  if (bits === 16) {
    return signed ? (view, start) => view.getInt16(start, true) : (view, start) => view.getUint16(start, true)
  }
  return signed ? (view, start) => view.getInt32(start, true) : (view, start) => view.getUint32(start, true)
}

/** int32 of what always fits. */
export function putInt32Of(bits: Exclude<IntBits, 64>, signed: boolean): PutCell {
  const read = readSmall(bits, signed)
  return (to, _bytes, view, start) => {
    to.makeRoom(4)
    to.view.setInt32(to.to, read(view, start), true)
    to.to += 4
    to.setType(bsonType.int32)
    return undefined
  }
}

/** int64; an unsigned one of 64 bits is a decimal128 from 2⁶³ on. */
export function putInt64Of(bits: IntBits, signed: boolean): PutCell {
  if (bits !== 64) {
    const read = readSmall(bits, signed)
    return (to, _bytes, view, start) => {
      to.makeRoom(8)
      putInt53(to.view, to.to, read(view, start))
      to.to += 8
      to.setType(bsonType.int64)
      return undefined
    }
  }
  return (to, _bytes, view, start) => {
    to.makeRoom(16)
    const high = view.getUint32(start + 4, true)
    to.view.setUint32(to.to, view.getUint32(start, true), true)
    to.view.setUint32(to.to + 4, high, true)
    if (signed || high < 0x8000_0000) {
      to.to += 8
      to.setType(bsonType.int64)
      return undefined
    }
    to.view.setUint32(to.to + 8, 0, true)
    to.view.setUint32(to.to + 12, wholeDecimal, true)
    to.to += 16
    to.setType(bsonType.decimal128)
    return undefined
  }
}

/** A double of what is at most 2⁵³ away from zero. */
export function putDoubleOfInt(bits: IntBits, signed: boolean): PutCell {
  const read = bits === 64 ? undefined : readSmall(bits, signed)
  return (to, _bytes, view, start) => {
    const value = read === undefined ? roughInt64(view, start, signed) : read(view, start)
    if (Math.abs(value) >= maxExact) return 'it is beyond what a double holds exactly'
    return putFloat(to, value)
  }
}

function roughInt64(view: DataView, start: number, signed: boolean): number {
  const high = signed ? view.getInt32(start + 4, true) : view.getUint32(start + 4, true)
  return high * two32 + view.getUint32(start, true)
}

export const putFloat32: PutCell = (to, _bytes, view, start) => putFloat(to, view.getFloat32(start, true))

export const putFloat64: PutCell = (to, bytes, _view, start) => {
  to.makeRoom(8)
  for (let i = 0; i < 8; i++) to.bytes[to.to + i] = bytes[start + i]!
  to.to += 8
  to.setType(bsonType.double)
  return undefined
}

function putFloat(to: Parameters<PutCell>[0], value: number): undefined {
  to.makeRoom(8)
  to.view.setFloat64(to.to, value, true)
  to.to += 8
  to.setType(bsonType.double)
}

/** Decimal text, zeros at its end and all. */
export const putDecimal: PutCell = (to, bytes, _view, start, length) => {
  to.makeRoom(16)
  const fault = readDecimal128(bytes, start, start + length, to.view, to.to)
  if (fault !== undefined) return fault
  to.to += 16
  to.setType(bsonType.decimal128)
  return undefined
}
