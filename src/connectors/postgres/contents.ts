import type {
  ContentQuestion,
  ContentReader,
  Contents,
  Digestible,
  DigestQuestion,
  RangeDigest,
} from '../../contract/contents.ts'
import type { DigestForm } from '../../model/digest-form.ts'
import type { RepairQuestion, Repairs, TableRepairs } from '../../contract/repair.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { PostgresSessions } from './client.ts'
import type { Connection } from './connection.ts'
import { toRangeDigest } from '../sql/range-digest.ts'
import { digestible, digestSql } from './content-digest.ts'
import { formsOf, isText } from './content-expression.ts'
import { PostgresContentReader } from './content-reader.ts'
import { ownTypesSql, type TypeResolver, typeResolver } from './own-types.ts'
import { quoteLiteral, quoteQualified } from './quote.ts'
import { PostgresTableRepairs, repairBegin, repairEnd } from './repair.ts'
import { type RepairFacts, repairFactsSql } from './repair-facts.ts'

/**
 * The tables at one moment. A transaction of its own holds it and gives it to the readers' connections, so that one that
 * is broken off does not end it.
 */
export async function openPostgresContents(
  sessions: PostgresSessions,
  signal: AbortSignal,
): Promise<Contents<string> & AsyncDisposable> {
  const holder = await sessions.open({}, signal)
  try {
    // Before the moment, which is at least this far.
    const [place] = await holder.rows(positionSql, [], signal)
    await holder.script(begin, signal)
    const [row] = await holder.rows(
      `SELECT pg_catalog.pg_export_snapshot(), pg_catalog.current_setting('server_encoding')`,
      [],
      signal,
    )
    const resolve = typeResolver(await holder.rows(ownTypesSql, [], signal))
    const [snapshot, encoding] = row ?? []
    const facts = { snapshot: snapshot ?? '', isUtf8: encoding === 'UTF8', position: `lsn:${place?.[0] ?? ''}` }
    return new PostgresContents(sessions, holder, facts, resolve)
  } catch (error) {
    await holder[Symbol.asyncDispose]()
    throw error
  }
}

const positionSql = `SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
  ELSE pg_catalog.pg_current_wal_lsn() END`

const begin = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY'

interface MomentFacts {
  /** Name of the exported snapshot. */
  readonly snapshot: string
  readonly isUtf8: boolean
  readonly position: string
}

class PostgresContents implements Contents<string>, AsyncDisposable {
  readonly position: string
  readonly #sessions: PostgresSessions
  readonly #holder: Connection
  readonly #facts: MomentFacts
  readonly #known: TypeResolver
  readonly #idle: Connection[] = []
  readonly repairs: Repairs = {
    begin: repairBegin,
    end: repairEnd,
    table: (question, signal) => this.#repairsOf(question, signal),
  }
  #isClosed = false

  constructor(sessions: PostgresSessions, holder: Connection, facts: MomentFacts, known: TypeResolver) {
    this.position = facts.position
    this.#sessions = sessions
    this.#holder = holder
    this.#facts = facts
    this.#known = known
  }

  formsOf(type: string): ReturnType<typeof formsOf> {
    return formsOf(this.#known(type))
  }

  isOrderedBy(type: string): boolean {
    return !isText(this.#known(type))
  }

  /** Lengths of texts are those of UTF-8 where the database is in it. */
  digestible(type: string, form: DigestForm): Digestible | undefined {
    return this.#facts.isUtf8 ? digestible(this.#known(type), form) : undefined
  }

  async digest(asked: DigestQuestion<string>, signal: AbortSignal): Promise<RangeDigest> {
    const columns = asked.columns.map((column) => ({ ...column, type: this.#known(column.type) }))
    const connection = await this.#take(signal)
    try {
      const [row] = await connection.rows(digestSql({ ...asked, columns }), [], signal)
      return toRangeDigest(row)
    } finally {
      await this.#release(connection)
    }
  }

  async #repairsOf(asked: RepairQuestion, signal: AbortSignal): Promise<TableRepairs> {
    const name = quoteQualified(asked.table)
    const [row] = await this.#holder.rows(repairFactsSql, [name], signal)
    if (row === undefined) throw new TransloadError('TL_X901', { reason: `${name} is gone since it was paired` })
    const columns = asked.columns.map((column) => ({ ...column, type: this.#known(column.type) }))
    return new PostgresTableRepairs({ ...asked, columns }, JSON.parse(row[0] ?? 'null') as RepairFacts)
  }

  async openContents(asked: ContentQuestion<string>, signal: AbortSignal): Promise<ContentReader> {
    const columns = asked.columns.map((column) => ({ ...column, type: this.#known(column.type) }))
    const question = { ...asked, columns }
    return new PostgresContentReader(await this.#take(signal), question, (done) => this.#release(done))
  }

  async #take(signal: AbortSignal): Promise<Connection> {
    return this.#idle.pop() ?? (await this.#open(signal))
  }

  async #release(done: Connection): Promise<void> {
    if (done.isUsable && !this.#isClosed) this.#idle.push(done)
    else await done[Symbol.asyncDispose]()
  }

  async #open(signal: AbortSignal): Promise<Connection> {
    const connection = await this.#sessions.open({}, signal)
    try {
      await connection.script(`${begin}; SET TRANSACTION SNAPSHOT ${quoteLiteral(this.#facts.snapshot)}`, signal)
      return connection
    } catch (error) {
      await connection[Symbol.asyncDispose]()
      throw error
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await Promise.all([...this.#idle, this.#holder].map((connection) => connection[Symbol.asyncDispose]()))
  }
}
