import { type CanonicalForm } from './form.ts'
import { hexText } from './hex.ts'

/** 16 bytes in the order of the text; `8-4-4-4-12` lower-case digits. */
export const uuidForm: CanonicalForm = {
  toText(bytes, start) {
    const hex = hexText(bytes, start, 16)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  },
  fromText(text) {
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) return undefined
    return new Uint8Array(Buffer.from(text.replaceAll('-', ''), 'hex'))
  },
}
