import type { Pipeline } from '../config/pipeline.ts'
import type { Endpoint } from '../contract/connector.ts'
import type { Source, SplitOptions } from '../contract/source.ts'
import type { ExistingTable, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { loadRules } from '../mapping/load-rules.ts'
import type { CensusAnswer, CensusMode } from '../model/census.ts'
import type { DatasetPlan, NotCarried, Plan, Warning, WriteMode } from '../model/plan.ts'
import { type Catalog, isSameName, type QualifiedName } from '../model/relation.ts'
import { loadStages } from '../transform/bind-stages.ts'
import { assertRulesFit } from './assert-rules-fit.ts'
import { assertMayReplace, assertReplacesWhole, leftBehind } from './assert-may-replace.ts'
import { assertEmpty, assertTargetTakes, type TriggerChoice } from './assert-target.ts'
import { EnumTypes } from './enum-types.ts'
import { gatherKnowledge } from './group-facts.ts'
import { KeyGroups } from './key-groups.ts'
import type { PlanScope } from './plan-identity.ts'
import { ignoresCase } from './plan-column.ts'
import { masksColumn } from './mask-columns.ts'
import { planTable, type PlannedTable } from './plan-table.ts'
import { renderMade } from './render-made.ts'
import { withOverrides } from './with-overrides.ts'
import { withReferences } from './with-references.ts'
import { type SelectedTable, selectTables, transformOf } from './select-tables.ts'
import { tableId } from './table-id.ts'
import { columnNameIn, targetNames } from './target-names.ts'
import { takeCensus } from './take-census.ts'

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
  const catalog = await source.catalog(signal)
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
  await loadStages(tables.flatMap(transformOf))
  const groups = new KeyGroups(tables)
  const limit = request.census === 'sample' ? Number.POSITIVE_INFINITY : request.censusLimit
  const answers =
    request.census === 'off' || !source.capabilities.census
      ? []
      : await takeCensus(source, tables, rules, groups, limit, warnings, signal, request.census)
  const targets = targetNames(tables, request)
  const found = await describe(target, [...targets.values()], signal)
  const existing = new Map(found)
  for (const { table } of replaced) existing.delete(tableId(targets.get(tableId(table.name)) ?? table.name))
  const notCarried: NotCarried[] = []
  const targetOf = (name: QualifiedName): QualifiedName | undefined => targets.get(tableId(name))
  const knowledge = gatherKnowledge(tables, answers, groups)
  const nameOfColumn = (table: QualifiedName, column: string): string => columnNameIn(tables, table, column, request)
  const isMade = ({ table }: SelectedTable): boolean => !existing.has(tableId(targetOf(table.name) ?? table.name))
  const enumTypes = new EnumTypes({
    tables: tables.filter(isMade),
    groups,
    targetOf,
    columnName: nameOfColumn,
    maxNameBytes: target.maxNameBytes,
  })
  const each = tables.map((selected) => {
    const to = targetOf(selected.table.name)
    if (to === undefined) throw new TransloadError('TL_X901', { reason: `no target for ${selected.dataset}` })
    return planTable(selected, to, modeOf(selected), {
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
    })
  })
  const planned = withReferences(each, notCarried)
  const present = planned.flatMap(({ table, mode }) => {
    const there = found.get(tableId(table.name))
    return there === undefined ? [] : [{ mode, existing: there }]
  })
  const staying = present.filter(({ mode }) => mode !== 'replace')
  assertEmpty(target, planned, ({ table }) => existing.get(tableId(table.name)))
  for (const table of planned) {
    const there = found.get(tableId(table.table.name))
    if (request.scope === 'data' && there === undefined) throw notThere(target, table)
    assertTargetTakes(target, table, there, present, request.triggers)
    if (table.mode !== 'replace' || there === undefined) continue
    assertMayReplace(target, there, staying)
    warnings.push(...leftBehind(table, there))
  }
  const made = renderMade(request, planned, existing, found)
  const datasets = await withSplits(request, made.tables)
  const preflight = [
    ...(await source.preflight(
      datasets.map((dataset) => dataset.read),
      signal,
    )),
    ...(await target.preflight(datasets, signal)),
  ]
  warnings.push(...warningsOf(tables))
  return {
    schema: 'transload.plan/1',
    identity: request.identity,
    source: { ...endpoint(request.sourceEnd, source.version), fingerprint: catalog.fingerprint },
    target: endpoint(request.targetEnd, target.version),
    datasets: datasets.map((dataset) => withCensus(dataset, answers, request)),
    prepare: made.rendered.prepare,
    takeOut: made.rendered.takeOut,
    restore: made.rendered.restore,
    finish: made.rendered.finish,
    notCarried: [...otherObjects(catalog), ...notCarried, ...made.rendered.notCarried],
    warnings,
    preflight,
    estimate: {
      rows: sum(datasets.map((dataset) => dataset.rowEstimate)),
      bytes: sum(datasets.map((dataset) => dataset.byteEstimate)),
    },
  }
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
    const isMasked = pipeline.validate.mask.some((pattern) => masksColumn(pattern, table, column))
    const { min: _, max: __, ...counts } = known
    return [column, isMasked ? counts : known] as const
  })
  return { ...dataset, census: { isSample: mode === 'sample', rows, facts: Object.fromEntries(facts) } }
}

function notThere(target: Target, { table }: PlannedTable): TransloadError {
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
  signal: AbortSignal,
): Promise<Map<string, ExistingTable>> {
  const tables = await target.describe(names, signal)
  return new Map(tables.map((table) => [tableId(table.name), table]))
}

async function withSplits(request: PlanRequest, tables: readonly PlannedTable[]): Promise<DatasetPlan[]> {
  const datasets: DatasetPlan[] = []
  for (const { selected: _, sourced: __, planned: ___, stage: ____, ...table } of tables) {
    const splits =
      request.scope === 'schema'
        ? []
        : await request.source.planSplits(
            table.read,
            splitOptions(request.laneCount, table.rowEstimate),
            request.signal,
          )
    datasets.push({ ...table, splits })
  }
  return datasets
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

function warningsOf(tables: readonly SelectedTable[]): Warning[] {
  const warnings: Warning[] = []
  const folded = tables.flatMap(({ table, dataset }) =>
    table.columns.filter(({ native }) => ignoresCase(native)).map((column) => `${dataset}.${column.name}`),
  )
  if (folded.length > 0) {
    const named = folded.slice(0, 5).join(', ')
    const message =
      `${folded.length} columns are compared without minding case at the source, and minding it in the target: ` +
      `${named}${folded.length > 5 ? ' …' : ''}; citext or a collation of the target is a choice`
    warnings.push({ code: 'case-minded', message })
  }
  for (const { table, dataset } of tables) {
    if (!table.transactional) {
      const message = `${dataset} is stored by ${table.storage}, which has no transactions: it is read as it is at the time`
      warnings.push({ code: 'not-transactional', message })
    }
    if (table.partitionCount > 1) {
      const message = `${dataset} has ${table.partitionCount} partitions: it becomes one table`
      warnings.push({ code: 'partitions-flattened', message })
    }
    if (table.systemVersioned) {
      warnings.push({ code: 'history-left', message: `${dataset} is system-versioned: its history is not carried` })
    }
  }
  return warnings
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
