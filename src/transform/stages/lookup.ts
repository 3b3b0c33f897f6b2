import { z } from 'zod'
import { keyText } from '../key-text.ts'
import { withChanged, withColumn } from '../shape.ts'
import { assertFree, columnOf, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { typeName, typeNamed } from '../type-name.ts'

const schema = z.strictObject({
  column: z.string().describe('The column whose values are looked up.'),
  in: z.string().optional().describe('The dataset that they are looked up in, by its name at the source.'),
  by: z.string().optional().describe('The column of that dataset’s source that has them, such as its key.'),
  take: z.string().optional().describe('The column that is found, as the stages of that dataset leave it.'),
  map: z.string().optional().describe('In the place of in, by and take: a map that remember or dedupe fills.'),
  type: typeName.optional().describe('Of what is found. It is known where a map is filled by the same pipeline.'),
  into: z
    .string()
    .min(1, 'it is empty')
    .optional()
    .describe('A new column for what is found; else it stands in the place of the value.'),
  otherwise: z
    .enum(['reject', 'null', 'keep'])
    .optional()
    .describe('What becomes of a value that is not found; reject, if it says nothing.'),
})

/** Looks values up in what datasets that came before have kept. NULL stays NULL. */
export const lookup = stageKind({
  name: 'lookup',
  memory: 'keyed',
  schema,
  bind({ column: name, map, type: typeText, into, otherwise = 'reject' }, shape) {
    const from = columnOf(shape, name, ['column'])
    if (map === undefined || typeText === undefined) {
      throw new StageFault([], 'it says not where to look', 'Write in, by and take, or a map that another stage fills.')
    }
    const type = typeNamed(typeText)
    if (otherwise === 'keep' && into === undefined && type.kind !== from.type.kind) {
      throw new StageFault(
        ['otherwise'],
        `what is found is ${type.kind}, and ${name} is ${from.type.kind}`,
        'Write reject or "null".',
      )
    }
    if (into !== undefined) assertFree(shape, into, ['into'])
    const nullable = from.nullable || otherwise !== 'reject'
    const { shape: after, column } =
      into === undefined
        ? withChanged(shape, from, { type, nullable }, 'lookup')
        : withColumn(shape, { name: into, type, nullable }, 'lookup', [from])
    return {
      shape: after,
      reads: [from],
      run: async (rows: StageRows, signal: AbortSignal): Promise<void> => {
        const asked = new Map<string, number[]>()
        rows.each((row) => {
          const text = rows.text(row, from)
          if (text === null) return
          const key = keyText([text])
          const held = asked.get(key)
          if (held === undefined) asked.set(key, [row])
          else held.push(row)
        })
        const keys = [...asked.keys()]
        const found = await rows.maps.find(map, keys, signal)
        for (const [place, key] of keys.entries()) {
          const entry = found[place]
          for (const row of asked.get(key) ?? []) {
            if (entry?.isAmbiguous === true)
              rows.refuse(row, from, rows.text(row, from), 'there with more than one value')
            else if (entry !== undefined) rows.put(row, column, entry.value)
            else if (otherwise === 'reject') rows.refuse(row, from, rows.text(row, from), 'not there')
            else if (otherwise === 'null') rows.put(row, column, null)
            else rows.put(row, column, rows.text(row, from))
          }
        }
      },
    }
  },
})
