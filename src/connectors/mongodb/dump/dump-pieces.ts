import { type FileHandle, open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { assertNotAborted, waitOrAbort } from '../../../async/abort.ts'
import { cutOff } from './errors.ts'
import { toFileError } from '../../../errors/file-error.ts'

const pieceBytes = 256 * 1024

/** The bytes of a dump, unpacked, piece by piece. */
export interface DumpPieces extends AsyncDisposable {
  /** The next piece, valid until the call after; undefined at the end. */
  next(signal: AbortSignal): Promise<Uint8Array | undefined>
}

/**
 * Opens a file of a dump, plain or packed with gzip: by what is in it, whatever it is called.
 * @param position Where to begin in the dump, in bytes; a packed one is unpacked from its start all the same
 * @throws TL_S204, TL_S205 where it cannot be opened; TL_S207 where it is empty and called `.gz`
 */
export async function openDumpPieces(label: string, path: string, position = 0): Promise<DumpPieces> {
  try {
    const handle = await open(path, 'r')
    const isPacked = await looksPacked(handle, label, path).catch(async (error: unknown) => {
      await handle.close()
      throw error
    })
    if (!isPacked) return new FilePieces(handle, label, path, position)
    const file = handle.createReadStream({ highWaterMark: pieceBytes })
    const gunzip = createGunzip({ chunkSize: pieceBytes })
    // A failure of either end comes out of the iterator.
    pipeline(file, gunzip, () => {})
    return new StreamPieces([gunzip, file], label, path, position)
  } catch (error) {
    throw toFileError(error, label, path)
  }
}

/** Whether the file is packed with gzip. @throws TL_S204, TL_S205 where it cannot be opened */
export async function isPackedFile(label: string, path: string): Promise<boolean> {
  try {
    await using handle = await open(path, 'r')
    return await looksPacked(handle, label, path)
  } catch (error) {
    throw toFileError(error, label, path)
  }
}

async function looksPacked(handle: FileHandle, label: string, path: string): Promise<boolean> {
  const head = Buffer.alloc(5)
  const { bytesRead } = await handle.read(head, 0, head.length, 0)
  // Packed, nothing at all has some bytes too.
  if (bytesRead === 0 && path.endsWith('.gz')) throw cutOff(label, 'it is empty, and by its name it is packed')
  return isGzip(head.subarray(0, bytesRead), path)
}

/**
 * 1f8b08 is also how a document of 559,903 bytes begins, behind which stands a type and not the zero of a time that
 * mongodump does not tell.
 */
function isGzip(head: Uint8Array, path: string): boolean {
  if (head.length < 5 || head[0] !== 0x1f || head[1] !== 0x8b || head[2] !== 0x08) return false
  return !path.endsWith('.bson') || head[3] !== 0 || head[4] === 0
}

/** A file as it is: in memory of its own that is filled again and again, the next piece while one is used. */
class FilePieces implements DumpPieces {
  readonly #handle: FileHandle
  readonly #label: string
  readonly #path: string
  #position: number
  #pending: Promise<PromiseSettledResult<number>[]> | undefined
  /** What is filled next, and what is used. */
  #buffers = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)] as const

  constructor(handle: FileHandle, label: string, path: string, position: number) {
    this.#handle = handle
    this.#label = label
    this.#path = path
    this.#position = position
  }

  async next(signal: AbortSignal): Promise<Uint8Array | undefined> {
    assertNotAborted(signal)
    const [read] = await waitOrAbort((this.#pending ??= this.#read()), signal)
    this.#pending = undefined
    if (read === undefined || read.status === 'rejected') throw toFileError(read?.reason, this.#label, this.#path)
    if (read.value === 0) return undefined
    const [filled, used] = this.#buffers
    this.#buffers = [used, filled]
    this.#position += read.value
    this.#pending = this.#read()
    return filled.subarray(0, read.value)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pending
    await this.#handle.close()
  }

  /** Whoever asks for the next piece is told what went wrong; nobody may. */
  async #read(): Promise<PromiseSettledResult<number>[]> {
    const [buffer] = this.#buffers
    const read = this.#handle.read(buffer, 0, buffer.length, this.#position)
    return await Promise.allSettled([read.then(({ bytesRead }) => bytesRead)])
  }
}

class StreamPieces implements DumpPieces {
  readonly #label: string
  readonly #path: string
  readonly #streams: readonly [first: Readable, ...others: Readable[]]
  readonly #pieces: AsyncIterator<Buffer>
  #toSkip: number

  /** @param streams The one that is read, and those that it reads. */
  constructor(streams: readonly [first: Readable, ...others: Readable[]], label: string, path: string, toSkip: number) {
    this.#label = label
    this.#path = path
    this.#streams = streams
    this.#pieces = streams[0][Symbol.asyncIterator]()
    this.#toSkip = toSkip
  }

  async next(signal: AbortSignal): Promise<Uint8Array | undefined> {
    for (;;) {
      assertNotAborted(signal)
      const { done, value } = await waitOrAbort(this.#take(), signal)
      if (done === true) return undefined
      const rest = value.subarray(Math.min(this.#toSkip, value.length))
      this.#toSkip -= value.length - rest.length
      if (rest.length > 0) return rest
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // What has failed has been told by `next`.
    for (const stream of this.#streams) {
      stream.destroy()
      await Promise.allSettled([finished(stream)])
    }
  }

  async #take(): Promise<IteratorResult<Buffer, unknown>> {
    try {
      return await this.#pieces.next()
    } catch (error) {
      throw toFileError(error, this.#label, this.#path)
    }
  }
}
