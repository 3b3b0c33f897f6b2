import { viewOf } from '../../../batch/view-of.ts'

const initialBytes = 64 * 1024

/** The bytes of a dump that were fed and not cut yet: room grows with what has come, and is given back. */
export class PendingBytes {
  bytes: Buffer = Buffer.alloc(initialBytes)
  /** Over all of `bytes`. */
  view: DataView = viewOf(this.bytes)
  /** [at, fed) is not cut yet. */
  at = 0
  fed = 0
  /** Fed since most of the room was last in use: large documents that follow each other share it. */
  #idleBytes = 0
  /** Where `bytes[0]` stands in the dump. */
  position: number

  readonly #mostBytes: number

  /** @param mostBytes What is not cut yet is never more, or little: room is not doubled beyond it */
  constructor(position: number, mostBytes: number) {
    this.position = position
    this.#mostBytes = mostBytes
  }

  /** Takes a copy of the piece, of any size; what is not cut yet stands at 0 then. */
  feed(piece: Uint8Array): void {
    const left = this.fed - this.at
    const needed = left + piece.length
    this.#idleBytes = needed < this.bytes.length / 8 ? this.#idleBytes + piece.length : 0
    const isIdle = this.bytes.length > 64 * initialBytes && this.#idleBytes > this.bytes.length
    if (needed > this.bytes.length || isIdle) {
      const grown = Math.max(needed, Math.min(needed * 2, this.#mostBytes))
      const room = Buffer.alloc(Math.max(initialBytes, needed > this.bytes.length ? grown : needed))
      room.set(this.bytes.subarray(this.at, this.fed))
      this.bytes = room
      this.view = viewOf(room)
    } else {
      this.bytes.copyWithin(0, this.at, this.fed)
    }
    this.bytes.set(piece, left)
    this.position += this.at
    this.at = 0
    this.fed = needed
  }
}
