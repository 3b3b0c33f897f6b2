import type { Warning } from '../model/plan.ts'
import { ignoresCase } from './collation.ts'
import type { SelectedTable } from './select-tables.ts'

/** What is other in the target than at the source, or not carried, whatever the rows are. */
export function tableWarnings(tables: readonly SelectedTable[]): Warning[] {
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
