/** Names of characters that cannot be told by looking, for people. */
const names: { readonly [codePoint: number]: string } = {
  0x00: 'NUL',
  0x09: 'tab',
  0x0a: 'line feed',
  0x0d: 'carriage return',
  0x1b: 'escape',
  0x20: 'space',
  0x7f: 'delete',
  0x85: 'next line',
  0xa0: 'no-break space',
  0xad: 'soft hyphen',
  0x300: 'combining grave',
  0x301: 'combining acute',
  0x302: 'combining circumflex',
  0x303: 'combining tilde',
  0x308: 'combining diaeresis',
  0x327: 'combining cedilla',
  0x200b: 'zero width space',
  0x200c: 'zero width non-joiner',
  0x200d: 'zero width joiner',
  0x200e: 'left-to-right mark',
  0x200f: 'right-to-left mark',
  0x2028: 'line separator',
  0x2029: 'paragraph separator',
  0x202e: 'right-to-left override',
  0x202f: 'narrow no-break space',
  0x2060: 'word joiner',
  0x3000: 'ideographic space',
  0xfe0f: 'variation selector 16',
  0xfeff: 'byte order mark',
  0xfffd: 'replacement character',
}

/** `U+00E9`, or `U+200B zero width space` where the character has no look of its own. */
export function codePointText(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const name = names[code]
  const number = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
  return name === undefined ? number : `${number} ${name}`
}

/** Controls, marks of direction, blanks, characters that are none, halves of characters: what is not seen. */
const unseen = /^[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}]$/u

/** Whether a character leaves no mark where it stands; a blank does not. */
export function isUnseen(character: string): boolean {
  return unseen.test(character)
}

/** What is shown in the place of a character that is not seen. */
export function signOf(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code === 0x20) return '␣'
  if (code === 0x09) return '⇥'
  if (code === 0x0a) return '↵'
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`
}
