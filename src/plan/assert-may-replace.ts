import type { ExistingTable, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { Warning } from '../model/plan.ts'
import { keysTo, type StayingTable } from './assert-target.ts'
import type { PlanScope } from './plan-identity.ts'
import type { PlannedTable } from './plan-table.ts'

/**
 * `replace` puts another table in a table's place: whatever is tied to the one that is there would stay behind with it or
 * be gone, so it is refused where anything is (law 10).
 *
 * @param staying Tables of the run that are there, and are loaded as they are
 * @throws TL_T308, and TL_C105 where only tables or only rows are asked for
 */
export function assertMayReplace(
  target: Target,
  table: PlannedTable,
  existing: ExistingTable | undefined,
  staying: readonly StayingTable[],
  scope: PlanScope,
): void {
  const shown = target.quoteName(table.table.name)
  if (scope !== 'all') {
    const flag = scope === 'schema' ? '--schema-only' : '--data-only'
    throw new TransloadError('TL_C105', {
      reason: `${shown}: mode replace makes a table and loads it, and ${flag} asks for only one of the two`,
      cure:
        scope === 'schema' ? 'Choose another schema (?schema=NAME), or leave the flag out.' : 'Use --mode truncate.',
    })
  }
  if (existing === undefined) return
  const tied = [...existing.dependents, ...keysTo(existing.name, staying)]
  if (tied.length === 0) return
  throw new TransloadError('TL_T308', {
    table: shown,
    reason: `mode is replace, and a new table in its place would not have what is tied to this one: ${tied.join(', ')}`,
    cure: 'Use mode truncate, which keeps the table; or drop what is tied to it, and make it again afterwards.',
  })
}

/** Columns of the table that is there, and that the new one does not have. */
export function lostColumns({ mode, table, to }: PlannedTable, existing: ExistingTable | undefined): Warning[] {
  if (mode !== 'replace' || existing === undefined) return []
  const lost = existing.columns.filter(({ name }) => !table.columns.some((column) => column.name === name))
  if (lost.length === 0) return []
  const names = lost.map(({ name }) => name).join(', ')
  return [
    { code: 'columns-left', message: `${to} is replaced by a table without ${names}: what is in them is gone then` },
  ]
}
