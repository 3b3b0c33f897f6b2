import { TransloadError } from '../../errors/transload-error.ts'
import type { TextRow } from '../sql/session.ts'
import type { PostgresSessions } from './client.ts'
import type { Connection } from './connection.ts'
import { errorOf, isServerError } from './errors.ts'
import { quoteLiteral } from './quote.ts'

/**
 * One moment of a database. A transaction of its own holds it and gives it to any number of connections, so that one that
 * is broken off does not end it.
 */
export class Moment implements AsyncDisposable {
  /** Where the server's log stood before the moment: `lsn:` and the place. */
  readonly log: string
  /**
   * The snapshot itself, behind the timeline that it is of: the same text means that the same transactions are seen, and
   * any that has written makes another one. On a standby, whose snapshots do not tell that, the place in its log, if it
   * stood still.
   */
  readonly identity: string | undefined
  readonly isUtf8: boolean
  readonly #sessions: PostgresSessions
  readonly #holder: Connection
  readonly #snapshot: string
  readonly #idle: Connection[] = []
  #isClosed = false

  private constructor(sessions: PostgresSessions, holder: Connection, facts: MomentFacts) {
    this.#sessions = sessions
    this.#holder = holder
    this.#snapshot = facts.snapshot
    this.log = facts.log
    this.identity = facts.identity
    this.isUtf8 = facts.isUtf8
  }

  static async open(sessions: PostgresSessions, signal: AbortSignal): Promise<Moment> {
    const holder = await sessions.open({}, signal)
    try {
      // Before the moment, which is at least this far.
      const [before] = await holder.rows(logSql, [], signal)
      await holder.script(begin, signal)
      const [row] = await holder.rows(factsSql, [], signal)
      const [after] = await holder.rows(logSql, [], signal)
      return new Moment(sessions, holder, factsOf(before, row, after))
    } catch (error) {
      await holder[Symbol.asyncDispose]()
      throw error
    }
  }

  /** A statement in the holder's own transaction, whose failure would end the moment. */
  async rows(sql: string, values: readonly string[], signal: AbortSignal): Promise<readonly TextRow[]> {
    return await this.#holder.rows(sql, values, signal)
  }

  /** A connection in whose transaction it is this moment. It comes back by `release`. */
  async take(signal: AbortSignal): Promise<Connection> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isUsable) return idle
      await idle[Symbol.asyncDispose]()
    }
    return await this.#open(signal)
  }

  /** Opens connections before they are needed. */
  async prepare(count: number, signal: AbortSignal): Promise<void> {
    const opened = await Promise.allSettled(Array.from({ length: count }, () => this.#open(signal)))
    for (const one of opened) if (one.status === 'fulfilled') this.#idle.push(one.value)
    for (const one of opened) if (one.status === 'rejected') throw one.reason
  }

  async release(done: Connection): Promise<void> {
    if (done.isUsable && !this.#isClosed) this.#idle.push(done)
    else await done[Symbol.asyncDispose]()
  }

  async #open(signal: AbortSignal): Promise<Connection> {
    const { settings } = this.#sessions
    if (!this.#holder.isUsable)
      throw errorOf(settings, 'TL_T302', { endpoint: settings.label, reason: 'the moment is lost' })
    const connection = await this.#sessions.open({}, signal)
    try {
      await connection.script(`${begin}; SET TRANSACTION SNAPSHOT ${quoteLiteral(this.#snapshot)}`, signal)
      return connection
    } catch (error) {
      await connection[Symbol.asyncDispose]()
      throw isGone(error)
        ? errorOf(settings, 'TL_T302', { endpoint: settings.label, reason: 'the moment is gone' }, error)
        : error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#idle, this.#holder].map((connection) => connection[Symbol.asyncDispose]()))
  }
}

interface MomentFacts {
  /** Name of the exported snapshot. */
  readonly snapshot: string
  readonly log: string
  readonly identity: string | undefined
  readonly isUtf8: boolean
}

const begin = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY'

const logSql = `SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
  ELSE pg_catalog.pg_current_wal_lsn() END`

/** The first eight digits of a log file's name are its timeline's. */
const factsSql = `SELECT pg_catalog.pg_export_snapshot(), pg_catalog.current_setting('server_encoding'),
  CASE WHEN NOT pg_catalog.pg_is_in_recovery() THEN pg_catalog.concat(
    pg_catalog.left(pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_insert_lsn()), 8), '/',
    pg_catalog.pg_current_snapshot()) END`

function factsOf(before: TextRow | undefined, row: TextRow | undefined, after: TextRow | undefined): MomentFacts {
  const [snapshot, encoding, identity] = row ?? []
  const log = `lsn:${before?.[0] ?? ''}`
  const isStill = before?.[0] === after?.[0]
  return {
    snapshot: snapshot ?? '',
    log,
    identity: identity === null || identity === undefined ? (isStill ? log : undefined) : `snapshot:${identity}`,
    isUtf8: encoding === 'UTF8',
  }
}

/** The server does not know the snapshot's name any more: the connection that held it is gone. */
function isGone(error: unknown): boolean {
  const cause = error instanceof TransloadError ? error.cause : undefined
  return isServerError(cause) && /snapshot/i.test(cause.message)
}
