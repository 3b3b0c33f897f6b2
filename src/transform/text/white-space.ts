/*
 * White space is what Unicode gives the property White_Space (spaces of every width, no-break spaces, tab, line ends,
 * U+0085, U+2028, U+2029, U+3000), and three characters besides that have no width: U+200B zero width space, U+2060 word
 * joiner and U+FEFF, the byte order mark. The joiners U+200C and U+200D, which letters and emoji are made with, and the
 * marks of direction are no white space.
 */

/** Whether a UTF-16 code unit is white space. All of it is in the first plane: a half of a pair never is. */
export function isWhiteSpace(unit: number): boolean {
  if (unit < 0x80) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d)
  if (unit >= 0x2000 && unit <= 0x200b) return true
  switch (unit) {
    case 0x85:
    case 0xa0:
    case 0x1680:
    case 0x2028:
    case 0x2029:
    case 0x202f:
    case 0x205f:
    case 0x2060:
    case 0x3000:
    case 0xfeff:
      return true
    default:
      return false
  }
}

/** The text without the white space at its ends; empty where there is nothing else. */
export function trimSpaces(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isWhiteSpace(text.charCodeAt(start))) start++
  while (end > start && isWhiteSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

const spaceRun = /[\p{White_Space}\u200B\u2060\uFEFF]+/gu
const seenSpace = /\p{White_Space}/u

/**
 * The text with one U+0020 in the place of each run of white space, line ends and single no-break spaces included. A run
 * that has no width at all stays: a space in its place would part a word. The ends are not trimmed: a run there becomes
 * one space too.
 */
export function collapseSpaces(text: string): string {
  return text.replace(spaceRun, (run) => (seenSpace.test(run) ? ' ' : run))
}
