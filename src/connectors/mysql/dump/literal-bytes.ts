import { charsetDecoder } from '../../../format/charset/charset-decoder.ts'
import type { CharsetDecoder } from '../../../format/charset/decoder.ts'
import { readBitLiteral, readHexLiteral } from '../../../format/sql-text/hex-literal.ts'
import { introducerShift, kindMask, ValueKind } from '../../../format/sql-text/row-scanner.ts'
import { trailBytesOf } from '../../../format/sql-text/trail-bytes.ts'
import { type LiteralRules, unescapeLiteral } from '../../../format/sql-text/unescape.ts'
import type { NativeType } from '../../../model/relation.ts'
import type { InsertShape } from './scan-rows.ts'

const doubleQuote = 0x22

/**
 * What literals of one column stand for, for census and counts: written apart from what the readers decode with, so that
 * the one can be held against the other.
 */
export class LiteralBytes {
  /** The bytes of the literal that was read last, up to `length`; a zero byte comes after them. */
  bytes = Buffer.alloc(1024)
  length = 0
  readonly #native: NativeType
  readonly #charset: string
  readonly #rules: LiteralRules
  readonly #introducers: readonly string[]
  #text = Buffer.alloc(1024)

  constructor(native: NativeType, { session, introducers }: InsertShape) {
    this.#native = native
    this.#charset = session.charset ?? 'utf8mb4'
    this.#rules = { backslash: session.rules.backslash, trailBytes: trailBytesOf(this.#charset) }
    this.#introducers = introducers
  }

  /** Reads a literal; false where it is an expression. A number's bytes are those of its digits. */
  read(source: Buffer, flags: number, from: number, length: number): boolean {
    if (length >= this.bytes.length) this.bytes = Buffer.allocUnsafe(2 * length)
    this.length = this.#write(source, flags, from, length)
    if (this.length < 0) return false
    this.bytes[this.length] = 0
    return true
  }

  /** Turns the bytes that were read, which are text, into UTF-8. False where some of them are no character. */
  toUtf8(flags: number): boolean {
    const decoder = this.#decoderOf(flags)
    if (decoder === undefined) return false
    const needed = Math.ceil(this.length * decoder.maxGrowth)
    if (needed >= this.#text.length) this.#text = Buffer.allocUnsafe(2 * needed)
    const end = decoder.decode(this.bytes, 0, this.length, this.#text, 0)
    if (end < 0) return false
    const text = this.#text
    this.#text = this.bytes
    this.bytes = text
    this.length = end
    text[end] = 0
    return true
  }

  #write(source: Buffer, flags: number, from: number, length: number): number {
    const { bytes } = this
    switch (flags & kindMask) {
      case ValueKind.text:
      case ValueKind.number:
        return source.copy(bytes, 0, from, from + length)
      case ValueKind.escapedText:
        return unescapeLiteral(source, from, length, bytes, 0, this.#rules)
      case ValueKind.escapedTextInDoubleQuotes:
        return unescapeLiteral(source, from, length, bytes, 0, { ...this.#rules, quote: doubleQuote })
      case ValueKind.hex:
        return readHexLiteral(source, from, length, bytes, 0)
      case ValueKind.bits:
        return readBitLiteral(source, from, length, bytes, 0)
      default:
        return -1
    }
  }

  #decoderOf(flags: number): CharsetDecoder | undefined {
    const kind = flags & kindMask
    const isDigits = kind === ValueKind.hex || kind === ValueKind.bits
    const index = flags >> introducerShift
    const written = index > 0 ? (this.#introducers[index] ?? 'binary') : isDigits ? 'binary' : this.#charset
    return charsetDecoder(written === 'binary' ? (this.#native.charset ?? 'utf8mb4') : written)
  }
}
