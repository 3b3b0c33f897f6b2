import { typeText } from '../canonical/type-text.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { ChildRead } from '../model/plan.ts'
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
 * @throws TL_C105 where a column that has the parent's key is to be of another type than that, or the key is left out
 */
export function planChildren(
  { table, config, dataset }: SelectedTable,
  main: readonly PlannedColumn[],
  plan: (column: ColumnInfo, isKey: boolean, to: string) => PlannedColumn,
  toOf: (child: ChildTableInfo) => string,
): PlannedChildren | undefined {
  const { children = [] } = table
  if (children.length === 0) return undefined
  const paths = childTablePaths(children)
  /** By child: the columns that are read. */
  const byChild: (readonly PlannedColumn[])[] = []
  const columns: PlannedColumn[] = []
  const reads = children.map((child, place): ChildRead => {
    const path = paths[place]!
    const isDropped = (name: string): boolean => config?.columns[childColumn(path, name)]?.drop === true
    const keyCount = child.carried.length + 1
    const own = child.columns.filter(({ name }, slot) => slot < keyCount || !isDropped(name))
    const to = toOf(child)
    const above = child.parent === undefined ? main : byChild[child.parent]!
    const carried = child.carried.map((name) => {
      const slot = above.findIndex(({ read }) => read.name === name)
      if (slot >= 0) return slot
      throw new TransloadError('TL_C105', {
        reason: `${dataset}.${name} is left out, and rows of ${to} have it as their key`,
        cure: `Keep it, or leave those rows out: shape: {"${path}": drop}.`,
      })
    })
    const decided = own.map((column, slot) => {
      const name = childColumn(path, column.name)
      const one = plan({ ...column, name, as: column.as ?? column.name }, slot < keyCount, to)
      const key = above[carried[slot] ?? -1]
      const wish = config?.columns[name]?.type
      const typed =
        key === undefined ? one : withTypeOf(key, one, wish === undefined ? undefined : `${dataset}.${name}`)
      return { ...typed, read: { ...typed.read, name: column.name } }
    })
    columns.push(...decided)
    byChild.push(decided)
    return {
      frame: workFrame + 1 + place,
      parent: child.parent === undefined ? 0 : workFrame + 1 + child.parent,
      path: child.path,
      kind: child.kind,
      to,
      carried,
      columns: decided.map(({ read }) => read),
      leftOut: [...(child.leftOut ?? []), ...child.columns.map(({ name }) => name).filter(isDropped)],
      signature: child.signature,
    }
  })
  return { reads, columns }
}

/**
 * A column that has the cells of the parent's key: they are of the key's type, whatever was decided for the column.
 * @param wished Its name for people, where the pipeline gives it a type; absent: it gives it none
 */
function withTypeOf(key: PlannedColumn, one: PlannedColumn, wished: string | undefined): PlannedColumn {
  const { type, policies } = key.read
  if (typeText(type) === typeText(one.read.type)) return { ...one, read: { ...one.read, policies } }
  if (wished !== undefined) {
    throw new TransloadError('TL_C105', {
      reason: `${wished} has the key of the table above, ${key.plan.from}, which is read as ${typeText(type)}`,
      cure: `Leave its type out, or give ${key.plan.from} the same one.`,
    })
  }
  const isThere = one.plan.rule === 'existing-column'
  const { targetType, rule, why } = isThere ? one.plan : key.plan
  return {
    ...one,
    plan: { ...one.plan, type, targetType, rule, why },
    read: { ...one.read, type, policies },
    target: isThere ? one.target : { ...one.target, type: targetType },
    enumType: isThere ? one.enumType : key.enumType,
  }
}
