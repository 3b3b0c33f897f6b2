import type { TargetType } from '../types.ts'
import { type Encode, shown, unfit } from './encoder.ts'

/** Text of 0 and 1 into bit(n), which takes exactly n of them, or varbit(n), which takes n at most. */
export function encodeBits(to: TargetType): Encode {
  const limit = to.typmod < 0 ? undefined : to.typmod
  const isExact = to.name === 'bit'
  return (out, source, _view, start, length) => {
    if (limit !== undefined && (isExact ? length !== limit : length > limit)) return unfit(to, `it has ${length} bits`)
    const byteCount = Math.ceil(length / 8)
    out.room(8 + byteCount)
    const { bytes } = out
    out.view.setInt32(out.at, 4 + byteCount)
    out.view.setInt32(out.at + 4, length)
    const base = out.at + 8
    bytes.fill(0, base, base + byteCount)
    for (let place = 0; place < length; place++) {
      const digit = (source[start + place] ?? 0) - 0x30
      if (digit !== 0 && digit !== 1) return unfit(to, `${JSON.stringify(shown(source, start, length))} are no bits`)
      bytes[base + (place >> 3)] = (bytes[base + (place >> 3)] ?? 0) | (digit << (7 - (place & 7)))
    }
    out.at += 8 + byteCount
    return undefined
  }
}

/** One bit as bool. */
export function encodeBitAsBool(to: TargetType): Encode {
  return (out, source, _view, start, length) => {
    const digit = (source[start] ?? 0) - 0x30
    if (length !== 1 || digit < 0 || digit > 1)
      return unfit(to, `${JSON.stringify(shown(source, start, length))} is no bit`)
    out.room(5)
    out.view.setInt32(out.at, 1)
    out.bytes[out.at + 4] = digit
    out.at += 5
    return undefined
  }
}
