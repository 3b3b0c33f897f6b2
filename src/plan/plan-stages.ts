import type { Places } from '../config/pipeline.ts'
import type { ReadPlan, WriteColumn } from '../model/plan.ts'
import type { Plain } from '../model/plain.ts'
import { type BoundStages, bindStages, type StagePlace } from '../transform/bind-stages.ts'
import type { StageKeys } from '../transform/stage-keys.ts'
import type { PlannedColumn } from './plan-column.ts'
import type { SelectedTable } from './select-tables.ts'
import { type ColumnsContext, stagedColumns, writeColumns } from './staged-columns.ts'

export interface StagesContext extends ColumnsContext {
  readonly placeOf: StagePlace
  readonly keys: StageKeys
}

/** What a dataset's rows are once they have gone through its stages. */
export interface StagedRows {
  readonly planned: readonly PlannedColumn[]
  readonly frame: number
  readonly columns: readonly WriteColumn[]
  readonly bound: BoundStages
}

/**
 * The columns that a dataset's stages leave, as the target is to have them.
 *
 * @throws TL_C102 where a stage does not fit what it finds
 */
export function planStages(
  stages: readonly Plain[],
  read: ReadPlan,
  planned: readonly PlannedColumn[],
  context: StagesContext,
): StagedRows {
  const bound = bindStages(read, stages, context.placeOf, context.keys)
  const staged = stagedColumns(bound.shape, planned, context)
  return {
    // What the target generates itself goes through no stage.
    planned: [...staged.map(({ one }) => one), ...planned.filter(({ source }) => source.generated !== undefined)],
    frame: bound.shape.frame,
    columns: writeColumns(staged),
    bound,
  }
}

/**
 * Where a dataset's stages stand in its file: those of the mapping, which go before them, stand in none; one that was
 * added for another dataset's sake, where that one asks for it.
 */
export function stagePlaces(
  places: Places,
  { place, config, assumed = [], addedBy = [] }: Pick<SelectedTable, 'place' | 'config' | 'assumed' | 'addedBy'>,
): StagePlace {
  const assumedCount = assumed.length === 0 ? 0 : 1
  const first = assumedCount + (config?.where === undefined ? 0 : 1)
  const ownCount = (config?.transform ?? []).length - addedBy.length
  return (stage, path) => {
    if (stage < assumedCount) return { file: 'the mapping', place: path.map(String).join('.') }
    if (stage < first) return { file: places.file, place: places.place(['datasets', place, 'where']) }
    const own = stage - first
    // The last one, behind those that are added, is of no list.
    const isDiscriminator = own === ownCount + addedBy.length && config?.discriminator !== undefined
    const at = isDiscriminator
      ? ['datasets', place, 'discriminator']
      : (addedBy[own - ownCount] ?? ['datasets', place, 'transform', own, ...path])
    return { file: places.file, place: places.place(at) }
  }
}
