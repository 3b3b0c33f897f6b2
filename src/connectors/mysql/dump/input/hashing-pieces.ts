import { createHash } from 'node:crypto'
import type { PieceReader } from './piece-reader.ts'

/** Hashes what goes through it. */
export class HashingPieces implements PieceReader {
  readonly #pieces: PieceReader
  readonly #hash = createHash('sha256')

  /** @param pieces Is disposed with this reader. */
  constructor(pieces: PieceReader) {
    this.#pieces = pieces
  }

  async next(signal: AbortSignal): Promise<Uint8Array | undefined> {
    const piece = await this.#pieces.next(signal)
    if (piece !== undefined) this.#hash.update(piece)
    return piece
  }

  /** SHA-256 of everything, in hexadecimal digits, once what nobody has asked for is read too. Asked for once. */
  async digest(signal: AbortSignal): Promise<string> {
    while ((await this.next(signal)) !== undefined);
    return this.#hash.digest('hex')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pieces[Symbol.asyncDispose]()
  }
}
