import { z } from 'zod'
import { typeText } from '../../canonical/type-text.ts'
import { type Shape, type ShapeColumn, withChanged } from '../shape.ts'
import { columnOf, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { assumedClock, readClocks } from '../assumed-clock.ts'
import { clockLosses } from '../clock-losses.ts'
import { conversionOf } from '../convert.ts'
import { typeName, typeNamed } from '../type-name.ts'

const clockChoice = z.enum(['reject', 'earlier', 'later'])

const castOptions = z.strictObject({
  type: typeName.describe('The new type, such as int(32).'),
  otherwise: z
    .enum(['reject', 'null'])
    .optional()
    .describe('What becomes of a value that the type does not have; reject, if it says nothing.'),
  assume: z.string().optional().describe('Of a timestamp that becomes an instant: the zone that its clock shows.'),
  gap: clockChoice.optional().describe('A clock that the zone skips; reject, if it says nothing.'),
  overlap: clockChoice.optional().describe('A clock that the zone shows twice; reject, if it says nothing.'),
})

const schema = z.record(z.string(), z.union([typeName, castOptions]))

/**
 * Gives columns other types. A value is never rounded or cut: one that the new type does not have as it is costs its row,
 * or becomes NULL where the stage says so.
 */
export const cast = stageKind({
  name: 'cast',
  memory: 'stateless',
  schema,
  bind(wanted, shape) {
    let after: Shape = shape
    const casts = Object.entries(wanted).map(([name, wish]) => {
      const options: z.output<typeof castOptions> = typeof wish === 'string' ? { type: wish } : wish
      const { type: wantedType, otherwise = 'reject' } = options
      const type = typeNamed(wantedType)
      const from = columnOf(after, name, [name])
      const clock = assumedClock(name, from.type, type, options)
      const convert = conversionOf(from.type, type)
      if (convert === undefined && clock === undefined) {
        const reason = `${name} is ${typeText(from.type)}, of which no ${typeText(type)} can be made`
        throw new StageFault([name], reason, 'Cast it to text in between, or choose another type.')
      }
      const { shape: next, column } = withChanged(
        after,
        from,
        { type, nullable: from.nullable || otherwise === 'null', losses: clock && clockLosses(clock) },
        'cast',
      )
      after = next
      const one = { from, column, otherwise }
      if (clock !== undefined) return { from, run: (rows: StageRows) => readClocks(rows, one, clock) }
      return { from, run: (rows: StageRows) => convert && castRows(rows, { ...one, convert }) }
    })
    return {
      shape: after,
      reads: casts.map(({ from }) => from),
      run: (rows: StageRows): void => {
        for (const { run } of casts) run(rows)
      },
    }
  },
})

function castRows(
  rows: StageRows,
  one: {
    readonly from: ShapeColumn
    readonly column: ShapeColumn
    readonly convert: (text: string) => string | undefined
    readonly otherwise: 'reject' | 'null'
  },
): void {
  const { from, column, convert, otherwise } = one
  rows.each((row) => {
    const text = rows.text(row, from)
    const converted = text === null ? null : convert(text)
    const isPut = converted !== undefined && rows.tryPut(row, column, converted)
    if (isPut) return
    if (otherwise === 'null') rows.put(row, column, null)
    else rows.refuse(row, from, text, `no ${typeText(column.type)}`)
  })
}
