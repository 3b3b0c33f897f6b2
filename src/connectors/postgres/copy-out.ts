import type { Socket } from 'node:net'
import type { Submittable } from 'pg'
import { CopyFrames } from './copy-frames.ts'

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
  readonly #onData: OnChunk
  readonly #settle = Promise.withResolvers<void>()
  readonly #frames: CopyFrames
  #stream: Socket | undefined
  /** Of the driver. */
  #listeners: readonly OnChunk[] = []
  #isEnded = false
  /** Of ours: the rest of the data is let go by. */
  #failure: { readonly error: unknown } | undefined

  /** @param onData Takes the payload of one CopyData message; one that is longer than a chunk is its own to keep. */
  constructor(text: string, onData: OnChunk) {
    this.#text = text
    this.#onData = onData
    this.done = this.#settle.promise
    this.#frames = new CopyFrames(
      (payload) => this.#take(payload),
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

  #take(payload: Buffer): void {
    if (this.#failure !== undefined) return
    try {
      this.#onData(payload)
    } catch (error) {
      // Thrown into the socket it would end the process.
      this.#failure = { error }
      this.resume()
    }
  }

  /** After an error the server still says that it is ready: the driver hears of that, and of all that follows. */
  #end(failure: { readonly error: unknown } | undefined): void {
    if (this.#isEnded) return
    this.#isEnded = true
    this.#frames.stop()
    const stream = this.#stream
    stream?.off('data', this.#frames.add)
    for (const listener of this.#listeners) stream?.on('data', listener)
    this.resume()
    if (failure === undefined) this.#settle.resolve()
    else this.#settle.reject(failure.error)
  }
}
