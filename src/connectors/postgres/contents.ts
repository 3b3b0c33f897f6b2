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
import { toRangeDigest } from '../sql/range-digest.ts'
import { digestible, digestSql } from './content-digest.ts'
import { formsOf, isText } from './content-expression.ts'
import { PostgresContentReader } from './content-reader.ts'
import { Moment } from './moment.ts'
import { ownTypesSql, type TypeResolver, typeResolver } from './own-types.ts'
import { quoteQualified } from './quote.ts'
import { PostgresTableRepairs, repairBegin, repairEnd } from './repair.ts'
import { type RepairFacts, repairFactsSql } from './repair-facts.ts'

/** The tables at one moment. */
export async function openPostgresContents(
  sessions: PostgresSessions,
  signal: AbortSignal,
): Promise<Contents<string> & AsyncDisposable> {
  const moment = await Moment.open(sessions, signal)
  try {
    return await contentsOf(moment, moment.log, signal)
  } catch (error) {
    await moment[Symbol.asyncDispose]()
    throw error
  }
}

/** The tables at a moment that is there. Disposing of them ends it. */
export async function contentsOf(
  moment: Moment,
  position: string | undefined,
  signal: AbortSignal,
): Promise<Contents<string> & AsyncDisposable> {
  return new PostgresContents(moment, position, typeResolver(await moment.rows(ownTypesSql, [], signal)))
}

class PostgresContents implements Contents<string>, AsyncDisposable {
  readonly position: string | undefined
  readonly #moment: Moment
  readonly #known: TypeResolver
  readonly repairs: Repairs = {
    begin: repairBegin,
    end: repairEnd,
    table: (question, signal) => this.#repairsOf(question, signal),
  }

  constructor(moment: Moment, position: string | undefined, known: TypeResolver) {
    this.#moment = moment
    this.position = position
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
    return this.#moment.isUtf8 ? digestible(this.#known(type), form) : undefined
  }

  async digest(asked: DigestQuestion<string>, signal: AbortSignal): Promise<RangeDigest> {
    const columns = asked.columns.map((column) => ({ ...column, type: this.#known(column.type) }))
    const connection = await this.#moment.take(signal)
    try {
      const [row] = await connection.rows(digestSql({ ...asked, columns }), [], signal)
      await this.#moment.release(connection)
      return toRangeDigest(row)
    } catch (error) {
      await connection[Symbol.asyncDispose]()
      throw error
    }
  }

  async #repairsOf(asked: RepairQuestion, signal: AbortSignal): Promise<TableRepairs> {
    const name = quoteQualified(asked.table)
    const [row] = await this.#moment.rows(repairFactsSql, [name], signal)
    if (row === undefined) throw new TransloadError('TL_X901', { reason: `${name} is gone since it was paired` })
    const columns = asked.columns.map((column) => ({ ...column, type: this.#known(column.type) }))
    return new PostgresTableRepairs({ ...asked, columns }, JSON.parse(row[0] ?? 'null') as RepairFacts)
  }

  async openContents(asked: ContentQuestion<string>, signal: AbortSignal): Promise<ContentReader> {
    const columns = asked.columns.map((column) => ({ ...column, type: this.#known(column.type) }))
    const question = { ...asked, columns }
    return new PostgresContentReader(await this.#moment.take(signal), question, (done) => this.#moment.release(done))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#moment[Symbol.asyncDispose]()
  }
}
