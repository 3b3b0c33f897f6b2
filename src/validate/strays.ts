import type { Target } from '../contract/target.ts'
import type { DatasetValidation, ValidationSummary } from '../model/run-summary.ts'
import type { TableRest } from '../model/table-part.ts'
import { tableId } from '../plan/table-id.ts'
import type { ComparedTable } from './compared-table.ts'

/** Rows of a table that datasets are merged in, which are of none of them. */
export interface Strays {
  readonly to: string
  readonly rest: TableRest
  readonly rows: number
}

/**
 * Counts what no dataset is compared with, of tables where there is to be nothing else.
 * @param tables All that are merged in one are among them
 */
export async function countStrays(
  tables: readonly ComparedTable[],
  target: Target,
  signal: AbortSignal,
): Promise<readonly Strays[]> {
  const merged = Map.groupBy(
    tables.filter(({ part, ignoresExtra }) => part !== undefined && !ignoresExtra),
    (table) => tableId(table.target),
  )
  const asked = [...merged.values()].flatMap((group) => {
    const [first] = group
    const column = first?.part?.column
    if (first === undefined || column === undefined) return []
    const values = group.flatMap(({ part, otherParts = [] }) => [part?.value ?? [], otherParts].flat())
    const rest = { column, noneOf: [...new Set(values)] }
    return [{ to: first.to, rest, question: { table: first.target, part: rest, columns: [], orphans: [] } }]
  })
  if (asked.length === 0) return []
  const answers = await target.count(
    asked.map(({ question }) => question),
    signal,
  )
  return asked.map(({ to, rest }, place) => ({ to, rest, rows: answers[place]?.rows ?? 0 }))
}

/** A validation that knows of them, and what they are as sentences for people. */
export function withStrays(
  summary: ValidationSummary,
  strays: readonly Strays[],
): { readonly summary: ValidationSummary; readonly differences: readonly string[] } {
  const found = strays.filter(({ rows }) => rows > 0)
  if (found.length === 0) return { summary, differences: [] }
  const datasets = found.map(({ to, rows }): DatasetValidation => {
    return {
      from: 'no dataset',
      to,
      sourceRows: 0,
      targetRows: rows,
      nulls: [],
      orphans: [],
      differences: { missing: 0, extra: rows, changed: 0 },
      columns: [],
      samples: [],
    }
  })
  return {
    summary: { ...summary, status: 'different', datasets: [...summary.datasets, ...datasets] },
    differences: found.map(({ to, rest, rows }) => {
      const values = rest.noneOf.map((value) => JSON.stringify(value)).join(', ')
      return rows === 1
        ? `${to}: 1 row is of no dataset: its ${rest.column} is none of ${values}`
        : `${to}: ${rows} rows are of no dataset: their ${rest.column} is none of ${values}`
    }),
  }
}
