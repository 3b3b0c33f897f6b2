import { decimalSum, scaledDecimal } from '../../canonical/decimal-sum.ts'
import { digestText } from '../../canonical/digest-text.ts'
import type { CountAnswer, CountQuestion, MeasureAnswer, MeasureQuestion, OrphanQuestion } from '../../model/count.ts'
import type { DigestForm } from '../../model/digest-form.ts'
import type { TablePart, TableRest } from '../../model/table-part.ts'
import { type MemoryRow, type MemoryTable, nameOf } from './database.ts'

export function countRows<Type>(tables: ReadonlyMap<string, MemoryTable>, question: CountQuestion<Type>): CountAnswer {
  const table = tables.get(nameOf(question.table))
  const rows = partOf(table, question.part)
  return {
    table: question.table,
    rows: rows.length,
    nulls: question.columns.map((column) => rows.filter((row) => valueOf(table, row, column) === null).length),
    orphans: question.orphans.map((orphan) => countOrphans(tables, table, question.part, orphan)),
    // Its own equality is that of bytes.
    ...(question.orphans.some(({ byBytes }) => byBytes !== undefined) && {
      orphansByBytes: question.orphans.map(
        (orphan) => orphan.byBytes && countOrphans(tables, table, question.part, orphan),
      ),
    }),
    measures: question.measures?.map((measure) => measureColumn(table, rows, measure)),
    duplicates: question.keys?.map((key) => countDuplicates(table, rows, key)),
  }
}

function partOf(table: MemoryTable | undefined, part: TablePart | TableRest | undefined): readonly MemoryRow[] {
  const rows = table?.rows ?? []
  if (part === undefined) return rows
  const valuesOf = (row: MemoryRow): string | null => valueOf(table, row, part.column)
  if ('value' in part) return rows.filter((row) => valuesOf(row) === String(part.value))
  return rows.filter((row) => !part.noneOf.some((value) => valuesOf(row) === String(value)))
}

/** Values here are canonical text: none is faulty. */
function measureColumn<Type>(
  table: MemoryTable | undefined,
  rows: readonly MemoryRow[],
  { column, form, faults, range }: MeasureQuestion<Type>,
): MeasureAnswer {
  const told = faults.map(() => 0)
  if (!range) return { faults: told }
  const values = rows.flatMap((row) => valueOf(table, row, column) ?? []).map((text) => digestText(form, text))
  const ordered = values.toSorted((one, other) => compareValues(form, one, other))
  const ends = { min: ordered[0] ?? null, max: ordered.at(-1) ?? null }
  const sum = values.length === 0 ? null : decimalSum(values)
  return { faults: told, range: form === 'number' ? { ...ends, sum } : ends }
}

function compareValues(form: DigestForm, one: string, other: string): number {
  if (form !== 'number') return one < other ? -1 : Number(one > other)
  const scale = Math.max(...[one, other].map((text) => text.length))
  const [left, right] = [scaledDecimal(one, scale), scaledDecimal(other, scale)]
  return left < right ? -1 : Number(left > right)
}

function countDuplicates(
  table: MemoryTable | undefined,
  rows: readonly MemoryRow[],
  columns: readonly string[],
): number {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const key = columns.map((name) => valueOf(table, row, name))
    const id = JSON.stringify(key)
    if (!key.includes(null)) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return [...counts.values()].filter((count) => count > 1).length
}

function countOrphans(
  tables: ReadonlyMap<string, MemoryTable>,
  table: MemoryTable | undefined,
  part: TablePart | TableRest | undefined,
  question: OrphanQuestion,
): number {
  const parent = tables.get(nameOf(question.references))
  const keys = new Set(
    partOf(parent, question.parents).map((row) =>
      JSON.stringify(question.referencedColumns.map((name) => valueOf(parent, row, name))),
    ),
  )
  return partOf(table, part).filter((row) => {
    const key = question.columns.map((name) => valueOf(table, row, name))
    return !key.includes(null) && !keys.has(JSON.stringify(key))
  }).length
}

function valueOf(table: MemoryTable | undefined, row: MemoryRow, column: string): string | null {
  return row[table?.info.columns.findIndex((one) => one.name === column) ?? -1] ?? null
}
