import type { CanonicalForm } from './form.ts'
import { textForm } from './text-form.ts'

/** UTF-8 `0` and `1`, exactly `length` of them. */
export function bitsForm(length: number): CanonicalForm {
  return textForm((text) => text.length === length && /^[01]*$/.test(text))
}
