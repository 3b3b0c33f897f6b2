import { copyAscii } from './copy-ascii.ts'
import type { CharsetDecoder } from './decoder.ts'
import { putCodePoint, utf8Bytes } from './put-code-point.ts'

/**
 * 65,536 code points by lead × 256 + trail, 0 for no mapping. The places 0x80 to 0xFF, which no pair needs, as no lead is
 * below 0x80, are the characters of one byte.
 */
export type PairTable = Uint16Array

/** The linear number of 90 30 81 30, which is U+10000; the rest of Unicode follows it in order (GB 18030). */
const astralStart = 189_000

/** How the characters of three and four bytes are found, where a charset has any. */
export interface LongCharacters {
  /** The last two bytes of the characters that begin with 0x8F (EUC-JP). */
  readonly after8f?: PairTable | undefined
  /** Code points of the sequences from 81 30 81 30 on, by linear number; 0 for no mapping (GB 18030 up to U+FFFF). */
  readonly fourByte?: Uint16Array | undefined
}

/** Decodes an East Asian charset: ASCII, and characters of one to four bytes of which the first is above 0x7F. */
export class MultiByteDecoder implements CharsetDecoder {
  readonly charset: string
  readonly maxGrowth: number
  readonly #pairs: PairTable
  readonly #after8f: PairTable | undefined
  readonly #fourByte: Uint16Array | undefined

  constructor(charset: string, pairs: PairTable, long: LongCharacters = {}) {
    this.charset = charset
    this.#pairs = pairs
    this.#after8f = long.after8f
    this.#fourByte = long.fourByte
    let growth = 1
    for (let place = 0x80; place < pairs.length; place++) {
      const point = pairs[place]!
      if (point !== 0) growth = Math.max(growth, utf8Bytes(point) / (place < 0x100 ? 1 : 2))
    }
    // Three bytes to a code point below U+10000, four to any: neither grows.
    this.maxGrowth = growth
  }

  decode(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
    const pairs = this.#pairs
    let i = start
    let o = at
    while (i < end) {
      const count = copyAscii(source, i, end, target, o)
      i += count
      o += count
      // The next eight bytes are not all ASCII: character by character, without another look in between.
      for (const stop = Math.min(i + 8, end); i < stop;) {
        const lead = source[i]!
        if (lead < 0x80) {
          target[o++] = lead
          i++
          continue
        }
        let point = i + 1 < end ? pairs[(lead << 8) | source[i + 1]!]! : 0
        if (point !== 0) {
          i += 2
        } else if ((point = pairs[lead]!) !== 0) {
          i++
        } else {
          point = this.#longAt(source, i, end)
          if (point === 0) return -(1 + i)
          i += this.#after8f === undefined ? 4 : 3
        }
        o = putCodePoint(target, o, point)
      }
    }
    return o
  }

  #longAt(source: Uint8Array, i: number, end: number): number {
    if (this.#after8f !== undefined) {
      if (source[i] !== 0x8f || i + 3 > end) return 0
      return this.#after8f[(source[i + 1]! << 8) | source[i + 2]!]!
    }
    if (this.#fourByte === undefined || i + 4 > end) return 0
    const a = source[i]! - 0x81
    const b = source[i + 1]! - 0x30
    const c = source[i + 2]! - 0x81
    const d = source[i + 3]! - 0x30
    if (a < 0 || a > 125 || b < 0 || b > 9 || c < 0 || c > 125 || d < 0 || d > 9) return 0
    const linear = ((a * 10 + b) * 126 + c) * 10 + d
    if (linear < this.#fourByte.length) return this.#fourByte[linear]!
    const above = linear - astralStart
    return above >= 0 && above < 0x100000 ? 0x10000 + above : 0
  }
}
