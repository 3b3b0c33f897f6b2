import { decodeHTMLStrict } from 'entities/decode'

/**
 * The text with the characters that HTML's references stand for: named (`&eacute;`), decimal (`&#233;`) and hexadecimal
 * (`&#xE9;`), each ended by its semicolon; `&copy=2` of a URL stays. Decoded once: `&amp;lt;` becomes `&lt;`. What is no
 * reference stays as it is. By HTML's rules `&#0;`, halves of a pair and numbers beyond U+10FFFF become U+FFFD, and
 * `&#128;` to `&#159;` the characters that Windows-1252 has there.
 */
export function decodeEntities(text: string): string {
  return text.includes('&') ? decodeHTMLStrict(text) : text
}
