import type { ExistingTable } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { keepsRows } from '../model/plan.ts'
import {
  catalogDatasets,
  discriminatorOf,
  type SelectedTable,
  selectTables,
  transformOf,
} from '../plan/select-tables.ts'
import { withOverrides } from '../plan/with-overrides.ts'
import { LinkedDatasets } from '../plan/link-datasets.ts'
import { tableId } from '../plan/table-id.ts'
import { mergedInto, mergedWith, parseTarget, targetNames, writtenNames } from '../plan/target-names.ts'
import type { RebuiltDataset } from '../plan/assert-rebuildable.ts'
import { uniqueKey } from '../plan/unique-key.ts'
import { loadStages } from '../transform/bind-stages.ts'
import type { ShapeColumn } from '../transform/shape.ts'
import type { BoundOutput } from '../transform/stage-kind.ts'
import type { FrameRows } from './rebuild/row-tables.ts'
import type { MergedTable } from './strays.ts'
import { nearNames, type Unfound } from './near-names.ts'
import { type ComparedTable, isKeyable } from './compared-table.ts'
import { comparedMade, madeName } from './made-table.ts'
import { stagedColumns } from './staging.ts'
import { targetAlone } from './target-alone.ts'
import { collectionRead } from './planned-table.ts'
import { isOrderedAlike } from './compare-types.ts'
import { columnsOf, type PairRequest, type Staged, stagedNames, stagesOf } from './pair-columns.ts'

/** A table of the source that has no counterpart. */
export interface UnpairedTable {
  readonly from: string
  readonly to: string
}

export interface PairedTables {
  readonly tables: readonly ComparedTable[]
  readonly unpaired: readonly UnpairedTable[]
  /** Collections, with where the target has the rows that their documents are made of. */
  readonly collections: readonly PairedCollection[]
  /** Tables that are there to hold the rows of several datasets, and no others. */
  readonly merged: readonly MergedTable[]
  /** Sentences for people: where tables that were not found may be, and what finds them there; tables of the target alone. */
  readonly hints: readonly string[]
}

export interface PairedCollection extends RebuiltDataset {
  readonly table: ComparedTable
  readonly frames: readonly FrameRows[]
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
  const wanted = selected.flatMap((one) => writtenNames(one, names, request))
  const existing = await target.describe(wanted, signal, catalog.isOwn)
  const byName = new Map(existing.map((table) => [tableId(table.name), table]))
  const tables: ComparedTable[] = []
  const unpaired: UnpairedTable[] = []
  const collections: PairedCollection[] = []
  const unfound: Unfound[] = []
  const links = new LinkedDatasets(selected, pipeline.places)
  const stagedBy = new Map<string, Staged>()
  for (const one of links.inOrder) {
    // A stage that does not fit is told, whatever the target has.
    const name = names.get(tableId(one.table.name))
    const staged = stagesOf(links.resolve(one), selected, name && byName.get(tableId(name)), request, keys)
    if (staged === undefined) continue
    stagedBy.set(one.dataset, staged)
    links.note(staged.stages.maps)
  }
  for (const one of selected) {
    const name = names.get(tableId(one.table.name))
    if (name === undefined) throw new TransloadError('TL_X901', { reason: `no target for ${one.dataset}` })
    const there = byName.get(tableId(name))
    const staged = stagedBy.get(one.dataset)
    if (there !== undefined) {
      const table = pairTable(one, staged, selected, there, request)
      tables.push(table)
      collections.push(pairCollection(one, table, staged, there, stagedNames(one.table, selected, request), byName))
    } else {
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
  const merged = mergedTables(selected, byName, request)
  return { tables, collections, unpaired, merged, hints: [...near, ...alone] }
}

/** Datasets that are left out now have their rows there all the same. */
function mergedTables(
  selected: readonly SelectedTable[],
  byName: ReadonlyMap<string, ExistingTable>,
  request: PairRequest,
): MergedTable[] {
  const { catalog, pipeline } = request
  const all = catalogDatasets(catalog, pipeline)
  const merged = new Map<string, MergedTable>()
  for (const one of selected) {
    const table = mergedInto(one, request)
    const discriminator = discriminatorOf(one)
    if (table === undefined || discriminator === undefined || keepsRows(one.config?.mode ?? pipeline.mode)) continue
    if (!byName.has(tableId(table)) || merged.has(tableId(table))) continue
    const values = mergedWith(one, all, request).flatMap((other) => discriminatorOf(other)?.value ?? [])
    merged.set(tableId(table), { table, column: discriminator.column, values })
  }
  return [...merged.values()]
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
  const part = discriminatorOf(selected)
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
    read: staged && collectionRead(staged.read),
    staging,
  }
}

function pairCollection(
  { table, dataset }: SelectedTable,
  own: ComparedTable,
  staged: Staged | undefined,
  there: ExistingTable,
  nameOf: (column: ShapeColumn) => string,
  byName: ReadonlyMap<string, ExistingTable>,
): PairedCollection {
  const { read, configs = [], stages } = staged ?? {}
  const frames = [
    { frame: 0, table: there.name, columns: stages?.shape.columns ?? [], there },
    ...(stages?.outputs ?? []).map(({ to, shape }) => {
      const name = parseTarget(to, there.name.schema)
      return { frame: shape.frame, table: name, columns: shape.columns, there: byName.get(tableId(name)) }
    }),
  ]
  return {
    from: dataset,
    read: read ?? { dataset, table: table.name, columns: [], identify: [] },
    transform: configs,
    discriminator: own.part,
    table: own,
    frames: frames.map(({ columns, ...rows }) => ({
      ...rows,
      names: new Map(columns.map((column) => [column.slot, nameOf(column)])),
    })),
  }
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
  const keyed = output.left.columns.filter(({ name }) => output.primaryKey.includes(name))
  return comparedMade(
    {
      from: madeName(dataset, output.to),
      to: `${there.name.schema}.${there.name.name}`,
      source: table.name,
      target: there.name,
      ignoresExtra: keepsRows(config?.mode ?? request.pipeline.mode),
      read: collectionRead(read),
    },
    keyed.length > 0 ? keyed.map(nameOf) : there.primaryKey,
    stagedColumns({
      read: read.columns,
      stages,
      shape: output.left,
      configs,
      nameOf,
      there,
      maps: request.maps,
      source,
      contents,
    }),
  )
}
