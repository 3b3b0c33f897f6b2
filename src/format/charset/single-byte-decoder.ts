import { copyAscii } from './copy-ascii.ts'
import type { CharsetDecoder } from './decoder.ts'
import { utf8Bytes } from './put-code-point.ts'

const unmapped = 0xfffd

/** Bytes that are taken one by one before the next look for a run of ASCII (measured: 16 to 256 differ little). */
const slowBytes = 64

/** Decodes a charset of one byte per character, none of them above U+FFFF. */
export class SingleByteDecoder implements CharsetDecoder {
  readonly charset: string
  readonly maxGrowth: number
  /** Whether the bytes below 0x80 are ASCII: not in swe7. */
  readonly #isAscii: boolean
  readonly #points = new Uint16Array(256).fill(unmapped)

  /** `upper`: the characters of the last bytes, up to 0xFF; those before are ASCII. U+FFFD: no mapping. */
  constructor(charset: string, upper: string) {
    this.charset = charset
    this.#isAscii = upper.length <= 128
    let longest = 1
    for (let byte = 0; byte < 256; byte++) {
      const place = byte - (256 - upper.length)
      const point = place >= 0 ? upper.charCodeAt(place) : byte < 0x80 ? byte : unmapped
      this.#points[byte] = point
      if (point !== unmapped) longest = Math.max(longest, utf8Bytes(point))
    }
    this.maxGrowth = longest
  }

  decode(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
    let i = start
    let o = at
    while (i < end) {
      if (this.#isAscii) {
        const count = copyAscii(source, i, end, target, o)
        i += count
        o += count
      }
      const stop = i + slowBytes < end ? i + slowBytes : end
      o = this.#decodeBytes(source, i, stop, target, o)
      if (o < 0) return o
      i = stop
    }
    return o
  }

  /** As decode. A loop of its own, and putCodePoint written out: measured, both make it faster. */
  #decodeBytes(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
    const points = this.#points
    let o = at
    for (let i = start; i < end; i++) {
      const point = points[source[i]!]!
      if (point < 0x80) {
        target[o++] = point
      } else if (point < 0x800) {
        target[o] = 0xc0 | (point >> 6)
        target[o + 1] = 0x80 | (point & 0x3f)
        o += 2
      } else {
        if (point === unmapped) return -(1 + i)
        target[o] = 0xe0 | (point >> 12)
        target[o + 1] = 0x80 | ((point >> 6) & 0x3f)
        target[o + 2] = 0x80 | (point & 0x3f)
        o += 3
      }
    }
    return o
  }
}
