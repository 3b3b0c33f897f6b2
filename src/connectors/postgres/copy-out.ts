import type { Socket } from 'node:net'
import type { Submittable } from 'pg'
import type { ChunkMemory } from '../sql/chunk-memory.ts'
import { CopyFrames, type CopySink } from './copy-frames.ts'

interface WireConnection {
  readonly stream: Socket
  query(text: string): void
}

type OnChunk = (chunk: Buffer) => void

/**
 * One `COPY … TO STDOUT`, pulled: the socket is paused from the beginning, and whenever the receiver says so. What was
 * taken off it already, one chunk at most, is handed on all the same.
 *
 * While it runs the driver sees no row of it: its parser doubles a buffer until a message fits, and leaves the smaller
 * ones to the garbage collector, which for a row of 64 MB comes to four times that.
 */
export class CopyOutQuery implements Submittable {
  /** Resolves at the server's word that it has ended; rejects with its error, or where the connection broke off. */
  readonly done: Promise<void>
  readonly #text: string
  readonly #chunks: ChunkMemory | undefined
  readonly #settle = Promise.withResolvers<void>()
  readonly #frames: CopyFrames
  #stream: Socket | undefined
  /** Of the driver. */
  #listeners: readonly OnChunk[] = []
  #isEnded = false
  /** Of ours: the rest of the data is let go by. */
  #failure: { readonly error: unknown } | undefined

  /** @param chunks What comes off the socket lies in, where it may be used again */
  constructor(text: string, sink: CopySink, chunks: ChunkMemory | undefined) {
    this.#text = text
    this.#chunks = chunks
    this.done = this.#settle.promise
    this.#frames = new CopyFrames(
      {
        data: (payload) => this.#guard(undefined, () => sink.data(payload)),
        run: (chunk, at) => this.#guard(at, () => sink.run(chunk, at)),
      },
      (message) => {
        for (const listener of this.#listeners) listener(message)
      },
    )
  }

  submit(connection: unknown): void {
    const wire = connection as WireConnection
    const { stream } = wire
    this.#stream = stream
    this.#listeners = stream.listeners('data') as OnChunk[]
    for (const listener of this.#listeners) stream.off('data', listener)
    stream.on('data', this.#frames.add)
    this.#chunks?.reuse()
    wire.query(this.#text)
  }

  pause(): void {
    if (!this.#isEnded) this.#stream?.pause()
  }

  resume(): void {
    this.#stream?.resume()
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#end(this.#failure)
  }

  handleError(error: unknown): void {
    this.#end({ error })
  }

  /** @param otherwise What is returned once the work has failed: what comes then is let go by */
  #guard<T>(otherwise: T, work: () => T): T {
    if (this.#failure !== undefined) return otherwise
    try {
      return work()
    } catch (error) {
      // Thrown into the socket it would end the process.
      this.#failure = { error }
      this.resume()
      return otherwise
    }
  }

  /** After an error the server still says that it is ready: the driver hears of that, and of all that follows. */
  #end(failure: { readonly error: unknown } | undefined): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#frames.stop()
    const stream = this.#stream
    stream?.off('data', this.#frames.add)
    this.#chunks?.stopReuse()
    for (const listener of this.#listeners) stream?.on('data', listener)
    this.resume()
    if (failure === undefined) this.#settle.resolve()
    else this.#settle.reject(failure.error)
  }
}
