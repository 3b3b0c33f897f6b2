import type { PieceReader } from './piece-reader.ts'

/**
 * One pass over a packed dump that readers share one after another: whoever begins further on goes on where the one
 * before stopped, so that a dump read in its order is unpacked once. A reader that begins further back begins anew.
 */
export class ForwardPieces implements AsyncDisposable {
  readonly #open: () => PieceReader
  #pieces: PieceReader | undefined
  /** What was read last, and where it begins. */
  #last: Uint8Array = new Uint8Array(0)
  #position = 0
  #isTaken = false

  /** @param open Begins at the dump's first byte. */
  constructor(open: () => PieceReader) {
    this.#open = open
  }

  /** A reader from `position` on. Only one of them shares the pass at a time; another has one of its own. */
  async from(position: number, signal: AbortSignal): Promise<PieceReader> {
    if (this.#isTaken) return await skipTo(this.#open(), position, signal)
    this.#isTaken = true
    if (this.#pieces === undefined || position < this.#position) {
      await this.#pieces?.[Symbol.asyncDispose]()
      this.#pieces = this.#open()
      this.#last = new Uint8Array(0)
      this.#position = 0
    }
    const release = async (): Promise<void> => {
      this.#isTaken = false
    }
    try {
      let isFirst = true
      while (this.#position + this.#last.length <= position && (await this.#advance(signal)));
      return {
        next: async (abort) => {
          if (!isFirst) return (await this.#advance(abort)) ? this.#last : undefined
          isFirst = false
          const rest = this.#last.subarray(Math.min(position - this.#position, this.#last.length))
          if (rest.length > 0) return rest
          return (await this.#advance(abort)) ? this.#last : undefined
        },
        [Symbol.asyncDispose]: release,
      }
    } catch (error) {
      await release()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pieces?.[Symbol.asyncDispose]()
    this.#pieces = undefined
  }

  async #advance(signal: AbortSignal): Promise<boolean> {
    let piece: Uint8Array | undefined
    try {
      piece = await this.#pieces?.next(signal)
    } catch (error) {
      // A piece that nobody waited for is lost: this pass cannot be gone on with.
      const broken = this.#pieces
      this.#pieces = undefined
      await broken?.[Symbol.asyncDispose]()
      throw error
    }
    if (piece === undefined) return false
    this.#position += this.#last.length
    this.#last = piece
    return true
  }
}

/** Lets go by what comes before `position`. */
export async function skipTo(pieces: PieceReader, position: number, signal: AbortSignal): Promise<PieceReader> {
  let left = position
  let first: Uint8Array | undefined
  try {
    while (left > 0) {
      const piece = await pieces.next(signal)
      if (piece === undefined) break
      if (piece.length > left) first = piece.subarray(left)
      left -= Math.min(left, piece.length)
    }
  } catch (error) {
    await pieces[Symbol.asyncDispose]()
    throw error
  }
  return {
    next: async (abort) => {
      const rest = first
      first = undefined
      return rest ?? (await pieces.next(abort))
    },
    [Symbol.asyncDispose]: async () => await pieces[Symbol.asyncDispose](),
  }
}
