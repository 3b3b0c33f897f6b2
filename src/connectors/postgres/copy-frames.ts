/** PostgreSQL's documentation, Message Formats: a letter, and the length of what follows with its own four bytes. */
export const headerBytes = 5
const copyData = 'd'.charCodeAt(0)

/** What becomes of the payloads of CopyData messages. */
export interface CopySink {
  /** One of them; one that is longer than a chunk of the socket is the sink's own to keep. */
  data(payload: Buffer): void
  /** Messages that lie whole, one behind the other, from `at` on: takes as many of them as it can at once, and returns where the next one begins. */
  run(chunk: Buffer, at: number): number
}

/** Where the CopyData message at `at` ends; −1 where it is another, or does not lie whole in the chunk. */
export function dataEndAt(chunk: Buffer, at: number): number {
  if (at + headerBytes > chunk.length || chunk[at] !== copyData) return -1
  const end = at + 1 + chunk.readUInt32BE(at + 1)
  return end <= chunk.length ? end : -1
}

/** A message of which a chunk holds only the beginning. Its memory is just as long as it is. */
interface Begun {
  readonly bytes: Buffer
  filled: number
}

/** Takes the messages of one COPY … TO STDOUT apart, as they come off the socket. */
export class CopyFrames {
  readonly #sink: CopySink
  readonly #onOther: (message: Buffer) => void
  /** Too short to tell its length. */
  #head: Buffer = Buffer.alloc(0)
  #begun: Begun | undefined
  #isStopped = false

  /**
   * @param onOther Takes any other message, whole; of what comes after `stop` whatever there is
   */
  constructor(sink: CopySink, onOther: (message: Buffer) => void) {
    this.#sink = sink
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
      const next = this.#sink.run(chunk, at)
      if (next > at) {
        at = next
        continue
      }
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
    if (bytes[from] === copyData) this.#sink.data(bytes.subarray(from + headerBytes, to))
    else this.#onOther(Buffer.from(bytes.subarray(from, to)))
  }
}
