/** CP1252's characters for the bytes 0x80 to 0x9F; as MySQL's latin1 has it, the five unused bytes are C1 controls. */
const upperControls = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ'

/** What a text looks like after its UTF-8 bytes were taken for CP1252: `José` becomes `JosÃ©`. */
export function encodedTwice(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (byte) => upperControls[byte.charCodeAt(0) - 0x80] ?? byte)
}
