import type { CountQuestion } from '../model/count.ts'
import type { DatasetPlan, TableDefinition } from '../model/plan.ts'
import { collectionRead } from './planned-table.ts'
import { tableId } from '../plan/table-id.ts'

/** What is asked of both sides of one dataset, place by place the same. */
export interface CountPair {
  readonly dataset: DatasetPlan
  readonly columns: readonly { readonly from: string; readonly to: string }[]
  readonly constraints: readonly { readonly from: string; readonly to: string }[]
  readonly source: CountQuestion
  readonly target: CountQuestion
}

/** Rows, nulls per column and orphans per foreign key, asked with each side's own names. */
export function countPairs(datasets: readonly DatasetPlan[], withOrphans: boolean): CountPair[] {
  // A plan does not say which of the datasets that are merged into a table a key refers to: validate goes by the source's.
  const alone = datasets.filter(({ discriminator }) => discriminator === undefined)
  const byTarget = new Map(alone.map((dataset) => [tableId(written(dataset).name), dataset]))
  return datasets.map((dataset) => {
    const names = new Set(dataset.writes.flatMap((write) => write.columns.map((column) => column.name)))
    // What a stage makes or changes cannot be counted at the source.
    const columns = dataset.columns.filter((column) => names.has(column.to) && column.changedBy === undefined)
    const foreignKeys = withOrphans ? written(dataset).foreignKeys : []
    const constraints: { from: string; to: string }[] = []
    const source: CountQuestion['orphans'][number][] = []
    const target: CountQuestion['orphans'][number][] = []
    for (const key of foreignKeys) {
      const parent = byTarget.get(tableId(key.references))
      if (parent === undefined) continue
      const from = key.columns.map((name) => sourceName(dataset, name))
      const parentFrom = key.referencedColumns.map((name) => sourceName(parent, name))
      if (from.includes(undefined) || parentFrom.includes(undefined)) continue
      constraints.push({ from: key.name, to: key.name })
      source.push({
        constraint: key.name,
        columns: from.filter((name) => name !== undefined),
        references: parent.read.table,
        referencedColumns: parentFrom.filter((name) => name !== undefined),
      })
      target.push({
        constraint: key.name,
        columns: key.columns,
        references: key.references,
        referencedColumns: key.referencedColumns,
      })
    }
    return {
      dataset,
      columns: columns.map(({ from, to }) => ({ from, to })),
      constraints,
      source: {
        table: dataset.read.table,
        columns: columns.map((column) => column.from),
        orphans: source,
        read: dataset.read.where === undefined ? collectionRead(dataset.read) : dataset.read,
      },
      target: {
        table: written(dataset).name,
        part: dataset.discriminator,
        columns: columns.map((column) => column.to),
        orphans: target,
      },
    }
  })
}

/** A table that replaces another is counted where it is, before it does. */
function written({ table, beside }: DatasetPlan): TableDefinition {
  return beside ?? table
}

function sourceName(dataset: DatasetPlan, to: string): string | undefined {
  return dataset.columns.find((column) => column.to === to && column.changedBy === undefined)?.from
}
