import { sideBySide } from '../../async/side-by-side.ts'
import {
  type CensusAnswer,
  type CensusFact,
  type CensusQuestion,
  type CensusRelation,
  greatestFacts,
} from '../../model/census.ts'
import type { QualifiedName } from '../../model/relation.ts'
import type { Sessions, TextSession } from '../sql/session.ts'
import { countByBytes, countOrphans, countSurplusRows } from './count.ts'
import { factSql } from './census/fact-sql.ts'
import type { Flavor } from './census/text-sql.ts'
import { quoteName, quoteQualified } from './quote.ts'
import type { ServerFacts } from './server-facts.ts'

/** Rows below which one pass over a table is shorter than getting two under way. */
const leastSharedRows = 100_000

/** Aggregates in one query. A server takes 4,096 columns in a result; the statement has to stay readable to it, too. */
const maxAggregateCount = 500

/**
 * What the values really are, by the server's own functions: one pass over each table, `laneCount` tables side by side. A
 * large table is gone over by as many passes side by side, each for a part of the facts: what they cost is not the reading.
 * Reads only; an abort ends the queries in the server. The session's `sql_mode` must be empty: strict modes refuse to
 * compare zero dates.
 *
 * What is counted:
 * - `min`, `max`: of numbers, bits (as a number), dates, times (`-838:59:59`), UUIDs, addresses and text (by its
 *   collation). `max-length`: characters of text, ENUM, SET and JSON; bytes of binary types.
 * - `whole-digits`, `fraction-digits`: of DECIMAL. FLOAT and DOUBLE have neither: what is printed of 0.1 is one digit, what
 *   it is has 55, and there is no type that the answer would let them be.
 * - `zero-dates`: year, month and day are 0, whatever the time. `partial-dates`: month or day is 0 but not all three, or
 *   the day is one that the month does not have. The year 0 alone is neither.
 * - `nul-bytes`: NUL characters in text. `enum-zero`: the ENUM's number is 0.
 * - `double-encoded`, `invalid-text`: see census/text-sql.ts.
 * - `json-nul`: JSON that says `\u0000` by an escape, in a key or a value; two backslashes before `u0000` are none.
 *
 * Where a sample is enough, extremes, lengths and digits are those of a part of it. Orphans and keys are counted in any
 * case.
 *
 * A fact that makes no sense for the column's type, or cannot be told in its charset, is absent.
 */
export async function takeCensus(
  sessions: Sessions,
  { flavor }: ServerFacts,
  questions: readonly CensusQuestion[],
  laneCount: number,
  signal: AbortSignal,
): Promise<readonly CensusAnswer[]> {
  const inTurn = sideBySide(laneCount, signal)
  const ask: Ask = (work) => inTurn((either) => sessions.use(work, either))
  return await Promise.all(questions.map((question) => takeOne(question, flavor, laneCount, ask)))
}

type Ask = <T>(work: (session: TextSession) => Promise<T>) => Promise<T>

interface Aggregate {
  readonly column: string
  readonly fact: CensusFact
  readonly sql: string
}

async function takeOne(question: CensusQuestion, flavor: Flavor, laneCount: number, ask: Ask): Promise<CensusAnswer> {
  const aggregates = question.columns.flatMap((column) =>
    column.facts.flatMap((fact): readonly Aggregate[] => {
      const sql = factSql(column, fact, flavor)
      return sql === undefined ? [] : [{ column: column.column, fact, sql }]
    }),
  )
  const facts: { [column: string]: { [fact in CensusFact]?: string | null } } = {}
  for (const { column } of question.columns) facts[column] = {}
  const isLarge = question.rowEstimate >= leastSharedRows && question.sample === undefined
  const counts = partsOf(aggregates, isLarge ? laneCount : 1).map(async (part) => {
    const list = ['COUNT(*)', ...part.map(({ sql }) => sql)].join(', ')
    let rowCount = 0
    for (const rows of rowsOf(question)) {
      const [row] = await ask((session) => session.rows(`SELECT ${list} FROM ${rows}`))
      for (const [at, { column, fact }] of part.entries()) {
        const known = facts[column]
        if (known !== undefined) known[fact] = together(fact, known[fact], row?.[at + 1] ?? null)
      }
      rowCount += Number(row?.[0] ?? 0)
    }
    return rowCount
  })
  const { table, relations, keys } = question
  const orphans = relations?.map((relation) => ask((session) => countLost(session, table, relation)))
  const surplus = keys?.map((key) => ask((session) => countSurplusRows(session, table, key)))
  // Waited for together: what fails of the one while the other is waited for would be nobody's.
  const [[rows = 0], lost, surplusRows] = await Promise.all([
    Promise.all(counts),
    orphans && Promise.all(orphans),
    surplus && Promise.all(surplus),
  ])
  return {
    table,
    rows,
    facts,
    ...(lost && { orphans: lost.map(({ own }) => own) }),
    ...(lost?.some(({ byBytes }) => byBytes !== undefined) === true && {
      orphansByBytes: lost.map(({ byBytes }) => byBytes),
    }),
    ...(surplusRows && { surplusRows }),
  }
}

/** Rows without their parent, as the server compares, and by the characters. */
async function countLost(
  session: TextSession,
  table: QualifiedName,
  relation: CensusRelation,
): Promise<{ readonly own: number; readonly byBytes: number | undefined }> {
  if (relation.byBytes === undefined) return { own: await countOrphans(session, table, relation), byBytes: undefined }
  const byBytes = await countByBytes(session, table, relation)
  // Who has a parent of the same characters has one by any collation.
  return { own: byBytes === 0 ? 0 : await countOrphans(session, table, relation), byBytes }
}

/** The rows that are looked at: all, or so many at both ends of the key, each at most once. */
function rowsOf({ table, rowEstimate, columns, sample }: CensusQuestion): string[] {
  const from = quoteQualified(table)
  if (sample === undefined || columns.length === 0) return [from]
  const list = columns.map(({ column }) => quoteName(column)).join(', ')
  const { key, rowCount } = sample
  const ordered = (direction: string): string =>
    key.length === 0 ? '' : ` ORDER BY ${key.map((column) => `${quoteName(column)}${direction}`).join(', ')}`
  const some = (direction: string, count: number): string =>
    `(SELECT ${list} FROM ${from}${ordered(direction)} LIMIT ${count}) AS sampled`
  // The estimate may be twice what there is, or half of it.
  if (key.length === 0 || rowEstimate < 8 * rowCount) return [some('', 2 * rowCount)]
  return [some('', rowCount), some(' DESC', rowCount)]
}

/** What is known of two parts of a table. Extremes of parts are nobody's: they stay those of the first. */
function together(fact: CensusFact, one: string | null | undefined, other: string | null): string | null {
  if (one === undefined || one === null) return other
  const isExtreme = fact === 'min' || greatestFacts.has(fact)
  return isExtreme || other === null ? one : String(BigInt(one) + BigInt(other))
}

/** In at least `partCount` statements that take about as long as each other, as far as there are facts for them. */
function partsOf(aggregates: readonly Aggregate[], partCount: number): Aggregate[][] {
  const count = Math.max(1, Math.min(partCount, aggregates.length), Math.ceil(aggregates.length / maxAggregateCount))
  const parts = Array.from({ length: count }, () => ({ weight: 0, aggregates: new Array<Aggregate>() }))
  for (const aggregate of aggregates.toSorted((a, b) => weightOf(b.fact) - weightOf(a.fact))) {
    const open = parts.filter((part) => part.aggregates.length < maxAggregateCount)
    const lightest = open.reduce((least, part) => (part.weight < least.weight ? part : least))
    lightest.aggregates.push(aggregate)
    lightest.weight += weightOf(aggregate.fact)
  }
  return parts.map((part) => part.aggregates)
}

/** What a fact costs the server, roughly, in tenths of what reading a row does (measured). */
function weightOf(fact: CensusFact): number {
  switch (fact) {
    case 'invalid-json':
      return 30
    case 'double-encoded':
    case 'fraction-digits':
      return 15
    case 'json-nul':
    case 'invalid-text':
    case 'nul-bytes':
    case 'max-length':
      return 8
    case 'partial-dates':
    case 'whole-digits':
      return 5
    default:
      return 2
  }
}
