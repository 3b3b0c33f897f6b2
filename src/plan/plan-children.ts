import type { ChildRead, ReadColumn } from '../model/plan.ts'
import type { ChildTableInfo, ColumnInfo } from '../model/relation.ts'
import { childColumn, childTablePaths } from '../transform/child-outputs.ts'
import { workFrame } from '../transform/shape.ts'
import type { PlannedColumn } from './plan-column.ts'
import type { SelectedTable } from './select-tables.ts'

/** Rows that stand within those of a table, as they are read, and what was decided for their columns. */
export interface PlannedChildren {
  readonly reads: readonly ChildRead[]
  readonly columns: readonly PlannedColumn[]
}

/**
 * @param main Columns of the rows that are read themselves
 * @param plan Decides for a column, which is called as among all that the dataset reads, of a table (`to`)
 * @param toOf Where the rows of a child go
 */
export function planChildren(
  { table, config }: SelectedTable,
  main: readonly ReadColumn[],
  plan: (column: ColumnInfo, isKey: boolean, to: string) => PlannedColumn,
  toOf: (child: ChildTableInfo) => string,
): PlannedChildren | undefined {
  const { children = [] } = table
  if (children.length === 0) return undefined
  const paths = childTablePaths(children)
  /** By child: the columns that are read. */
  const names: (readonly string[])[] = []
  const columns: PlannedColumn[] = []
  const reads = children.map((child, place): ChildRead => {
    const path = paths[place]!
    const isDropped = (name: string): boolean => config?.columns[childColumn(path, name)]?.drop === true
    const keyCount = child.carried.length + 1
    const own = child.columns.filter(({ name }, slot) => slot < keyCount || !isDropped(name))
    const to = toOf(child)
    const decided = own.map((column, slot) => {
      const named = { ...column, name: childColumn(path, column.name), as: column.as ?? column.name }
      const one = plan(named, slot < keyCount, to)
      return { ...one, read: { ...one.read, name: column.name } }
    })
    columns.push(...decided)
    const slots = child.parent === undefined ? main.map(({ name }) => name) : names[child.parent]!
    names.push(own.map(({ name }) => name))
    return {
      frame: workFrame + 1 + place,
      parent: child.parent === undefined ? 0 : workFrame + 1 + child.parent,
      path: child.path,
      kind: child.kind,
      to,
      carried: child.carried.map((name) => slots.indexOf(name)),
      columns: decided.map(({ read }) => read),
      leftOut: [...(child.leftOut ?? []), ...child.columns.map(({ name }) => name).filter(isDropped)],
      signature: child.signature,
    }
  })
  return { reads, columns }
}
