import type { QualifiedName } from '../../model/relation.ts'
import type { Sessions, TextRow } from '../sql/session.ts'
import { findOperatorsSql, orphanCountSql } from './count.ts'
import type { ServerError } from './errors.ts'
import { quoteName, quoteQualified } from './quote.ts'

const maxSampleCount = 5

/** Characters of one value in a sample. */
const maxValueLength = 200

/**
 * Keys that more than one row has, those of the most rows first, such as `email=a@b.c (3 rows)`. What the key is made of
 * is taken from the error's detail, where the server wrote it as SQL. Empty where it wrote none.
 */
export async function sampleDuplicates(
  sessions: Sessions,
  table: QualifiedName,
  refusal: ServerError,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const parts = keyParts(refusal.detail ?? '')
  if (parts.length === 0) return []
  const keys = parts.map((_, index) => `key.k${index}`).join(', ')
  const inner = parts.map((part, index) => `${part} AS k${index}`).join(', ')
  const isWhole = parts.map((_, index) => `key.k${index} IS NOT NULL`).join(' AND ')
  const shown = parts.map((_, index) => `left((key.k${index})::text, ${maxValueLength})`).join(', ')
  const rows = await sessions.use(
    (session) =>
      session.rows(
        `SELECT count(*), ${shown} FROM (SELECT ${inner} FROM ${quoteQualified(table)}) AS key WHERE ${isWhole}
         GROUP BY ${keys} HAVING count(*) > 1 ORDER BY count(*) DESC, ${keys} LIMIT ${maxSampleCount}`,
      ),
    signal,
  )
  return rows.map(([count, ...values]) => `${pairs(parts, values)} (${count} rows)`)
}

/** The row that an error's detail names by its place: its primary key where it has one by now, else the place. */
export async function sampleRow(
  sessions: Sessions,
  table: QualifiedName,
  refusal: ServerError,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const place = /\(\d+,\d+\)/.exec(refusal.detail ?? '')?.[0]
  if (place === undefined) return []
  return await sessions.use(async (session) => {
    const named = await session.rows(
      `SELECT a.attname
       FROM pg_catalog.pg_index AS i
       JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
       WHERE i.indisprimary AND i.indrelid = $1::regclass`,
      [quoteQualified(table)],
    )
    const columns = named.map(([name]) => quoteName(name ?? ''))
    const shown = columns.map((column) => `left((${column})::text, ${maxValueLength})`)
    const [row] = await session.rows(
      `SELECT ${['ctid', ...shown].join(', ')} FROM ${quoteQualified(table)} WHERE ctid = $1::tid`,
      [place],
    )
    return [row && columns.length > 0 ? pairs(columns, row.slice(1)) : `ctid=${place}`]
  }, signal)
}

/** Rows that break a foreign key or a check. Undefined where the constraint is not there. */
export async function countViolations(
  sessions: Sessions,
  table: QualifiedName,
  constraint: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  return await sessions.transaction(async (session) => {
    await session.rows(findOperatorsSql)
    const names = (relation: string, numbers: string): string =>
      `(SELECT json_agg(a.attname ORDER BY k.place) FROM unnest(${numbers}) WITH ORDINALITY AS k (number, place)
        JOIN pg_catalog.pg_attribute AS a ON a.attrelid = ${relation} AND a.attnum = k.number)`
    const [found] = await session.rows(
      `SELECT c.contype, pg_catalog.pg_get_expr(c.conbin, c.conrelid), ${names('c.conrelid', 'c.conkey')},
         n.nspname, p.relname, ${names('c.confrelid', 'c.confkey')}
       FROM pg_catalog.pg_constraint AS c
       LEFT JOIN pg_catalog.pg_class AS p ON p.oid = c.confrelid
       LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = p.relnamespace
       WHERE c.conrelid = $1::regclass AND c.conname = $2`,
      [quoteQualified(table), constraint],
    )
    if (!found) return undefined
    const [kind, expression, columns, schema, name, referencedColumns] = found
    const sql =
      kind === 'f'
        ? orphanCountSql(
            { table },
            {
              columns: list(columns),
              references: { schema: schema ?? '', name: name ?? '' },
              referencedColumns: list(referencedColumns),
            },
          )
        : `SELECT count(*) FROM ${quoteQualified(table)} WHERE (${expression}) IS FALSE`
    const [row] = await session.rows(sql)
    return Number(row?.[0])
  }, signal)
}

/**
 * The parts of `Key (a, lower(b))=(1, x) is duplicated.` in any language: between the first bracket and its partner,
 * split at the commas that are in neither brackets nor quotes.
 */
export function keyParts(detail: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let part = ''
  for (const character of detail.slice(Math.max(0, detail.indexOf('(')))) {
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") {
      quote = character
    } else if (character === '(') {
      depth++
      if (depth === 1) continue
    } else if (character === ')') {
      depth--
      if (depth === 0) return [...parts, part.trim()]
    } else if (character === ',' && depth === 1) {
      parts.push(part.trim())
      part = ''
      continue
    }
    part += character
  }
  return []
}

function pairs(names: readonly string[], values: TextRow): string {
  return names.map((name, index) => `${name}=${values[index] ?? 'NULL'}`).join(', ')
}

function list(json: string | null | undefined): readonly string[] {
  return JSON.parse(json ?? '[]') as readonly string[]
}
