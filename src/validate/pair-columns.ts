import type { Pipeline } from '../config/pipeline.ts'
import type { Contents } from '../contract/contents.ts'
import type { KeyMaps } from '../contract/key-maps.ts'
import type { ExistingTable, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { decide } from '../mapping/decide.ts'
import { policiesOf } from '../mapping/policies.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import { wantedOf } from '../mapping/wanted.ts'
import type { Plain } from '../model/plain.ts'
import type { ReadPlan, ValuePolicies } from '../model/plan.ts'
import type { Catalog, ColumnInfo, NativeType } from '../model/relation.ts'
import { type SelectedTable, transformOf } from '../plan/select-tables.ts'
import { gatherKnowledge, type Knowledge } from '../plan/group-facts.ts'
import { withHidden } from '../plan/hidden-columns.ts'
import { KeyGroups } from '../plan/key-groups.ts'
import { stagePlaces } from '../plan/plan-stages.ts'
import { readPlan } from '../plan/read-plan.ts'
import { columnNameIn } from '../plan/target-names.ts'
import { type BoundStages, bindStages } from '../transform/bind-stages.ts'
import type { StageKeys } from '../transform/stage-keys.ts'
import type { ShapeColumn } from '../transform/shape.ts'
import type { ComparedColumn, SkippedColumn, Staging } from './compared-table.ts'
import { stagedColumns } from './staging.ts'
import { compareTypes } from './compare-types.ts'

export interface PairRequest {
  /** Of the source, for people: no secrets. */
  readonly label: string
  readonly catalog: Catalog
  readonly pipeline: Pipeline
  readonly target: Target
  readonly rules: RuleSet
  readonly source: Contents<NativeType>
  readonly contents: Contents<string>
  /** What stages look up. */
  readonly maps: KeyMaps
  /** What the data is, for tables whose rows go through stages; absent: nobody has looked. */
  readonly knowledge?: Knowledge | undefined
}

/** How columns are called in the target once they have gone through stages. */
export function stagedNames(
  { name: table }: SelectedTable['table'],
  all: readonly SelectedTable[],
  request: PairRequest,
): (column: ShapeColumn) => string {
  return ({ name, isNamed, source: own }) =>
    isNamed || own === undefined ? name : columnNameIn(all, table, own, request)
}

interface PairedColumns {
  readonly columns: ComparedColumn[]
  readonly skipped: SkippedColumn[]
  readonly staging?: Staging | undefined
}

/** The columns of a dataset, each with its counterpart. */
export function columnsOf(
  selected: SelectedTable,
  staged: Staged | undefined,
  all: readonly SelectedTable[],
  there: ExistingTable,
  request: PairRequest,
): PairedColumns {
  const { table, config } = selected
  if (staged !== undefined) return stagedColumnsOf(selected, staged, all, there, request)
  const columns: ComparedColumn[] = []
  const skipped: SkippedColumn[] = []
  for (const column of table.columns) {
    if (config?.columns[column.name]?.drop === true) continue
    const to = columnNameIn(all, table.name, column.name, request)
    const type = there.columns.find((one) => one.name === to)?.type
    const mapping = mappingOf(column, selected, request.rules)
    const paired =
      type === undefined
        ? missingColumn(column.name, to, there)
        : compareTypes(
            { from: column.name, to, sourceType: column.native, targetType: type, ...mapping.readType },
            mapping.policies,
            request,
          )
    if (typeof paired === 'string')
      skipped.push({ from: column.name, to, reason: paired, isMissing: type === undefined })
    else columns.push(paired)
  }
  return { columns, skipped }
}

/** The stages that a dataset's rows go through, and the columns that they begin with. */
export interface Staged {
  readonly configs: readonly Plain[]
  readonly read: ReadPlan
  readonly stages: BoundStages
}

/**
 * The stages are bound to the columns as a run would read them: what they make hangs on types, and those on the data.
 *
 * @throws TL_C102 where a stage does not fit
 */
export function stagesOf(
  selected: SelectedTable,
  all: readonly SelectedTable[],
  there: ExistingTable | undefined,
  request: PairRequest,
  keys: StageKeys,
): Staged | undefined {
  const transform = transformOf(selected)
  // What a collection's columns are hangs on how a run reads it.
  if (transform.length === 0 && selected.table.leftOut === undefined) return undefined
  const knowledge = request.knowledge ?? gatherKnowledge(all, [], new KeyGroups(all, request))
  const isPlain = (name: string): boolean => {
    const to = columnNameIn(all, selected.table.name, name, request)
    return there?.columns.find((one) => one.name === to)?.generated === false
  }
  const schema = there?.name.schema ?? request.target.defaultSchema
  const read = readPlan(selected, schema, { ...request, knowledge }, isPlain)
  const stages = bindStages(read, transform, stagePlaces(request.pipeline.places, selected), keys)
  return { configs: transform, read: withHidden(read, stages), stages }
}

function stagedColumnsOf(
  { table, config }: SelectedTable,
  { configs, read, stages }: Staged,
  all: readonly SelectedTable[],
  there: ExistingTable,
  request: PairRequest,
): PairedColumns {
  const { source, contents } = request
  const nameOf = stagedNames(table, all, request)
  const { columns, skipped, staging } = stagedColumns({
    read: read.columns,
    stages,
    shape: stages.shape,
    configs,
    nameOf,
    there,
    maps: request.maps,
    source,
    contents,
  })
  const generated = table.columns
    .filter(({ name, generated }) => {
      const isRead = read.columns.some((column) => column.name === name)
      return generated !== undefined && !isRead && config?.columns[name]?.drop !== true
    })
    .map(({ name }): SkippedColumn => {
      const to = columnNameIn(all, table.name, name, request)
      return {
        from: name,
        to,
        reason: 'it is generated, and goes through no stage',
        isMissing: !there.columns.some((one) => one.name === to),
      }
    })
  return { columns: [...columns], skipped: [...skipped, ...generated], staging }
}

/** A column in another case is not taken for it: where that is meant, a word of the user's says so. */
function missingColumn(name: string, to: string, there: ExistingTable): string {
  const twin = there.columns.find((one) => one.name.toLowerCase() === to.toLowerCase())
  if (twin === undefined) return 'the target has no such column'
  const cure = twin.name === name.toLowerCase() ? '--names lower' : `columns: {${name}: {to: ${twin.name}}}`
  return `the target has no such column, but ${twin.name}: ${cure} pairs them`
}

interface ColumnMapping {
  readonly readType?: Pick<ComparedColumn, 'readType'> | undefined
  readonly policies: ValuePolicies
}

/** How a run reads the column, where that hangs on nothing but rules, and what it does with faulty values. */
function mappingOf(column: ColumnInfo, { dataset, config }: SelectedTable, rules: RuleSet): ColumnMapping {
  const mapped = {
    table: dataset,
    column: column.name,
    native: column.native,
    autoIncrement: column.autoIncrement,
    facts: {},
  }
  const own = config?.columns[column.name]
  try {
    const { type } = decide(rules, mapped, own)
    const readType = wantedOf(rules, mapped, own ?? {}).type === undefined ? undefined : { readType: type }
    return { readType, policies: policiesOf(rules, mapped, type, own) }
  } catch (error) {
    if (error instanceof TransloadError && error.code === 'TL_C105') return { policies: {} }
    throw error
  }
}
