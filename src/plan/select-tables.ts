import type { DatasetConfig, Pipeline, Places } from '../config/pipeline.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { globMatches } from '../mapping/glob.ts'
import type { AssumedClock } from '../mapping/overrides.ts'
import type { Plain } from '../model/plain.ts'
import type { DatasetPlan } from '../model/plan.ts'
import type { TablePart } from '../model/table-part.ts'
import type { Catalog, TableInfo } from '../model/relation.ts'
import { placeOfColumn } from './column-faults.ts'
import { declaredRelations, type NamedTable } from './declared-relations.ts'
import { childColumn, childTablePaths } from '../transform/child-outputs.ts'
import { assertMasksKnown } from './mask-columns.ts'
import { unknownName } from './unknown-name.ts'

export interface SelectedTable {
  readonly table: TableInfo
  /** The table's name for people, with its database where the source has several. */
  readonly dataset: string
  readonly config: DatasetConfig | undefined
  /** Of the configuration among the pipeline's datasets; −1: there is none. */
  readonly place: number
  /** Where in the file the stages are that are added behind its own, since others look its rows up. */
  readonly addedBy?: readonly (readonly PropertyKey[])[] | undefined
  /** Columns of which a clock is to become a moment; absent: none. */
  readonly assumed?: readonly AssumedColumn[] | undefined
}

/** A column whose clock is that of a zone. */
export interface AssumedColumn {
  readonly column: string
  /** As a stage writes it, such as `instant(3)`. */
  readonly type: string
  readonly clock: AssumedClock
  readonly rule: string
  readonly why: string
}

/**
 * The stages that a table's rows go through: first those that the mapping wants, then the condition on
 * its rows, then the pipeline's, and then the one that tells them from those that they are merged with.
 */
export function transformOf(selected: SelectedTable): readonly Plain[] {
  const { config, assumed = [] } = selected
  const discriminator = discriminatorOf(selected)
  const own = [
    ...(config?.where === undefined ? [] : [{ filter: config.where }]),
    ...(config?.transform ?? []),
    ...(discriminator === undefined ? [] : [{ constant: { [discriminator.column]: discriminator.value } }]),
  ]
  if (assumed.length === 0) return own
  const casts = assumed.map(({ column, type, clock: { zone, gap, overlap } }) => {
    return [column, { type, assume: zone, gap, overlap }] as const
  })
  return [{ cast: Object.fromEntries(casts) }, ...own]
}

/** What tells a dataset's rows from others in the table that they are merged into; undefined: they are merged with none. */
export function discriminatorOf({ config, dataset }: Pick<SelectedTable, 'config' | 'dataset'>): TablePart | undefined {
  const discriminator = config?.discriminator
  return discriminator && { column: discriminator.column, value: discriminator.value ?? dataset }
}

/**
 * The tables that the pipeline asks for, in the source's order.
 * @throws TL_C107 where it names a table or a column that is not there
 */
export function selectTables(catalog: Catalog, pipeline: Pipeline): SelectedTable[] {
  const named = catalogDatasets(catalog, pipeline)
  const known = named.map((one) => one.dataset)
  for (const pattern of pipeline.only) {
    if (!named.some((one) => fits(pattern, one))) throw unknownName(pattern, known)
  }
  for (const [place, { from }] of pipeline.datasets.entries()) {
    if (named.some((one) => fits(from, one))) continue
    const at = `${pipeline.places.file}: ${pipeline.places.place(['datasets', place, 'from'])}`
    throw unknownName(`${from} (${at})`, known, from)
  }
  assertEachTakes(named, pipeline)
  const selected = named.filter((one) => isTaken(one, pipeline))
  for (const one of selected) assertColumnsKnown(one, pipeline.places)
  declaredRelations(pipeline.validate, namedTables(catalog))
  assertMasksKnown(pipeline.validate.mask, catalog.tables)
  return selected
}

/**
 * The first entry that a table fits is the one that it is taken by: an entry behind it that names the same table would do
 * nothing, without a word. One for the rest may find that there is none.
 */
function assertEachTakes(named: readonly SelectedTable[], { datasets, places }: Pipeline): void {
  for (const [place, { from }] of datasets.entries()) {
    const fitting = named.filter((one) => fits(from, one))
    if (fitting.some((one) => one.place === place)) continue
    const before = datasets[fitting[0]?.place ?? place]?.from
    if (before === undefined || (isPattern(from) && before !== '*')) continue
    throw new TransloadError('TL_C102', {
      file: places.file,
      place: places.place(['datasets', place, 'from']),
      reason: `${from} is taken by ${before} already, the first entry of datasets that it fits: this one would do nothing`,
      cure: isPattern(before) ? `Put it before ${before}.` : 'Make one entry of the two.',
    })
  }
}

function isPattern(name: string): boolean {
  return /[*?]/.test(name)
}

/** Whether a pipeline asks for a table. */
export function isTaken(
  one: SelectedTable,
  { only, except, datasets }: Pick<Pipeline, 'only' | 'except' | 'datasets'>,
): boolean {
  if (only.length > 0 && !only.some((pattern) => fits(pattern, one))) return false
  if (except.some((pattern) => fits(pattern, one))) return false
  const names = [...only, ...datasets.map(({ from }) => from)].filter((name) => !isPattern(name))
  if (one.table.view !== undefined && !names.some((pattern) => fits(pattern, one))) return false
  return datasets.length === 0 || one.config !== undefined
}

/** Every table of the source, with what the pipeline says of it: whether it asks for it, `only` and `except` have no say. */
export function catalogDatasets({ tables }: Catalog, { datasets }: Pick<Pipeline, 'datasets'>): SelectedTable[] {
  const nameOf = datasetNames(tables)
  return tables.map((table) => {
    const one = { table, dataset: nameOf(table) }
    const place = datasets.findIndex((dataset) => fits(dataset.from, one))
    return { ...one, place, config: datasets[place] }
  })
}

/** What a pipeline says of a dataset of a plan; undefined: nothing of its own. */
export function configOf(
  pipeline: Pipeline,
  { from, read }: Pick<DatasetPlan, 'from' | 'read'>,
): DatasetConfig | undefined {
  return pipeline.datasets.find((dataset) => fits(dataset.from, { table: { name: read.table }, dataset: from }))
}

/** All tables of the source, as people may name them. */
export function namedTables({ tables }: Catalog): NamedTable[] {
  const nameOf = datasetNames(tables)
  return tables.map((table) => {
    return { dataset: nameOf(table), name: table.name, columns: columnNames(table) }
  })
}

/** How tables are called for people: with their database where the source has several. */
export function datasetNames(all: readonly TableInfo[]): (table: TableInfo) => string {
  const several = new Set(all.map((table) => table.name.schema)).size > 1
  return ({ name }) => (several ? `${name.schema}.${name.name}` : name.name)
}

/** A pattern may name the table alone, or its database too. */
function fits(pattern: string, { table, dataset }: { table: Pick<TableInfo, 'name'>; dataset: string }): boolean {
  const { schema, name } = table.name
  return globMatches(pattern, dataset) || globMatches(pattern, name) || globMatches(pattern, `${schema}.${name}`)
}

/** Columns of a table, and of rows that stand within its own, as pipelines name them. */
export function columnNames(table: TableInfo): string[] {
  return [...table.columns, ...columnsWithin(table)].map(({ name }) => name)
}

/** Columns of rows that stand within those of a table, as pipelines name them; `as`: what they are called but for that. */
export function columnsWithin({ children = [] }: TableInfo): { readonly name: string; readonly as: string }[] {
  const paths = childTablePaths(children)
  return children.flatMap(({ columns }, place) =>
    columns.map(({ name, as = name }) => ({ name: childColumn(paths[place]!, name), as })),
  )
}

/** All of a dataset at once. */
function assertColumnsKnown({ table, dataset, config, place }: SelectedTable, places: Places): void {
  const known = columnNames(table)
  const unknown = Object.keys(config?.columns ?? {}).filter((name) => !known.includes(name))
  if (unknown.length === 0) return
  const names = unknown.map((name) => `${dataset}.${name} (${placeOfColumn(places, place, name)})`)
  throw unknownName(names.join(', '), known, ...unknown)
}
