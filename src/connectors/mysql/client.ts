import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import type { Sessions, TextSession } from '../sql/session.ts'
import { cancelTimeoutMs, Connection } from './connection.ts'
import type { MysqlSettings } from './config.ts'

/**
 * Connections for small statements, opened as needed, at most `maxCount` at a time. One that broke off or was cancelled
 * is not used again.
 */
export async function openSessions(
  settings: MysqlSettings,
  signal: AbortSignal,
  maxCount = 4,
): Promise<Sessions & AsyncDisposable> {
  const pool = new SessionPool(settings, maxCount)
  // The first connection is opened at once, so that a wrong password is found here.
  await pool.use(() => Promise.resolve(), signal)
  return pool
}

class SessionPool implements Sessions, AsyncDisposable {
  readonly #settings: MysqlSettings
  readonly #maxCount: number
  readonly #idle: Connection[] = []
  readonly #waiting: (() => void)[] = []
  readonly #closing = new Set<Promise<void>>()
  #openCount = 0

  constructor(settings: MysqlSettings, maxCount: number) {
    this.#settings = settings
    this.#maxCount = maxCount
  }

  async use<T>(work: (session: TextSession) => Promise<T>, signal: AbortSignal): Promise<T> {
    assertNotAborted(signal)
    const connection = await this.#take(signal)
    let cancelled = false
    try {
      return await waitOrAbort(work(connection), signal, () => {
        cancelled = true
      })
    } finally {
      this.#giveBack(connection, cancelled)
    }
  }

  async transaction<T>(work: (session: TextSession) => Promise<T>, signal: AbortSignal): Promise<T> {
    return await this.use(async (session) => {
      await session.rows('START TRANSACTION')
      try {
        const result = await work(session)
        await session.rows('COMMIT')
        return result
      } catch (error) {
        // A connection that broke off rolls back by itself; the first error is the one to tell.
        await Promise.allSettled([session.rows('ROLLBACK')])
        throw error
      }
    }, signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#closing)
    await Promise.all(this.#idle.splice(0).map((connection) => connection[Symbol.asyncDispose]()))
  }

  async #take(signal: AbortSignal): Promise<Connection> {
    while (this.#openCount >= this.#maxCount) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#waiting.push(resolve)
      await waitOrAbort(promise, signal)
    }
    this.#openCount++
    for (let connection = this.#idle.pop(); connection !== undefined; connection = this.#idle.pop()) {
      if (connection.lost === undefined) return connection
    }
    try {
      return await Connection.open(this.#settings, signal)
    } catch (error) {
      this.#leave()
      throw error
    }
  }

  #giveBack(connection: Connection, cancelled: boolean): void {
    if (cancelled || connection.lost !== undefined) {
      const closing = cancel(connection)
      this.#closing.add(closing)
      void closing.finally(() => this.#closing.delete(closing))
    } else this.#idle.push(connection)
    this.#leave()
  }

  #leave(): void {
    this.#openCount--
    // All of them: one whose signal has aborted meanwhile would swallow the turn.
    for (const wake of this.#waiting.splice(0)) wake()
  }
}

/** Ends what the connection is doing in the server, then the connection. Never rejects. */
async function cancel(connection: Connection): Promise<void> {
  if (connection.lost === undefined) {
    await Promise.race([Promise.allSettled([connection.killQuery()]), timeout(cancelTimeoutMs)])
  }
  connection.destroy()
}

function timeout(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  setTimeout(resolve, ms).unref()
  return promise
}
