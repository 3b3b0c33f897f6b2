import { Socket, type SocketConstructorOpts } from 'node:net'

/** As much as one read takes off a socket, at most. */
const chunkBytes = 128 * 1024

/**
 * The memory that a connection's chunks lie in. A socket makes new memory for each chunk, which nobody needs longer than
 * it takes to decode the rows in it; V8 counts it against the whole heap, and collecting it took an eighth of all the CPU
 * of a copy (measured). So while rows come, all chunks lie in the same place; of everything else, which the driver may
 * keep, it gets memory of its own.
 *
 * Only without TLS, whose socket is made by the driver and makes memory of its own.
 */
export class ChunkMemory {
  readonly #memory = Buffer.allocUnsafeSlow(chunkBytes)
  #isReused = false
  #onTaken: ((memory: Buffer) => void) | undefined

  /** A socket for the driver, which connects it. What it reads goes to the listeners of `data`, as from any other. */
  socket(options: SocketConstructorOpts = {}): Socket {
    const socket: Socket = new Socket({
      ...options,
      onread: {
        buffer: this.#memory,
        callback: (byteCount) => {
          this.#hand(socket, byteCount)
          return true
        },
      },
    })
    return socket
  }

  /**
   * From the next chunk on memory is used again: whoever takes rows keeps nothing of them.
   * @param onTaken Told of a chunk that the listeners have taken: what they keep of it is to be copied now
   */
  reuse(onTaken?: (memory: Buffer) => void): void {
    this.#onTaken = onTaken
    this.#isReused = true
  }

  /** From the next chunk on each one has memory of its own. */
  stopReuse(): void {
    this.#isReused = false
  }

  #hand(socket: Socket, byteCount: number): void {
    const chunk = this.#memory.subarray(0, byteCount)
    if (this.#isReused) {
      socket.emit('data', chunk)
      this.#onTaken?.(this.#memory)
    } else {
      socket.emit('data', Buffer.from(chunk))
    }
  }
}
