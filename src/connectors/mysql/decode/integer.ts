import type { IntBits } from '../../../model/canonical-type.ts'
import type { CellDecoder } from './cell-decoder.ts'
import { writeInt64, writeUint64 } from './digits.ts'
import { fault } from './fault.ts'

/** The lower 32 bits, as int32. */
export function lowHalf(source: Buffer, from: number, length: number, signed: boolean): number {
  switch (length) {
    case 1:
      return signed ? (source[from]! << 24) >> 24 : source[from]!
    case 2: {
      const value = source[from]! | (source[from + 1]! << 8)
      return signed ? (value << 16) >> 16 : value
    }
    default:
      return source[from]! | (source[from + 1]! << 8) | (source[from + 2]! << 16) | (source[from + 3]! << 24)
  }
}

/** The upper 32 bits, as int32; the sign's where the value is shorter. */
export function highHalf(source: Buffer, from: number, length: number, signed: boolean): number {
  if (length === 8) return lowHalf(source, from + 4, 4, true)
  return signed ? lowHalf(source, from, length, true) >> 31 : 0
}

/** Any integer to any integer: widened by its sign, or a fault where it does not fit. */
export class IntegerDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes: number
  readonly #fromSigned: boolean
  readonly #bits: IntBits
  readonly #signed: boolean

  constructor(fromSigned: boolean, bits: IntBits, signed: boolean) {
    this.#fromSigned = fromSigned
    this.#bits = bits
    this.#signed = signed
    this.extraBytes = bits / 8
  }

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const low = lowHalf(source, from, length, this.#fromSigned)
    const high = highHalf(source, from, length, this.#fromSigned)
    return writeInteger(high, low, this.#fromSigned, this.#bits, this.#signed, target, at)
  }
}

/** Writes the integer of the halves, which is below zero where `fromSigned` and `high < 0`, or answers a fault. */
export function writeInteger(
  high: number,
  low: number,
  fromSigned: boolean,
  bits: IntBits,
  signed: boolean,
  target: Uint8Array,
  at: number,
): number {
  if (bits === 64) {
    // A number above 2^63 − 1 and one below zero have the same bits: only one of the two types can hold them.
    if (high < 0 && fromSigned !== signed) return fault.outOfRange
    writeHalf(low, target, at)
    writeHalf(high, target, at + 4)
    return 8
  }
  const isNegative = fromSigned && high < 0
  if (isNegative) {
    if (!signed || high !== -1 || low >= 0 || low < -(2 ** (bits - 1))) return fault.outOfRange
  } else if (high !== 0 || low >>> 0 > (signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1)) {
    return fault.outOfRange
  }
  target[at] = low
  if (bits >= 16) target[at + 1] = low >> 8
  if (bits === 32) {
    target[at + 2] = low >> 16
    target[at + 3] = low >> 24
  }
  return bits / 8
}

export function writeHalf(half: number, target: Uint8Array, at: number): void {
  target[at] = half
  target[at + 1] = half >> 8
  target[at + 2] = half >> 16
  target[at + 3] = half >> 24
}

/** 0 and 1; anything else is out of range. */
export class IntegerToBoolDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 1

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const low = lowHalf(source, from, length, false)
    if ((low !== 0 && low !== 1) || highHalf(source, from, length, false) !== 0) return fault.outOfRange
    target[at] = low
    return 1
  }
}

/** Plain decimal digits, for `decimal` and `text`. */
export class IntegerToTextDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 20
  readonly #signed: boolean

  constructor(signed: boolean) {
    this.#signed = signed
  }

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const low = lowHalf(source, from, length, this.#signed)
    const high = highHalf(source, from, length, this.#signed)
    return (this.#signed ? writeInt64(high, low, target, at) : writeUint64(high, low, target, at)) - at
  }
}

/** BIT: its bytes with the most significant first, fewer than eight where the column is narrower. */
export class BitsToIntegerDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes: number
  readonly #bits: IntBits
  readonly #signed: boolean

  constructor(bits: IntBits, signed: boolean) {
    this.#bits = bits
    this.#signed = signed
    this.extraBytes = bits / 8
  }

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    let low = 0
    let high = 0
    for (let i = 0; i < length; i++) {
      high = (high << 8) | (low >>> 24)
      low = (low << 8) | source[from + i]!
    }
    return writeInteger(high, low, false, this.#bits, this.#signed, target, at)
  }
}

export class BitsToBoolDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 1

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    for (let i = 0; i < length - 1; i++) if (source[from + i] !== 0) return fault.outOfRange
    const last = length === 0 ? 0 : source[from + length - 1]!
    if (last > 1) return fault.outOfRange
    target[at] = last
    return 1
  }
}

/** `0` and `1`, as many as the column has bits. */
export class BitsToTextDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes: number

  constructor(bitCount: number) {
    this.extraBytes = bitCount
  }

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const count = this.extraBytes
    for (let i = 0; i < count; i++) {
      const place = count - 1 - i
      const byte = length - 1 - (place >> 3)
      target[at + i] = 0x30 + (byte < 0 ? 0 : (source[from + byte]! >> (place & 7)) & 1)
    }
    return count
  }
}
