import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSession, sqlFamilyOf, type DatabaseSession, type QueryRow } from './database-session.ts'
import type { SqlFamily } from './engine-name.ts'

const goodbyeMs = 3_000
const pauseMs = 50

/** An empty database of one test. Disposing drops it, and rejects where the test left a session in it. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string
  /** The engine's URL with this database as its path. */
  readonly url: string
  /** Runs SQL in the database, on a connection that all queries share; see `DatabaseSession.query`. */
  query: DatabaseSession['query']
}

/** Creates a database in UTF-8 whose name starts with `prefix` and is used nowhere else. */
export async function createDatabase(engineUrl: string, prefix: string): Promise<TestDatabase> {
  const dialect = dialects[sqlFamilyOf(engineUrl)]
  const name = `${prefix}_${randomBytes(6).toString('hex')}`
  const url = new URL(engineUrl)
  url.pathname = `/${name}`
  await using session = await openSession(engineUrl)
  await session.query(dialect.create(name))
  return new OwnDatabase(name, url.href, engineUrl, dialect)
}

interface Dialect {
  create(name: string): string
  drop(name: string): string
  /** Sessions in the database whose name is the first value: `id`, and `doing` what. */
  readonly sessions: string
  endSession(id: unknown): string
}

const dialects: { readonly [family in SqlFamily]: Dialect } = {
  postgres: {
    create: (name) => `CREATE DATABASE "${name}" TEMPLATE template0 ENCODING 'UTF8'`,
    drop: (name) => `DROP DATABASE "${name}"`,
    sessions: `SELECT pid AS id, concat_ws(': ', application_name, query) AS doing FROM pg_stat_activity
               WHERE datname = $1 AND backend_type IN ('client backend', 'walsender')`,
    endSession: (id) => `SELECT pg_terminate_backend(${String(id)})`,
  },
  mysql: {
    create: (name) => `CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`,
    drop: (name) => `DROP DATABASE \`${name}\``,
    sessions: `SELECT id AS id, concat_ws(': ', command, info) AS doing FROM information_schema.processlist WHERE db = ?`,
    endSession: (id) => `KILL ${String(id)}`,
  },
}

class OwnDatabase implements TestDatabase {
  readonly name: string
  readonly url: string
  readonly #engineUrl: string
  readonly #dialect: Dialect
  #session: Promise<DatabaseSession> | undefined

  constructor(name: string, url: string, engineUrl: string, dialect: Dialect) {
    this.name = name
    this.url = url
    this.#engineUrl = engineUrl
    this.#dialect = dialect
  }

  async query(sql: string, values?: readonly unknown[]): Promise<readonly QueryRow[]> {
    this.#session ??= openSession(this.url)
    const session = await this.#session
    return session.query(sql, values)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const own = await this.#session
    await own?.[Symbol.asyncDispose]()
    await using session = await openSession(this.#engineUrl)
    const leaked = await this.#leakedSessions(session)
    for (const { id } of leaked) await session.query(this.#dialect.endSession(id))
    await session.query(this.#dialect.drop(this.name))
    if (leaked.length === 0) return
    const list = leaked.map(({ id, doing }) => `${String(id)} (${String(doing)})`)
    throw new Error(`the test left ${leaked.length} sessions in ${this.name}: ${list.join(', ')}`)
  }

  /** Those that are still there when a connection that was closed in time would be gone from the server's list. */
  async #leakedSessions(session: DatabaseSession): Promise<readonly QueryRow[]> {
    const deadline = Date.now() + goodbyeMs
    for (;;) {
      const sessions = await session.query(this.#dialect.sessions, [this.name])
      if (sessions.length === 0 || Date.now() > deadline) return sessions
      await sleep(pauseMs)
    }
  }
}
