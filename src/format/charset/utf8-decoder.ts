import { copyAscii } from './copy-ascii.ts'
import type { CharsetDecoder } from './decoder.ts'
import { utf8CharacterBytes } from './invalid-utf8.ts'

/** Copies UTF-8, checking it as invalidUtf8At does. */
export class Utf8Decoder implements CharsetDecoder {
  readonly charset: string
  readonly maxGrowth = 1
  readonly #longest: number

  /** `longest`: bytes of the longest character, 3 for utf8mb3. */
  constructor(charset: string, longest: 3 | 4) {
    this.charset = charset
    this.#longest = longest
  }

  decode(source: Uint8Array, start: number, end: number, target: Uint8Array, at: number): number {
    const longest = this.#longest
    let i = start
    let o = at
    while (i < end) {
      const count = copyAscii(source, i, end, target, o)
      i += count
      o += count
      // The next eight bytes are not all ASCII: character by character, without another look in between.
      for (const stop = Math.min(i + 8, end); i < stop;) {
        const lead = source[i]!
        target[o++] = lead
        if (lead < 0x80) {
          i++
          continue
        }
        const byteCount = utf8CharacterBytes(source, i, end)
        if (byteCount === 0 || byteCount > longest) return -(1 + i)
        for (const next = i + byteCount; ++i < next;) target[o++] = source[i]!
      }
    }
    return o
  }
}
