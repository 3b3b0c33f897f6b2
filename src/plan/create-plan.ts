import type { Pipeline } from '../config/pipeline.ts'
import type { Endpoint } from '../contract/connector.ts'
import type { Source, SplitOptions } from '../contract/source.ts'
import type { ExistingTable, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { decide } from '../mapping/decide.ts'
import { loadRules } from '../mapping/load-rules.ts'
import type { RuleSet } from '../mapping/rule-set.ts'
import type { CensusAnswer, CensusMode } from '../model/census.ts'
import {
  type DatasetPlan,
  definedOnce,
  type NotCarried,
  type OutputPlan,
  outputsOf,
  type PassPlan,
  type ReadPlan,
  type Split,
  type Plan,
  type Warning,
  type WriteMode,
} from '../model/plan.ts'
import { type Catalog, isSameName, type QualifiedName } from '../model/relation.ts'
import { loadStages } from '../transform/bind-stages.ts'
import { assertRebuildable } from './assert-rebuildable.ts'
import { assertEachOnce } from './assert-each-once.ts'
import { assertNotItself } from './assert-not-itself.ts'
import { assertNoneLeftOut } from './assert-none-left-out.ts'
import { assertRulesFit } from './assert-rules-fit.ts'
import { assertMayReplace, assertReplacesWhole, leftBehind } from './assert-may-replace.ts'
import { assertEmpty, assertTargetTakes, type TriggerChoice } from './assert-target.ts'
import { type EqualityOf, rowWarnings } from './census-rows.ts'
import { EnumTypes } from './enum-types.ts'
import { gatherKnowledge } from './group-facts.ts'
import { KeyGroups } from './key-groups.ts'
import { LinkedDatasets } from './link-datasets.ts'
import { mergeTables } from './merge-tables.ts'
import type { PlanScope } from './plan-identity.ts'
import { masksColumn } from './mask-columns.ts'
import { maskedCensus } from './mask-census.ts'
import { type CollectionLook, readCatalog } from './read-catalog.ts'
import { planTable, type PlannedTable } from './plan-table.ts'
import { renderMade } from './render-made.ts'
import { withOverrides } from './with-overrides.ts'
import { withReferences } from './with-references.ts'
import { type SelectedTable, selectTables, transformOf } from './select-tables.ts'
import { tableId } from './table-id.ts'
import { tableWarnings } from './table-warnings.ts'
import { columnNameIn, targetNames, writtenNames } from './target-names.ts'
import { type Census, takeCensus } from './take-census.ts'

export interface PlanRequest {
  readonly source: Source
  readonly target: Target
  readonly sourceEnd: Endpoint
  readonly targetEnd: Endpoint
  readonly identity: string
  readonly pipeline: Pipeline
  readonly scope: PlanScope
  readonly census: CensusMode
  /** Rows above which a table gets the safe type in place of a census. */
  readonly censusLimit: number
  readonly laneCount: number
  readonly triggers?: TriggerChoice | undefined
  readonly signal: AbortSignal
}

/** Decides everything before row 1, and writes nothing anywhere. */
export async function createPlan(request: PlanRequest): Promise<Plan> {
  const { source, target, pipeline, signal } = request
  const warnings: Warning[] = []
  const { catalog, collections, ...look } = await readCatalog({
    source,
    sourceEnd: request.sourceEnd,
    targetEnd: request.targetEnd,
    pipeline,
    census: { isWhole: request.census === 'full', limit: request.censusLimit },
    findsReferences: true,
    signal,
  })
  warnings.push(...look.warnings)
  const asked = selectTables(catalog, pipeline)
  assertRulesFit(pipeline, catalog)
  if (asked.length === 0) {
    throw new TransloadError('TL_S205', { endpoint: source.label, kind: 'table', name: 'to read' })
  }
  const rules = await loadRules(
    request.sourceEnd.engine,
    request.targetEnd.engine,
    pipeline.mapping,
    pipeline.mappingPlace,
  )
  const tables = withOverrides(asked, rules)
  const modeOf = ({ config }: SelectedTable): WriteMode => config?.mode ?? pipeline.mode
  const replaced = tables.filter((table) => modeOf(table) === 'replace')
  assertReplacesWhole(
    replaced.map(({ dataset }) => dataset),
    request.scope,
  )
  const keys = await loadStages(tables.flatMap(transformOf), pipeline.secrets.of)
  const targets = targetNames(tables, request)
  assertNoneLeftOut(catalog, tables, request)
  const groups = new KeyGroups(tables, request)
  const namesOf = (selected: SelectedTable): QualifiedName[] => writtenNames(selected, targets, request)
  const found = await describe(target, tables.flatMap(namesOf), catalog, signal)
  const existing = new Map(found)
  for (const name of replaced.flatMap(namesOf)) existing.delete(tableId(name))
  const notCarried: NotCarried[] = [...collections.values()].flatMap((one) => one.notCarried)
  const targetOf = (name: QualifiedName): QualifiedName | undefined => targets.get(tableId(name))
  const nameOfColumn = (table: QualifiedName, column: string): string => columnNameIn(tables, table, column, request)
  const equalityOf: EqualityOf = ({ table, dataset, config }, column) => {
    const there = existing.get(tableId(targetOf(table.name) ?? table.name))
    const name = nameOfColumn(table.name, column.name)
    const mapped = { table: dataset, column: column.name, native: column.native, autoIncrement: false, facts: {} }
    const type =
      there?.columns.find((one) => one.name === name)?.type ??
      decide(rules, mapped, config?.columns[column.name]).targetType
    return target.textEquality?.(type)
  }
  const { questions, answers, ...census } = await censusOf(request, tables, rules, groups, equalityOf)
  warnings.push(...census.warnings)
  const knowledge = gatherKnowledge(tables, answers, groups)
  const isMade = ({ table }: SelectedTable): boolean => !existing.has(tableId(targetOf(table.name) ?? table.name))
  const enumTypes = new EnumTypes({
    tables: tables.filter(isMade),
    groups,
    targetOf,
    columnName: nameOfColumn,
    maxNameBytes: target.maxNameBytes,
  })
  const links = new LinkedDatasets(tables, pipeline.places)
  const byDataset = new Map<string, PlannedTable>()
  for (const one of links.inOrder) {
    const selected = links.resolve(one)
    const to = targetOf(selected.table.name)
    if (to === undefined) throw new TransloadError('TL_X901', { reason: `no target for ${selected.dataset}` })
    const table = planTable(selected, to, modeOf(selected), {
      rules,
      target,
      names: pipeline.names,
      knowledge,
      targetOf,
      columnName: nameOfColumn,
      existing: (name) => existing.get(tableId(name)),
      enumTypes,
      notCarried,
      places: pipeline.places,
      keys,
      canPushDown: source.canPushDown?.bind(source),
      assertReadable: source.assertReadable?.bind(source),
    })
    byDataset.set(one.dataset, table)
    links.note(table.bound?.maps ?? new Map())
  }
  const each = tables.flatMap(({ dataset }) => byDataset.get(dataset) ?? [])
  const planned = mergeTables(withReferences(each, notCarried, warnings), { target, rules, notCarried, warnings })
  const outputs = planned.flatMap(outputsOf)
  assertEachOnce(planned)
  assertNotItself(request.sourceEnd, request.targetEnd, planned)
  const present = outputs.flatMap(({ table, mode }) => {
    const there = found.get(tableId(table.name))
    return there === undefined ? [] : [{ mode, existing: there }]
  })
  const staying = present.filter(({ mode }) => mode !== 'replace')
  const defined = definedOnce(outputs)
  assertEmpty(target, defined, ({ table }) => existing.get(tableId(table.name)))
  for (const table of outputs) {
    const there = found.get(tableId(table.table.name))
    if (request.scope === 'data' && there === undefined) throw notThere(target, table)
    assertTargetTakes(target, table, there, present, request.triggers)
  }
  for (const table of defined) {
    const there = found.get(tableId(table.table.name))
    if (table.mode !== 'replace' || there === undefined) continue
    assertMayReplace(target, there, staying)
    warnings.push(...leftBehind(table, there))
  }
  assertRebuildable(pipeline.validate.mode, planned)
  const made = renderMade(request, planned, existing, found)
  const datasets = await withSplits(request, made.tables)
  const passes = await planPasses(request, made.tables, links)
  const preflight = [
    ...(await source.preflight(
      datasets.map((dataset) => dataset.read),
      signal,
    )),
    ...(await target.preflight(datasets, signal)),
  ]
  warnings.push(...rowWarnings(questions, answers, planned), ...tableWarnings(tables))
  return {
    schema: 'transload.plan/1',
    identity: request.identity,
    source: { ...endpoint(request.sourceEnd, source.version), fingerprint: catalog.fingerprint },
    target: endpoint(request.targetEnd, target.version),
    datasets: datasets.map((one) =>
      withDocuments(withCensus(withNeeds(one, links, passes), answers, request), collections, request),
    ),
    ...(passes.length === 0 ? {} : { passes }),
    prepare: made.rendered.prepare,
    takeOut: made.rendered.takeOut,
    restore: made.rendered.restore,
    finish: made.rendered.finish,
    notCarried: [...otherObjects(catalog), ...(catalog.notCarried ?? []), ...notCarried, ...made.rendered.notCarried],
    warnings,
    preflight,
    estimate: {
      rows: sum(datasets.map((dataset) => dataset.rowEstimate)),
      bytes: sum(datasets.map((dataset) => dataset.byteEstimate)),
    },
  }
}

async function censusOf(
  { source, census: mode, censusLimit, signal }: PlanRequest,
  tables: readonly SelectedTable[],
  rules: RuleSet,
  groups: KeyGroups,
  equalityOf: EqualityOf,
): Promise<Census> {
  if (mode === 'off' || !source.capabilities.census) return { questions: [], answers: [], warnings: [] }
  const limit = mode === 'sample' ? Number.POSITIVE_INFINITY : censusLimit
  return await takeCensus({ source, tables, rules, groups, limit, mode, equalityOf, signal })
}

/** What was found out is kept with what was decided on it. */
function withCensus(
  dataset: DatasetPlan,
  answers: readonly CensusAnswer[],
  { census: mode, pipeline }: PlanRequest,
): DatasetPlan {
  const answer = answers.find(({ table }) => isSameName(table, dataset.read.table))
  if (answer === undefined) return dataset
  const { table, rows } = answer
  const facts = Object.entries(answer.facts).map(([column, known]) => {
    const isMasked =
      pipeline.validate.mask.some((pattern) => masksColumn(pattern, table, column)) ||
      dataset.hidden?.includes(column) === true
    const { min: _, max: __, ...counts } = known
    return [column, isMasked ? counts : known] as const
  })
  return { ...dataset, census: { isSample: mode === 'sample', rows, facts: Object.fromEntries(facts) } }
}

/** What the documents of a collection hold, but what nobody is to see. */
function withDocuments(
  dataset: DatasetPlan,
  collections: ReadonlyMap<string, CollectionLook>,
  { pipeline }: PlanRequest,
): DatasetPlan {
  const { table } = dataset.read
  const look = collections.get(tableId(table))
  if (look === undefined) return dataset
  const isMasked = (column: string): boolean =>
    pipeline.validate.mask.some((pattern) => masksColumn(pattern, table, column)) ||
    dataset.hidden?.includes(column) === true
  return { ...dataset, documents: { census: maskedCensus(look.census, isMasked), notes: look.notes } }
}

function notThere(target: Target, { table }: OutputPlan): TransloadError {
  const shown = target.quoteName(table.name)
  return new TransloadError('TL_T308', {
    table: shown,
    reason: 'it is not there',
    cure: 'Make it, or leave --data-only out.',
  })
}

function endpoint({ engine, label, identity }: Endpoint, version: string): Plan['target'] {
  return { engine, label, identity, version }
}

async function describe(
  target: Target,
  names: readonly QualifiedName[],
  { isOwn }: Catalog,
  signal: AbortSignal,
): Promise<Map<string, ExistingTable>> {
  const tables = await target.describe(names, signal, isOwn)
  return new Map(tables.map((table) => [tableId(table.name), table]))
}

async function withSplits(request: PlanRequest, tables: readonly PlannedTable[]): Promise<DatasetPlan[]> {
  const datasets: DatasetPlan[] = []
  for (const planned of tables) {
    const {
      selected: _,
      sourced: __,
      planned: ___,
      stage: ____,
      planOthers: _____,
      bound: ______,
      children: _______,
      ...table
    } = planned
    datasets.push({ ...table, splits: await splitsOf(request, table.read, table.rowEstimate) })
  }
  return datasets
}

async function splitsOf(request: PlanRequest, read: ReadPlan, rowEstimate: number): Promise<readonly Split[]> {
  if (request.scope === 'schema') return []
  return await request.source.planSplits(read, splitOptions(request.laneCount, rowEstimate), request.signal)
}

/** A pass over a dataset for each of its stages that has to know of all rows first, one after the other. */
async function planPasses(
  request: PlanRequest,
  tables: readonly PlannedTable[],
  links: LinkedDatasets,
): Promise<PassPlan[]> {
  const passes: PassPlan[] = []
  for (const { from, read, bound, rowEstimate } of tables) {
    const needs = links.neededBy(from)
    for (const { look, place: stage } of bound?.stages ?? []) {
      if (look === undefined) continue
      const name = passName(from, stage)
      const splits = await splitsOf(request, { ...read, dataset: name }, rowEstimate)
      passes.push({ name, dataset: from, stage, needs: [...needs], splits })
      needs.push(name)
    }
  }
  return passes
}

function passName(dataset: string, stage: number): string {
  return `${dataset} (before stage ${stage + 1})`
}

function withNeeds(dataset: DatasetPlan, links: LinkedDatasets, passes: readonly PassPlan[]): DatasetPlan {
  const own = passes.filter((pass) => pass.dataset === dataset.from).map(({ name }) => name)
  const needs = [...links.neededBy(dataset.from), ...own]
  return needs.length === 0 ? dataset : { ...dataset, needs }
}

/** Rows below which a split costs more than it gains. */
const leastSplitRows = 100_000

/** Four splits a lane, so that lanes end together; one lane needs none. */
function splitOptions(laneCount: number, rowEstimate: number): SplitOptions {
  const maxCount = laneCount === 1 ? 1 : laneCount * 4
  return { maxCount, rowCount: Math.max(leastSplitRows, Math.ceil(rowEstimate / maxCount)) }
}

function otherObjects(catalog: Catalog): NotCarried[] {
  return catalog.others.map(({ kind, name, sql }) => ({
    kind,
    name: `${name.schema}.${name.name}`,
    reason: 'it is written in the source’s own language: it is put in a file for porting by hand',
    sql,
  }))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
