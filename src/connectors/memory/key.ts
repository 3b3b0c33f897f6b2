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

/** Whole numbers by value, everything else by code unit. */
export function compareKeys(a: Key, b: Key): number {
  for (const [i, x] of a.entries()) {
    const order = compareText(x ?? '', b[i] ?? '')
    if (order !== 0) return order
  }
  return 0
}

function compareText(a: string, b: string): number {
  if (/^-?\d+$/.test(a) && /^-?\d+$/.test(b)) {
    const difference = BigInt(a) - BigInt(b)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }
  return a < b ? -1 : a > b ? 1 : 0
}
