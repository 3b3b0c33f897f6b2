import type { Column } from '../batch/layout.ts'
import type { StageConfig } from '../contract/lane.ts'
import type { RowCondition } from '../model/row-condition.ts'
import { kindOf, nameAndOptions } from './bind-stages.ts'
import { shapeOf } from './shape.ts'

/**
 * Conditions of the filters that the stages begin with, each of which a row has to meet: where one of them is certainly
 * false, the row is certainly filtered. They are of columns as they are read, since no stage stands before them.
 *
 * A filter behind one that may reject a row tells nothing: what is rejected there is never asked here.
 */
export function conditionsOfHead(configs: readonly StageConfig[], columns: readonly Column[]): readonly RowCondition[] {
  const conditions: RowCondition[] = []
  const shape = shapeOf(columns)
  for (const config of configs) {
    const { name, options } = nameAndOptions(config)
    const told = kindOf(name).tells?.(options, shape)
    if (told?.condition !== undefined) conditions.push(told.condition)
    if (told?.isWhole !== true || !told.isAnswered) break
  }
  return conditions
}
