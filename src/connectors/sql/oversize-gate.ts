import { waitOrAbort } from '../../async/abort.ts'

/**
 * Lets one reader at a time put a row into its batch that is larger than a batch: memory is bounded by a few such rows,
 * not by a few per lane.
 */
export class OversizeGate {
  #holder: object | undefined
  readonly #waiting: (() => void)[] = []

  /** Resolves once `reader` holds the gate, which it may already do. */
  async enter(reader: object, signal: AbortSignal): Promise<void> {
    while (this.#holder !== undefined && this.#holder !== reader) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      await waitOrAbort(promise, signal)
    }
    this.#holder = reader
  }

  /** Does nothing for a reader that does not hold it. */
  leave(reader: object): void {
    if (this.#holder !== reader) return
    this.#holder = undefined
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
