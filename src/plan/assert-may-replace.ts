import type { ExistingTable, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { OutputPlan, Warning } from '../model/plan.ts'
import { keysTo, type PresentTable } from './assert-target.ts'
import type { PlanScope } from './plan-identity.ts'
import { isSameKey } from './same-key.ts'

/**
 * `replace` makes tables and loads them: half of it would replace tables by ones without rows.
 *
 * @param datasets Those of mode replace
 * @throws TL_C105
 */
export function assertReplacesWhole(datasets: readonly string[], scope: PlanScope): void {
  const [first] = datasets
  if (first === undefined || scope === 'all') return
  const flag = scope === 'schema' ? '--schema-only' : '--data-only'
  throw new TransloadError('TL_C105', {
    reason: `${first}: mode replace makes a table and loads it, and ${flag} asks for only one of the two`,
    cure: scope === 'schema' ? 'Choose another schema (?schema=NAME), or leave the flag out.' : 'Use --mode truncate.',
  })
}

/**
 * `replace` puts another table in a table's place: whatever is tied to the one that is there would stay behind with it or
 * be gone, so it is refused where anything is (law 10).
 *
 * @param staying Tables of the run that are there, and are loaded as they are
 * @throws TL_T308
 */
export function assertMayReplace(target: Target, existing: ExistingTable, staying: readonly PresentTable[]): void {
  const tied = [...existing.dependents, ...keysTo(existing.name, staying)]
  if (tied.length === 0) return
  throw new TransloadError('TL_T308', {
    table: target.quoteName(existing.name),
    reason: `mode is replace, and a new table in its place would not have what is tied to this one: ${tied.join(', ')}`,
    cure: 'Use mode truncate, which keeps the table; or drop what is tied to it, and make it again afterwards.',
  })
}

/** Columns and foreign keys of the table that is there, and that the new one does not have. */
export function leftBehind({ table, to }: OutputPlan, existing: ExistingTable): Warning[] {
  const columns = existing.columns.filter(({ name }) => !table.columns.some((column) => column.name === name))
  const keys = existing.foreignKeys.filter((key) => !table.foreignKeys.some((one) => isSameKey(one, key)))
  const names = [...columns.map(({ name }) => `column ${name}`), ...keys.map(({ name }) => `foreign key ${name}`)]
  if (names.length === 0) return []
  const message = `${to} is replaced by a table without its ${names.join(', ')}: they are gone then, and what is in them`
  return [{ code: 'left-behind', message }]
}
