import type { Pipeline } from '../config/pipeline.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { QualifiedName } from '../model/relation.ts'
import { tablesOfStages } from '../transform/bind-stages.ts'
import { assertDistinct, targetName } from './names.ts'
import type { TablePart } from '../model/table-part.ts'
import { partOf, type SelectedTable } from './select-tables.ts'
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
  assertDistinct('tables', withoutMerged(tables, named))
  return new Map(named.map(({ table, to }) => [tableId(table.name), to]))
}

/**
 * Tables by what they become, those that are merged once.
 *
 * @throws TL_C105 where the rows of two could not be told apart
 */
function withoutMerged(
  tables: readonly SelectedTable[],
  named: readonly { readonly from: string; readonly to: QualifiedName }[],
): { from: string; to: string }[] {
  const merged = new Map<string, { readonly from: string; readonly part: TablePart }[]>()
  return named.flatMap(({ from, to: { schema, name } }, place) => {
    const to = `${schema}.${name}`
    const part = partOf(tables[place]!)
    if (part === undefined) return [{ from, to }]
    const others = merged.get(to) ?? []
    const [first] = others
    if (first !== undefined && first.part.column !== part.column) {
      throw new TransloadError('TL_C105', {
        reason: `${first.from} and ${from} are merged in ${to}, one with the discriminator ${first.part.column}, the other with ${part.column}`,
        cure: 'Give both the same column.',
      })
    }
    const twin = others.find((one) => String(one.part.value) === String(part.value))
    if (twin !== undefined) {
      throw new TransloadError('TL_C105', {
        reason: `${twin.from} and ${from} are merged in ${to}, both with ${part.column} ${JSON.stringify(part.value)}`,
        cure: 'Give each a value of its own (discriminator: {value: …}).',
      })
    }
    merged.set(to, [...others, { from, part }])
    return first === undefined ? [{ from, to }] : []
  })
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
