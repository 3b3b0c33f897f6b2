import { z } from 'zod'
import { type Shape, type ShapeColumn, withChanged } from '../shape.ts'
import { columnOf, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { cellOf, plainValue } from './constant.ts'

/** Puts a value in the place of NULL. */
export const defaultStage = stageKind({
  name: 'default',
  memory: 'stateless',
  schema: z
    .record(z.string(), plainValue)
    .describe('By the column’s name: what stands in the place of NULL, as text of the column’s type.'),
  bind(values, shape) {
    const filled: { readonly column: ShapeColumn; readonly cell: Uint8Array }[] = []
    let after: Shape = shape
    for (const [name, value] of Object.entries(values)) {
      const found = columnOf(after, name, [name])
      const cell = cellOf(found.type, String(value), name)
      const { shape: next, column } = withChanged(after, found, { nullable: false }, 'default')
      after = next
      filled.push({ column, cell })
    }
    return {
      shape: after,
      reads: filled.map(({ column }) => column),
      run: (rows: StageRows): void => {
        for (const { column, cell } of filled) {
          rows.each((row) => {
            if (rows.isNull(row, column)) rows.putCell(row, column, cell)
          })
        }
      },
    }
  },
})
