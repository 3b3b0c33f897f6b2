import type { ContentRange, RangeDigest } from '../contract/contents.ts'
import { TransloadError } from '../errors/transload-error.ts'

/** Asks one end for the digests of ranges, one statement after the other, some of them ahead of who takes them. */
export class DigestQueue {
  readonly #ranges: readonly ContentRange[]
  readonly #window: number
  readonly #ask: (range: ContentRange) => Promise<RangeDigest>
  readonly #answers: Promise<RangeDigest>[] = []
  #isStopped = false

  /** @param window Ranges that are asked for before the first of them is taken */
  constructor(ranges: readonly ContentRange[], window: number, ask: (range: ContentRange) => Promise<RangeDigest>) {
    this.#ranges = ranges
    this.#window = window
    this.#ask = ask
  }

  /** The digest of the range at `place`; those before it have been taken, or never will be. */
  async take(place: number): Promise<RangeDigest> {
    const end = Math.min(this.#ranges.length, place + this.#window)
    for (let next = this.#answers.length; next < end; next++) {
      const before = this.#answers[next - 1]
      const range = this.#ranges[next]!
      const answer = before === undefined ? this.#ask(range) : before.then(() => this.#next(range))
      // Whoever takes it hears of an error; until then nobody does.
      void Promise.allSettled([answer])
      this.#answers.push(answer)
    }
    return await this.#answers[place]!
  }

  async #next(range: ContentRange): Promise<RangeDigest> {
    if (this.#isStopped) throw new TransloadError('TL_X901', { reason: 'a digest that nobody wanted was taken' })
    return await this.#ask(range)
  }

  /** Asks for no more, and resolves once the statement that is under way has ended. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await Promise.allSettled(this.#answers)
  }
}
