import { readBitLiteral, readHexLiteral } from '../../../../format/sql-text/hex-literal.ts'
import { kindMask, ValueKind } from '../../../../format/sql-text/row-scanner.ts'
import type { LiteralRules } from '../../../../format/sql-text/unescape.ts'
import { fault } from '../../decode/fault.ts'
import { writeHalf } from '../../decode/integer.ts'
import { canonicalDecimal } from './canonical-decimal.ts'
import type { LiteralForm, Scratch } from './literal-form.ts'
import { readFloat } from './read-float.ts'
import { readTextLiteral } from './text-forms.ts'
import { numberHigh, numberIsNegative, numberLow, readWholeNumber } from './whole-number.ts'

/** Any integer type: eight bytes, little-endian. */
export class IntegerForm implements LiteralForm {
  readonly fixedBytes = 8
  readonly #isSigned: boolean

  constructor(isSigned: boolean) {
    this.#isSigned = isSigned
  }

  toWire(bytes: Buffer, flags: number, from: number, length: number, scratch: Scratch): number {
    if (!readWholeNumber(bytes, flags, from, length)) return fault.malformed
    let high = numberHigh
    let low = numberLow
    if (numberIsNegative) {
      const isBeyond = high > 0x8000_0000 || (high === 0x8000_0000 && low > 0)
      if (isBeyond || (!this.#isSigned && (high !== 0 || low !== 0))) return fault.malformed
      high = ~high + (low === 0 ? 1 : 0)
      low = -low
    } else if (this.#isSigned && high >= 0x8000_0000) return fault.malformed
    const target = scratch.bytes
    writeHalf(low, target, 0)
    writeHalf(high, target, 4)
    return 8
  }
}

/** YEAR: two bytes. Years of two digits, which no server prints, are none. */
export class YearForm implements LiteralForm {
  readonly fixedBytes = 2

  toWire(bytes: Buffer, flags: number, from: number, length: number, scratch: Scratch): number {
    if (!readWholeNumber(bytes, flags, from, length) || numberHigh !== 0 || numberIsNegative) return fault.malformed
    if (numberLow !== 0 && (numberLow < 1901 || numberLow > 2155)) return fault.malformed
    scratch.bytes[0] = numberLow
    scratch.bytes[1] = numberLow >> 8
    return 2
  }
}

/** DECIMAL: ASCII digits as they are written, brought into their plain form where they are not in it. */
export class DecimalForm implements LiteralForm {
  readonly fixedBytes = maxDecimalBytes

  toWire(bytes: Buffer, flags: number, from: number, length: number, scratch: Scratch): number {
    const kind = flags & kindMask
    if (kind !== ValueKind.number && kind !== ValueKind.text) return fault.malformed
    const target = scratch.reserve(length)
    if (isPlainDecimal(bytes, from, from + length)) {
      for (let i = 0; i < length; i++) target[i] = bytes[from + i]!
      return length
    }
    const text = canonicalDecimal(bytes.toString('latin1', from, from + length), maxDecimalBytes)
    return text === undefined ? fault.malformed : scratch.reserve(text.length).write(text, 'latin1')
  }
}

/** 65 digits, a sign, a point, and the zeros that an exponent may bring. */
const maxDecimalBytes = 100

/** Digits, or digits around a point, with or without a minus. */
function isPlainDecimal(bytes: Uint8Array, from: number, end: number): boolean {
  let at = bytes[from] === 0x2d ? from + 1 : from
  const first = at
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++
  if (at === first) return false
  if (at === end) return true
  if (bytes[at] !== 0x2e || at + 1 === end) return false
  at++
  while (at < end && bytes[at]! >= 0x30 && bytes[at]! <= 0x39) at++
  return at === end
}

/** FLOAT, of which a dump has some six digits: the nearest binary32. DOUBLE: the nearest binary64. */
export class FloatForm implements LiteralForm {
  readonly fixedBytes = 8
  readonly #bits: 32 | 64

  constructor(bits: 32 | 64) {
    this.#bits = bits
  }

  toWire(bytes: Buffer, flags: number, from: number, length: number, scratch: Scratch): number {
    const kind = flags & kindMask
    if (kind !== ValueKind.number && kind !== ValueKind.text) return fault.malformed
    const value = readFloat(bytes, from, from + length)
    if (Number.isNaN(value)) return fault.malformed
    if (this.#bits === 64) return scratch.bytes.writeDoubleLE(value, 0)
    if (!Number.isFinite(Math.fround(value))) return fault.malformed
    return scratch.bytes.writeFloatLE(value, 0)
  }
}

/** BIT(n): as many bytes as n bits take, the most significant first. */
export class BitForm implements LiteralForm {
  readonly fixedBytes = 8
  readonly #byteCount: number
  /** Bits of the first byte that are not the column's. */
  readonly #excessBits: number
  readonly #rules: LiteralRules

  constructor(bitCount: number, rules: LiteralRules) {
    this.#byteCount = (bitCount + 7) >> 3
    this.#excessBits = this.#byteCount * 8 - bitCount
    this.#rules = rules
  }

  toWire(bytes: Buffer, flags: number, from: number, length: number, scratch: Scratch): number {
    const target = scratch.reserve(Math.max(length, 8))
    const written = this.#write(bytes, flags, from, length, target)
    if (written < 0) return fault.malformed
    const width = this.#byteCount
    const excess = written - width
    for (let i = 0; i < excess; i++) if (target[i] !== 0) return fault.malformed
    if (excess > 0) target.copyWithin(0, excess, written)
    if (excess < 0) {
      target.copyWithin(-excess, 0, written)
      target.fill(0, 0, -excess)
    }
    if (target[0]! >> (8 - this.#excessBits) !== 0) return fault.malformed
    return width
  }

  #write(bytes: Buffer, flags: number, from: number, length: number, target: Buffer): number {
    switch (flags & kindMask) {
      case ValueKind.hex:
        return readHexLiteral(bytes, from, length, target, 0)
      case ValueKind.bits:
        return readBitLiteral(bytes, from, length, target, 0)
      case ValueKind.number:
      case ValueKind.expression:
        if (!readWholeNumber(bytes, flags, from, length) || numberIsNegative) return -1
        target.writeUInt32BE(numberHigh, 0)
        return target.writeUInt32BE(numberLow, 4)
      default:
        return readTextLiteral(bytes, flags, from, length, target, this.#rules)
    }
  }
}
