import { TransloadError } from '../errors/transload-error.ts'
import { outputsOf } from '../model/plan.ts'
import { assertDistinct } from './names.ts'
import type { PlannedTable } from './plan-table.ts'

/**
 * A table has the rows of one dataset, or of several that are merged into it.
 * @throws TL_C108, and TL_C105 where rows that stages of merged datasets make would not be told apart
 */
export function assertEachOnce(tables: readonly PlannedTable[]): void {
  const merged = new Set<string>()
  const made = new Map<string, string>()
  const each: { readonly from: string; readonly to: string }[] = []
  for (const table of tables) {
    const { from, discriminator } = table
    for (const [place, { to }] of outputsOf(table).entries()) {
      const isOwn = place === 0
      if (discriminator === undefined || !isOwn || !merged.has(to)) each.push({ from, to })
      if (discriminator === undefined) continue
      if (isOwn) merged.add(to)
      else if (made.has(to)) {
        throw new TransloadError('TL_C105', {
          reason: `${made.get(to)} and ${from} are merged, and stages of both make rows of ${to}, which would not be told apart there`,
          cure: 'Write an entry of datasets for each of them, whose stages make tables of different names.',
        })
      } else made.set(to, from)
    }
  }
  assertDistinct('tables', each)
}
