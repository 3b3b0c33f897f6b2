import { z } from 'zod'
import { withColumn } from '../shape.ts'
import { assertFree, columnOf, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'

/** Puts the texts of several columns into one, one behind the other; NULLs and their separators are left out. */
export const join = stageKind({
  name: 'join',
  memory: 'stateless',
  schema: z.strictObject({
    columns: z.array(z.string()).min(2, 'it has fewer than two').describe('Names of columns, in their order.'),
    into: z.string().min(1, 'it is empty').describe('The name of the new column. Those that it is made of stay.'),
    separator: z.string().optional().describe('What stands between two of them; a space, if it says nothing.'),
  }),
  bind({ columns, into, separator = ' ' }, shape) {
    const parts = columns.map((name, place) => columnOf(shape, name, ['columns', place]))
    assertFree(shape, into, ['into'])
    const nullable = parts.every((part) => part.nullable)
    const { shape: after, column } = withColumn(shape, { name: into, type: { kind: 'text' }, nullable }, 'join', parts)
    return {
      shape: after,
      reads: parts,
      run: (rows: StageRows): void => {
        rows.each((row) => {
          const texts = parts.map((part) => rows.text(row, part)).filter((text) => text !== null)
          rows.put(row, column, texts.length === 0 ? null : texts.join(separator))
        })
      },
    }
  },
})
