import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type { ReadPlan } from '../model/plan.ts'
import type { ColumnInfo } from '../model/relation.ts'
import type { Pipeline } from '../config/pipeline.ts'
import type { Knowledge } from './group-facts.ts'
import { planChildren } from './plan-children.ts'
import { planColumn, type PlannedColumn } from './plan-column.ts'
import { planRead } from './plan-table.ts'
import type { SelectedTable } from './select-tables.ts'
import { childTarget } from './target-names.ts'

/**
 * A table as a run would read it: without columns that are left out, or that the target generates.
 * @param schema Of its table in the target
 * @param isPlain Whether a column that the source generates is one of the target's that it does not
 */
export function readPlan(
  selected: SelectedTable,
  schema: string,
  request: {
    readonly rules: RuleSet
    readonly target: Target
    readonly pipeline: Pick<Pipeline, 'names'>
    readonly knowledge: Knowledge
  },
  isPlain: (column: string) => boolean,
): ReadPlan {
  const { rules, target, pipeline, knowledge } = request
  const { table, config } = selected
  const primary = table.indexes.find((index) => index.kind === 'primary')
  const keyColumns = new Set(primary?.parts.map((part) => part.column))
  const plan = (column: ColumnInfo, isKey: boolean): PlannedColumn =>
    planColumn(column, {
      rules,
      selected,
      names: pipeline.names,
      target,
      isKey: () => isKey,
      knowledge: (one) => knowledge(table.name, one),
      // Whatever the target has: how a column is read does not hang on it.
      existingType: () => 'text',
      enumType: () => {
        throw new TransloadError('TL_X901', { reason: 'an enum type of a column that is there' })
      },
    })
  const planned = table.columns
    .filter(({ name, generated }) => config?.columns[name]?.drop !== true && (generated === undefined || isPlain(name)))
    .map(({ generated: _, ...column }) => plan(column, keyColumns.has(column.name)))
  const children = planChildren(selected, planned, plan, (child) => childTarget(child, schema, { target, pipeline }))
  return planRead(selected, planned, children)
}
