import type { ChildRead } from '../model/plan.ts'
import type { ChildTableInfo } from '../model/relation.ts'
import { type Shape, type ShapeColumn, shapeOfMade, workFrame } from './shape.ts'
import type { BoundOutput, StageSource } from './stage-kind.ts'

/**
 * How a column of rows that stand within others is called among all that a dataset reads, such as `lines[].price`.
 * @param path Of the array or map, among all that the dataset reads
 */
export function childColumn(path: string, name: string): string {
  return `${path}[].${name}`
}

/** Where each kind of rows stands, among all that a dataset reads: `lines`, `lines[].parts`. */
export function childPaths(children: readonly Pick<ChildRead, 'frame' | 'parent' | 'path'>[]): string[] {
  const paths = new Map<number, string>()
  for (const { frame, parent, path } of children) {
    const above = paths.get(parent)
    paths.set(frame, above === undefined ? path : childColumn(above, path))
  }
  return children.map(({ frame }) => paths.get(frame)!)
}

/** As {@link childPaths}, of what a catalog says stands within the rows of a table. */
export function childTablePaths(children: readonly Pick<ChildTableInfo, 'parent' | 'path'>[]): string[] {
  const paths: string[] = []
  for (const { parent, path } of children) paths.push(parent === undefined ? path : childColumn(paths[parent]!, path))
  return paths
}

/** Tables for rows that were read within others. @param main The rows that were read themselves */
export function childOutputs({ children = [] }: StageSource, main: Shape): BoundOutput[] {
  const shapes = new Map([[0, main]])
  const paths = childPaths(children)
  return children.map((child, place) => {
    const path = paths[place]!
    const parents = child.carried.map((slot) => shapes.get(child.parent)!.columns[slot]!)
    const columns = child.columns.map(({ name, type, nullable }, slot): Omit<ShapeColumn, 'slot'> => {
      const source = childColumn(path, name)
      const own = { name, type, nullable, source, changedBy: [], madeOf: [source], isNamed: false }
      const { madeOf } = parents[slot] ?? own
      return { ...own, madeOf }
    })
    const shape = shapeOfMade(child.frame, columns)
    shapes.set(child.frame, shape)
    const key = shape.columns.slice(0, child.carried.length + 1)
    return {
      to: child.to,
      path: [],
      shape,
      left: shape,
      transform: [],
      stage: -1,
      parent: child.parent === 0 ? workFrame : child.parent,
      primaryKey: key.map(({ name }) => name),
      references: parents.map((one, place) => ({ column: shape.columns[place]!.name, parent: one })),
    }
  })
}
