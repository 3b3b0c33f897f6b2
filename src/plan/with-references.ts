import type { NotCarried } from '../model/plan.ts'
import type { PlannedTable } from './plan-table.ts'
import { tableId } from './table-id.ts'

/**
 * Foreign keys by the names that stages of the tables which they refer to have given those columns. One whose column a
 * stage has left out is not carried.
 */
export function withReferences(tables: readonly PlannedTable[], notCarried: NotCarried[]): PlannedTable[] {
  const byName = new Map(tables.map((table) => [tableId(table.table.name), table]))
  return tables.map((one) => {
    const foreignKeys = one.table.foreignKeys.flatMap((key) => {
      const parent = byName.get(tableId(key.references))
      if (parent?.stage === undefined) return [key]
      const referencedColumns = key.referencedColumns.map((name) => {
        const source = parent.sourced.find(({ plan }) => plan.to === name)?.plan.from
        return parent.planned.find(({ plan }) => plan.isMade !== true && plan.from === source)?.plan.to
      })
      const named = referencedColumns.filter((name) => name !== undefined)
      if (named.length === referencedColumns.length) return [{ ...key, referencedColumns: named }]
      const reason = `a stage leaves a column of ${parent.from} out that it refers to`
      notCarried.push({ kind: 'foreign key', name: `${one.from}.${key.name}`, reason })
      return []
    })
    return { ...one, table: { ...one.table, foreignKeys } }
  })
}
