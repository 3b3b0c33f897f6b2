import type { Layout } from '../../batch/layout.ts'
import type { ReadPlan } from '../../model/plan.ts'

/** The frames that a collection is read into, each in the place that the plan gives it. */
export function layoutsOfRead({ dataset, columns, identify, children = [] }: ReadPlan): Layout[] {
  const main: Layout = {
    dataset,
    columns,
    identify: identify.map((name) => columns.findIndex((column) => column.name === name)),
  }
  const frameCount = Math.max(0, ...children.map(({ frame }) => frame)) + 1
  return Array.from({ length: frameCount }, (_, frame) => {
    const child = children.find((one) => one.frame === frame)
    return child === undefined ? main : { dataset, columns: child.columns, identify: [] }
  })
}
