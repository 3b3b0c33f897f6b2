import type { ComparedTable } from './compared-table.ts'
import type { StagedColumns } from './staging.ts'

/** How a table that stages make rows of is called beside the one that they come of. @param to As the pipeline writes it */
export function madeName(dataset: string, to: string): string {
  return `${dataset}/${to}`
}

/**
 * A table whose rows stages make. Its key is made too: no statement of the source can ask for it.
 * @param key Names at the target of the columns that tell its rows apart
 */
export function comparedMade(
  table: Pick<ComparedTable, 'from' | 'to' | 'source' | 'target' | 'ignoresExtra' | 'read'>,
  key: readonly string[],
  { columns, skipped, staging }: StagedColumns,
): ComparedTable {
  const slots = key.map((name) => columns.findIndex(({ to }) => to === name))
  return {
    ...table,
    columns,
    skipped,
    key: slots.includes(-1) ? [] : slots,
    isOrdered: false,
    staging,
    isMade: true,
  }
}
