import type { Column } from '../batch/layout.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { Plain } from '../model/plain.ts'
import type { DatasetPlan } from '../model/plan.ts'
import type { StageConfig } from '../contract/lane.ts'
import { stageKinds } from './registry.ts'
import { type Shape, shapeOf } from './shape.ts'
import { type BoundStage, StageFault, type StageKind } from './stage-kind.ts'

/** The stages of one dataset, each bound to the columns that the one before it leaves. */
export interface BoundStages {
  readonly stages: readonly { readonly name: string; readonly run: BoundStage['run'] }[]
  /** What the last one leaves. */
  readonly shape: Shape
  /** Slots of the columns that are read, of those whose values a stage looks at or changes. */
  readonly touched: ReadonlySet<number>
}

/** Where a stage's configuration stands, for people. */
export type StagePlace = (
  stage: number,
  path: readonly PropertyKey[],
) => { readonly file: string; readonly place: string }

/** Loads what stages need before they are bound. */
export async function loadStages(configs: readonly StageConfig[]): Promise<void> {
  for (const config of configs) {
    const { name, options } = nameAndOptions(config)
    await kindOf(name).load(options)
  }
}

/**
 * Binds stages, which were loaded, to the columns that are read. The same configuration on the same columns binds to the same slots.
 *
 * @throws TL_C102 where a stage names a column that is not there, or one of a type that it cannot work on
 */
export function bindStages(read: readonly Column[], configs: readonly StageConfig[], placeOf: StagePlace): BoundStages {
  let shape = shapeOf(read)
  const touched = new Set<number>()
  const stages = configs.map((config, place) => {
    const { name, options } = nameAndOptions(config)
    const kind = kindOf(name)
    try {
      const bound = kind.bind(options, shape)
      shape = bound.shape
      for (const { slot } of bound.reads ?? []) if (slot < read.length) touched.add(slot)
      return { name, run: bound.run }
    } catch (error) {
      if (!(error instanceof StageFault)) throw error
      throw new TransloadError(
        'TL_C102',
        { ...placeOf(place, [name, ...error.path]), reason: `${name}: ${error.message}`, cure: error.cure },
        error,
      )
    }
  })
  for (const { slot, changedBy } of shape.columns) if (changedBy.length > 0 && slot < read.length) touched.add(slot)
  return { stages, shape, touched }
}

/** The stages of a dataset as its plan has them, whatever the pipeline's file says by now; undefined where it has none. */
export function stagesOfPlan({ read, transform }: Pick<DatasetPlan, 'read' | 'transform'>): BoundStages | undefined {
  if (transform === undefined) return undefined
  return bindStages(read.columns, transform, (stage) => ({
    file: 'the stored plan',
    place: `${read.dataset}[${stage}]`,
  }))
}

function kindOf(name: string): StageKind {
  const kind = stageKinds.find((one) => one.name === name)
  if (kind === undefined) throw new TransloadError('TL_X901', { reason: `no stage ${name}` })
  return kind
}

/** A stage is written as its name and its options: `{drop: [a, b]}`. */
function nameAndOptions(config: StageConfig): { readonly name: string; readonly options: Plain } {
  const [entry] = typeof config === 'object' && config !== null ? Object.entries(config) : []
  if (entry === undefined) throw new TransloadError('TL_X901', { reason: 'a stage without a name' })
  return { name: entry[0], options: entry[1] as Plain }
}
