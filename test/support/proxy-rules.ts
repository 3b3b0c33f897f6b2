import { EventEmitter, once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a proxy does to all its connections now. Emits `changed`, and `held` with each reply that is held. */
export class ProxyRules extends EventEmitter {
  bytesPerSecond = Number.POSITIVE_INFINITY
  #isStalled = false
  #isHolding = false
  /** Replies are held as soon as a client has sent this. */
  #holdAfter: Buffer | undefined

  constructor() {
    super()
    this.setMaxListeners(0)
  }

  get isHolding(): boolean {
    return this.#isHolding
  }

  get holdAfter(): Buffer | undefined {
    return this.#holdAfter
  }

  stall(): void {
    this.#isStalled = true
  }

  holdReplies(after: Buffer | undefined): void {
    this.#isHolding = after === undefined
    this.#holdAfter = after
  }

  resume(): void {
    this.bytesPerSecond = Number.POSITIVE_INFINITY
    this.#isStalled = false
    this.#isHolding = false
    this.#holdAfter = undefined
    this.emit('changed')
  }

  /** Resolves when bytes may move again. */
  async untilMoving(signal: AbortSignal): Promise<void> {
    while (this.#isStalled) await once(this, 'changed', { signal })
  }

  async untilReleased(signal: AbortSignal): Promise<void> {
    while (this.#isHolding) await once(this, 'changed', { signal })
  }

  /** Takes the time that the bytes cost at the present rate. */
  async pace(byteCount: number, signal: AbortSignal): Promise<void> {
    const ms = (byteCount / this.bytesPerSecond) * 1_000
    if (ms > 0) await sleep(ms, undefined, { signal })
  }
}
