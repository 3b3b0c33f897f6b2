import { TransloadError } from '../../errors/transload-error.ts'
import type { Cursor } from '../../model/plain.ts'
import type { DocumentStream } from './document-stream.ts'

/** The first documents of several streams, one stream after the other. */
export class SampleStream implements DocumentStream {
  readonly #opens: ((signal: AbortSignal) => Promise<DocumentStream>)[]
  readonly #countOfEach: number
  #current: DocumentStream | undefined
  #given = 0
  count = 0

  constructor(opens: readonly ((signal: AbortSignal) => Promise<DocumentStream>)[], countOfEach: number) {
    this.#opens = [...opens]
    this.#countOfEach = countOfEach
  }

  get bytes(): Uint8Array {
    return this.#stream().bytes
  }

  get start(): number {
    return this.#stream().start
  }

  get end(): number {
    return this.#stream().end
  }

  async fill(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      if (this.#current !== undefined) {
        if (this.#given < this.#countOfEach && (await this.#current.fill(signal))) return true
        await this.#close()
      }
      const open = this.#opens.shift()
      if (open === undefined) return false
      this.#current = await open(signal)
      this.#given = 0
    }
  }

  next(): boolean {
    if (this.#given >= this.#countOfEach || this.#current?.next() !== true) return false
    this.#given++
    this.count++
    return true
  }

  cursor(): Cursor {
    throw new TransloadError('TL_X901', { reason: 'a sample has no places to go on from' })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }

  async #close(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    await current?.[Symbol.asyncDispose]()
  }

  #stream(): DocumentStream {
    if (this.#current === undefined) throw new TransloadError('TL_X901', { reason: 'no document of a sample is there' })
    return this.#current
  }
}
