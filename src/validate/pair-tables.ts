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
import { keepsRows, type ReadColumn, type ValuePolicies } from '../model/plan.ts'
import type { Catalog, ColumnInfo, NativeType } from '../model/relation.ts'
import type { PartValue } from '../model/table-part.ts'
import { partOf, type SelectedTable, selectTables, transformOf } from '../plan/select-tables.ts'
import { withOverrides } from '../plan/with-overrides.ts'
import { gatherKnowledge, type Knowledge } from '../plan/group-facts.ts'
import { KeyGroups } from '../plan/key-groups.ts'
import { LinkedDatasets } from '../plan/link-datasets.ts'
import { stagePlaces } from '../plan/plan-stages.ts'
import { readKey } from '../plan/plan-table.ts'
import { readColumns } from '../plan/read-columns.ts'
import { tableId } from '../plan/table-id.ts'
import { columnNameIn, parseTarget, targetNames, writtenNames } from '../plan/target-names.ts'
import { uniqueKey } from '../plan/unique-key.ts'
import { type BoundOutput, type BoundStages, bindStages, loadStages } from '../transform/bind-stages.ts'
import type { StageKeys } from '../transform/stage-keys.ts'
import type { ShapeColumn } from '../transform/shape.ts'
import { nearNames, type Unfound } from './near-names.ts'
import {
  type ComparedColumn,
  type ComparedTable,
  isKeyable,
  type SkippedColumn,
  type Staging,
} from './compared-table.ts'
import { comparedMade, madeName } from './made-table.ts'
import { stagedColumns } from './staging.ts'
import { targetAlone } from './target-alone.ts'
import { compareTypes, isOrderedAlike } from './compare-types.ts'

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

/** A table of the source that has no counterpart. */
export interface UnpairedTable {
  readonly from: string
  readonly to: string
}

export interface PairedTables {
  readonly tables: readonly ComparedTable[]
  readonly unpaired: readonly UnpairedTable[]
  /** Sentences for people: where tables that were not found may be, and what finds them there; tables of the target alone. */
  readonly hints: readonly string[]
}

/**
 * Pairs the source's tables and columns with those that are there in the target, by name and mapping.
 *
 * @throws TL_S205 where the source has no table that is asked for, TL_C107 where one is named that is not there
 */
export async function pairTables(request: PairRequest, signal: AbortSignal): Promise<PairedTables> {
  const { catalog, pipeline, target } = request
  const selected = withOverrides(selectTables(catalog, pipeline), request.rules)
  if (selected.length === 0) {
    throw new TransloadError('TL_S205', { endpoint: request.label, kind: 'table', name: 'to compare' })
  }
  const keys = await loadStages(selected.flatMap(transformOf), pipeline.secrets.of)
  const names = targetNames(selected, request)
  const wanted = selected.flatMap((one) => writtenNames(one, names))
  const existing = await target.describe(wanted, signal)
  const byName = new Map(existing.map((table) => [tableId(table.name), table]))
  const tables: ComparedTable[] = []
  const unpaired: UnpairedTable[] = []
  const unfound: Unfound[] = []
  const links = new LinkedDatasets(selected, pipeline.places)
  const stagedBy = new Map<string, Staged>()
  for (const one of links.inOrder) {
    // A stage that does not fit is told, whatever the target has.
    const staged = stagesOf(links.resolve(one), selected, request, keys)
    if (staged === undefined) continue
    stagedBy.set(one.dataset, staged)
    links.note(staged.stages.maps)
  }
  for (const one of selected) {
    const name = names.get(tableId(one.table.name))
    if (name === undefined) throw new TransloadError('TL_X901', { reason: `no target for ${one.dataset}` })
    const there = byName.get(tableId(name))
    const staged = stagedBy.get(one.dataset)
    if (there !== undefined) tables.push(pairTable(one, staged, selected, there, request))
    else {
      unpaired.push({ from: one.dataset, to: `${name.schema}.${name.name}` })
      if (one.config?.to === undefined) unfound.push({ table: one.table.name, wanted: name })
    }
    if (staged === undefined) continue
    for (const output of staged.stages.outputs) {
      const made = parseTarget(output.to, name.schema)
      const table = byName.get(tableId(made))
      if (table !== undefined) tables.push(pairMade(one, staged, output, selected, table, request))
      else unpaired.push({ from: madeName(one.dataset, output.to), to: `${made.schema}.${made.name}` })
    }
  }
  const isSelected = new Set(selected.map(({ table }) => tableId(table.name)))
  const leftOut = catalog.tables.filter(({ name }) => !isSelected.has(tableId(name))).map(({ name }) => name)
  const near = await nearNames(unfound, target, signal)
  const alone = await targetAlone({ wanted, leftOut, pipeline, target }, signal)
  return { tables, unpaired, hints: [...near, ...alone] }
}

function pairTable(
  selected: SelectedTable,
  staged: Staged | undefined,
  all: readonly SelectedTable[],
  there: ExistingTable,
  request: PairRequest,
): ComparedTable {
  const { table, dataset, config } = selected
  const { columns, skipped, staging } = columnsOf(selected, staged, all, there, request)
  const part = partOf(selected)
  for (const { name } of there.columns) {
    const isKnown = columns.some(({ to }) => to === name) || skipped.some(({ to }) => to === name)
    if (isKnown) continue
    // Where several are merged it may be another's.
    const reason = part === undefined ? 'the source has no such column' : `${dataset} has no such column`
    skipped.push({ from: '', to: name, reason, isMissing: part === undefined })
  }
  const slotOf = (name: string): number => columns.findIndex((column) => column.from === name && isKeyable(column))
  const unique = uniqueKey(table, (name) => slotOf(name) >= 0)
  const key = (unique?.columns ?? []).map(slotOf)
  const mode = config?.mode ?? request.pipeline.mode
  return {
    from: dataset,
    to: `${there.name.schema}.${there.name.name}`,
    source: table.name,
    target: there.name,
    part,
    otherParts: part && otherParts(selected, request),
    columns,
    skipped,
    key,
    isOrdered: isOrderedAlike(
      key.map((slot) => columns[slot]!),
      there.columns,
      request,
    ),
    index: unique?.index,
    ignoresExtra: keepsRows(mode),
    staging,
  }
}

/** What the pipeline gives the rows of all other datasets that go to the same table, those that are left out now too. */
function otherParts({ dataset, config }: SelectedTable, { catalog, pipeline }: PairRequest): readonly PartValue[] {
  const all = selectTables(catalog, { ...pipeline, only: [], except: [] })
  const others = all.filter((one) => one.config?.to === config?.to && one.dataset !== dataset)
  return others.flatMap((one) => partOf(one)?.value ?? [])
}

/** A table that a stage makes rows of, by the names that a run gives its columns. */
function pairMade(
  { table, dataset, config }: SelectedTable,
  { configs, read, stages }: Staged,
  output: BoundOutput,
  all: readonly SelectedTable[],
  there: ExistingTable,
  request: PairRequest,
): ComparedTable {
  const { source, contents } = request
  const nameOf = stagedNames(table, all, request)
  const typeOf = (name: string): string | undefined => there.columns.find((one) => one.name === name)?.type
  const keyed = output.left.columns.filter(({ name }) => output.primaryKey.includes(name))
  return comparedMade(
    {
      from: madeName(dataset, output.to),
      to: `${there.name.schema}.${there.name.name}`,
      source: table.name,
      target: there.name,
      ignoresExtra: keepsRows(config?.mode ?? request.pipeline.mode),
    },
    keyed.length > 0 ? keyed.map(nameOf) : there.primaryKey,
    stagedColumns({
      read,
      stages,
      shape: output.left,
      configs,
      there: (shape) => ({ name: nameOf(shape), type: typeOf(nameOf(shape)) }),
      maps: request.maps,
      source,
      contents,
    }),
  )
}

/** How columns are called in the target once they have gone through stages. */
function stagedNames(
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

function columnsOf(
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

interface Staged {
  readonly configs: readonly Plain[]
  readonly read: readonly ReadColumn[]
  readonly stages: BoundStages
}

/**
 * The stages are bound to the columns as a run would read them: what they make hangs on types, and those on the data.
 *
 * @throws TL_C102 where a stage does not fit
 */
function stagesOf(
  selected: SelectedTable,
  all: readonly SelectedTable[],
  request: PairRequest,
  keys: StageKeys,
): Staged | undefined {
  const transform = transformOf(selected)
  if (transform.length === 0) return undefined
  const knowledge = request.knowledge ?? gatherKnowledge(all, [], new KeyGroups(all))
  const read = readColumns(selected, { ...request, knowledge })
  return {
    configs: transform,
    read,
    stages: bindStages(
      { columns: read, key: readKey(selected.table, (name) => read.some((column) => column.name === name)) },
      transform,
      stagePlaces(request.pipeline.places, selected),
      keys,
    ),
  }
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
  const typeOf = (name: string): string | undefined => there.columns.find((one) => one.name === name)?.type
  const { columns, skipped, staging } = stagedColumns({
    read,
    stages,
    shape: stages.shape,
    configs,
    there: (shape) => ({ name: nameOf(shape), type: typeOf(nameOf(shape)) }),
    maps: request.maps,
    source,
    contents,
  })
  const generated = table.columns
    .filter(({ name, generated }) => generated !== undefined && config?.columns[name]?.drop !== true)
    .map(({ name }): SkippedColumn => {
      const to = columnNameIn(all, table.name, name, request)
      return {
        from: name,
        to,
        reason: 'it is generated, and goes through no stage',
        isMissing: typeOf(to) === undefined,
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
