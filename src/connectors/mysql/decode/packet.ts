/** Of a packet: three bytes of length, the lowest first, and its number (MySQL's protocol: packets). */
export const headerBytes = 4

/** The first byte of a row in the binary protocol; an end and an error begin otherwise. */
export const rowMark = 0

/** From here on the first byte of a length says how many bytes of it follow (MySQL's protocol: length-encoded integer). */
export const longMark = 251

/** Bytes of a length whose first byte is at least `longMark`. */
export function prefixBytes(first: number): number {
  return first === 252 ? 3 : first === 253 ? 4 : 9
}

/** Of the bitmap of a row's NULLs, which begins with its third bit. */
export function bitmapBytes(fieldCount: number): number {
  return (fieldCount + 9) >> 3
}
