import type { CharsetDecoder } from './decoder.ts'
import { putCodePoint } from './put-code-point.ts'

/** How the 16-bit units are to be read. */
export interface Utf16Form {
  readonly littleEndian: boolean
  /** False for ucs2, in which a surrogate is no character, not even half of one. */
  readonly pairs: boolean
}

/** Decodes charsets of 16-bit units. U+FEFF and U+FFFE are characters like any other: the servers know no byte order mark. */
export class Utf16Decoder implements CharsetDecoder {
  readonly charset: string
  readonly maxGrowth = 1.5
  /** Which byte of a unit is the high one. */
  readonly #high: number
  readonly #pairs: boolean

  constructor(charset: string, form: Utf16Form) {
    this.charset = charset
    this.#high = form.littleEndian ? 1 : 0
    this.#pairs = form.pairs
  }

  decode(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
    const high = this.#high
    const low = 1 - high
    let i = start
    let o = at
    while (i + 1 < end) {
      let point = (source[i + high]! << 8) | source[i + low]!
      let byteCount = 2
      if (point >= 0xd800 && point < 0xe000) {
        if (point >= 0xdc00 || !this.#pairs || i + 3 >= end) return -(1 + i)
        const second = (source[i + 2 + high]! << 8) | source[i + 2 + low]!
        if (second < 0xdc00 || second > 0xdfff) return -(1 + i)
        point = 0x10000 + ((point - 0xd800) << 10) + (second - 0xdc00)
        byteCount = 4
      }
      o = putCodePoint(target, o, point)
      i += byteCount
    }
    return i < end ? -(1 + i) : o
  }
}
