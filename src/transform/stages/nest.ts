import { z } from 'zod'
import { maxFoundBytes } from '../../contract/key-maps.ts'
import { keyText } from '../key-text.ts'
import { withColumn } from '../shape.ts'
import { assertFree, columnOf, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'

/** Gathers rows of another dataset in a JSON array of objects, a new column; of a row that has none, an empty one. */
export const nest = stageKind({
  name: 'nest',
  memory: 'keyed',
  schema: z.strictObject({
    from: z.string().optional().describe('The dataset whose rows are gathered, by its name at the source.'),
    by: z
      .string()
      .optional()
      .describe('The column of that dataset’s source that refers to this one, such as order_id.'),
    key: z.string().describe('The column here that it refers to.'),
    columns: z
      .array(z.string())
      .min(1, 'it is empty')
      .optional()
      .describe('Columns of the objects, as the stages of that dataset leave them.'),
    order: z.string().optional().describe('The column of that dataset that the objects are in the order of.'),
    into: z.string().min(1, 'it is empty').describe('The new column, of type json.'),
    map: z.string().optional().describe('In the place of from, by and columns: a map that remember fills.'),
  }),
  bind({ key: name, into, map }, shape) {
    const key = columnOf(shape, name, ['key'])
    if (map === undefined)
      throw new StageFault(
        [],
        'it says not what is gathered',
        'Write from, by and columns, or a map that remember fills.',
      )
    assertFree(shape, into, ['into'])
    const { shape: after, column } = withColumn(
      shape,
      { name: into, type: { kind: 'json' }, nullable: false },
      'nest',
      [key],
    )
    return {
      shape: after,
      reads: [key],
      run: async (rows: StageRows, signal: AbortSignal): Promise<void> => {
        const asked: { readonly row: number; readonly key: string }[] = []
        rows.each((row) => {
          const text = rows.text(row, key)
          if (text === null) rows.put(row, column, '[]')
          else asked.push({ row, key: keyText([text]) })
        })
        const keys = [...new Set(asked.map((one) => one.key))]
        const found = await rows.maps.findAll(map, keys, signal)
        const arrays = new Map(keys.map((one, place) => [one, found[place] && `[${found[place].join(',')}]`]))
        for (const one of asked) {
          const array = arrays.get(one.key)
          if (array !== undefined) rows.put(one.row, column, array)
          else
            rows.refuse(
              one.row,
              key,
              rows.text(one.row, key),
              `referred to by more than ${maxFoundBytes / 2 ** 20} MiB of rows`,
            )
        }
      },
    }
  },
})
