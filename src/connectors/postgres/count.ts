import { TransloadError } from '../../errors/transload-error.ts'
import type { CountAnswer, CountQuestion, OrphanQuestion } from '../../model/count.ts'
import type { QualifiedName } from '../../model/relation.ts'
import type { Sessions, TextSession } from '../sql/session.ts'
import { isServerError } from './errors.ts'
import { quoteName, quoteQualified } from './quote.ts'

/** Tables that are counted side by side. Each may use several workers of the server. */
const laneCount = 2

/**
 * Rows and NULLs of each table in one pass over it, and the orphans of each foreign key by a statement of its own. Each
 * table is counted within one snapshot. Answers come in the order of the questions.
 */
export async function countTables(
  sessions: Sessions,
  questions: readonly CountQuestion[],
  signal: AbortSignal,
): Promise<readonly CountAnswer[]> {
  const answers: CountAnswer[] = []
  let next = 0
  // A lane ends because nothing is left or because it failed: either way no other begins a table.
  const stop = (): void => {
    next = questions.length
  }
  const work = async (): Promise<void> => {
    for (let place = next++; place < questions.length; place = next++) {
      const question = questions[place]
      if (question) answers[place] = await countTable(sessions, question, signal)
    }
  }
  const ended = await Promise.allSettled(Array.from({ length: laneCount }, () => work().finally(stop)))
  for (const lane of ended) if (lane.status === 'rejected') throw lane.reason
  return answers
}

async function countTable(sessions: Sessions, question: CountQuestion, signal: AbortSignal): Promise<CountAnswer> {
  return await sessions.transaction(async (session) => {
    await session.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const nulls = question.columns.map((column) => `, count(*) - count(${quoteName(column)})`)
    const [counts = []] = await session.rows(`SELECT count(*)${nulls.join('')} FROM ${quoteQualified(question.table)}`)
    const orphans: number[] = []
    if (question.orphans.length > 0) await session.rows(findOperatorsSql)
    for (const relation of question.orphans) orphans.push(await countOrphans(session, question.table, relation))
    const [rows = 0, ...nullCounts] = counts.map(Number)
    return { table: question.table, rows, nulls: nullCounts, orphans }
  }, signal)
}

/**
 * For the rest of a transaction: the schema of citext is looked in for operators, if there is one. Without it two citext
 * values are compared as texts, minding case.
 */
export const findOperatorsSql = `SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident(n.nspname), true)
  FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
  WHERE t.typname = 'citext' ORDER BY t.oid LIMIT 1`

/** Columns of types that have no operator between them, as two enum types, are compared as texts. */
async function countOrphans(session: TextSession, table: QualifiedName, relation: OrphanQuestion): Promise<number> {
  await session.rows('SAVEPOINT transload_orphans')
  try {
    const [row] = await session.rows(orphanCountSql(table, relation))
    return Number(row?.[0])
  } catch (error) {
    const cause = error instanceof TransloadError ? error.cause : undefined
    const noSuchOperator = '42883'
    if (!isServerError(cause) || cause.code !== noSuchOperator) throw error
    await session.rows('ROLLBACK TO SAVEPOINT transload_orphans')
    const [row] = await session.rows(orphanCountSql(table, relation, '::text'))
    return Number(row?.[0])
  }
}

/** Rows whose key is whole but has no parent. With a NULL in it a key refers to nothing (MATCH SIMPLE). */
export function orphanCountSql(
  table: QualifiedName,
  relation: Omit<OrphanQuestion, 'constraint'>,
  cast: '' | '::text' = '',
): string {
  const own = relation.columns.map((column) => `child.${quoteName(column)}${cast}`)
  const parent = relation.referencedColumns.map((column) => `parent.${quoteName(column)}${cast}`)
  const isWhole = own.map((column) => `${column} IS NOT NULL`).join(' AND ')
  const isSame = own.map((column, index) => `${parent[index]} = ${column}`).join(' AND ')
  return (
    `SELECT count(*) FROM ${quoteQualified(table)} AS child WHERE ${isWhole}` +
    ` AND NOT EXISTS (SELECT FROM ${quoteQualified(relation.references)} AS parent WHERE ${isSame})`
  )
}
