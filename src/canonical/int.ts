import type { IntBits } from '../model/canonical-type.ts'
import { type CanonicalForm, viewOf } from './form.ts'

/** `bits / 8` bytes, little-endian; text in plain decimal digits. */
export function intForm(bits: IntBits, signed: boolean): CanonicalForm {
  return {
    toText(bytes, start) {
      const view = viewOf(bytes, start, bits / 8)
      if (bits !== 64) return String(smallIntAt(view, 0, bits, signed))
      return (signed ? view.getBigInt64(0, true) : view.getBigUint64(0, true)).toString()
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

/** A whole number of up to 32 bits. */
export function smallIntAt(view: DataView, start: number, bits: Exclude<IntBits, 64>, isSigned: boolean): number {
  switch (bits) {
    case 8:
      return isSigned ? view.getInt8(start) : view.getUint8(start)
    case 16:
      return isSigned ? view.getInt16(start, true) : view.getUint16(start, true)
    case 32:
      return isSigned ? view.getInt32(start, true) : view.getUint32(start, true)
  }
}
