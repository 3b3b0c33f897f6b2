import type { CharsetDecoder } from './decoder.ts'
import { putCodePoint } from './put-code-point.ts'

/** Decodes utf32, which the servers keep big-endian. */
export class Utf32Decoder implements CharsetDecoder {
  readonly charset = 'utf32'
  readonly maxGrowth = 1

  decode(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
    let i = start
    let o = at
    while (i + 3 < end) {
      const upper = (source[i]! << 8) | source[i + 1]!
      const point = (upper << 16) | (source[i + 2]! << 8) | source[i + 3]!
      if (upper > 0x10 || (point >= 0xd800 && point < 0xe000)) return -(1 + i)
      o = putCodePoint(target, o, point)
      i += 4
    }
    return i < end ? -(1 + i) : o
  }
}
