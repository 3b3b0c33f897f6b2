import { z } from 'zod'
import { columnOf, stageKind } from '../stage-kind.ts'

/** Leaves columns out, from there on and in the target; stages before it may read them. No value is touched. */
export const drop = stageKind({
  name: 'drop',
  memory: 'stateless',
  schema: z.array(z.string()).min(1, 'it is empty').describe('Names of columns.'),
  bind(names, shape) {
    for (const [place, name] of names.entries()) columnOf(shape, name, [place])
    return { shape: { ...shape, columns: shape.columns.filter(({ name }) => !names.includes(name)) } }
  },
})
