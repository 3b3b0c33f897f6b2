import type { Pipeline } from '../config/pipeline.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { QualifiedName } from '../model/relation.ts'
import { tablesOfStages } from '../transform/bind-stages.ts'
import { assertDistinct, targetName } from './names.ts'
import type { SelectedTable } from './select-tables.ts'
import { tableId } from './table-id.ts'

/** What names hang on. */
export interface NamingRequest {
  readonly target: Pick<Target, 'defaultSchema' | 'maxNameBytes'>
  readonly pipeline: Pick<Pipeline, 'names'>
}

/** One source database goes to the target's own schema; several become one schema each. */
export function targetNames(tables: readonly SelectedTable[], request: NamingRequest): Map<string, QualifiedName> {
  const { target, pipeline } = request
  const several = new Set(tables.map(({ table }) => table.name.schema)).size > 1
  const spell = (name: string): string => targetName(name, pipeline.names, target.maxNameBytes)
  const named = tables.map(({ table, dataset, config }) => {
    const schema = several ? spell(table.name.schema) : target.defaultSchema
    return {
      table,
      from: dataset,
      to: config?.to === undefined ? { schema, name: spell(table.name.name) } : parseTarget(config.to, schema),
    }
  })
  assertDistinct(
    'tables',
    named.map(({ from, to }) => ({ from, to: `${to.schema}.${to.name}` })),
  )
  return new Map(named.map(({ table, to }) => [tableId(table.name), to]))
}

/** A table as pipelines write it. @param schema Of a name that says none */
export function parseTarget(to: string, schema: string): QualifiedName {
  const dot = to.indexOf('.')
  return dot < 0 ? { schema, name: to } : { schema: to.slice(0, dot), name: to.slice(dot + 1) }
}

/** What a column of one of the tables is called in the target. */
export function columnNameIn(
  tables: readonly SelectedTable[],
  table: QualifiedName,
  column: string,
  request: NamingRequest,
): string {
  const config = tables.find((one) => tableId(one.table.name) === tableId(table))?.config
  return config?.columns[column]?.to ?? targetName(column, request.pipeline.names, request.target.maxNameBytes)
}

/** Every table that a dataset's rows go to. */
export function writtenNames(
  { table, dataset, config }: SelectedTable,
  targets: ReadonlyMap<string, QualifiedName>,
): QualifiedName[] {
  const own = targets.get(tableId(table.name))
  if (own === undefined) throw new TransloadError('TL_X901', { reason: `no target for ${dataset}` })
  return [own, ...tablesOfStages(config?.transform ?? []).map((to) => parseTarget(to, own.schema))]
}
