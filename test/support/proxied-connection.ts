import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { ProxyRules } from './proxy-rules.ts'

/** Throttled bytes go in pieces of this part of a second, so that a slow line trickles and does not jerk. */
const piecesPerSecond = 20

/** One client's connection with its own to the server. */
export class ProxiedConnection {
  /** Resolves when both sides are closed. */
  readonly ended: Promise<void>
  heldByteCount = 0
  readonly #client: Socket
  readonly #server: Socket
  readonly #rules: ProxyRules
  readonly #stop = new AbortController()
  /** The end of what the client sent, as long as a mark that may begin in it. */
  #sentTail: Buffer = Buffer.alloc(0)

  constructor(client: Socket, target: { host: string; port: number }, rules: ProxyRules) {
    this.#client = client
    this.#rules = rules
    this.#server = connect({ ...target, allowHalfOpen: true, noDelay: true })
    this.ended = Promise.all([closed(client), closed(this.#server)]).then(() => undefined)
    void this.#pump(client, this.#server, (bytes) => this.#noticeSent(bytes))
    void this.#pump(this.#server, client, (bytes) => this.#holdReply(bytes))
  }

  reset(): void {
    this.#stop.abort()
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
  }

  /** Resets the side that does not believe. What the believer sends is taken until the buffers are full, and goes nowhere. */
  abandon(believer: 'client' | 'server'): void {
    this.#stop.abort()
    const gone = believer === 'client' ? this.#server : this.#client
    gone.resetAndDestroy()
  }

  /** Moves bytes until the sender ends, which is passed on, or is reset, which is passed on too. */
  async #pump(from: Socket, to: Socket, before: (bytes: Buffer) => void | Promise<void>): Promise<void> {
    const { signal } = this.#stop
    try {
      // The iterator must not close a socket that a half-open connection keeps.
      const chunks: AsyncIterable<Buffer> = from.iterator({ destroyOnReturn: false })
      for await (const bytes of chunks) {
        if (signal.aborted) return
        await before(bytes)
        await this.#send(to, bytes, signal)
      }
      to.end()
    } catch {
      // One side failed, and the other must see it; unless `reset` or `abandon` has already decided what each sees.
      if (!signal.aborted) this.reset()
    }
  }

  async #send(to: Socket, bytes: Buffer, signal: AbortSignal): Promise<void> {
    const pieceSize = Math.max(1, Math.min(bytes.length, Math.floor(this.#rules.bytesPerSecond / piecesPerSecond)))
    for (let start = 0; start < bytes.length; start += pieceSize) {
      const piece = bytes.subarray(start, start + pieceSize)
      await this.#rules.pace(piece.length, signal)
      await this.#rules.untilMoving(signal)
      if (!to.write(piece)) await once(to, 'drain', { signal })
    }
  }

  /** Decides before the server sees the bytes, so that its answer to them is held for certain. */
  #noticeSent(bytes: Buffer): void {
    const mark = this.#rules.holdAfter
    if (mark === undefined) return
    const sent = Buffer.concat([this.#sentTail, bytes])
    if (sent.includes(mark)) this.#rules.holdReplies(undefined)
    this.#sentTail = sent.subarray(Math.max(0, sent.length - mark.length + 1))
  }

  async #holdReply(bytes: Buffer): Promise<void> {
    if (!this.#rules.isHolding) return
    this.heldByteCount += bytes.length
    this.#rules.emit('held')
    await this.#rules.untilReleased(this.#stop.signal)
    this.heldByteCount -= bytes.length
  }
}

/** A reset socket reports an error first, which the pump that reads from it deals with. */
async function closed(socket: Socket): Promise<void> {
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('close', resolve))
}
