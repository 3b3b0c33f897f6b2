import type { Socket } from 'node:net'
import type { Submittable } from 'pg'

interface WireConnection {
  readonly stream: Socket
  query(text: string): void
}

/**
 * One `COPY … TO STDOUT`, pulled: the socket is paused from the beginning, and whenever the receiver says so. What the
 * driver has of it already, one chunk at most, is handed on all the same.
 */
export class CopyOutQuery implements Submittable {
  /** Resolves at the server's word that it has ended; rejects with its error, or where the connection broke off. */
  readonly done: Promise<void>
  readonly #text: string
  readonly #onData: (chunk: Buffer) => void
  readonly #settle = Promise.withResolvers<void>()
  #stream: Socket | undefined
  #isEnded = false
  /** Of ours: the rest of the data is let go by. */
  #failure: { readonly error: unknown } | undefined

  /** @param onData Takes the payload of one CopyData message, which is not its own to keep. */
  constructor(text: string, onData: (chunk: Buffer) => void) {
    this.#text = text
    this.#onData = onData
    this.done = this.#settle.promise
  }

  submit(connection: unknown): void {
    const wire = connection as WireConnection
    this.#stream = wire.stream
    wire.query(this.#text)
  }

  pause(): void {
    if (!this.#isEnded) this.#stream?.pause()
  }

  resume(): void {
    this.#stream?.resume()
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    if (this.#failure !== undefined) return
    try {
      this.#onData(chunk)
    } catch (error) {
      // Thrown into the driver it would end the process.
      this.#failure = { error }
      this.resume()
    }
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#end(this.#failure)
  }

  handleError(error: unknown): void {
    this.#end({ error })
  }

  #end(failure: { readonly error: unknown } | undefined): void {
    this.#isEnded = true
    this.resume()
    if (failure === undefined) this.#settle.resolve()
    else this.#settle.reject(failure.error)
  }
}
