import { kindMask, ValueKind } from '../../../../format/sql-text/row-scanner.ts'
import type { NativeType } from '../../../../model/relation.ts'
import { familyOf, type TypeFamily } from '../../decode/type-family.ts'
import type { LiteralBytes } from '../literal-bytes.ts'

const maxLoopBytes = 32

/** The bytes of one key, part by part: keys that the server would call equal have the same bytes. */
export class KeyBuffer {
  bytes = Buffer.alloc(1024)
  length = 0

  clear(): void {
    this.length = 0
  }

  /** Each part has its length before it, lest two keys run into one another. */
  add(part: Uint8Array, from: number, end: number): void {
    const count = end - from
    const needed = this.length + 4 + count
    if (needed > this.bytes.length) {
      const larger = Buffer.alloc(2 * needed)
      this.bytes.copy(larger)
      this.bytes = larger
    }
    const { bytes, length } = this
    bytes[length] = count
    bytes[length + 1] = count >> 8
    bytes[length + 2] = count >> 16
    bytes[length + 3] = count >> 24
    // A view is an object: for the few bytes that most keys have it would cost more than they do.
    if (count <= maxLoopBytes) for (let at = 0; at < count; at++) bytes[length + 4 + at] = part[from + at]!
    else bytes.set(part.subarray(from, end), length + 4)
    this.length = needed
  }
}

/** By what texts are the same: a collation, their characters, or those without upper case. */
export type TextForm = 'collated' | 'exact' | 'lower case'

/**
 * Writes a value of one column of a key so that values which compare equal are the same bytes.
 *
 * Text is compared by the collation of the parent's column, as far as a file can: `…_bin` and binary byte for byte;
 * `…_ci` without upper and lower case, and without accents unless it says `_as_` (accent-sensitive); without trailing
 * blanks but for `…_0900_…` and `…_nopad_…`. For ASCII that is exact. Beyond, letters are taken apart by Unicode and
 * their marks left out, which is what most collations do for Latin, Greek and Cyrillic letters; contractions and kana
 * are not looked into.
 */
export class KeyWriter {
  readonly #family: TypeFamily | undefined
  readonly #form: TextForm
  readonly #ignoresCase: boolean
  readonly #ignoresAccents: boolean
  readonly #ignoresBlanks: boolean
  #folded = Buffer.alloc(256)

  /** @param native Of the parent's column, for both sides. */
  constructor(native: NativeType, form: TextForm = 'collated') {
    const collation = form === 'collated' ? (native.collation ?? 'binary') : 'binary'
    this.#family = familyOf(native)
    this.#form = form
    this.#ignoresCase = form === 'lower case' || collation.endsWith('_ci')
    this.#ignoresAccents = collation.endsWith('_ci') && !/_as_/.test(collation)
    this.#ignoresBlanks = collation !== 'binary' && !/_0900_|_nopad_/.test(collation)
  }

  /** @param literal Holds the value, which is not NULL. */
  write(literal: LiteralBytes, flags: number, into: KeyBuffer): void {
    switch (this.#family) {
      case 'integer':
      case 'year':
      case 'decimal':
        this.#writeNumber(literal, flags, into)
        break
      case 'float':
      case 'double':
        writeText(String(Number(literal.bytes.toString('latin1', 0, literal.length)) + 0), into)
        break
      case 'text':
      case 'enum':
      case 'set':
        this.#writeText(literal, flags, into)
        break
      case 'bit':
        writeStripped(literal.bytes, literal.length, 0, into)
        break
      case 'uuid':
      case 'inet':
        writeText(literal.bytes.toString('latin1', 0, literal.length).toLowerCase(), into)
        break
      default:
        into.add(literal.bytes, 0, literal.length)
    }
  }

  /** Digits without a plus, without zeros in front, and without zeros at the end of a fraction. */
  #writeNumber({ bytes, length }: LiteralBytes, flags: number, into: KeyBuffer): void {
    const kind = flags & kindMask
    if (kind === ValueKind.hex || kind === ValueKind.bits) {
      writeText(BigInt(`0x${bytes.toString('hex', 0, length) || '0'}`).toString(), into)
      return
    }
    const isNegative = bytes[0] === 0x2d
    let from = isNegative || bytes[0] === 0x2b ? 1 : 0
    while (from < length - 1 && bytes[from] === 0x30 && bytes[from + 1] !== 0x2e) from++
    let end = length
    const point = bytes.indexOf(0x2e)
    if (point >= 0 && point < length) {
      while (bytes[end - 1] === 0x30) end--
      if (end - 1 === point) end = point
    }
    const isZero = end - from === 1 && bytes[from] === 0x30
    if (isNegative && !isZero) {
      from--
      bytes[from] = 0x2d
    }
    into.add(bytes, from, end)
  }

  #writeText(literal: LiteralBytes, flags: number, into: KeyBuffer): void {
    // What is no text in its charset is compared as the bytes that it is.
    if (!literal.toUtf8(flags)) {
      into.add(literal.bytes, 0, literal.length)
      return
    }
    const { bytes } = literal
    let { length } = literal
    if (this.#ignoresBlanks) while (length > 0 && bytes[length - 1] === 0x20) length--
    if (!this.#ignoresCase) {
      into.add(bytes, 0, length)
      return
    }
    if (length > this.#folded.length) this.#folded = Buffer.alloc(2 * length)
    const folded = this.#folded
    for (let at = 0; at < length; at++) {
      const byte = bytes[at]!
      if (byte >= 0x80) {
        writeText(this.#fold(bytes.toString('utf8', 0, length)), into)
        return
      }
      folded[at] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
    }
    into.add(folded, 0, length)
  }

  #fold(text: string): string {
    if (this.#form === 'lower case') return text.toLowerCase()
    if (!this.#ignoresAccents) return text.normalize('NFC').toUpperCase().toLowerCase()
    return text
      .normalize('NFKD')
      .replaceAll(/\p{M}+/gu, '')
      .toUpperCase()
      .toLowerCase()
  }
}

function writeText(text: string, into: KeyBuffer): void {
  const bytes = Buffer.from(text, 'utf8')
  into.add(bytes, 0, bytes.length)
}

/** Without the bytes in front that are `pad`. */
function writeStripped(bytes: Uint8Array, length: number, pad: number, into: KeyBuffer): void {
  let from = 0
  while (from < length && bytes[from] === pad) from++
  into.add(bytes, from, length)
}
