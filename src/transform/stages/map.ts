import { z } from 'zod'
import { withChanged } from '../shape.ts'
import { columnOf, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { typeName, typeNamed } from '../type-name.ts'
import { cellOf, plainValue } from './constant.ts'

const value = z.union([plainValue, z.null()])

/** Puts values in the place of others, by a table of them. */
export const map = stageKind({
  name: 'map',
  memory: 'stateless',
  schema: z.strictObject({
    column: z.string().describe('The column whose values are looked up.'),
    values: z.record(z.string(), value).describe('By the value, as text: what stands in its place; null for NULL.'),
    type: typeName
      .optional()
      .describe('Of the new values, such as text or smallint’s int(16); without it the column’s own.'),
    otherwise: z
      .enum(['keep', 'null', 'reject'])
      .optional()
      .describe('What becomes of a value that is not in the table; reject, if it says nothing.'),
    whenNull: value.optional().describe('What stands in the place of NULL; NULL, if it says nothing.'),
  }),
  bind({ column: name, values, type: wanted, otherwise = 'reject', whenNull = null }, shape) {
    const from = columnOf(shape, name, ['column'])
    const type = wanted === undefined ? undefined : typeNamed(wanted)
    const results = new Map(
      Object.entries(values).map(([text, result]) => {
        const cell = result === null ? null : cellOf(type ?? from.type, String(result), 'values')
        return [text, cell] as const
      }),
    )
    const forNull = whenNull === null ? null : cellOf(type ?? from.type, String(whenNull), 'whenNull')
    const makesNull = otherwise === 'null' || [...results.values()].includes(null)
    const nullable = makesNull || (from.nullable && forNull === null)
    const { shape: after, column } = withChanged(shape, from, { type, nullable }, 'map')
    const put = (rows: StageRows, row: number, cell: Uint8Array | null): void => {
      if (cell === null) rows.put(row, column, null)
      else rows.putCell(row, column, cell)
    }
    return {
      shape: after,
      reads: [from],
      run: (rows: StageRows): void => {
        rows.each((row) => {
          const text = rows.text(row, from)
          const found = text === null ? forNull : results.get(text)
          if (found !== undefined) put(rows, row, found)
          else if (otherwise === 'null') rows.put(row, column, null)
          else if (otherwise === 'keep') rows.put(row, column, text)
          else rows.refuse(row, from, text, 'not in the table')
        })
      },
    }
  },
})
