/** Flags of {@link characterClass}. */
export const isSpace = 1
export const isDigit = 2
/** May stand in a name without quotes: letters, digits, `_`, `$` and every byte from 0x80 on. */
export const isWord = 4
export const isHexDigit = 8

/** What a byte can be part of, as flags. The same for every character set that extends ASCII. */
export const characterClass = new Uint8Array(256)
for (let byte = 0; byte < 256; byte++) {
  const character = String.fromCharCode(byte)
  let flags = 0
  if (/[ \t\n\v\f\r]/.test(character)) flags |= isSpace
  if (/[0-9]/.test(character)) flags |= isDigit
  if (/[0-9A-Za-z_$]/.test(character) || byte >= 0x80) flags |= isWord
  if (/[0-9A-Fa-f]/.test(character)) flags |= isHexDigit
  characterClass[byte] = flags
}
