import { sleep } from '../../async/sleep.ts'

/** Keeps the sum of all readers under a rate. What is read in one go may go over; the next waits the longer. */
export class Throttle {
  readonly #bytesPerMs: number
  /** When what was taken so far will have been paid for, in ms of the process's clock. */
  #paidAt = 0

  constructor(maxBytesPerSecond: number) {
    this.#bytesPerMs = maxBytesPerSecond / 1000
  }

  /** Resolves once more may be read. */
  async ready(signal: AbortSignal): Promise<void> {
    const waitMs = this.#paidAt - performance.now()
    if (waitMs > 0) await sleep(waitMs, signal)
  }

  take(byteCount: number): void {
    this.#paidAt = Math.max(this.#paidAt, performance.now()) + byteCount / this.#bytesPerMs
  }
}
