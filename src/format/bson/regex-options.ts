/**
 * Puts the options of a regular expression into the order of the alphabet, as BSON and Extended JSON have them; true
 * where they were in another one. Such as are not all ASCII letters are none that MongoDB knows, and are left alone.
 */
export function sortRegexOptions(bytes: Uint8Array, start: number, end: number): boolean {
  let isSorted = true
  for (let i = start; i < end; i++) {
    const letter = bytes[i]! | 0x20
    if (letter < 0x61 || letter > 0x7a || bytes[i]! >= 0x80) return false
    if (i > start && bytes[i]! < bytes[i - 1]!) isSorted = false
  }
  if (!isSorted) bytes.subarray(start, end).sort()
  return !isSorted
}
