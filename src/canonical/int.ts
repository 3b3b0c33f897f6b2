import type { IntBits } from '../model/canonical-type.ts'
import { type CanonicalForm, viewOf } from './form.ts'

/** `bits / 8` bytes, little-endian; text in plain decimal digits. */
export function intForm(bits: IntBits, signed: boolean): CanonicalForm {
  return {
    toText(bytes, start) {
      if (bits < 64) return String(smallInt(bytes, start, bits, signed))
      const raw = viewOf(bytes, start, 8).getBigUint64(0, true)
      return (signed ? BigInt.asIntN(64, raw) : raw).toString()
    },
    fromText(text) {
      if (!/^-?\d+$/.test(text)) return undefined
      const value = BigInt(text)
      const fits = signed ? BigInt.asIntN(bits, value) === value : BigInt.asUintN(bits, value) === value
      if (!fits) return undefined
      const eight = new Uint8Array(8)
      new DataView(eight.buffer).setBigUint64(0, BigInt.asUintN(64, value), true)
      return eight.slice(0, bits / 8)
    },
  }
}

/** What 32 bits and fewer hold. */
function smallInt(bytes: Uint8Array, start: number, bits: IntBits, signed: boolean): number {
  let value = 0
  for (let shift = 0, at = start; shift < bits; shift += 8, at++) value |= bytes[at]! << shift
  const unused = 32 - bits
  return signed ? (value << unused) >> unused : value >>> 0
}
