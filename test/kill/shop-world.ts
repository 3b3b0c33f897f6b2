import { expect } from 'vitest'
import type { ChildEnd } from '../support/child.ts'
import type { SeedRow, SeedTable, World } from '../support/harness.ts'
import { badBirth, births, goodTables, shopRows } from '../support/seed-shop.ts'
import { expectEqualTables } from '../support/world.ts'

export const allTables: readonly SeedTable[] = [...goodTables, births]

/** Fills a source with the four tables that runs are killed over. */
export async function seedShop(world: World): Promise<void> {
  for (const table of allTables) await world.seed(table, shopRows(table))
}

/** A run that came to its end over these tables: every row once, nothing twice, and a comparison that says so. */
export async function expectArrived(
  end: ChildEnd,
  source: World,
  target: World,
  tables: readonly SeedTable[],
): Promise<void> {
  const hasBad = tables.includes(births)
  expect(end.signal, `${end.stderr}`).toBeNull()
  expect(end.exitCode, `${end.stderr}\n${JSON.stringify(end.summary?.error)}`).toBe(hasBad ? 4 : 0)
  const { summary } = end
  expect(summary?.rejects.count).toBe(hasBad ? 1 : 0)
  for (const table of tables) {
    const dataset = summary?.datasets.find((one) => one.from === table.name)
    const read = shopRows(table).length
    const rejected = table === births ? 1 : 0
    const counts = { read, written: read - rejected, merged: 0, filtered: 0, rejected, vanished: 0 }
    expect(dataset).toMatchObject(counts)
    expect(dataset?.outputs.reduce((sum, output) => sum + output.written, 0)).toBe(counts.written)
  }
  expect(summary?.validation?.status).toBe('equal')
  await expectSameRows(source, target, tables)
}

/** All rows of the source but the one that the target cannot take. */
export async function expectSameRows(source: World, target: World, tables: readonly SeedTable[]): Promise<void> {
  await expectEqualTables(source, target, tables, isBad)
}

function isBad(table: SeedTable, row: SeedRow): boolean {
  return table === births && row[0] === String(badBirth)
}

export function onlyTables(tables: readonly SeedTable[]): string[] {
  return ['--only', tables.map((table) => table.name).join(',')]
}
