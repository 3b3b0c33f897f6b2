/**
 * Controls, marks that turn the direction of text, line separators and halves of characters. In a terminal they move
 * the cursor, recolour and retitle; in a file they hide what stands there.
 */
const unsafe = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\u{E0000}-\u{E007F}]/gu

/** Text out of data as one line that can be shown anywhere: what would act in place of being seen is written out. */
export function visible(text: string): string {
  return text.replace(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`
  })
}

/** JSON that reads back the same, and of which nothing acts on a terminal. */
export function visibleJson(value: unknown, indent?: number): string {
  // JSON.stringify writes out what is below U+0020, and leaves U+007F … U+009F and the rest as they are.
  return JSON.stringify(value, undefined, indent).replace(unsafe, (character) => {
    if (character === '\n') return character
    const units = Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
    return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
  })
}
