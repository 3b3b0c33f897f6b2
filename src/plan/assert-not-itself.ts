import type { Endpoint } from '../contract/connector.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { outputsOf } from '../model/plan.ts'
import { isSameName } from '../model/relation.ts'
import type { PlannedTable } from './plan-table.ts'

/**
 * No table is written that is read: emptied, it would have nothing to give any more, and filled, no end.
 * @throws TL_C105 where both ends are one database, as far as their URLs say, and a table of it is both
 */
export function assertNotItself(source: Endpoint, target: Endpoint, tables: readonly PlannedTable[]): void {
  if (source.engine !== target.engine || placeOf(source) !== placeOf(target)) return
  for (const one of tables) {
    const itself = tables.find(({ read }) => outputsOf(one).some(({ table }) => isSameName(table.name, read.table)))
    if (itself === undefined) continue
    throw new TransloadError('TL_C105', {
      reason: `${itself.from} is read and written: source and target are one database, ${target.label}`,
      cure: 'Name another target, another schema of it, or another table (datasets: [{from: NAME, to: OTHER}]).',
    })
  }
}

/** Hosts and ports that go without saying are the same as when they are said. */
function placeOf({ label }: Endpoint): string {
  return label
    .replace(/:\/\/(?:localhost|\[::1\])(?=[:/]|$)/, '://127.0.0.1')
    .replace(/^(mongodb:\/\/[^/]*):27017(?=\/|$)/, '$1')
}
