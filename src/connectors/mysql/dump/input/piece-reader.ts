import type { FileHandle } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { assertNotAborted, waitOrAbort } from '../../../../async/abort.ts'

/** The bytes of a dump from one place on, piece by piece. */
export interface PieceReader extends AsyncDisposable {
  /** The next piece, of any size but 0, valid until the call after; undefined at the end. */
  next(signal: AbortSignal): Promise<Uint8Array | undefined>
}

export const pieceBytes = 256 * 1024

/** Reads a file as it is, one piece ahead of what is asked for. */
export class FilePieces implements PieceReader {
  readonly #handle: FileHandle
  readonly #buffers = [Buffer.allocUnsafe(pieceBytes), Buffer.allocUnsafe(pieceBytes)]
  #turn = 0
  #position: number
  #ahead: Promise<number> | undefined

  constructor(handle: FileHandle, position: number) {
    this.#handle = handle
    this.#position = position
  }

  async next(signal: AbortSignal): Promise<Uint8Array | undefined> {
    assertNotAborted(signal)
    const byteCount = await waitOrAbort((this.#ahead ??= this.#read()), signal)
    const buffer = this.#buffers[this.#turn]!
    if (byteCount === 0) return undefined
    this.#position += byteCount
    this.#turn = 1 - this.#turn
    this.#ahead = this.#read()
    // Whoever asks next hears of a failure; until then nobody listens.
    void Promise.allSettled([this.#ahead])
    return buffer.subarray(0, byteCount)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The file must not be closed, nor the buffer be collected, under a read that is under way.
    await this.#ahead?.catch(() => 0)
  }

  async #read(): Promise<number> {
    const { bytesRead } = await this.#handle.read(this.#buffers[this.#turn]!, 0, pieceBytes, this.#position)
    return bytesRead
  }
}

/** Unpacks what another reader gives. It runs in a thread of the pool, ahead by a few pieces. */
export class GunzipPieces implements PieceReader {
  readonly #pieces: AsyncIterator<Buffer>
  #isOver = false

  /** @param packed Is disposed with this reader. */
  constructor(packed: PieceReader) {
    const gunzip = createGunzip({ chunkSize: pieceBytes })
    // A failure of either end comes out of the iterator.
    pipeline(Readable.from(copies(packed), { highWaterMark: 2 }), gunzip, () => {})
    this.#pieces = gunzip[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  }

  async next(signal: AbortSignal): Promise<Uint8Array | undefined> {
    assertNotAborted(signal)
    const { done, value } = await waitOrAbort(this.#pieces.next(), signal)
    if (done === true) this.#isOver = true
    return done === true ? undefined : value
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) await this.#pieces.return?.()
  }
}

/** The pieces, each in a buffer of its own: the stream keeps them for longer than their reader does. */
async function* copies(packed: PieceReader): AsyncGenerator<Buffer> {
  const never = new AbortController().signal
  await using _ = packed
  for (;;) {
    const piece = await packed.next(never)
    if (piece === undefined) return
    yield Buffer.from(piece)
  }
}
