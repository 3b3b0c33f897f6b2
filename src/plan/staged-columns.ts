import { typeText } from '../canonical/type-text.ts'
import type { ExistingTable } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { decideWrite } from '../mapping/decide.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type { WriteColumn } from '../model/plan.ts'
import type { Shape, ShapeColumn } from '../transform/shape.ts'
import type { PlannedColumn } from './plan-column.ts'
import type { AssumedColumn } from './select-tables.ts'

export interface ColumnsContext {
  readonly dataset: string
  readonly rules: RuleSet
  /** The table that is there in the place of the one that the columns are of. */
  readonly existing: Pick<ExistingTable, 'columns'> | undefined
  readonly assumed?: readonly AssumedColumn[] | undefined
}

/** A column that stages leave, and as the target is to have it. */
export interface StagedColumn {
  readonly column: ShapeColumn
  readonly one: PlannedColumn
}

/** @param planned Columns of the source, before any stage */
export function stagedColumns(
  { columns }: Shape,
  planned: readonly PlannedColumn[],
  context: ColumnsContext,
): StagedColumn[] {
  return columns.map((column) => {
    const before = planned.find(({ plan }) => plan.from === column.source)
    return { column, one: before === undefined ? made(column, context) : carried(column, before, context) }
  })
}

export function writeColumns(staged: readonly StagedColumn[]): WriteColumn[] {
  return staged.map(({ column: { slot, type }, one }) => ({ name: one.plan.to, slot, type }))
}

/** Stages that put other values in the place of those that there are. */
const replacing: ReadonlySet<string> = new Set(['map', 'set', 'hash', 'mask', 'id', 'lookup', 'code'])

/** A column of the source: keys, indexes and its default follow it, but a default of another type. */
function carried(column: ShapeColumn, before: PlannedColumn, context: ColumnsContext): PlannedColumn {
  const { changedBy, nullable } = column
  const name = column.isNamed ? column.name : before.plan.to
  const isRetyped = typeText(column.type) !== typeText(before.plan.type)
  const found = isRetyped || name !== before.plan.to ? typeOf(column, name, context) : before.plan
  const targetType = isRetyped || found.rule === 'existing-column' ? found.targetType : before.plan.targetType
  const { default: value, identity, identityNext, onUpdateNow, ...target } = before.target
  // What stands for a value of before is none of those that stages make of it.
  const isMapped = changedBy.some((stage) => replacing.has(stage))
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

function made(column: ShapeColumn, context: ColumnsContext): PlannedColumn {
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

function typeOf({ type }: ShapeColumn, name: string, { dataset, rules, existing }: ColumnsContext): TargetTypeFound {
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
