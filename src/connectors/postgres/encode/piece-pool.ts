/** Size of one send: larger ones gain nothing. */
export const pieceBytes = 256 * 1024

/** Pieces that are kept for the next batch: more than a batch of the usual size needs. */
const maxFreeCount = 32

/**
 * Memory that the pieces of a COPY are made in, one batch after the other. Fresh memory for each piece is garbage that V8
 * counts against the whole heap: collecting it took a tenth of all the CPU of a copy (measured).
 */
export class PiecePool {
  readonly #free: Uint8Array[] = []
  readonly #taken: Uint8Array[] = []

  /** `pieceBytes` of memory with anything in them. */
  take(): Uint8Array {
    const piece = this.#free.pop() ?? Buffer.allocUnsafeSlow(pieceBytes)
    this.#taken.push(piece)
    return piece
  }

  /** Everything that was taken may be used again: nothing reads it any more. */
  reclaim(): void {
    for (const piece of this.#taken) if (this.#free.length < maxFreeCount) this.#free.push(piece)
    this.#taken.length = 0
  }

  /** What was taken may still be read: it is never used again. */
  forget(): void {
    this.#taken.length = 0
  }
}
