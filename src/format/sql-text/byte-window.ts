const initialBytes = 64 * 1024
const quote = 0x27

/** The most bytes that can be pending at once: cells are addressed by signed 32-bit integers. */
export const maxWindowBytes = 2 ** 31 - 16

/**
 * The part of a byte stream that was fed and is still needed, in one contiguous buffer.
 *
 * Feeding copies the pieces in, and moves what is still needed to the front; nothing else moves bytes. `bytes[end]` is
 * always an apostrophe, so that a loop that stops at one needs no bounds check.
 */
export class ByteWindow {
  bytes = new Uint8Array(initialBytes)
  /** One after the last byte that was fed. */
  end = 0
  /** The first byte that is still needed; whoever reads moves it up. */
  start = 0
  /** Where `bytes[0]` stands in the stream. */
  position: number
  /** Nothing will be fed any more. */
  ended = false

  constructor(position = 0) {
    this.position = position
    this.bytes[0] = quote
  }

  /**
   * Takes a piece of any size. Returns by how much the pending bytes moved to the front, or undefined if they would
   * pass {@link maxWindowBytes}, in which case nothing was taken.
   */
  feed(piece: Uint8Array): number | undefined {
    const pending = this.end - this.start
    const needed = pending + piece.length + 1
    if (needed > maxWindowBytes) return undefined
    const moved = this.start
    const capacity = this.bytes.length
    if (needed > capacity || (capacity > initialBytes * 16 && needed < capacity / 8)) {
      const grown = new Uint8Array(newCapacity(needed))
      grown.set(this.bytes.subarray(this.start, this.end))
      this.bytes = grown
    } else if (moved > 0) {
      this.bytes.copyWithin(0, this.start, this.end)
    }
    this.bytes.set(piece, pending)
    this.position += moved
    this.start = 0
    this.end = pending + piece.length
    this.bytes[this.end] = quote
    return moved
  }

  /** The stream position of an index of `bytes`. */
  positionAt(index: number): number {
    return this.position + index
  }
}

/** Doubles, so that a value of a gigabyte is copied a bounded number of times. */
function newCapacity(needed: number): number {
  let capacity = initialBytes
  while (capacity < needed) capacity *= 2
  return Math.min(capacity, maxWindowBytes)
}
