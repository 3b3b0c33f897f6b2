import type { Sessions, TextRow, TextSession } from '../sql/session.ts'
import type { PostgresSettings } from './config.ts'
import { Connection } from './connection.ts'

/** Connections to one database. */
export interface PostgresSessions extends Sessions, AsyncDisposable {
  readonly settings: PostgresSettings
  /** As the server prints it, such as `15.8`. */
  readonly version: string
  /** Such as `150008`. */
  readonly versionNumber: number
  /** A connection of the caller's own, who disposes of it. */
  open(extra: { readonly [name: string]: string }, signal: AbortSignal): Promise<Connection>
}

/** Opens a first connection, so that what is wrong with the login shows at once. */
export async function openSessions(settings: PostgresSettings, signal: AbortSignal): Promise<PostgresSessions> {
  const first = await Connection.open(settings, {}, signal)
  const [row] = await first.rows(
    `SELECT pg_catalog.current_setting('server_version'), pg_catalog.current_setting('server_version_num')`,
    [],
    signal,
  )
  return new SessionPool(settings, first, row?.[0] ?? '', Number(row?.[1] ?? '0'))
}

/** Connections that are not at work wait here for the next statement, all until the end. */
class SessionPool implements PostgresSessions {
  readonly settings: PostgresSettings
  readonly version: string
  readonly versionNumber: number
  readonly #idle: Connection[]
  #isClosed = false

  constructor(settings: PostgresSettings, first: Connection, version: string, versionNumber: number) {
    this.settings = settings
    this.version = version
    this.versionNumber = versionNumber
    this.#idle = [first]
  }

  async open(extra: { readonly [name: string]: string }, signal: AbortSignal): Promise<Connection> {
    return await Connection.open(this.settings, extra, signal)
  }

  async use<T>(work: (session: TextSession) => Promise<T>, signal: AbortSignal): Promise<T> {
    const connection = await this.#take(signal)
    try {
      return await work(sessionOf(connection, signal))
    } catch (error) {
      throw signal.aborted ? signal.reason : error
    } finally {
      await this.#giveBack(connection)
    }
  }

  async transaction<T>(work: (session: TextSession) => Promise<T>, signal: AbortSignal): Promise<T> {
    const connection = await this.#take(signal)
    try {
      await connection.script('BEGIN', signal)
      const result = await work(sessionOf(connection, signal))
      await connection.script('COMMIT', signal)
      await this.#giveBack(connection)
      return result
    } catch (error) {
      // Whatever state the transaction is in, closing the connection ends it; a ROLLBACK could fail in its turn.
      await connection[Symbol.asyncDispose]()
      throw signal.aborted ? signal.reason : error
    }
  }

  async #take(signal: AbortSignal): Promise<Connection> {
    for (;;) {
      const idle = this.#idle.pop()
      if (idle === undefined) return await this.open({}, signal)
      if (idle.isUsable) return idle
      await idle[Symbol.asyncDispose]()
    }
  }

  async #giveBack(connection: Connection): Promise<void> {
    if (connection.isUsable && !this.#isClosed) this.#idle.push(connection)
    else await connection[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#idle.splice(0).map((connection) => connection[Symbol.asyncDispose]()))
  }
}

function sessionOf(connection: Connection, signal: AbortSignal): TextSession {
  return {
    rows: (sql, values = []): Promise<readonly TextRow[]> => connection.rows(sql, values, signal),
  }
}
