import { TransloadError } from '../../errors/transload-error.ts'
import type { CountAnswer, CountQuestion, OrphanQuestion } from '../../model/count.ts'
import type { QualifiedName } from '../../model/relation.ts'
import { measureAnswers } from '../sql/measure.ts'
import type { Sessions, TextSession } from '../sql/session.ts'
import { isServerError } from './errors.ts'
import { partCondition, whereAll } from './content-range.ts'
import { measureOf } from './measure.ts'
import { ownTypesSql, typeResolver } from './own-types.ts'
import { quoteLiteral, quoteName, quoteQualified } from './quote.ts'

/** Tables that are counted side by side. Each may use several workers of the server. */
const laneCount = 2

/** Expressions in one query, below the 1,664 columns that a server takes in a result. */
const maxColumnCount = 1000

/**
 * Rows, NULLs and measures of each table in one pass over it, and the orphans of each foreign key, and what is there twice
 * of each key, by a statement of its own. Each table is counted within one snapshot. Answers come in the order of the questions.
 */
export async function countTables(
  sessions: Sessions,
  questions: readonly CountQuestion<string>[],
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

async function countTable(
  sessions: Sessions,
  question: CountQuestion<string>,
  signal: AbortSignal,
): Promise<CountAnswer> {
  const { table, keys } = question
  return await sessions.transaction(async (session) => {
    await session.rows('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY')
    const counted = await countValues(session, question)
    const orphans: number[] = []
    const byBytes: (number | undefined)[] = []
    if (question.orphans.length > 0) await session.rows(findOperatorsSql)
    for (const relation of question.orphans) {
      const count = await countOrphans(session, question, relation)
      orphans.push(count)
      byBytes.push(await countByBytes(session, question, relation, count))
    }
    const duplicates: number[] = []
    for (const key of keys ?? []) duplicates.push(await countDuplicates(session, question, key))
    const isAskedByBytes = question.orphans.some((relation) => relation.byBytes !== undefined)
    return {
      table,
      ...counted,
      orphans,
      ...(isAskedByBytes && { orphansByBytes: byBytes }),
      ...(keys !== undefined && { duplicates }),
    }
  }, signal)
}

async function countValues(
  session: TextSession,
  { table, part, columns, measures }: CountQuestion<string>,
): Promise<Pick<CountAnswer, 'rows' | 'nulls' | 'measures'>> {
  const nulls = columns.map((column) => `count(*) - count(${quoteName(column)})`)
  const resolve = typeResolver(measures === undefined ? [] : await session.rows(ownTypesSql))
  const asked = (measures ?? []).map((measure) => measureOf(measure, resolve))
  const expressions = [...nulls, ...asked.flatMap((measure) => measure.expressions)]
  let rows = 0
  const cells: (string | null)[] = []
  for (let from = 0; from === 0 || from < expressions.length; from += maxColumnCount) {
    const some = ['count(*)', ...expressions.slice(from, from + maxColumnCount)].join(', ')
    const rowsOf = `${quoteQualified(table)}${whereAll(partCondition(part))}`
    const [row = []] = await session.rows(`SELECT ${some} FROM ${rowsOf}`)
    rows = Number(row[0])
    cells.push(...row.slice(1))
  }
  const counts = { rows, nulls: cells.slice(0, columns.length).map(Number) }
  return measures === undefined ? counts : { ...counts, measures: measureAnswers(asked, cells.slice(columns.length)) }
}

/**
 * For the rest of a transaction: the schema of citext is looked in for operators, if there is one. Without it two citext
 * values are compared as texts, minding case.
 */
export const findOperatorsSql = `SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident(n.nspname), true)
  FROM pg_catalog.pg_type AS t JOIN pg_catalog.pg_namespace AS n ON n.oid = t.typnamespace
  WHERE t.typname = 'citext' ORDER BY t.oid LIMIT 1`

/** The rows of a table that are asked about. */
type CountedRows = Pick<CountQuestion, 'table' | 'part'>

async function countOrphans(session: TextSession, rows: CountedRows, relation: OrphanQuestion): Promise<number> {
  return await countOrAsTexts(session, (cast) => orphanCountSql(rows, relation, cast))
}

/** @param ownCount What the columns' own equality comes to: that of most texts is of their bytes already */
async function countByBytes(
  session: TextSession,
  rows: CountedRows,
  relation: OrphanQuestion,
  ownCount: number,
): Promise<number | undefined> {
  const { columns, references, referencedColumns, byBytes } = relation
  if (byBytes === undefined) return undefined
  const places = columns.flatMap((column, place) => (byBytes.includes(column) ? [place] : []))
  const ends = [
    [rows.table, places.map((place) => columns[place]!)],
    [references, places.map((place) => referencedColumns[place]!)],
  ] as const
  for (const [of, names] of ends) {
    const [row] = await session.rows(plainTextsSql(of, names))
    if (row?.[0] !== 't') return await countOrAsTexts(session, (cast) => orphanCountSql(rows, relation, cast, byBytes))
  }
  return ownCount
}

/** Whether all of these columns are texts that are equal where their bytes are. */
function plainTextsSql(table: QualifiedName, columns: readonly string[]): string {
  return `SELECT bool_and(t.typname IN ('text', 'varchar') AND COALESCE(c.collisdeterministic, true))
    FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_collation AS c ON c.oid = a.attcollation
    WHERE a.attrelid = ${quoteLiteral(quoteQualified(table))}::regclass
      AND a.attname IN (${columns.map(quoteLiteral).join(', ')})`
}

/** Values that are there more than once; columns of a type without equality, as json, are compared as texts. */
async function countDuplicates(
  session: TextSession,
  { table, part }: CountedRows,
  key: readonly string[],
): Promise<number> {
  const isWhole = [...partCondition(part), ...key.map((column) => `${quoteName(column)} IS NOT NULL`)].join(' AND ')
  return await countOrAsTexts(session, (cast) => {
    const names = key.map((column) => `${quoteName(column)}${cast}`)
    const twice = `SELECT FROM ${quoteQualified(table)} WHERE ${isWhole} GROUP BY ${names.join(', ')} HAVING count(*) > 1`
    return `SELECT count(*) FROM (${twice}) AS twice`
  })
}

/** Columns of types that have no operator between them, as two enum types, are compared as texts. */
async function countOrAsTexts(session: TextSession, sqlOf: (cast: '' | '::text') => string): Promise<number> {
  await session.rows('SAVEPOINT transload_count')
  try {
    const [row] = await session.rows(sqlOf(''))
    return Number(row?.[0])
  } catch (error) {
    const cause = error instanceof TransloadError ? error.cause : undefined
    const noSuchOperator = '42883'
    if (!isServerError(cause) || cause.code !== noSuchOperator) throw error
    await session.rows('ROLLBACK TO SAVEPOINT transload_count')
    const [row] = await session.rows(sqlOf('::text'))
    return Number(row?.[0])
  }
}

/**
 * Rows whose key is whole but has no parent. With a NULL in it a key refers to nothing (MATCH SIMPLE).
 *
 * @param byBytes Columns whose texts are held against each other byte by byte
 */
export function orphanCountSql(
  { table, part }: CountedRows,
  relation: Omit<OrphanQuestion, 'constraint'>,
  cast: '' | '::text' = '',
  byBytes: readonly string[] = [],
): string {
  const castOf = (place: number): string =>
    byBytes.includes(relation.columns[place]!) ? '::text COLLATE pg_catalog."C"' : cast
  const own = relation.columns.map((column, place) => `child.${quoteName(column)}${castOf(place)}`)
  const parent = relation.referencedColumns.map((column, place) => `parent.${quoteName(column)}${castOf(place)}`)
  const isWhole = [...partCondition(part, 'child.'), ...own.map((column) => `${column} IS NOT NULL`)].join(' AND ')
  const same = own.map((column, index) => `${parent[index]} = ${column}`)
  const isSame = [...partCondition(relation.parents, 'parent.'), ...same].join(' AND ')
  return (
    `SELECT count(*) FROM ${quoteQualified(table)} AS child WHERE ${isWhole}` +
    ` AND NOT EXISTS (SELECT FROM ${quoteQualified(relation.references)} AS parent WHERE ${isSame})`
  )
}
