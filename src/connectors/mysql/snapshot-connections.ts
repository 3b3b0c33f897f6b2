import { waitOrAbort } from '../../async/abort.ts'
import type { Connection } from './connection.ts'

const pingMs = 60_000

/**
 * The connections of one moment: each has a transaction that sees it. They cannot be replaced; one that breaks off is
 * one less. Those that idle are pinged, so that nothing between here and the server forgets them.
 */
export class SnapshotConnections implements AsyncDisposable {
  readonly #connections: Connection[]
  readonly #free: Connection[]
  readonly #pinging: NodeJS.Timeout

  constructor(connections: readonly Connection[]) {
    this.#connections = [...connections]
    this.#free = [...connections]
    this.#pinging = setInterval(() => this.#ping(), pingMs).unref()
  }

  /** An idle connection, or undefined where all are in use or gone. It comes back by `release`. */
  take(): Connection | undefined {
    for (let connection = this.#free.shift(); connection !== undefined; connection = this.#free.shift()) {
      if (connection.lost === undefined) return connection
    }
    return undefined
  }

  release(connection: Connection): void {
    if (connection.lost === undefined) this.#free.push(connection)
  }

  /** Connections that have not broken off. */
  get aliveCount(): number {
    return this.#connections.filter((connection) => connection.lost === undefined).length
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#pinging)
    this.#free.length = 0
    await Promise.all(this.#connections.map((connection) => connection[Symbol.asyncDispose]()))
  }

  #ping(): void {
    for (const connection of this.#free) {
      // A ping that fails has marked the connection as lost; that is all there is to know.
      void Promise.allSettled([connection.rows('DO 0')])
    }
  }
}

/** Runs `work` on each at the same time. All have ended when it rejects. */
export async function onEach(
  connections: readonly Connection[],
  work: (connection: Connection) => Promise<unknown>,
  signal: AbortSignal,
): Promise<void> {
  const outcomes = await waitOrAbort(Promise.allSettled(connections.map(work)), signal)
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
}
