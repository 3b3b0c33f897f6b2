import { sleep } from '../async/sleep.ts'

/** Holds the share of time in which a validation asks its servers for something. */
export class LoadLimit {
  readonly #share: number
  readonly #now: () => number
  readonly #sleep: (ms: number, signal: AbortSignal) => Promise<void>
  #since: number

  /** @param share 0 … 1, 1 being all of the time */
  constructor(share: number, now: () => number = () => performance.now(), pause: typeof sleep = sleep) {
    this.#share = share
    this.#now = now
    this.#sleep = pause
    this.#since = now()
  }

  /** Pauses for so long that what was done since the last pause took no more than its share. */
  async rest(signal: AbortSignal): Promise<void> {
    const busy = this.#now() - this.#since
    const pause = (busy * (1 - this.#share)) / this.#share
    if (pause > 0) await this.#sleep(pause, signal)
    this.#since = this.#now()
  }
}
