import type { ContentQuestion, ContentReader, Contents } from '../../contract/contents.ts'
import type { RepairQuestion, Repairs, TableRepairs } from '../../contract/repair.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { PostgresSessions } from './client.ts'
import type { Connection } from './connection.ts'
import { formsOf, isText } from './content-expression.ts'
import { PostgresContentReader } from './content-reader.ts'
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
    await holder.script(begin, signal)
    const [row] = await holder.rows('SELECT pg_catalog.pg_export_snapshot()', [], signal)
    const types = await holder.rows(ownTypesSql, [], signal)
    const known = new Map(types.map(([name, what]) => [name ?? '', what ?? '']))
    return new PostgresContents(sessions, holder, row?.[0] ?? '', known)
  } catch (error) {
    await holder[Symbol.asyncDispose]()
    throw error
  }
}

const begin = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY'

/** Types of the users' own that are text (enum types) or another type (domains, whatever they are made of), by name. */
const ownTypesSql = `
WITH RECURSIVE own AS (
  SELECT t.oid, t.oid AS base, t.typtypmod AS modifier FROM pg_catalog.pg_type AS t WHERE t.typtype IN ('d', 'e')
  UNION ALL
  SELECT own.oid, b.typbasetype, b.typtypmod
  FROM own JOIN pg_catalog.pg_type AS b ON b.oid = own.base AND b.typtype = 'd'
)
SELECT pg_catalog.format_type(own.oid, NULL),
  CASE t.typtype WHEN 'e' THEN 'text' ELSE pg_catalog.format_type(own.base, NULL) END
FROM own JOIN pg_catalog.pg_type AS t ON t.oid = own.base AND t.typtype <> 'd'`

class PostgresContents implements Contents<string>, AsyncDisposable {
  readonly #sessions: PostgresSessions
  readonly #holder: Connection
  readonly #snapshot: string
  readonly #ownTypes: ReadonlyMap<string, string>
  readonly #idle: Connection[] = []
  readonly repairs: Repairs = {
    begin: repairBegin,
    end: repairEnd,
    table: (question, signal) => this.#repairsOf(question, signal),
  }
  #isClosed = false

  constructor(sessions: PostgresSessions, holder: Connection, snapshot: string, ownTypes: ReadonlyMap<string, string>) {
    this.#ownTypes = ownTypes
    this.#sessions = sessions
    this.#holder = holder
    this.#snapshot = snapshot
  }

  formsOf(type: string): ReturnType<typeof formsOf> {
    return formsOf(this.#known(type))
  }

  isOrderedBy(type: string): boolean {
    return !isText(this.#known(type))
  }

  /** The type, or what a type of the users' own is made of. */
  #known(type: string): string {
    const [, name = type, brackets = ''] = /^(.*?)((?:\[\])*)$/.exec(type) ?? []
    const own = this.#ownTypes.get(name)
    return own === undefined ? type : `${own}${brackets}`
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
    const connection = this.#idle.pop() ?? (await this.#open(signal))
    return new PostgresContentReader(connection, question, async (done) => {
      if (done.isUsable && !this.#isClosed) this.#idle.push(done)
      else await done[Symbol.asyncDispose]()
    })
  }

  async #open(signal: AbortSignal): Promise<Connection> {
    const connection = await this.#sessions.open({}, signal)
    try {
      await connection.script(`${begin}; SET TRANSACTION SNAPSHOT ${quoteLiteral(this.#snapshot)}`, signal)
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
