import { z } from 'zod'
import { keyText, readColumnOf } from '../key-text.ts'
import { columnOf, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'

/** Keeps a value of each row under a value that the source gave it, for `lookup` in datasets that come later. */
export const remember = stageKind({
  name: 'remember',
  memory: 'stateful',
  schema: z.strictObject({
    map: z.string().min(1, 'it is empty').describe('What lookup calls it.'),
    key: z.string().describe('The column of the source, by its name there, whose values are looked up.'),
    value: z.string().describe('The column, as it is here, whose value is found.'),
  }),
  bind({ map, key: keyName, value: valueName }, shape, scope) {
    const key = readColumnOf(scope, keyName, ['key'])
    const value = columnOf(shape, valueName, ['value'])
    return {
      shape,
      reads: [value],
      maps: { [map]: value.type },
      run: (rows: StageRows): void => {
        rows.each((row) => {
          const text = rows.readText(row, key)
          if (text === null) return
          const found = rows.text(row, value)
          rows.remember(row, { map, key: keyText([text]), rank: '', id: keyText([found]), value: found })
        })
      },
    }
  },
})
