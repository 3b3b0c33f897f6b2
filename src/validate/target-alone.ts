import type { Pipeline } from '../config/pipeline.ts'
import type { Target } from '../contract/target.ts'
import type { QualifiedName } from '../model/relation.ts'
import { targetName } from '../plan/names.ts'
import { tableId } from '../plan/table-id.ts'

export interface AloneRequest {
  /** What the target's tables are called that tables of the source are compared with. */
  readonly wanted: readonly QualifiedName[]
  /** Tables of the source that nobody asked to compare. */
  readonly leftOut: readonly QualifiedName[]
  readonly pipeline: Pick<Pipeline, 'names'>
  readonly target: Pick<Target, 'tablesIn' | 'maxNameBytes'>
}

const shownTables = 10

/**
 * A sentence for people on the target's tables that no table of the source is the counterpart of, in the schemas that are
 * compared; nothing where there are none. What they hold could come from a table that the source's user may not see.
 */
export async function targetAlone(request: AloneRequest, signal: AbortSignal): Promise<string[]> {
  const { wanted, leftOut, pipeline, target } = request
  if (target.tablesIn === undefined) return []
  const all = await target.tablesIn([...new Set(wanted.map(({ schema }) => schema))], signal)
  const isWanted = new Set(wanted.map(tableId))
  const isLeftOut = new Set(leftOut.map(({ name }) => targetName(name, pipeline.names, target.maxNameBytes)))
  const alone = all.filter((one) => !isWanted.has(tableId(one)) && !isLeftOut.has(one.name))
  if (alone.length === 0) return []
  const first = alone.slice(0, shownTables).map(({ schema, name }) => `${schema}.${name}`)
  const more = alone.length > shownTables ? ` and ${alone.length - shownTables} more` : ''
  return [`Tables that only the target has were not looked at: ${first.join(', ')}${more}.`]
}
