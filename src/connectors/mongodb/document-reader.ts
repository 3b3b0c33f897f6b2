import { setImmediate } from 'node:timers/promises'
import { assertNotAborted } from '../../async/abort.ts'
import type { Batch } from '../../batch/batch.ts'
import type { Reader } from '../../contract/lane.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { type Decoding, decodeNext } from './decode-next.ts'
import type { DocumentStream } from './document-stream.ts'
import type { KeyFilter } from './key-filter.ts'

/** Of cells: after so many whoever writes has its turn, or a server waits for what it has asked for. */
const turnBytes = 64 * 1024

export interface DocumentReaderOptions {
  readonly decoder: Decoding
  /** Only documents that it lets through. */
  readonly filter?: KeyFilter | undefined
  readonly open: (signal: AbortSignal) => Promise<DocumentStream>
  /** After each batch: throws where what was read is not to be trusted. */
  readonly check: () => Promise<void>
}

/** Reads the documents of one split into batches, in the order that they come in. */
export class DocumentReader implements Reader {
  readonly #options: DocumentReaderOptions
  #stream: DocumentStream | undefined
  #isEnded = false
  #isClosed = false

  constructor(options: DocumentReaderOptions) {
    this.#options = options
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    assertNotAborted(signal)
    if (this.#isClosed) throw new TransloadError('TL_X901', { reason: 'a reader was asked after its end' })
    try {
      const stream = (this.#stream ??= await this.#options.open(signal))
      if (!this.#isEnded) await this.#fill(stream, into, signal)
      await this.#options.check()
    } catch (error) {
      await this[Symbol.asyncDispose]()
      assertNotAborted(signal)
      throw error
    }
    return !this.#isEnded
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    const stream = this.#stream
    this.#stream = undefined
    await stream?.[Symbol.asyncDispose]()
  }

  async #fill(stream: DocumentStream, into: Batch, signal: AbortSignal): Promise<void> {
    let turnAt = into.used + turnBytes
    for (;;) {
      while (stream.next()) {
        if (this.#take(stream, into)) {
          into.after = stream.cursor()
          return
        }
        if (into.used < turnAt) continue
        turnAt = into.used + turnBytes
        await setImmediate()
        assertNotAborted(signal)
      }
      if (rowCountOf(into) > 0) into.after = stream.cursor()
      if (await stream.fill(signal)) continue
      this.#isEnded = true
      return
    }
  }

  /** Decodes the document that was given last. True: the batch is full. */
  #take(stream: DocumentStream, into: Batch): boolean {
    const { decoder, filter } = this.#options
    if (filter !== undefined && !filter.matches(stream)) return false
    decodeNext(decoder, stream, into)
    return into.isFull()
  }
}

function rowCountOf({ frames }: Batch): number {
  return frames[0]?.rowCount ?? 0
}
