import type { Plain } from '../../model/plain.ts'
import type { ReadPlan } from '../../model/plan.ts'
import type { MemoryRow, MemoryTable } from './database.ts'

/** Canonical text of a key's values, in the key's order. */
export type Key = readonly (string | null)[]

export function isKey(value: Plain | undefined): value is Key {
  return Array.isArray(value)
}

export function keyOf(table: MemoryTable | undefined, read: ReadPlan, row: MemoryRow): Key {
  const columns = read.key?.columns ?? read.identify
  return columns.map((name) => row[table?.info.columns.findIndex((column) => column.name === name) ?? -1] ?? null)
}

/** Which of a key's columns are numbers. */
export type KeyOrder = readonly ('number' | 'text')[]

export function keyOrder(read: ReadPlan): KeyOrder {
  const columns = read.key?.columns ?? read.identify
  return columns.map((name) =>
    read.columns.find((column) => column.name === name)?.type.kind === 'int' ? 'number' : 'text',
  )
}

/** Whole numbers by value, everything else by code unit: one order for all keys of a table, whatever they look like. */
export function compareKeys(order: KeyOrder, a: Key, b: Key): number {
  for (const [i, kind] of order.entries()) {
    const difference = compareText(kind, a[i] ?? '', b[i] ?? '')
    if (difference !== 0) return difference
  }
  return 0
}

function compareText(kind: KeyOrder[number], a: string, b: string): number {
  if (kind === 'text' || a === '' || b === '') return a < b ? -1 : a > b ? 1 : 0
  const difference = BigInt(a) - BigInt(b)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}
