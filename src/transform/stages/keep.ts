import { z } from 'zod'
import { columnOf, stageKind } from '../stage-kind.ts'

/** Leaves all columns but these out, and puts these in this order. No value is touched. */
export const keep = stageKind({
  name: 'keep',
  memory: 'stateless',
  schema: z
    .array(z.string())
    .min(1, 'it is empty')
    .refine((names) => new Set(names).size === names.length, 'a name is there twice')
    .describe('Names of columns, in the order of the target.'),
  bind(names, shape) {
    return { shape: { ...shape, columns: names.map((name, place) => columnOf(shape, name, [place])) } }
  },
})
