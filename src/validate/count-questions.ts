import type { CountQuestion, OrphanQuestion } from '../model/count.ts'
import type { TableInfo } from '../model/relation.ts'
import { tableId } from '../plan/table-id.ts'
import type { ComparedTable } from './compared-table.ts'

/** Rows, NULLs and orphans of one pair of tables, asked with each end's own names. */
export interface CountQuestions {
  readonly source: CountQuestion
  readonly target: CountQuestion
}

/** Foreign keys are the source's; those to tables that are not compared are left out. */
export function countQuestions(
  tables: readonly ComparedTable[],
  catalog: readonly TableInfo[],
  withOrphans: boolean,
): CountQuestions[] {
  const infos = new Map(catalog.map((table) => [tableId(table.name), table]))
  const pairs = new Map(tables.map((table) => [tableId(table.source), table]))
  return tables.map((table) => {
    const sourceOrphans: OrphanQuestion[] = []
    const targetOrphans: OrphanQuestion[] = []
    const foreignKeys = withOrphans ? (infos.get(tableId(table.source))?.foreignKeys ?? []) : []
    for (const key of foreignKeys) {
      const parent = pairs.get(tableId(key.references))
      const columns = namesAtTarget(table, key.columns)
      const referencedColumns = parent === undefined ? undefined : namesAtTarget(parent, key.referencedColumns)
      if (parent === undefined || columns === undefined || referencedColumns === undefined) continue
      const { name: constraint, references } = key
      sourceOrphans.push({ constraint, columns: key.columns, references, referencedColumns: key.referencedColumns })
      targetOrphans.push({ constraint, columns, references: parent.target, referencedColumns })
    }
    return {
      source: { table: table.source, columns: table.columns.map(({ from }) => from), orphans: sourceOrphans },
      target: { table: table.target, columns: table.columns.map(({ to }) => to), orphans: targetOrphans },
    }
  })
}

/** Undefined where one of them is not compared. */
function namesAtTarget({ columns }: ComparedTable, names: readonly string[]): string[] | undefined {
  const found = names.flatMap((name) => columns.filter(({ from }) => from === name).map(({ to }) => to))
  return found.length === names.length ? found : undefined
}
