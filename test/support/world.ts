import { expect } from 'vitest'
import type { SeedRow, SeedTable, World } from './harness.ts'
import { comparableText } from './seed-text.ts'

/** Every row of a table as one line, in one order. */
async function dump(world: World, table: SeedTable, isKept: (row: SeedRow) => boolean): Promise<string[]> {
  const rows = await world.readAll(table)
  return rows
    .filter(isKept)
    .map((row) => JSON.stringify(table.columns.map(({ type }, i) => comparableText(type, row[i] ?? null))))
    .toSorted()
}

/**
 * Expects the target to hold what the source holds: by key where the table has one, else as often as each row occurs.
 * Rows that are not to arrive are those that `isBad` names.
 */
export async function expectEqualTables(
  source: World,
  target: World,
  tables: readonly SeedTable[],
  isBad: (table: SeedTable, row: SeedRow) => boolean = () => false,
): Promise<void> {
  for (const table of tables) {
    const there = await dump(target, table, () => true)
    const here = await dump(source, table, (row) => !isBad(table, row))
    if (table.key !== undefined) {
      const places = table.key.map((name) => table.columns.findIndex((column) => column.name === name))
      const keys = there.map((line) => JSON.stringify(places.map((place) => (JSON.parse(line) as SeedRow)[place])))
      expect(new Set(keys).size, `${table.name} has a key twice`).toBe(keys.length)
    }
    expect(there.length, `rows of ${table.name}`).toBe(here.length)
    const first = here.findIndex((line, i) => line !== there[i])
    expect(
      first === -1 ? undefined : [table.name, here[first]?.slice(0, 200), there[first]?.slice(0, 200)],
    ).toBeUndefined()
  }
}
