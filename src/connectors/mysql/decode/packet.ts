/** Of a packet: three bytes of length, the lowest first, and its number (MySQL's protocol: packets). */
export const headerBytes = 4

/** The first byte of a row in the binary protocol; an end and an error begin otherwise. */
export const rowMark = 0
