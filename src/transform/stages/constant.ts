import { z } from 'zod'
import { textToCell } from '../../canonical/text.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { type Shape, type ShapeColumn, withColumn } from '../shape.ts'
import { type BoundStage, assertFree, StageFault, stageKind } from '../stage-kind.ts'
import type { StageRows } from '../stage-rows.ts'
import { typeName, typeNamed } from '../type-name.ts'

const value = z.union([z.string(), z.number(), z.boolean()])

const schema = z.record(
  z.string(),
  z.union([
    value,
    z.strictObject({
      value: value.describe('The same in every row.'),
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
  try {
    return textToCell(type, text)
  } catch (error) {
    if (!(error instanceof TransloadError)) throw error
    throw new StageFault([name], `${JSON.stringify(text)} is no ${type.kind}`, 'Give it a type, or another value.')
  }
}
