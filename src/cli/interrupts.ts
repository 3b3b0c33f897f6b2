import { TransloadError } from '../errors/transload-error.ts'
import type { SignalName, World } from './world.ts'

/** How long a run that is stopped at once may take to let go. */
const patienceMs = 5_000

export interface InterruptOptions {
  /** `batch`: the first signal lets the batches under way be finished. `now`: it ends everything. */
  readonly first: 'batch' | 'now'
  readonly say: (line: string) => void
  /** Called where nothing ends within five seconds: the process is about to be ended. */
  readonly beforeExit: (error: TransloadError) => Promise<void>
}

/**
 * Ctrl-C and SIGTERM: once asks to finish the batch, twice to stop now; what has not ended five seconds later is ended
 * with 130 or 143. Listens until disposed.
 */
export class Interrupts implements Disposable {
  readonly #world: World
  readonly #options: InterruptOptions
  readonly #stop = new AbortController()
  readonly #now = new AbortController()
  readonly #deaf: readonly (() => void)[]
  #timer: NodeJS.Timeout | undefined

  constructor(world: World, options: InterruptOptions) {
    this.#world = world
    this.#options = options
    this.#deaf = (['SIGINT', 'SIGTERM'] as const).map((name) => world.onSignal(name, () => this.#hear(name)))
  }

  /** Ends a run after the batches that are under way. */
  get stop(): AbortSignal {
    return this.#stop.signal
  }

  /** Ends it now. */
  get signal(): AbortSignal {
    return this.#now.signal
  }

  #hear(name: SignalName): void {
    const error = new TransloadError(name === 'SIGINT' ? 'TL_X902' : 'TL_X903')
    if (!this.#stop.signal.aborted) {
      this.#stop.abort(error)
      if (this.#options.first === 'batch') {
        this.#options.say('finishing the batch under way; press again to stop now')
        return
      }
    }
    if (this.#now.signal.aborted) return
    // The reason of the first signal stands: it is the one that the run ends with.
    this.#now.abort(this.#stop.signal.reason)
    if (this.#options.first === 'batch') this.#options.say('stopping now')
    this.#timer = setTimeout(() => void this.#end(error), patienceMs)
  }

  async #end(error: TransloadError): Promise<void> {
    try {
      await this.#options.beforeExit(error)
    } finally {
      this.#world.exit(error.spec.exit)
    }
  }

  [Symbol.dispose](): void {
    for (const deaf of this.#deaf) deaf()
    clearTimeout(this.#timer)
  }
}
