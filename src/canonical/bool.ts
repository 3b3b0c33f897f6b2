import type { CanonicalForm } from './form.ts'

/** 1 byte, 0 or 1; text `true` or `false`. */
export const boolForm: CanonicalForm = {
  toText: (bytes, start) => (bytes[start] === 0 ? 'false' : 'true'),
  fromText: (text) => (text === 'true' ? Uint8Array.of(1) : text === 'false' ? Uint8Array.of(0) : undefined),
}
