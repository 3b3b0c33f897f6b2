import type { ShownValue } from '../model/loss.ts'

/** A value as people read it: NULL is a word, and bytes that are no text are named as what they are. */
export function valueParts(value: ShownValue | undefined): {
  readonly kind: 'null' | 'text' | 'base64' | 'masked'
  text: string
} {
  if (value === null || value === undefined) return { kind: 'null', text: 'NULL' }
  if ('masked' in value) return { kind: 'masked', text: value.masked }
  return 'text' in value ? { kind: 'text', text: value.text } : { kind: 'base64', text: value.base64 }
}

/** Whether it is a hash in the place of a number or a day, which no number and no day is like. */
export function isMaskText(text: string): boolean {
  return /^hmac:[\da-f]+$/.test(text)
}

/** The first characters of a text; with a mark where there are more. */
export function shortened(text: string, maxCharacters: number): string {
  // A character is at most two units: no more than that is looked at, however long the text is.
  const characters = Array.from(text.slice(0, maxCharacters * 2 + 2))
  return characters.length > maxCharacters ? `${characters.slice(0, maxCharacters).join('')}…` : text
}
