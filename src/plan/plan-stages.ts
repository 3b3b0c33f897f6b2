import type { Places } from '../config/pipeline.ts'
import type { ExistingTable } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { decideWrite } from '../mapping/decide.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type { ReadPlan, WriteColumn } from '../model/plan.ts'
import type { Plain } from '../model/plain.ts'
import { typeText } from '../canonical/type-text.ts'
import { bindStages, type StagePlace } from '../transform/bind-stages.ts'
import type { ShapeColumn } from '../transform/shape.ts'
import { workFrame } from '../transform/transformer.ts'
import type { PlannedColumn } from './plan-column.ts'
import type { AssumedColumn, SelectedTable } from './select-tables.ts'

export interface StagesContext {
  readonly dataset: string
  readonly rules: RuleSet
  readonly placeOf: StagePlace
  readonly existing: Pick<ExistingTable, 'columns'> | undefined
  readonly assumed?: readonly AssumedColumn[] | undefined
}

/** What a dataset's rows are once they have gone through its stages. */
export interface StagedColumns {
  readonly planned: readonly PlannedColumn[]
  readonly frame: number
  readonly columns: readonly WriteColumn[]
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
): StagedColumns {
  const { shape } = bindStages(read.columns, stages, context.placeOf)
  const out = shape.columns.map((column) => {
    const before = planned.find(({ plan }) => plan.from === column.source)
    return { column, one: before === undefined ? made(column, context) : carried(column, before, context) }
  })
  return {
    // What the target generates itself goes through no stage.
    planned: [...out.map(({ one }) => one), ...planned.filter(({ source }) => source.generated !== undefined)],
    frame: workFrame,
    columns: out.map(({ column: { slot, type }, one }) => ({ name: one.plan.to, slot, type })),
  }
}

/** A column of the source: keys, indexes and its default follow it, but a default of another type. */
function carried(column: ShapeColumn, before: PlannedColumn, context: StagesContext): PlannedColumn {
  const { changedBy, nullable } = column
  const name = column.isNamed ? column.name : before.plan.to
  const isRetyped = typeText(column.type) !== typeText(before.plan.type)
  const found = isRetyped || name !== before.plan.to ? typeOf(column, name, context) : before.plan
  const targetType = isRetyped || found.rule === 'existing-column' ? found.targetType : before.plan.targetType
  const { default: value, identity, identityNext, onUpdateNow, ...target } = before.target
  // What stands for a value of before is none of those that stages make of it.
  const isMapped = changedBy.some((stage) => stage === 'map' || stage === 'set')
  const assumed = context.assumed?.find((one) => one.column === column.source)
  // What is now is now in every zone.
  const isNow = assumed !== undefined && column.type.kind === 'instant' && !isMapped && value?.kind === 'now'
  const kept = isRetyped
    ? { identity: false, ...(isNow ? { default: value, onUpdateNow } : {}) }
    : { default: isMapped ? undefined : value, identity, identityNext, onUpdateNow }
  const decided = found.rule === 'existing-column' || assumed === undefined ? found : assumed
  const rule =
    isRetyped || found.rule === 'existing-column' ? { rule: decided.rule, why: decided.why, mayLose: undefined } : {}
  return {
    ...before,
    source: (isRetyped && !isNow) || isMapped ? { ...before.source, default: undefined } : before.source,
    plan: {
      ...before.plan,
      ...rule,
      to: name,
      type: column.type,
      targetType,
      nullable,
      ...(changedBy.length > 0 ? { changedBy } : {}),
      losses: [...before.plan.losses, ...(column.losses ?? [])],
      ...((isMapped || isRetyped) && !isNow && value !== undefined
        ? { notes: [...before.plan.notes, 'its DEFAULT is left out: stages make other values of it'] }
        : {}),
    },
    target: { ...target, ...kept, name, type: targetType, nullable },
    enumType: isRetyped ? undefined : before.enumType,
  }
}

function made(column: ShapeColumn, context: StagesContext): PlannedColumn {
  const { name, type, nullable, changedBy } = column
  const { targetType, rule, why } = typeOf(column, name, context)
  const native = { name: type.kind, text: typeText(type), args: [] }
  return {
    source: { name, native, nullable, autoIncrement: false, invisible: false, comment: '' },
    plan: {
      from: name,
      to: name,
      sourceType: '',
      type,
      targetType,
      nullable,
      rule,
      why,
      losses: [],
      notes: [],
      changedBy,
      isMade: true,
    },
    read: { name, native, type, nullable, policies: {} },
    target: { name, type: targetType, nullable, identity: false, comment: '' },
    enumType: undefined,
  }
}

interface TargetTypeFound {
  readonly targetType: string
  readonly rule: string
  readonly why: string
}

function typeOf({ type }: ShapeColumn, name: string, { dataset, rules, existing }: StagesContext): TargetTypeFound {
  const there = existing?.columns.find((one) => one.name === name)
  if (there !== undefined) {
    const why = 'the column is there already: its type is respected'
    return { targetType: there.type, rule: 'existing-column', why }
  }
  const { refused, ...found } = decideWrite(rules, { table: dataset, column: name }, type)
  if (refused === undefined) return found
  throw new TransloadError('TL_C105', {
    reason: `${dataset}.${name}, which a stage makes ${typeText(type)}: ${refused.reason}`,
    cure: 'Give it another type.',
  })
}

/** Where a dataset's stages stand in its file; the mapping's own, which go before them, stand in none. */
export function stagePlaces(places: Places, { place, assumed = [] }: SelectedTable): StagePlace {
  const first = assumed.length === 0 ? 0 : 1
  return (stage, path) =>
    stage < first
      ? { file: 'the mapping', place: path.map(String).join('.') }
      : { file: places.file, place: places.place(['datasets', place, 'transform', stage - first, ...path]) }
}
