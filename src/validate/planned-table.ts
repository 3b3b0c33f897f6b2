import type { Contents } from '../contract/contents.ts'
import { type DatasetPlan, keepsRows } from '../model/plan.ts'
import type { NativeType } from '../model/relation.ts'
import type { ComparedColumn, ComparedTable, SkippedColumn } from './compared-table.ts'
import { compareTypes, isOrderedAlike } from './compare-types.ts'

/** What a run has read and written of one dataset, as two tables that ought to hold the same. */
export function plannedTable(
  dataset: DatasetPlan,
  contents: { readonly source: Contents<NativeType>; readonly contents: Contents<string> },
): ComparedTable {
  const columns: ComparedColumn[] = []
  const skipped: SkippedColumn[] = []
  for (const { name, native, policies } of dataset.read.columns) {
    const planned = dataset.columns.find(({ from }) => from === name)
    if (planned === undefined) continue
    const pair = { from: name, to: planned.to, sourceType: native, targetType: planned.targetType }
    const compared = compareTypes(pair, policies, contents)
    if (typeof compared === 'string') skipped.push({ from: name, to: planned.to, reason: compared, isMissing: false })
    else columns.push(compared)
  }
  const names = dataset.read.key?.columns ?? []
  const slots = names.map((name) => columns.findIndex(({ from }) => from === name))
  const key = slots.includes(-1) ? [] : slots
  return {
    from: dataset.from,
    to: dataset.to,
    source: dataset.read.table,
    // One that is to take the place of another is compared before it does.
    target: (dataset.beside ?? dataset.table).name,
    columns,
    skipped,
    key,
    isOrdered: isOrderedAlike(
      key.map((slot) => columns[slot]!),
      contents,
    ),
    index: dataset.read.key?.index,
    ignoresExtra: keepsRows(dataset.mode),
  }
}
