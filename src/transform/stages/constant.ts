import { z } from 'zod'
import { textAsCell } from '../../canonical/text.ts'
import { typeText } from '../../canonical/type-text.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { hasRoomFor } from '../convert.ts'
import { type Shape, type ShapeColumn, withColumn } from '../shape.ts'
import { type BoundStage, assertFree, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { typeName, typeNamed } from '../type-name.ts'

export const plainValue = z.union([
  z.string(),
  z.number().refine(isExact, 'its digits are more than a number keeps: write it in quotes'),
  z.boolean(),
])

/** A number of YAML is a double: of more digits some are lost before anybody sees them. */
function isExact(value: number): boolean {
  if (Number.isInteger(value)) return Number.isSafeInteger(value)
  return value.toPrecision(15) === String(value) || Number(value.toPrecision(15)) === value
}

const schema = z.record(
  z.string(),
  z.union([
    plainValue,
    z.strictObject({
      value: plainValue.describe('The same in every row.'),
      type: typeName
        .optional()
        .describe('Such as int(32) or date; without it text, a whole number’s int(32) or int(64), float64 or bool.'),
    }),
  ]),
)

/** Adds columns with the same value in every row. */
export const constant = stageKind({
  name: 'constant',
  memory: 'stateless',
  schema,
  bind(columns, shape): BoundStage {
    const made: { readonly column: ShapeColumn; readonly cell: Uint8Array }[] = []
    let after: Shape = shape
    for (const [name, given] of Object.entries(columns)) {
      assertFree(after, name, [name])
      const plain = typeof given === 'object' ? given.value : given
      const typed = typeof given === 'object' ? given.type : undefined
      const type = typed === undefined ? typeOf(plain) : typeNamed(typed)
      const cell = cellOf(type, String(plain), name)
      const { shape: next, column } = withColumn(after, { name, type, nullable: false }, 'constant', [])
      after = next
      made.push({ column, cell })
    }
    return {
      shape: after,
      run: (rows: StageRows): void => {
        for (const { column, cell } of made) rows.fill(column, cell)
      },
    }
  },
})

function typeOf(plain: string | number | boolean): CanonicalType {
  if (typeof plain === 'boolean') return { kind: 'bool' }
  if (typeof plain === 'string') return { kind: 'text' }
  if (!Number.isSafeInteger(plain)) return { kind: 'float64' }
  return { kind: 'int', bits: Math.abs(plain) < 2 ** 31 ? 32 : 64, signed: true }
}

/** @throws StageFault where the value is not of the type */
export function cellOf(type: CanonicalType, text: string, name: string): Uint8Array {
  const cell = hasRoomFor(type, text) ? textAsCell(type, text) : undefined
  if (cell !== undefined) return cell
  throw new StageFault([name], `${JSON.stringify(text)} is no ${typeText(type)}`, 'Give it a type, or another value.')
}
