/** Flags of a byte in a {@link TrailBytes} table. */
const lead = 1
const trail = 2

/**
 * For each byte, whether it can be the first byte (1) and whether it can be the second byte (2) of a two-byte
 * character. A backslash or a backtick that is a second byte is part of a letter and escapes nothing.
 */
export type TrailBytes = Uint8Array<ArrayBuffer>

type Range = readonly [from: number, to: number]

/**
 * The ranges of MySQL's own character sets (`my_ismbchar` of sjis, cp932, gbk, big5 and gb18030). A four-byte character
 * of gb18030 needs no rule: its second and fourth bytes are digits, and its two halves read the same as two pairs.
 */
const ranges: Readonly<Record<string, { readonly leads: readonly Range[]; readonly trails: readonly Range[] }>> = {
  sjis: {
    leads: [
      [0x81, 0x9f],
      [0xe0, 0xfc],
    ],
    trails: [
      [0x40, 0x7e],
      [0x80, 0xfc],
    ],
  },
  gbk: {
    leads: [[0x81, 0xfe]],
    trails: [
      [0x40, 0x7e],
      [0x80, 0xfe],
    ],
  },
  big5: {
    leads: [[0xa1, 0xf9]],
    trails: [
      [0x40, 0x7e],
      [0xa1, 0xfe],
    ],
  },
}

const tables = new Map<string, TrailBytes>()

/**
 * The table of a MySQL character set in which 0x5C can be the second byte of a character; undefined for every other
 * one. Of the sets a client may speak, these five are all.
 */
export function trailBytesOf(charset: string | undefined): TrailBytes | undefined {
  const name = charset === 'cp932' ? 'sjis' : charset === 'gb18030' ? 'gbk' : charset
  const entry = name === undefined ? undefined : ranges[name]
  if (name === undefined || entry === undefined) return undefined
  let table = tables.get(name)
  if (table === undefined) {
    table = new Uint8Array(256)
    for (const [from, to] of entry.leads) for (let byte = from; byte <= to; byte++) table[byte]! |= lead
    for (const [from, to] of entry.trails) for (let byte = from; byte <= to; byte++) table[byte]! |= trail
    tables.set(name, table)
  }
  return table
}

/** True if the two bytes are one character. */
export function isPair(table: TrailBytes, first: number, second: number): boolean {
  return (table[first]! & lead) !== 0 && (table[second]! & trail) !== 0
}
