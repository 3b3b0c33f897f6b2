import type { CanonicalForm } from './form.ts'

/** UTF-8: the cell is its own text. `accepts` checks what a type asks of it. */
export function textForm(accepts: (text: string) => boolean): CanonicalForm {
  return {
    toText: (bytes, start, length) => Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('utf8'),
    fromText: (text) => (accepts(text) ? new Uint8Array(Buffer.from(text, 'utf8')) : undefined),
  }
}
