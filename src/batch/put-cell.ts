import type { Batch } from './batch.ts'

/** Puts a value behind all others and makes it a cell. @param place Of the cell in its frame: row × columns + slot */
export function putCell(into: Batch, frame: number, place: number, value: Uint8Array): void {
  const at = into.reserve(value.length)
  into.bytes.set(value, at)
  into.used = at + value.length
  pointCell(into, frame, place, at, value.length)
}

/** As {@link putCell}, of a text. ASCII, which most are, goes there without memory of its own. */
export function putTextCell(into: Batch, frame: number, place: number, text: string): void {
  const at = into.reserve(text.length)
  const { bytes } = into
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 0x7f) return putCell(into, frame, place, Buffer.from(text))
    bytes[at + i] = code
  }
  into.used = at + text.length
  pointCell(into, frame, place, at, text.length)
}

/** Makes a cell of bytes that lie in the arena. @param place As that of {@link putCell} */
export function pointCell(into: Batch, frame: number, place: number, at: number, length: number): void {
  const { cells } = into.frames[frame]!
  cells[place * 2] = at
  cells[place * 2 + 1] = length
}
