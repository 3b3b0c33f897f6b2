import type { TableDefinition } from '../../../model/plan.ts'
import { targetType, type TargetType } from './target-type.ts'

/** The type of a target column, by its name in the target; undefined where the table has none of that name. */
export type ColumnTypes = (column: string) => TargetType | undefined

export function columnTypes(table: TableDefinition): ColumnTypes {
  const types = new Map(table.columns.map((column) => [column.name, targetType(column.type, table.enumTypes)]))
  return (column) => types.get(column)
}
