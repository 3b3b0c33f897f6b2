import { hash } from 'node:crypto'

/**
 * The text whose SHA-256 is a row's digest, in servers and here alike: of each cell, in order, `N` where it is NULL, else
 * the length of its text in bytes of UTF-8, a colon, and the text, so that no two lists of cells are the same text.
 *
 * The text of a cell is that of `digestText`; bytes are their hexadecimal digits in lower case. A column whose values may be
 * long enters as the hexadecimal digits of the SHA-256 of its bytes: a statement holds only so many of them at once.
 */
export function rowDigestInput(cells: readonly (string | undefined)[]): string {
  return cells.map((cell) => (cell === undefined ? 'N' : `${Buffer.byteLength(cell)}:${cell}`)).join('')
}

/** The two halves of the first 128 bits of a row's digest, as signed integers. */
export function rowDigest(cells: readonly (string | undefined)[]): readonly [bigint, bigint] {
  const digest = hash('sha256', rowDigestInput(cells), 'buffer')
  return [digest.readBigInt64BE(0), digest.readBigInt64BE(8)]
}
