import type { DatasetPlan, Plan } from '../../src/model/plan.ts'
import type { FieldCensus, ValueCensus, ValueType } from '../../src/model/document-census.ts'
import type { TestDatabase } from '../support/engines/create-database.ts'
import type { DocumentCase, ExpectedCollection } from './document-case.ts'

/** Types that are called otherwise in what is expected. */
const typeNames: { readonly [type in ValueType]?: string } = { int: 'int32', long: 'int64' }

/** Compares what a plan has found in documents with what was counted of them elsewhere. A sentence for each difference. */
export function compareCensus(plan: Plan, { collections }: DocumentCase): string[] {
  const differences: string[] = []
  for (const { name, documents, fieldTypes } of collections) {
    const census = datasetOf(plan, name)?.documents?.census
    if (census?.documents !== documents) {
      differences.push(`${name}: the plan has found ${census?.documents} documents, expected ${documents}`)
      continue
    }
    const found = pathsOf(census.fields, '')
    for (const path of new Set([...Object.keys(fieldTypes), ...found.keys()])) {
      const [here, wanted] = [sorted(found.get(path)), sorted(fieldTypes[path])]
      if (here !== wanted) differences.push(`${name}, ${path}: the plan has found ${here}, expected ${wanted}`)
    }
  }
  return differences
}

/**
 * Compares what stands in the tables with what is expected of the documents: rows of each table, and values of each column
 * together with those of its path in `_rest`. A sentence for each difference.
 */
export async function compareTables(
  database: TestDatabase,
  plan: Plan,
  { collections }: DocumentCase,
): Promise<string[]> {
  const differences: string[] = []
  for (const collection of collections) {
    const dataset = datasetOf(plan, collection.name)
    if (dataset === undefined) differences.push(`${collection.name} is not in the plan`)
    else for (const table of tablesOf(dataset)) differences.push(...(await compareTable(database, collection, table)))
  }
  return differences
}

interface WrittenTable {
  readonly to: string
  /** What its rows are: `scores[]`; undefined: the documents. */
  readonly path: string | undefined
  readonly columns: DatasetPlan['columns']
}

function tablesOf({ to, columns, others = [], read }: DatasetPlan): WrittenTable[] {
  const paths: string[] = []
  for (const { path, parent } of read.children ?? []) {
    const above = parent === 0 ? '' : `${paths[parent - (read.children?.[0]?.frame ?? 0)]}.`
    paths.push(`${above}${path}[]`)
  }
  return [
    { to, path: undefined, columns },
    ...others.map((other, place) => ({ to: other.to, path: paths[place], columns: other.columns })),
  ]
}

async function compareTable(
  database: TestDatabase,
  { name, documents, fieldTypes }: ExpectedCollection,
  { to, path, columns }: WrittenTable,
): Promise<string[]> {
  const rest = columns.find(({ to: column }) => column === '_rest')
  const ours = columns.filter(({ from }) => fieldTypes[from] !== undefined)
  const counts = ours.map(({ from, to: column }) => {
    const own = path === undefined ? from : from.slice(path.length + 1)
    const left = rest === undefined ? '' : ` + count(*) FILTER (WHERE _rest ? '${own.replaceAll("'", "''")}')`
    return `, (count("${column}")${left})::int AS "${column}"`
  })
  const [row] = await database.query(`SELECT count(*)::int AS "all rows"${counts.join('')} FROM ${quoted(to)}`)
  const differences: string[] = []
  const wantedRows = path === undefined ? documents : sum(fieldTypes[path])
  if (row?.['all rows'] !== wantedRows)
    differences.push(`${to}: ${String(row?.['all rows'])} rows, expected ${wantedRows}`)
  for (const { from, to: column } of ours) {
    const wanted = sum(fieldTypes[from])
    if (row?.[column] !== wanted)
      differences.push(`${name}, ${from}: ${String(row?.[column])} values in ${to}.${column}, expected ${wanted}`)
  }
  return differences
}

function quoted(table: string): string {
  return table
    .split('.')
    .map((part) => `"${part}"`)
    .join('.')
}

/** NULL stands for null too. */
function sum(types: ExpectedCollection['fieldTypes'][string] | undefined): number {
  return Object.entries(types ?? {}).reduce((all, [type, count]) => (type === 'null' ? all : all + count), 0)
}

function datasetOf({ datasets }: Plan, name: string): DatasetPlan | undefined {
  return datasets.find(({ from }) => from === name)
}

/** Counts by path and type, of all that is in there. */
function pathsOf(fields: readonly FieldCensus[], above: string): Map<string, { readonly [type: string]: number }> {
  const found = new Map<string, { readonly [type: string]: number }>()
  const note = ({ types, fields: inside, elements }: ValueCensus, path: string): void => {
    found.set(path, Object.fromEntries(types.map(({ type, count }) => [typeNames[type] ?? type, count])))
    for (const [within, counts] of pathsOf(inside, `${path}.`)) found.set(within, counts)
    if (elements !== undefined && elements.types.length > 0) note(elements, `${path}[]`)
  }
  for (const field of fields) note(field, `${above}${field.name}`)
  return found
}

function sorted(types: { readonly [type: string]: number } | undefined): string {
  if (types === undefined) return 'nothing'
  const texts = Object.entries(types).map(([type, count]) => `${count} ${type}`)
  return texts.toSorted().join(', ')
}
