import type { IntBits } from '../../../model/canonical-type.ts'
import type { CellDecoder } from './cell-decoder.ts'
import { fault } from './fault.ts'
import { writeInteger } from './integer.ts'

const zero = 0x30
const minus = 0x2d
const point = 0x2e

/** DECIMAL: ASCII digits. ZEROFILL's leading zeros are no digits of the value. */
export class ZerofillDecimalDecoder implements CellDecoder {
  readonly growth = 1
  readonly extraBytes = 0

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    let start = from
    const last = from + length - 1
    while (start < last && source[start] === 0x30 && source[start + 1] !== 0x2e) start++
    const end = from + length
    for (let i = start; i < end; i++) target[at + i - start] = source[i]!
    return end - start
  }
}

/** DECIMAL whose values are whole, as the mapping says: with a fraction, or beyond the integer, a value is out of range. */
export class DecimalToIntegerDecoder implements CellDecoder {
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
    const end = from + length
    const isNegative = source[from] === minus
    let place = isNegative ? from + 1 : from
    // The upper and the lower 32 bits: neither step is beyond what a number holds exactly.
    let high = 0
    let low = 0
    for (; place < end && source[place] !== point; place++) {
      low = low * 10 + source[place]! - zero
      const carry = Math.floor(low / 0x1_0000_0000)
      low -= carry * 0x1_0000_0000
      high = high * 10 + carry
      if (high > 0xffff_ffff) return fault.outOfRange
    }
    for (place++; place < end; place++) if (source[place] !== zero) return fault.fraction
    if (!isNegative || (high === 0 && low === 0)) {
      return writeInteger(high | 0, low | 0, false, this.#bits, this.#signed, target, at)
    }
    if (high > 0x8000_0000 || (high === 0x8000_0000 && low > 0)) return fault.outOfRange
    const negativeHigh = ~high + (low === 0 ? 1 : 0)
    return writeInteger(negativeHigh | 0, -low | 0, true, this.#bits, this.#signed, target, at)
  }
}
