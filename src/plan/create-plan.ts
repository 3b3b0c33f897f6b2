import type { Pipeline } from '../config/pipeline.ts'
import type { Endpoint } from '../contract/connector.ts'
import type { Source, SplitOptions } from '../contract/source.ts'
import type { AdoptedTable, ExistingForeignKey, ExistingTable, RenderedTable, Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { loadRules } from '../mapping/load-rules.ts'
import type { DatasetPlan, NotCarried, Plan, Warning, WriteMode } from '../model/plan.ts'
import type { Catalog, ForeignKeyInfo, QualifiedName } from '../model/relation.ts'
import { assertRulesFit } from './assert-rules-fit.ts'
import { assertMayReplace, lostColumns } from './assert-may-replace.ts'
import { assertTargetTakes, type TriggerChoice } from './assert-target.ts'
import { Beside } from './beside.ts'
import { EnumTypes } from './enum-types.ts'
import { gatherKnowledge } from './group-facts.ts'
import { KeyGroups } from './key-groups.ts'
import { assertDistinct, targetName } from './names.ts'
import type { PlanScope } from './plan-identity.ts'
import { ignoresCase } from './plan-column.ts'
import { planTable, type PlannedTable, withoutGenerated } from './plan-table.ts'
import { type SelectedTable, selectTables } from './select-tables.ts'
import { takeCensus } from './take-census.ts'

export interface PlanRequest {
  readonly source: Source
  readonly target: Target
  readonly sourceEnd: Endpoint
  readonly targetEnd: Endpoint
  readonly identity: string
  readonly pipeline: Pipeline
  readonly scope: PlanScope
  readonly census: 'full' | 'off'
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
  const tables = selectTables(catalog, pipeline)
  assertRulesFit(pipeline.mapping, catalog)
  if (tables.length === 0) {
    throw new TransloadError('TL_S205', { endpoint: source.label, kind: 'table', name: 'to read' })
  }
  const rules = await loadRules(request.sourceEnd.engine, request.targetEnd.engine, pipeline.mapping)
  const groups = new KeyGroups(tables)
  const limit = request.census === 'off' ? -1 : request.censusLimit
  const answers =
    request.census === 'off' || !source.capabilities.census
      ? []
      : await takeCensus(source, tables, rules, groups, limit, warnings, signal)
  const targets = targetNames(tables, request)
  const found = await describe(target, [...targets.values()], signal)
  const modeOf = ({ config }: SelectedTable): WriteMode => config?.mode ?? pipeline.mode
  const existing = new Map(found)
  for (const selected of tables.filter((one) => modeOf(one) === 'replace')) {
    existing.delete(idOf(targets.get(idOf(selected.table.name)) ?? selected.table.name))
  }
  const notCarried: NotCarried[] = []
  const targetOf = (name: QualifiedName): QualifiedName | undefined => targets.get(idOf(name))
  const knowledge = gatherKnowledge(tables, answers, groups)
  const nameOfColumn = (table: QualifiedName, column: string): string => columnName(tables, table, column, request)
  const isMade = ({ table }: SelectedTable): boolean => !existing.has(idOf(targetOf(table.name) ?? table.name))
  const enumTypes = new EnumTypes({
    tables: tables.filter(isMade),
    groups,
    targetOf,
    columnName: nameOfColumn,
    maxNameBytes: target.maxNameBytes,
  })
  const planned = tables.map((selected) => {
    const to = targetOf(selected.table.name)
    if (to === undefined) throw new TransloadError('TL_X901', { reason: `no target for ${selected.dataset}` })
    return planTable(selected, to, modeOf(selected), {
      rules,
      target,
      names: pipeline.names,
      knowledge,
      targetOf,
      columnName: nameOfColumn,
      existing: (name) => existing.get(idOf(name)),
      enumTypes,
      notCarried,
    })
  })
  const staying = planned.flatMap(({ table, mode }) => {
    const there = existing.get(idOf(table.name))
    return there === undefined ? [] : [{ mode, existing: there }]
  })
  for (const table of planned) {
    const there = found.get(idOf(table.table.name))
    if (request.scope === 'data' && there === undefined) throw notThere(target, table)
    assertTargetTakes(target, table, there, staying, request.triggers)
    if (table.mode === 'replace') assertMayReplace(target, table, there, staying, request.scope)
  }
  warnings.push(...planned.flatMap((table) => lostColumns(table, found.get(idOf(table.table.name)))))
  const made = renderMade(request, planned, existing)
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
    datasets,
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

/** One source database goes to the target's own schema; several become one schema each. */
function targetNames(tables: readonly SelectedTable[], request: PlanRequest): Map<string, QualifiedName> {
  const { target, pipeline } = request
  const several = new Set(tables.map(({ table }) => table.name.schema)).size > 1
  const spell = (name: string): string => targetName(name, pipeline.names, target.maxNameBytes)
  const named = tables.map(({ table, dataset, config }) => {
    const schema = several ? spell(table.name.schema) : target.defaultSchema
    return { table, from: dataset, to: parseTarget(config?.to, schema) ?? { schema, name: spell(table.name.name) } }
  })
  assertDistinct(
    'tables',
    named.map(({ from, to }) => ({ from, to: `${to.schema}.${to.name}` })),
  )
  return new Map(named.map(({ table, to }) => [idOf(table.name), to]))
}

function parseTarget(to: string | undefined, schema: string): QualifiedName | undefined {
  if (to === undefined) return undefined
  const dot = to.indexOf('.')
  return dot < 0 ? { schema, name: to } : { schema: to.slice(0, dot), name: to.slice(dot + 1) }
}

function columnName(
  tables: readonly SelectedTable[],
  table: QualifiedName,
  column: string,
  request: PlanRequest,
): string {
  const config = tables.find((one) => idOf(one.table.name) === idOf(table))?.config
  return config?.columns[column]?.to ?? targetName(column, request.pipeline.names, request.target.maxNameBytes)
}

async function describe(
  target: Target,
  names: readonly QualifiedName[],
  signal: AbortSignal,
): Promise<Map<string, ExistingTable>> {
  const tables = await target.describe(names, signal)
  return new Map(tables.map((table) => [idOf(table.name), table]))
}

interface Made {
  readonly tables: readonly PlannedTable[]
  readonly rendered: RenderedTable
}

/**
 * Statements for the tables that are to be made. A generated column that the target cannot generate becomes a plain one,
 * whose values are carried. Tables that are there keep their shape.
 */
function renderMade(
  { target, scope, triggers }: PlanRequest,
  planned: readonly PlannedTable[],
  existing: ReadonlyMap<string, ExistingTable>,
): Made {
  const beside = new Beside(target, planned)
  const isMade = (table: PlannedTable): boolean => !existing.has(idOf(table.table.name))
  const render = (all: readonly PlannedTable[]): RenderedTable =>
    target.render(
      all.filter(isMade).map((table) => beside.definition(table)),
      all.filter((table) => !isMade(table)).map(({ table }) => table),
    )
  const first = render(planned)
  const plain = new Set(first.notCarried.filter((one) => one.kind === 'generated column').map((one) => one.name))
  const tables = planned.map((table) => {
    const { schema, name } = table.table.name
    return withoutGenerated(table, (column) => plain.has(`${schema}.${name}.${column}`))
  })
  const second = plain.size === 0 ? first : render(tables)
  const notCarried = [...first.notCarried.filter((one) => one.kind === 'generated column'), ...second.notCarried]
  const adopted = scope === 'schema' ? noStatements : target.adopt(adoptedTables(tables, existing, triggers))
  return {
    tables: tables.map((table) => beside.planned(table)),
    rendered: {
      prepare: [...second.prepare, ...adopted.prepare],
      finish: [...second.finish, ...adopted.finish].toSorted((a, b) => a.phase - b.phase),
      takeOut: adopted.takeOut,
      restore: [...second.restore, ...adopted.restore],
      notCarried: plain.size === 0 ? first.notCarried : notCarried,
    },
  }
}

const noStatements: RenderedTable = { prepare: [], finish: [], takeOut: [], restore: [], notCarried: [] }

function adoptedTables(
  tables: readonly PlannedTable[],
  existing: ReadonlyMap<string, ExistingTable>,
  triggers: TriggerChoice | undefined,
): AdoptedTable[] {
  const adopted: AdoptedTable[] = []
  for (const table of tables) {
    const there = existing.get(idOf(table.table.name))
    if (there === undefined) continue
    const written = new Set(table.writes.flatMap((write) => write.columns.map((column) => column.name)))
    const counters = there.columns
      .filter((column) => written.has(column.name) && (column.identity || column.hasDefault))
      .map((column) => column.name)
    const keysOfSource = there.foreignKeys
      .filter((key) => table.table.foreignKeys.some((one) => isSameKey(one, key)))
      .map((key) => key.name)
    adopted.push({ existing: there, mode: table.mode, counters, keysOfSource, disableTriggers: triggers === 'disable' })
  }
  return adopted
}

function isSameKey(one: ForeignKeyInfo, other: ExistingForeignKey): boolean {
  const pairs = (columns: readonly string[], referenced: readonly string[]): string =>
    JSON.stringify(columns.map((column, i) => `${column}\u0000${referenced[i] ?? ''}`).toSorted())
  return (
    idOf(one.references) === idOf(other.references) &&
    pairs(one.columns, one.referencedColumns) === pairs(other.columns, other.referencedColumns)
  )
}

async function withSplits(request: PlanRequest, tables: readonly PlannedTable[]): Promise<DatasetPlan[]> {
  const datasets: DatasetPlan[] = []
  for (const { selected: _, planned: __, ...table } of tables) {
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

function idOf(name: QualifiedName): string {
  return `${name.schema}\u0000${name.name}`
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
