import type { CountAnswer, CountQuestion, OrphanQuestion } from '../../model/count.ts'
import type { QualifiedName } from '../../model/relation.ts'
import type { Sessions } from '../sql/session.ts'
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
    for (const relation of question.orphans) {
      const [row] = await session.rows(orphanCountSql(question.table, relation))
      orphans.push(Number(row?.[0]))
    }
    const [rows = 0, ...nullCounts] = counts.map(Number)
    return { table: question.table, rows, nulls: nullCounts, orphans }
  }, signal)
}

/** Rows whose key is whole but has no parent. With a NULL in it a key refers to nothing (MATCH SIMPLE). */
export function orphanCountSql(table: QualifiedName, relation: Omit<OrphanQuestion, 'constraint'>): string {
  const own = relation.columns.map((column) => `child.${quoteName(column)}`)
  const parent = relation.referencedColumns.map((column) => `parent.${quoteName(column)}`)
  const isWhole = own.map((column) => `${column} IS NOT NULL`).join(' AND ')
  const isSame = own.map((column, index) => `${parent[index]} = ${column}`).join(' AND ')
  return (
    `SELECT count(*) FROM ${quoteQualified(table)} AS child WHERE ${isWhole}` +
    ` AND NOT EXISTS (SELECT FROM ${quoteQualified(relation.references)} AS parent WHERE ${isSame})`
  )
}
