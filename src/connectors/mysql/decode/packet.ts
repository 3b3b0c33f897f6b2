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

/** A packet of this length goes on in the next one. */
const maxPacketBytes = 0xff_ffff

/** Of the packet's payload whose header is at `at`. */
export function lengthAt(buffer: Buffer, at: number): number {
  return buffer[at]! | (buffer[at + 1]! << 8) | (buffer[at + 2]! << 16)
}

/** Where the packet at `at` ends; −1 where it is no plain row of this number that lies whole in the buffer. */
export function rowEndAt(buffer: Buffer, at: number, sequence: number): number {
  const offset = at + headerBytes
  if (offset >= buffer.length) return -1
  const length = lengthAt(buffer, at)
  const end = offset + length
  const isRow = length < maxPacketBytes && buffer[at + 3] === (sequence & 0xff) && buffer[offset] === rowMark
  return isRow && end <= buffer.length ? end : -1
}

/** Rows that lie one behind the other in a buffer. */
export interface RowRun {
  readonly count: number
  /** Where the packet behind them begins. */
  readonly end: number
}
