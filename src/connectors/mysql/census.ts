import type { CensusAnswer, CensusColumn, CensusFact, CensusQuestion } from '../../model/census.ts'
import type { Sessions } from '../sql/session.ts'
import { factSql, isText } from './census/fact-sql.ts'
import { type Flavor, invalidJsonAndTextSql, isUtf8, packedUnit } from './census/text-sql.ts'
import { quoteQualified } from './quote.ts'
import type { ServerFacts } from './server-facts.ts'

/** Aggregates in one query. A server takes 4,096 columns in a result; the statement has to stay readable to it, too. */
const maxAggregateCount = 500

/**
 * What the values really are: one pass over each table (more only above 500 facts), one table after the other, with the
 * server's own functions. Reads only; an abort ends the query in the server. The session's `sql_mode` must be empty:
 * strict modes refuse to compare zero dates.
 *
 * What is counted:
 * - `min`, `max`: of numbers, bits (as a number), dates, times (`-838:59:59`), UUIDs, addresses and text (by its
 *   collation). `max-length`: characters of text, ENUM, SET and JSON; bytes of binary types.
 * - `zero-dates`: year, month and day are 0, whatever the time. `partial-dates`: month or day is 0 but not all three, or
 *   the day is one that the month does not have. The year 0 alone is neither.
 * - `nul-bytes`: NUL characters in text. `enum-zero`: the ENUM's number is 0.
 * - `double-encoded`, `invalid-text`: see census/text-sql.ts.
 * - `json-nul`: JSON that says `\u0000` by an escape, in a key or a value; two backslashes before `u0000` are none.
 *
 * A fact that makes no sense for the column's type, or cannot be told in its charset, is absent.
 */
export async function takeCensus(
  sessions: Sessions,
  { flavor }: ServerFacts,
  questions: readonly CensusQuestion[],
  signal: AbortSignal,
): Promise<readonly CensusAnswer[]> {
  const answers: CensusAnswer[] = []
  for (const question of questions) answers.push(await takeOne(sessions, question, flavor, signal))
  return answers
}

interface Aggregate {
  readonly column: string
  readonly sql: string
  /** The facts that the number, or text, holds. */
  readonly read: (value: string | null) => { readonly [fact in CensusFact]?: string | null }
}

function aggregatesOf(column: CensusColumn, flavor: Flavor): Aggregate[] {
  const asked = new Set(column.facts)
  const aggregates: Aggregate[] = []
  const isBoth = asked.has('invalid-json') && asked.has('invalid-text')
  if (isBoth && flavor === 'mariadb' && isText(column) && isUtf8(column)) {
    asked.delete('invalid-json')
    asked.delete('invalid-text')
    aggregates.push({ column: column.column, sql: invalidJsonAndTextSql(column), read: readInvalid })
  }
  for (const fact of asked) {
    const sql = factSql(column, fact, flavor)
    if (sql !== undefined) aggregates.push({ column: column.column, sql, read: (value) => ({ [fact]: value }) })
  }
  return aggregates
}

function readInvalid(value: string | null): { 'invalid-json': string; 'invalid-text': string } {
  const packed = BigInt(value ?? '0')
  const unit = BigInt(packedUnit)
  return { 'invalid-json': String(packed % unit), 'invalid-text': String(packed / unit) }
}

async function takeOne(
  sessions: Sessions,
  question: CensusQuestion,
  flavor: Flavor,
  signal: AbortSignal,
): Promise<CensusAnswer> {
  const aggregates = question.columns.flatMap((column) => aggregatesOf(column, flavor))
  const facts: { [column: string]: { [fact in CensusFact]?: string | null } } = {}
  for (const { column } of question.columns) facts[column] = {}
  let rowCount = 0
  for (let from = 0; from === 0 || from < aggregates.length; from += maxAggregateCount) {
    const part = aggregates.slice(from, from + maxAggregateCount)
    const list = ['COUNT(*)', ...part.map(({ sql }) => sql)].join(', ')
    const statement = `SELECT ${list} FROM ${quoteQualified(question.table)}`
    const [row] = await sessions.use((session) => session.rows(statement), signal)
    rowCount = Number(row?.[0] ?? 0)
    for (const [at, { column, read }] of part.entries())
      facts[column] = { ...facts[column], ...read(row?.[at + 1] ?? null) }
  }
  return { table: question.table, rows: rowCount, facts }
}
