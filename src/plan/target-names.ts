import type { Pipeline } from '../config/pipeline.ts'
import type { Target } from '../contract/target.ts'
import { TransloadError } from '../errors/transload-error.ts'
import { type ChildTableInfo, isSameName, type QualifiedName } from '../model/relation.ts'
import { tablesOfStages } from '../transform/bind-stages.ts'
import { assertDistinct, targetName } from './names.ts'
import type { WriteMode } from '../model/plan.ts'
import type { TablePart } from '../model/table-part.ts'
import { columnsWithin, discriminatorOf, type SelectedTable } from './select-tables.ts'
import { tableId } from './table-id.ts'

/** What names hang on. */
export interface NamingRequest {
  readonly target: Pick<Target, 'defaultSchema' | 'maxNameBytes'>
  readonly pipeline: Pick<Pipeline, 'names' | 'mode'>
}

/** One source database goes to the target's own schema; several become one schema each. */
export function targetNames(tables: readonly SelectedTable[], request: NamingRequest): Map<string, QualifiedName> {
  const { target, pipeline } = request
  const several = new Set(tables.map(({ table }) => table.name.schema)).size > 1
  const spell = (name: string): string => targetName(name, pipeline.names, target.maxNameBytes)
  const named = tables.map((selected) => {
    const { table, dataset, config } = selected
    const schema = several ? spell(table.name.schema) : target.defaultSchema
    const own = config?.to === undefined ? { schema, name: spell(table.name.name) } : parseTarget(config.to, schema)
    return { table, from: dataset, to: mergedInto(selected, request) ?? own }
  })
  assertDistinct('tables', withoutMerged(tables, named, pipeline.mode))
  return new Map(named.map(({ table, to }) => [tableId(table.name), to]))
}

/**
 * The table that a dataset's rows are merged into with those of others; undefined: it has one of its own. Without a schema
 * it is in the target's own, whichever databases they come from.
 */
export function mergedInto(
  selected: SelectedTable,
  { target }: Pick<NamingRequest, 'target'>,
): QualifiedName | undefined {
  const to = selected.config?.to
  return discriminatorOf(selected) === undefined || to === undefined ? undefined : parseTarget(to, target.defaultSchema)
}

/** Those of `all` whose rows are merged into the same table. */
export function mergedWith(
  selected: SelectedTable,
  all: readonly SelectedTable[],
  request: Pick<NamingRequest, 'target'>,
): readonly SelectedTable[] {
  const into = mergedInto(selected, request)
  if (into === undefined) return []
  return all.filter((one) => {
    const other = mergedInto(one, request)
    return other !== undefined && isSameName(other, into)
  })
}

/**
 * Tables by what they become, those that are merged once.
 *
 * @throws TL_C105 where two that are merged do not go together
 */
function withoutMerged(
  tables: readonly SelectedTable[],
  named: readonly { readonly from: string; readonly to: QualifiedName }[],
  mode: WriteMode,
): { from: string; to: string }[] {
  const merged = new Map<string, SelectedTable[]>()
  return named.flatMap(({ from, to: { schema, name } }, place) => {
    const to = `${schema}.${name}`
    const selected = tables[place]!
    if (discriminatorOf(selected) === undefined) return [{ from, to }]
    const others = merged.get(to) ?? []
    for (const other of others) assertGoTogether(other, selected, to, mode)
    merged.set(to, [...others, selected])
    return others.length === 0 ? [{ from, to }] : []
  })
}

/** Collations of a table that is there may not mind case, nor blanks at the end. */
function folded(value: TablePart['value']): string {
  return String(value).trimEnd().toLowerCase().normalize('NFC')
}

function assertGoTogether(one: SelectedTable, other: SelectedTable, to: string, mode: WriteMode): void {
  const [a, b] = [discriminatorOf(one), discriminatorOf(other)]
  if (a === undefined || b === undefined) return
  const fail = (what: string, cure: string): never => {
    throw new TransloadError('TL_C105', {
      reason: `${one.dataset} and ${other.dataset} are merged into ${to}, ${what}`,
      cure,
    })
  }
  if (a.column !== b.column) {
    fail(`one with the discriminator ${a.column}, the other with ${b.column}`, 'Give both the same column.')
  }
  if (folded(a.value) === folded(b.value)) {
    fail(
      `with ${a.column} ${JSON.stringify(a.value)} and ${JSON.stringify(b.value)}, which a target may take for the same`,
      'Give each a value of its own (discriminator: {value: …}).',
    )
  }
  if (typeof a.value !== typeof b.value) {
    fail(
      `one with ${a.column} ${JSON.stringify(a.value)}, the other with ${JSON.stringify(b.value)}`,
      'Give both a text, a number, or true and false.',
    )
  }
  const [mode1, mode2] = [one.config?.mode ?? mode, other.config?.mode ?? mode]
  if (mode1 !== mode2) fail(`one with mode ${mode1}, the other with mode ${mode2}`, 'Give both the same mode.')
  if (one.config?.discriminator?.inKey !== other.config?.discriminator?.inKey) {
    fail('one with inKey false, the other without', 'Say the same of both.')
  }
}

/** A table as pipelines write it. @param schema Of a name that says none */
export function parseTarget(to: string, schema: string): QualifiedName {
  const dot = to.indexOf('.')
  return dot < 0 ? { schema, name: to } : { schema: to.slice(0, dot), name: to.slice(dot + 1) }
}

/** A column of a table that several are merged into, the same for those that become one; undefined: it is merged with none. */
export function mergedColumn(
  selected: SelectedTable,
  column: string,
  tables: readonly SelectedTable[],
  request: NamingRequest,
): string | undefined {
  const into = mergedInto(selected, request)
  return into && `${tableId(into)}\u0000${columnNameIn(tables, selected.table.name, column, request)}`
}

/** What a column of one of the tables is called in the target. */
export function columnNameIn(
  tables: readonly SelectedTable[],
  table: QualifiedName,
  column: string,
  request: NamingRequest,
): string {
  const selected = tables.find((one) => tableId(one.table.name) === tableId(table))
  const isIt = ({ name }: { readonly name: string }): boolean => name === column
  const found = selected?.table.columns.find(isIt) ?? (selected && columnsWithin(selected.table).find(isIt))
  const { as = column } = found ?? {}
  const wished = selected?.config?.columns[column]?.to
  return wished ?? targetName(as, request.pipeline.names, request.target.maxNameBytes)
}

/** Every table that a dataset's rows go to. */
export function writtenNames(
  { table, dataset, config }: SelectedTable,
  targets: ReadonlyMap<string, QualifiedName>,
  request: NamingRequest,
): QualifiedName[] {
  const own = targets.get(tableId(table.name))
  if (own === undefined) throw new TransloadError('TL_X901', { reason: `no target for ${dataset}` })
  const children = (table.children ?? []).map((child) => childTarget(child, own.schema, request))
  return [own, ...[...children, ...tablesOfStages(config?.transform ?? [])].map((to) => parseTarget(to, own.schema))]
}

/** Where the rows of a child go, as a dataset's `to`. @param schema Of the table of those that they stand in */
export function childTarget(
  { as }: ChildTableInfo,
  schema: string,
  {
    pipeline: { names },
    target: { maxNameBytes },
  }: Pick<NamingRequest, 'target'> & {
    readonly pipeline: Pick<Pipeline, 'names'>
  },
): string {
  return `${schema}.${targetName(as, names, maxNameBytes)}`
}
