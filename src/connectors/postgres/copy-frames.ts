/** PostgreSQL's documentation, Message Formats: a letter, and the length of what follows with its own four bytes. */
const headerBytes = 5
const copyData = 'd'.charCodeAt(0)

/** A message of which a chunk holds only the beginning. Its memory is just as long as it is. */
interface Begun {
  readonly bytes: Buffer
  filled: number
}

/** Takes the messages of one COPY … TO STDOUT apart, as they come off the socket. */
export class CopyFrames {
  readonly #onData: (payload: Buffer) => void
  readonly #onOther: (message: Buffer) => void
  /** Too short to tell its length. */
  #head: Buffer = Buffer.alloc(0)
  #begun: Begun | undefined
  #isStopped = false

  /**
   * @param onData Takes the payload of a CopyData message; one that is longer than a chunk is its own to keep
   * @param onOther Takes any other message, whole; of what comes after `stop` whatever there is
   */
  constructor(onData: (payload: Buffer) => void, onOther: (message: Buffer) => void) {
    this.#onData = onData
    this.#onOther = onOther
  }

  /** The COPY is over: what comes behind its last message is no business of ours. */
  stop(): void {
    this.#isStopped = true
  }

  /** A listener for the socket's `data`. */
  readonly add = (chunk: Buffer): void => {
    let at = 0
    if (this.#begun !== undefined) {
      at = this.#fill(this.#begun, chunk)
      if (this.#begun.filled < this.#begun.bytes.length) return
      const { bytes } = this.#begun
      this.#begun = undefined
      this.#hand(bytes, 0, bytes.length)
    } else if (this.#head.length > 0) {
      chunk = Buffer.concat([this.#head, chunk])
      this.#head = Buffer.alloc(0)
    }
    while (!this.#isStopped && at + headerBytes <= chunk.length) {
      const length = 1 + chunk.readUInt32BE(at + 1)
      if (at + length > chunk.length) {
        this.#begun = { bytes: Buffer.allocUnsafeSlow(length), filled: 0 }
        this.#fill(this.#begun, chunk.subarray(at))
        return
      }
      this.#hand(chunk, at, at + length)
      at += length
    }
    if (at === chunk.length) return
    const rest = Buffer.from(chunk.subarray(at))
    if (this.#isStopped) this.#onOther(rest)
    else this.#head = rest
  }

  #fill(begun: Begun, chunk: Buffer): number {
    const count = chunk.copy(begun.bytes, begun.filled)
    begun.filled += count
    return count
  }

  #hand(bytes: Buffer, from: number, to: number): void {
    if (bytes[from] === copyData) this.#onData(bytes.subarray(from + headerBytes, to))
    else this.#onOther(Buffer.from(bytes.subarray(from, to)))
  }
}
