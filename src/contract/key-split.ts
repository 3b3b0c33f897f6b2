import type { RowKey } from '../model/loss.ts'
import type { ReadPlan, Split } from '../model/plan.ts'

/** The split of just the rows with these keys; its bounds are `{keys}`. @param atomic It has no cursors. */
export function keySplit({ dataset }: ReadPlan, keys: readonly RowKey[], atomic: boolean): Split {
  return { id: `${dataset}#keys`, dataset, ordinal: 0, bounds: { keys }, rowEstimate: keys.length, atomic }
}
