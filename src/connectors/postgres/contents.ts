import type { ContentQuestion, ContentReader, Contents } from '../../contract/contents.ts'
import type { PostgresSessions } from './client.ts'
import type { Connection } from './connection.ts'
import { formsOf, isText } from './content-expression.ts'
import { PostgresContentReader } from './content-reader.ts'
import { ownTypesSql, type TypeResolver, typeResolver } from './own-types.ts'
import { quoteLiteral } from './quote.ts'

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
    const resolve = typeResolver(await holder.rows(ownTypesSql, [], signal))
    return new PostgresContents(sessions, holder, row?.[0] ?? '', resolve)
  } catch (error) {
    await holder[Symbol.asyncDispose]()
    throw error
  }
}

const begin = 'BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY'

class PostgresContents implements Contents<string>, AsyncDisposable {
  readonly #sessions: PostgresSessions
  readonly #holder: Connection
  readonly #snapshot: string
  readonly #known: TypeResolver
  readonly #idle: Connection[] = []
  #isClosed = false

  constructor(sessions: PostgresSessions, holder: Connection, snapshot: string, known: TypeResolver) {
    this.#known = known
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
