import { assertNotAborted } from '../../async/abort.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { CountAnswer, CountQuestion, OrphanQuestion } from '../../model/count.ts'
import type { QualifiedName } from '../../model/relation.ts'
import type { TextSession } from '../sql/session.ts'
import { quoteName, quoteQualified } from './quote.ts'
import type { ServerFacts } from './server-facts.ts'

/** Expressions in one query, below the 4,096 columns that a server takes in a result. */
const maxColumnCount = 1000

/**
 * Rows and NULLs in one pass over each table, then the orphans of each foreign key, in the transaction that the session
 * is in. Between statements an abort is seen here; within one, whoever owns the session cancels it.
 *
 * A row is an orphan where no part of its key is NULL and no parent has the same key, compared by the server as the
 * foreign key itself compares: by the columns' collation, trailing blanks included. A parent table that is not there
 * leaves every such row an orphan. Rows of the past of a system-versioned table are not counted.
 */
export async function countTables(
  session: TextSession,
  _server: ServerFacts,
  questions: readonly CountQuestion[],
  signal: AbortSignal,
): Promise<readonly CountAnswer[]> {
  const answers: CountAnswer[] = []
  for (const { table, columns, orphans } of questions) {
    const counted = await countNulls(session, table, columns, signal)
    const orphanCounts: number[] = []
    for (const question of orphans) {
      assertNotAborted(signal)
      orphanCounts.push(await countOrphans(session, table, question))
    }
    answers.push({ table, ...counted, orphans: orphanCounts })
  }
  return answers
}

async function countNulls(
  session: TextSession,
  table: QualifiedName,
  columns: readonly string[],
  signal: AbortSignal,
): Promise<Pick<CountAnswer, 'rows' | 'nulls'>> {
  let rowCount = 0
  const nulls: number[] = []
  for (let from = 0; from === 0 || from < columns.length; from += maxColumnCount) {
    assertNotAborted(signal)
    const counts = columns.slice(from, from + maxColumnCount).map((column) => `COUNT(*) - COUNT(${quoteName(column)})`)
    const [row] = await session.rows(`SELECT ${['COUNT(*)', ...counts].join(', ')} FROM ${quoteQualified(table)}`)
    rowCount = Number(row?.[0] ?? 0)
    for (let at = 1; at <= counts.length; at++) nulls.push(Number(row?.[at] ?? 0))
  }
  return { rows: rowCount, nulls }
}

async function countOrphans(session: TextSession, table: QualifiedName, question: OrphanQuestion): Promise<number> {
  const keys = question.columns.map((column) => `child.${quoteName(column)}`)
  const isWhole = keys.map((key) => `${key} IS NOT NULL`).join(' AND ')
  const matches = question.referencedColumns.map((column, at) => `parent.${quoteName(column)} = ${keys[at] ?? 'NULL'}`)
  const parents = `SELECT 1 FROM ${quoteQualified(question.references)} AS parent WHERE ${matches.join(' AND ')}`
  const children = `SELECT COUNT(*) FROM ${quoteQualified(table)} AS child WHERE ${isWhole}`
  try {
    return await countOf(session, `${children} AND NOT EXISTS (${parents})`)
  } catch (error) {
    const isMissing = error instanceof TransloadError && error.code === 'TL_S205' && error.context['kind'] === 'table'
    if (!isMissing) throw error
    return await countOf(session, children)
  }
}

async function countOf(session: TextSession, sql: string): Promise<number> {
  const [row] = await session.rows(sql)
  return Number(row?.[0] ?? 0)
}
