import type { IntBits } from '../model/canonical-type.ts'
import { type CanonicalForm, viewOf } from './form.ts'

/** `bits / 8` bytes, little-endian; text in plain decimal digits. */
export function intForm(bits: IntBits, signed: boolean): CanonicalForm {
  return {
    toText(bytes, start) {
      const view = viewOf(bytes, start, bits / 8)
      const raw = rawBits(view, bits)
      return (signed ? BigInt.asIntN(bits, raw) : raw).toString()
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

function rawBits(view: DataView, bits: IntBits): bigint {
  switch (bits) {
    case 8:
      return BigInt(view.getUint8(0))
    case 16:
      return BigInt(view.getUint16(0, true))
    case 32:
      return BigInt(view.getUint32(0, true))
    case 64:
      return view.getBigUint64(0, true)
  }
}
