import { z } from 'zod'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { jsonObject, jsonOf } from '../json-of.ts'
import { holdsNul, keyText, nulReason, readColumnOf } from '../key-text.ts'
import { type Ranking, rankingOf } from '../ranking.ts'
import type { Shape, ShapeColumn } from '../shape.ts'
import { columnOf, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'

const schema = z.strictObject({
  map: z.string().min(1, 'it is empty').describe('What lookup or nest calls it.'),
  key: z.string().describe('The column of the source, by its name there, whose values are looked up.'),
  value: z
    .union([z.string(), z.array(z.string()).min(1, 'it is empty')])
    .describe('The column, as it is here, whose value is found; of a list of columns one JSON object is.'),
  order: z.string().optional().describe('The column that entries of one key are in the order of.'),
})

/** Keeps a value of each row under a value that the source gave it, for datasets that come later. */
export const remember = stageKind({
  name: 'remember',
  memory: 'stateful',
  schema,
  bind({ map, key: keyName, value, order }, shape, scope) {
    const key = readColumnOf(scope, keyName, ['key'])
    const kept = keptOf(value, shape)
    const rank = order === undefined ? undefined : orderOf(columnOf(shape, order, ['order']))
    return {
      shape,
      reads: [...kept.reads, ...(rank === undefined ? [] : [rank.column])],
      maps: { [map]: kept.type },
      run: (rows: StageRows): void => {
        rows.each((row) => {
          const text = rows.readText(row, key)
          if (text === null) return
          const found = kept.of(rows, row)
          if (holdsNul(found)) return rows.reject(row, undefined, `what ${map} is to have is ${nulReason}`)
          const place = rank === undefined ? '' : rank.of(rows, row)
          rows.remember(row, { map, key: keyText([text]), rank: place, id: keyText([found]), value: found })
        })
      },
    }
  },
})

interface Kept {
  readonly reads: readonly ShapeColumn[]
  readonly type: CanonicalType
  readonly of: (rows: StageRows, row: number) => string | null
}

function keptOf(value: z.output<typeof schema>['value'], shape: Shape): Kept {
  if (!Array.isArray(value)) {
    const column = columnOf(shape, value, ['value'])
    return { reads: [column], type: column.type, of: (rows, row) => rows.text(row, column) }
  }
  const columns = value.map((name, place) => columnOf(shape, name, ['value', place]))
  return {
    reads: columns,
    type: { kind: 'json' },
    of: (rows, row) =>
      jsonObject(columns.map((column) => [column.name, jsonOf(column.type, rows.text(row, column))] as const)),
  }
}

function orderOf(column: ShapeColumn): Ranking {
  return rankingOf(column, ['order'], `${column.name} is too long to be compared`)
}
