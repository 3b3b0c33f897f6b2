import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type { ReadColumn } from '../model/plan.ts'
import type { Pipeline } from '../config/pipeline.ts'
import type { Knowledge } from './group-facts.ts'
import { planColumn } from './plan-column.ts'
import type { SelectedTable } from './select-tables.ts'

/**
 * The columns of a table as a run would read them: without those that are left out, or that the target generates.
 * @param isPlain Whether a column that the source generates is one of the target's that it does not
 */
export function readColumns(
  selected: SelectedTable,
  {
    rules,
    target,
    pipeline,
    knowledge,
  }: {
    readonly rules: RuleSet
    readonly target: Target
    readonly pipeline: Pick<Pipeline, 'names'>
    readonly knowledge: Knowledge
  },
  isPlain: (column: string) => boolean,
): ReadColumn[] {
  const { table, config } = selected
  const primary = table.indexes.find((index) => index.kind === 'primary')
  const keyColumns = new Set(primary?.parts.map((part) => part.column))
  return table.columns
    .filter(({ name, generated }) => config?.columns[name]?.drop !== true && (generated === undefined || isPlain(name)))
    .map(
      (column) =>
        planColumn(column, {
          rules,
          selected,
          names: pipeline.names,
          target,
          isKey: (name) => keyColumns.has(name),
          knowledge: (one) => knowledge(table.name, one),
          // Whatever the target has: how a column is read does not hang on it.
          existingType: () => 'text',
          enumType: () => {
            throw new TransloadError('TL_X901', { reason: 'an enum type of a column that is there' })
          },
        }).read,
    )
}
