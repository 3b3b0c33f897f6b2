import type { Contents } from '../contract/contents.ts'
import type { KeyMaps } from '../contract/key-maps.ts'
import { TransloadError } from '../errors/transload-error.ts'
import type { ExistingTable } from '../contract/target.ts'
import { type DatasetPlan, keepsRows, type OutputPlan, type ReadPlan } from '../model/plan.ts'
import type { NativeType, QualifiedName } from '../model/relation.ts'
import { type ComparedColumn, type ComparedTable, isKeyable, type SkippedColumn } from './compared-table.ts'
import { stagesOfPlan } from '../transform/bind-stages.ts'
import type { StageKeys } from '../transform/stage-keys.ts'
import type { ShapeColumn } from '../transform/shape.ts'
import { compareTypes, isOrderedAlike } from './compare-types.ts'
import { comparedMade, madeName } from './made-table.ts'
import { stagedColumns } from './staging.ts'

/** Where a run has put a dataset. One that is to take the place of another is compared before it does. */
export function writtenTable({ table, beside }: OutputPlan): QualifiedName {
  return (beside ?? table).name
}

/**
 * What a run has read and written of one dataset, as two tables that ought to hold the same.
 * @param there {@link writtenTable}, as the target describes it: its types are asked for as the target prints them
 */
export function plannedTable(
  dataset: DatasetPlan,
  there: Pick<ExistingTable, 'columns'>,
  contents: { readonly source: Contents<NativeType>; readonly contents: Contents<string>; readonly maps: KeyMaps },
  keys: StageKeys,
): ComparedTable {
  const { columns, skipped, staging } = columnsOf(dataset, there, contents, keys)
  const names = dataset.read.key?.columns ?? []
  const slots = names.map((name) => columns.findIndex((column) => column.from === name && isKeyable(column)))
  const key = slots.includes(-1) ? [] : slots
  return {
    from: dataset.from,
    to: dataset.to,
    source: dataset.read.table,
    target: writtenTable(dataset),
    part: dataset.discriminator,
    columns,
    skipped,
    key,
    isOrdered: isOrderedAlike(
      key.map((slot) => columns[slot]!),
      there.columns,
      contents,
    ),
    index: dataset.read.key?.index,
    ignoresExtra: keepsRows(dataset.mode),
    read: collectionRead(dataset.read),
    staging,
  }
}

/**
 * A table that stages of a dataset make rows of, and what they make of the source's rows.
 * @param place Of the table, among those that stages make
 */
export function madeTable(
  dataset: DatasetPlan,
  place: number,
  there: Pick<ExistingTable, 'columns' | 'primaryKey'>,
  contents: { readonly source: Contents<NativeType>; readonly contents: Contents<string>; readonly maps: KeyMaps },
  keys: StageKeys,
): ComparedTable {
  const { read, transform = [] } = dataset
  const stages = stagesOfPlan(dataset, keys)
  const bound = stages?.outputs[place]
  const output = dataset.others?.[place]
  if (stages === undefined || bound === undefined || output === undefined) {
    throw new TransloadError('TL_X901', { reason: `${dataset.from} has no table ${place} that stages make` })
  }
  const nameOf = (shape: ShapeColumn): string => output.columns[bound.left.columns.indexOf(shape)]?.to ?? shape.name
  return comparedMade(
    {
      from: madeName(dataset.from, bound.to),
      to: output.to,
      source: read.table,
      target: writtenTable(output),
      ignoresExtra: keepsRows(output.mode),
      read: collectionRead(read),
    },
    output.table.primaryKey?.columns ?? there.primaryKey,
    stagedColumns({
      ...contents,
      read: read.columns,
      stages,
      shape: bound.left,
      configs: transform,
      nameOf,
      there,
    }),
  )
}

/** How documents are read, which is what their columns are; undefined where the source has columns of its own. */
export function collectionRead(read: ReadPlan): ReadPlan | undefined {
  return read.leftOut === undefined ? undefined : read
}

function columnsOf(
  dataset: DatasetPlan,
  there: Pick<ExistingTable, 'columns'>,
  contents: { readonly source: Contents<NativeType>; readonly contents: Contents<string>; readonly maps: KeyMaps },
  keys: StageKeys,
): Pick<ComparedTable, 'columns' | 'skipped' | 'staging'> {
  const { read, transform = [] } = dataset
  const stages = stagesOfPlan(dataset, keys)
  if (stages !== undefined) {
    const nameOf = (shape: ShapeColumn): string =>
      dataset.columns[stages.shape.columns.indexOf(shape)]?.to ?? shape.name
    return stagedColumns({
      ...contents,
      read: read.columns,
      stages,
      shape: stages.shape,
      configs: transform,
      nameOf,
      there,
    })
  }
  const columns: ComparedColumn[] = []
  const skipped: SkippedColumn[] = []
  for (const { name, native, type, policies } of read.columns) {
    const planned = dataset.columns.find(({ from }) => from === name)
    if (planned === undefined) continue
    const targetType = there.columns.find((column) => column.name === planned.to)?.type ?? planned.targetType
    const pair = { from: name, to: planned.to, sourceType: native, targetType, readType: type }
    const compared = compareTypes(pair, policies, contents)
    if (typeof compared === 'string') skipped.push({ from: name, to: planned.to, reason: compared, isMissing: false })
    else columns.push(compared)
  }
  return { columns, skipped }
}
