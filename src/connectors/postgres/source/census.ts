import { sideBySide } from '../../../async/side-by-side.ts'
import type { CensusAnswer, CensusColumn, CensusFact, CensusQuestion } from '../../../model/census.ts'
import type { Sessions, TextSession } from '../../sql/session.ts'
import { orphanCountSql } from '../count.ts'
import { quoteName, quoteQualified } from '../quote.ts'

/** Expressions in one query, below the 1,664 columns that a server takes in a result. */
const maxExpressionCount = 1000

const numbers: ReadonlySet<string> = new Set(['int2', 'int4', 'int8', 'numeric', 'oid'])
const texts: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'name', 'citext'])
const ordered: ReadonlySet<string> = new Set([...numbers, 'date', 'time', 'timestamp', 'timestamptz', 'interval'])

/**
 * What the values really are, by the server's own functions: one pass over each table, `laneCount` tables side by side.
 * Facts that no value of PostgreSQL can have (zero dates, NUL characters, text that is none) are 0 without a look; one that
 * makes no sense for a type is absent.
 */
export async function takeCensus(
  sessions: Sessions,
  questions: readonly CensusQuestion[],
  laneCount: number,
  signal: AbortSignal,
): Promise<readonly CensusAnswer[]> {
  const inTurn = sideBySide(laneCount, signal)
  return await Promise.all(
    questions.map((question) => inTurn((either) => sessions.use((session) => takeOne(session, question), either))),
  )
}

async function takeOne(session: TextSession, question: CensusQuestion): Promise<CensusAnswer> {
  const { table, relations } = question
  const facts: { [column: string]: { [fact in CensusFact]?: string | null } } = {}
  const asked: { readonly column: string; readonly fact: CensusFact; readonly sql: string }[] = []
  for (const column of question.columns) {
    facts[column.column] = {}
    for (const fact of column.facts) {
      const sql = factSql(column, fact)
      if (sql !== undefined) asked.push({ column: column.column, fact, sql })
    }
  }
  let rows = 0
  for (let from = 0; from === 0 || from < asked.length; from += maxExpressionCount) {
    const some = asked.slice(from, from + maxExpressionCount)
    const list = ['pg_catalog.count(*)', ...some.map(({ sql }) => sql)].join(', ')
    const [row] = await session.rows(`SELECT ${list} FROM ${rowsOf(question)}`)
    rows = Number(row?.[0] ?? 0)
    for (const [place, { column, fact }] of some.entries()) facts[column]![fact] = row?.[place + 1] ?? null
  }
  if (relations === undefined) return { table, rows, facts }
  const orphans: number[] = []
  for (const relation of relations) {
    const [row] = await session.rows(orphanCountSql({ table }, relation))
    orphans.push(Number(row?.[0] ?? 0))
  }
  return { table, rows, facts, orphans }
}

/** All rows, or so many of both ends of the key. */
function rowsOf({ table, columns, sample }: CensusQuestion): string {
  const from = quoteQualified(table)
  if (sample === undefined || columns.length === 0) return from
  const list = columns.map(({ column }) => quoteName(column)).join(', ')
  const some = (direction: string): string => {
    const order = sample.key.map((column) => `${quoteName(column)}${direction}`).join(', ')
    return `(SELECT ${list} FROM ${from}${order === '' ? '' : ` ORDER BY ${order}`} LIMIT ${sample.rowCount})`
  }
  return `(${sample.key.length === 0 ? some('') : `${some('')} UNION ALL ${some(' DESC')}`}) AS sampled`
}

function factSql({ column, native }: CensusColumn, fact: CensusFact): string | undefined {
  const quoted = quoteName(column)
  const { name } = native
  switch (fact) {
    case 'nulls':
      return `pg_catalog.count(*) - pg_catalog.count(${quoted})`
    case 'min':
    case 'max':
      return ordered.has(name) ? `pg_catalog.${fact}(${quoted})::pg_catalog.text` : undefined
    case 'max-length':
      if (texts.has(name) || name === 'enum' || name === 'json')
        return `pg_catalog.max(pg_catalog.length(${quoted}::pg_catalog.text))::pg_catalog.text`
      return name === 'bytea' ? `pg_catalog.max(pg_catalog.length(${quoted}))::pg_catalog.text` : undefined
    case 'whole-digits':
      if (name !== 'numeric') return undefined
      return `pg_catalog.max(CASE WHEN pg_catalog.abs(${quoted}) < 1 THEN 0 ELSE pg_catalog.length(pg_catalog.trunc(pg_catalog.abs(${quoted}))::pg_catalog.text) END)::pg_catalog.text`
    case 'fraction-digits':
      return name === 'numeric' ? `pg_catalog.max(pg_catalog.min_scale(${quoted}))::pg_catalog.text` : undefined
    case 'zero-dates':
    case 'partial-dates':
    case 'nul-bytes':
    case 'enum-zero':
    case 'invalid-json':
      return `'0'`
    case 'json-nul':
      // A backslash that is one itself does not begin an escape.
      return name === 'json'
        ? `pg_catalog.count(*) FILTER (WHERE pg_catalog.replace(${quoted}::pg_catalog.text, '\\\\', '') LIKE '%\\\\u0000%')`
        : `'0'`
    default:
      return undefined
  }
}
