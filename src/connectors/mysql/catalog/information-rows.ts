import type { TextSession } from '../../sql/session.ts'
import type { ServerFacts } from '../server-facts.ts'

/** One row of a table of `information_schema`. */
export type InformationRow<Column extends string> = { readonly [column in Column]: string | null }

/** Reads columns of one table of `information_schema`; a column that this server does not have reads NULL. */
export async function readInformation<Column extends string>(
  session: TextSession,
  server: ServerFacts,
  table: string,
  columns: readonly Column[],
  where: string,
): Promise<readonly InformationRow<Column>[]> {
  const list = columns.map((column) => (server.catalogHas(table, column) ? column : `NULL AS ${column}`))
  const rows = await session.rows(`SELECT ${list.join(', ')} FROM information_schema.${table} WHERE ${where}`)
  return rows.map((row) => {
    const entries = columns.map((column, at) => [column, row[at] ?? null])
    return Object.fromEntries(entries) as InformationRow<Column>
  })
}

/** Groups rows by one column's text, in the order they come. */
export function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const name = key(row)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [row])
    else group.push(row)
  }
  return groups
}

/** By code units, so that the order is the same everywhere. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
