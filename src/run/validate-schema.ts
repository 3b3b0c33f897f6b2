import type { TableShape } from '../contract/table-shape.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { CheckStates } from '../model/check.ts'
import { type Catalog, isSameName, type QualifiedName } from '../model/relation.ts'
import { compareSchema } from '../validate/compare-schema.ts'
import type { TableComparison } from '../validate/compare-table.ts'
import type { ComparedTable } from '../validate/compared-table.ts'
import type { SchemaComparison } from '../validate/schema-difference.ts'
import type { ValueMask } from '../validate/value-mask.ts'

/** In any order; undefined where the target does not tell, none where nobody asks. */
export async function shapesOf(
  tables: readonly ComparedTable[],
  { schema, unique }: CheckStates,
  target: Target,
  signal: AbortSignal,
): Promise<readonly TableShape[] | undefined> {
  if (schema.state !== 'checked' && unique.state !== 'checked') return []
  const questions = tables.map((table) => ({
    table: table.target,
    columns: schema.state === 'checked' ? table.columns.map(({ to, form }) => ({ name: to, form })) : [],
  }))
  return await target.shapes?.(questions, signal)
}

export function withoutShapes(states: CheckStates): CheckStates {
  if (states.schema.state !== 'checked') return states
  const reason = 'the target does not tell what its tables are like'
  return { ...states, schema: { state: 'impossible', reason } }
}

/** In the order of the tables. */
export function compareSchemas(
  tables: readonly ComparedTable[],
  compared: readonly (TableComparison | undefined)[],
  catalog: Catalog,
  shapes: readonly TableShape[],
  mask: ValueMask,
): readonly SchemaComparison[] {
  return tables.map((table, place) => {
    if (table.isMade === true) return { differences: [], notCompared: [] }
    const info = catalog.tables.find(({ name }) => isSameName(name, table.source))
    const shape = shapes.find(({ name }) => isSameName(name, table.target))
    if (info === undefined || shape === undefined) {
      throw new TransloadError('TL_X901', { reason: `${table.from} is gone since it was paired` })
    }
    const changed = compared[place]?.log.declared.map(({ column }) => column)
    const declared = changed && new Set(changed)
    const pairOf = (name: QualifiedName): ComparedTable | undefined =>
      tables.find(({ source }) => isSameName(source, name))
    const found = compareSchema(table, info, shape, pairOf, declared)
    return { ...found, differences: found.differences.map((one) => mask.hideProblem(table, one)) }
  })
}
