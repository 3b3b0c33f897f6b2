import type { CanonicalForm } from './form.ts'

/** Raw bytes; text in lower-case hexadecimal digits. */
export const hexForm: CanonicalForm = {
  toText: (bytes, start, length) => hexText(bytes, start, length),
  fromText(text) {
    return /^([0-9a-f]{2})*$/.test(text) ? new Uint8Array(Buffer.from(text, 'hex')) : undefined
  },
}

export function hexText(bytes: Uint8Array, start: number, length: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('hex')
}
