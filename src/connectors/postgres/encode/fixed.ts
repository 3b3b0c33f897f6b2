import { viewOf } from '../../../batch/view-of.ts'
import type { TargetType } from '../types.ts'
import { type Encode, unfit } from './encoder.ts'

/** One byte, 0 or 1. */
export const encodeBool: Encode = (out, source, _view, start) => {
  out.room(5)
  out.view.setInt32(out.at, 1)
  out.bytes[out.at + 4] = source[start] ?? 0
  out.at += 5
  return undefined
}

/** A bool as 0 or 1 of an integer type. */
export function encodeBoolAsInt(to: TargetType): Encode {
  const byteCount = to.name === 'int2' ? 2 : to.name === 'int4' ? 4 : 8
  return (out, source, _view, start) => {
    out.room(12)
    out.view.setInt32(out.at, byteCount)
    out.bytes.fill(0, out.at + 4, out.at + 4 + byteCount)
    out.bytes[out.at + 3 + byteCount] = source[start] ?? 0
    out.at += 4 + byteCount
    return undefined
  }
}

/** Four bytes, turned round: what has the same bits here and there, such as float4 and int4. */
export const encodeTurned4: Encode = (out, _source, view, start) => {
  out.room(8)
  out.view.setInt32(out.at, 4)
  out.view.setInt32(out.at + 4, view.getInt32(start, true))
  out.at += 8
  return undefined
}

/** Eight bytes, turned round: the bits of a NaN stay as they are. */
export const encodeTurned8: Encode = (out, _source, view, start) => {
  out.room(12)
  out.view.setInt32(out.at, 8)
  out.view.setInt32(out.at + 4, view.getInt32(start + 4, true))
  out.view.setInt32(out.at + 8, view.getInt32(start, true))
  out.at += 12
  return undefined
}

/** float32 into float8: every float32 is one. */
export const encodeFloat4AsFloat8: Encode = (out, _source, view, start) => {
  out.room(12)
  out.view.setInt32(out.at, 8)
  out.view.setFloat64(out.at + 4, view.getFloat32(start, true))
  out.at += 12
  return undefined
}

/** float64 into float4: only a value that is a float32. */
export function encodeFloat8AsFloat4(to: TargetType): Encode {
  return (out, _source, view, start) => {
    const value = view.getFloat64(start, true)
    if (Math.fround(value) !== value && !Number.isNaN(value)) return unfit(to, `${value} would be rounded`)
    out.room(8)
    out.view.setInt32(out.at, 4)
    out.view.setFloat32(out.at + 4, value)
    out.at += 8
    return undefined
  }
}

/** uuid's sixteen bytes. */
export function encodeBytesAsUuid(to: TargetType): Encode {
  return (out, _source, view, start, length) => {
    if (length !== 16) return unfit(to, `it has ${length} bytes`)
    out.field(view, start, 16)
    return undefined
  }
}

/** Text of a UUID, hyphens and case as they come. */
export function encodeTextAsUuid(to: TargetType): Encode {
  return (out, source, _view, start, length) => {
    const text = Buffer.from(source.buffer, source.byteOffset + start, Math.min(length, 64)).toString('latin1')
    if (!/^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text))
      return unfit(to, `${JSON.stringify(text)} is none`)
    const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
    out.field(viewOf(bytes), 0, 16)
    return undefined
  }
}
