import type { CountAnswer, CountQuestion, OrphanQuestion } from '../../model/count.ts'
import { type MemoryRow, type MemoryTable, nameOf } from './database.ts'

export function countRows(tables: ReadonlyMap<string, MemoryTable>, question: CountQuestion): CountAnswer {
  const table = tables.get(nameOf(question.table))
  const rows = table?.rows ?? []
  return {
    table: question.table,
    rows: rows.length,
    nulls: question.columns.map((column) => rows.filter((row) => valueOf(table, row, column) === null).length),
    orphans: question.orphans.map((orphan) => countOrphans(tables, table, orphan)),
  }
}

function countOrphans(
  tables: ReadonlyMap<string, MemoryTable>,
  table: MemoryTable | undefined,
  question: OrphanQuestion,
): number {
  const parent = tables.get(nameOf(question.references))
  const keys = new Set(
    (parent?.rows ?? []).map((row) =>
      JSON.stringify(question.referencedColumns.map((name) => valueOf(parent, row, name))),
    ),
  )
  return (table?.rows ?? []).filter((row) => {
    const key = question.columns.map((name) => valueOf(table, row, name))
    return !key.includes(null) && !keys.has(JSON.stringify(key))
  }).length
}

function valueOf(table: MemoryTable | undefined, row: MemoryRow, column: string): string | null {
  return row[table?.info.columns.findIndex((one) => one.name === column) ?? -1] ?? null
}
