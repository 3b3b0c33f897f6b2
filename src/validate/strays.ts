import type { Target } from '../contract/target.ts'
import { type DatasetPlan, keepsRows } from '../model/plan.ts'
import type { QualifiedName } from '../model/relation.ts'
import type { StrayRows, ValidationSummary } from '../model/run-summary.ts'
import type { PartValue } from '../model/table-part.ts'
import { tableId } from '../plan/table-id.ts'
import { straysText } from '../report/strays-text.ts'
import { writtenTable } from './planned-table.ts'

/** A table of the target that several datasets are merged into. */
export interface MergedTable {
  readonly table: QualifiedName
  readonly column: string
  /** What the rows of the datasets have in it. */
  readonly values: readonly PartValue[]
}

/** The tables that a plan merges datasets into, where nobody else has rows there. */
export function mergedTablesOf(datasets: readonly DatasetPlan[]): readonly MergedTable[] {
  const merged = Map.groupBy(
    datasets.filter(({ discriminator, mode }) => discriminator !== undefined && !keepsRows(mode)),
    (dataset) => tableId(writtenTable(dataset)),
  )
  return [...merged.values()].flatMap((group) => {
    const [first] = group
    const column = first?.discriminator?.column
    if (first === undefined || column === undefined) return []
    const values = group.flatMap(({ discriminator }) => discriminator?.value ?? [])
    return [{ table: writtenTable(first), column, values }]
  })
}

/** Counts rows that are of no dataset, table by table. */
export async function countStrays(
  merged: readonly MergedTable[],
  target: Target,
  signal: AbortSignal,
): Promise<readonly StrayRows[]> {
  if (merged.length === 0) return []
  const answers = await target.count(
    merged.map(({ table, column, values }) => ({ table, part: { column, noneOf: values }, columns: [], orphans: [] })),
    signal,
  )
  return merged.map(({ table, column, values }, place) => {
    return { to: `${table.schema}.${table.name}`, column, noneOf: values, rows: answers[place]?.rows ?? 0 }
  })
}

/** A validation that knows of them, and what they are as sentences for people. */
export function withStrays(
  summary: ValidationSummary,
  strays: readonly StrayRows[],
): { readonly summary: ValidationSummary; readonly differences: readonly string[] } {
  const found = strays.filter(({ rows }) => rows > 0)
  if (found.length === 0) return { summary, differences: [] }
  return { summary: { ...summary, status: 'different', strays: found }, differences: found.map(straysText) }
}
