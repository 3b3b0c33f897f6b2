import type { Source } from '../contract/source.ts'
import type { Plain } from '../model/plain.ts'
import type { ReadPlan } from '../model/plan.ts'
import type { ColumnCondition, RowCondition } from '../model/row-condition.ts'
import { conditionsOfHead } from '../transform/conditions-of-head.ts'

/**
 * What the filters at the head of the stages, which were bound, let be left out as rows are read; undefined where the
 * source cannot go by any of it, or there are none.
 */
export function pushedDown(
  stages: readonly Plain[],
  { columns }: Pick<ReadPlan, 'columns'>,
  canPushDown: Source['canPushDown'],
): RowCondition | undefined {
  if (canPushDown === undefined) return undefined
  return provable({ all: conditionsOfHead(stages, columns) }, (condition) => {
    const column = columns.find(({ name }) => name === condition.column)
    return column !== undefined && canPushDown(condition, column)
  })
}

/** A weaker condition is false of fewer rows: what of `all` cannot be proved is not asked for, and `any` needs each part. */
function provable(
  condition: RowCondition,
  isProvable: (condition: ColumnCondition) => boolean,
): RowCondition | undefined {
  if ('all' in condition) {
    const all = condition.all.flatMap((one) => provable(one, isProvable) ?? [])
    return all.length > 1 ? { all } : all[0]
  }
  if ('any' in condition) {
    const any = condition.any.flatMap((one) => provable(one, isProvable) ?? [])
    return any.length === condition.any.length ? { any } : undefined
  }
  return isProvable(condition) ? condition : undefined
}
