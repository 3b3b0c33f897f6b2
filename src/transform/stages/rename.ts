import { z } from 'zod'
import { assertFree, columnOf, stageKind } from '../stage-kind.ts'

/** Gives columns other names, from there on and in the target. No value is touched. */
export const rename = stageKind({
  name: 'rename',
  memory: 'stateless',
  schema: z.record(z.string(), z.string().min(1, 'it is empty')).describe('By the column’s name: its new one.'),
  bind(names, shape) {
    // A map: what an object has of its own accord, such as a constructor, is no name.
    const byName = new Map(Object.entries(names))
    let others = { ...shape, columns: shape.columns.filter(({ name }) => !byName.has(name)) }
    for (const [from, to] of byName) {
      const column = columnOf(shape, from, [from])
      assertFree(others, to, [from])
      others = { ...others, columns: [...others.columns, { ...column, name: to }] }
    }
    const columns = shape.columns.map((column) => {
      const name = byName.get(column.name)
      return name === undefined ? column : { ...column, name, isNamed: true }
    })
    return { shape: { ...shape, columns } }
  },
})
