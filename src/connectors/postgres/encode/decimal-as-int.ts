import type { TargetType } from '../types.ts'
import { type Encode, shown, unfit } from './encoder.ts'

const bounds: { readonly [name: string]: readonly [low: bigint, high: bigint, byteCount: number] } = {
  int2: [-(2n ** 15n), 2n ** 15n - 1n, 2],
  int4: [-(2n ** 31n), 2n ** 31n - 1n, 4],
  int8: [-(2n ** 63n), 2n ** 63n - 1n, 8],
}

/** Decimal text into int2, int4 and int8: only whole numbers in range. */
export function encodeDecimalAsInt(to: TargetType): Encode {
  const [low, high, byteCount] = bounds[to.name] ?? [0n, 0n, 8]
  return (out, source, _view, start, length) => {
    const text = Buffer.from(source.buffer, source.byteOffset + start, length).toString('latin1')
    const whole = /^([+-]?\d+)(?:\.0*)?$/.exec(text)?.[1]
    if (whole === undefined) return unfit(to, `${shown(source, start, length)} is no whole number`)
    const value = BigInt(whole)
    if (value < low || value > high) return unfit(to, text)
    out.room(4 + byteCount)
    out.view.setInt32(out.at, byteCount)
    if (byteCount === 2) out.view.setInt16(out.at + 4, Number(value))
    else if (byteCount === 4) out.view.setInt32(out.at + 4, Number(value))
    else out.view.setBigInt64(out.at + 4, value)
    out.at += 4 + byteCount
    return undefined
  }
}
