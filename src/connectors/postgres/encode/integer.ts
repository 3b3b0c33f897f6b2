import type { IntBits } from '../../../model/canonical-type.ts'
import type { TargetType } from '../types.ts'
import { type Encode, type Fault, unfit } from './encoder.ts'
import { encodeTurned4, encodeTurned8 } from './fixed.ts'

interface IntType {
  readonly bits: IntBits
  readonly signed: boolean
}

/** Integers into int2, int4 and int8, range checked where the target's is not wide enough for all of them. */
export function encodeInt(from: IntType, to: TargetType): Encode {
  const byteCount = to.name === 'int2' ? 2 : to.name === 'int4' ? 4 : 8
  if (from.signed && from.bits === 32 && byteCount === 4) return encodeTurned4
  if (from.signed && from.bits === 64 && byteCount === 8) return encodeTurned8
  return from.bits === 64 ? fromLong(from.signed, byteCount, to) : fromShort(from, byteCount, to)
}

/** Reads a cell of at most 32 bits. */
export function shortReader({ bits, signed }: IntType): (view: DataView, start: number) => number {
  switch (bits) {
    case 8:
      return signed ? (view, start) => view.getInt8(start) : (view, start) => view.getUint8(start)
    case 16:
      return signed ? (view, start) => view.getInt16(start, true) : (view, start) => view.getUint16(start, true)
    default:
      return signed ? (view, start) => view.getInt32(start, true) : (view, start) => view.getUint32(start, true)
  }
}

function fromShort(from: IntType, byteCount: 2 | 4 | 8, to: TargetType): Encode {
  const read = shortReader(from)
  const bound = 2 ** (byteCount * 8 - 1)
  if (byteCount === 8) {
    return (out, _source, view, start) => {
      const value = read(view, start)
      out.room(12)
      out.view.setInt32(out.at, 8)
      out.view.setInt32(out.at + 4, value < 0 ? -1 : 0)
      out.view.setInt32(out.at + 8, value | 0)
      out.at += 12
      return undefined
    }
  }
  if (byteCount === 4) {
    return (out, _source, view, start) => {
      const value = read(view, start)
      if (value >= bound) return outOfRange(to, value)
      out.room(8)
      out.view.setInt32(out.at, 4)
      out.view.setInt32(out.at + 4, value)
      out.at += 8
      return undefined
    }
  }
  return (out, _source, view, start) => {
    const value = read(view, start)
    if (value >= bound || value < -bound) return outOfRange(to, value)
    out.room(6)
    out.view.setInt32(out.at, 2)
    out.view.setInt16(out.at + 4, value)
    out.at += 6
    return undefined
  }
}

function fromLong(signed: boolean, byteCount: 2 | 4 | 8, to: TargetType): Encode {
  if (byteCount === 8) {
    return (out, _source, view, start) => {
      const high = view.getInt32(start + 4, true)
      if (!signed && high < 0) return outOfRange(to, view.getBigUint64(start, true))
      out.room(12)
      out.view.setInt32(out.at, 8)
      out.view.setInt32(out.at + 4, high)
      out.view.setInt32(out.at + 8, view.getInt32(start, true))
      out.at += 12
      return undefined
    }
  }
  return (out, _source, view, start) => {
    const low = view.getInt32(start, true)
    const high = view.getInt32(start + 4, true)
    // The high word repeats the sign of the low one exactly if the value has 32 bits; unsigned, it has to be 0.
    const fits = high === low >> 31 && (signed || high === 0) && (byteCount === 4 || low === (low << 16) >> 16)
    if (!fits) return outOfRange(to, signed ? view.getBigInt64(start, true) : view.getBigUint64(start, true))
    out.room(byteCount + 4)
    out.view.setInt32(out.at, byteCount)
    if (byteCount === 4) out.view.setInt32(out.at + 4, low)
    else out.view.setInt16(out.at + 4, low)
    out.at += byteCount + 4
    return undefined
  }
}

/** 0 and 1 into bool; everything else is a fault. */
export function encodeIntAsBool(from: IntType, to: TargetType): Encode {
  return (out, source, view, start) => {
    for (let place = start + 1; place < start + from.bits / 8; place++) {
      if (source[place] !== 0) return outOfRange(to, readBig(from, view, start))
    }
    const value = source[start] ?? 0
    if (value > 1) return outOfRange(to, readBig(from, view, start))
    out.room(5)
    out.view.setInt32(out.at, 1)
    out.bytes[out.at + 4] = value
    out.at += 5
    return undefined
  }
}

/** Integers into float8 and float4: only where the float is that very integer. */
export function encodeIntAsFloat(from: IntType, to: TargetType): Encode {
  const isDouble = to.name === 'float8'
  const readShort = from.bits === 64 ? undefined : shortReader(from)
  return (out, _source, view, start) => {
    let value: number
    if (readShort === undefined) {
      const exact = readBig(from, view, start)
      value = Number(exact)
      if (BigInt(value) !== exact) return outOfRange(to, exact)
    } else {
      value = readShort(view, start)
    }
    if (!isDouble && Math.fround(value) !== value) return outOfRange(to, value)
    out.room(12)
    out.view.setInt32(out.at, isDouble ? 8 : 4)
    if (isDouble) out.view.setFloat64(out.at + 4, value)
    else out.view.setFloat32(out.at + 4, value)
    out.at += isDouble ? 12 : 8
    return undefined
  }
}

/** The cell as a bigint: for reasons, and where nothing else is exact. */
export function readBig(from: IntType, view: DataView, start: number): bigint {
  if (from.bits !== 64) return BigInt(shortReader(from)(view, start))
  return from.signed ? view.getBigInt64(start, true) : view.getBigUint64(start, true)
}

function outOfRange(to: TargetType, value: number | bigint): Fault {
  return unfit(to, String(value))
}
