import { viewOf } from '../../batch/view-of.ts'
import { BsonCursor } from './bson-cursor.ts'

/** Bits by container, in words of 32. */
const words = 16

/**
 * Finds a name that stands twice in one document, without keeping names: a bit for each tells most of them apart, and the
 * document is walked over again for those that it does not.
 */
export class RepeatedNames {
  readonly #seen: Int32Array
  /** By depth: where the document begins, with its length. */
  readonly #starts: Int32Array
  readonly #cursor = new BsonCursor({ checksText: false, checksNames: false })
  readonly #read = new BsonCursor({ checksText: false, checksNames: false })

  /** @param maxDepth Containers that may be open at once */
  constructor(maxDepth: number) {
    this.#seen = new Int32Array((maxDepth + 2) * words)
    this.#starts = new Int32Array(maxDepth + 2)
  }

  /** A document begins at this depth, and at this place, with its length. */
  begin(depth: number, start: number): void {
    this.#starts[depth] = start
    this.#seen.fill(0, depth * words, (depth + 1) * words)
  }

  /**
   * Names are looked for from here on: of the document that begins at `from`, with its length, those in front of
   * bytes[start, end) were read, all of them different. Returns whether this one is one of them.
   */
  beginBehind(depth: number, bytes: Uint8Array, from: number, start: number, end: number): boolean {
    this.begin(depth, from)
    const cursor = this.#read
    cursor.open(bytes, from, from + viewOf(bytes).getInt32(from, true))
    while (cursor.next() !== 0 && cursor.nameStart < start) {
      this.isRepeated(depth, bytes, cursor.nameStart, cursor.nameEnd)
    }
    return this.isRepeated(depth, bytes, start, end)
  }

  /** Whether the name bytes[start, end) stood before in its document. */
  isRepeated(depth: number, bytes: Uint8Array, start: number, end: number): boolean {
    const length = end - start
    const middle = bytes[start + (length >> 1)]!
    // In front of a name that is empty stands its element's type.
    const last = length === 0 ? 0 : bytes[end - 1]!
    const mixed = Math.imul(Math.imul(Math.imul(length, 31) + bytes[start]!, 31) + middle, 31) + last
    const hash = mixed ^ (mixed >>> 7)
    const seen = this.#seen
    const word = depth * words + ((hash >>> 5) & (words - 1))
    const bits = seen[word]!
    const bit = 1 << (hash & 31)
    if ((bits & bit) !== 0) return this.#stoodBefore(bytes, this.#starts[depth]!, start, end)
    seen[word] = bits | bit
    return false
  }

  #stoodBefore(bytes: Uint8Array, from: number, start: number, end: number): boolean {
    const cursor = this.#cursor
    cursor.open(bytes, from, from + viewOf(bytes).getInt32(from, true))
    while (cursor.next() !== 0 && cursor.nameStart < start) {
      if (isSame(bytes, cursor.nameStart, cursor.nameEnd, start, end)) return true
    }
    return false
  }
}

function isSame(bytes: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false
  for (let i = 0; i < end - start; i++) if (bytes[start + i] !== bytes[otherStart + i]) return false
  return true
}
