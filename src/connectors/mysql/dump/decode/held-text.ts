import { TransloadError } from '../../../../errors/transload-error.ts'
import { charsetDecoder } from '../../../../format/charset/charset-decoder.ts'
import type { CharsetDecoder } from '../../../../format/charset/decoder.ts'
import { SingleByteDecoder } from '../../../../format/charset/single-byte-decoder.ts'
import type { ValuePolicies } from '../../../../model/plan.ts'
import type { CellDecoder, RepairedText } from '../../decode/cell-decoder.ts'
import { fault } from '../../decode/fault.ts'

/**
 * Text whose bytes in the column are of another charset than the column's, as a dump in a third one has it: it is brought
 * back to the bytes that the column holds, and those are read.
 */
export class HeldTextDecoder implements CellDecoder {
  readonly growth: number
  readonly extraBytes: number
  readonly #written: CharsetDecoder
  readonly #held: ReadonlyMap<number, number>
  readonly #inner: CellDecoder
  #text: Buffer = Buffer.alloc(0)

  /** @throws TL_C105 where a character of the column's charset may be more than a byte: the bytes are not to be had */
  constructor(written: string, held: string, inner: CellDecoder) {
    const decoder = charsetDecoder(written)
    const bytes = bytesOf(held)
    if (decoder === undefined || bytes === undefined) {
      throw new TransloadError('TL_C105', {
        reason: `The bytes of text in ${held} cannot be had from a dump in ${written}, which decode asks for`,
        cure: `Write the dump with --default-character-set=${held}, or leave decode out.`,
      })
    }
    this.#written = decoder
    this.#held = bytes
    this.#inner = inner
    this.growth = inner.growth
    this.extraBytes = inner.extraBytes
  }

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const bytes = this.#bytes(source, from, length)
    return bytes === undefined ? fault.invalidText : this.#inner.write(bytes, 0, bytes.length, target, at)
  }

  repair(source: Buffer, from: number, length: number, policies: ValuePolicies): RepairedText | undefined {
    const bytes = this.#bytes(source, from, length)
    return bytes && this.#inner.repair?.(bytes, 0, bytes.length, policies)
  }

  /** As the column holds them; undefined where the dump has a character that the column cannot. */
  #bytes(source: Buffer, from: number, length: number): Buffer | undefined {
    const room = Math.ceil(length * this.#written.maxGrowth)
    if (this.#text.length < room) this.#text = Buffer.alloc(room * 2)
    const written = this.#written.decode(source, from, from + length, this.#text, 0)
    if (written < 0) return undefined
    const bytes = Buffer.alloc(written)
    let count = 0
    for (const character of this.#text.toString('utf8', 0, written)) {
      const byte = this.#held.get(character.codePointAt(0)!)
      if (byte === undefined) return undefined
      bytes[count++] = byte
    }
    return bytes.subarray(0, count)
  }
}

/** The byte of each character; undefined for a charset in which one may have several. */
function bytesOf(charset: string): ReadonlyMap<number, number> | undefined {
  const decoder = charsetDecoder(charset)
  if (!(decoder instanceof SingleByteDecoder)) return undefined
  const bytes = new Map<number, number>()
  const target = Buffer.alloc(8)
  for (let byte = 0; byte < 256; byte++) {
    const written = decoder.decode(Uint8Array.of(byte), 0, 1, target, 0)
    if (written > 0) bytes.set(target.toString('utf8', 0, written).codePointAt(0)!, byte)
  }
  return bytes
}
