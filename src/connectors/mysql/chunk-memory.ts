import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'
import type { DriverConnection } from './driver.ts'

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
  #driver: DriverConnection | undefined

  /** A socket for the driver. What it reads goes to the listeners of `data`, as from any other. */
  connect(options: TcpNetConnectOpts): Socket {
    const socket = connect({
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

  /** From the next chunk on memory is used again: whoever takes packets keeps nothing of them. */
  reuse(driver: DriverConnection): void {
    this.#driver = driver
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
      this.#saveRest()
    } else {
      socket.emit('data', Buffer.from(chunk))
    }
  }

  /**
   * A packet that has not come whole is all that the driver keeps of a chunk when it has taken it, but for the packets that
   * wait while it is paused: those lie in this memory too, and are safe because nothing is read until they are taken.
   */
  #saveRest(): void {
    const parts = this.#driver?.packetParser.buffer
    const rest = parts?.at(-1)
    if (parts !== undefined && rest?.buffer === this.#memory.buffer) parts[parts.length - 1] = Buffer.from(rest)
  }
}
