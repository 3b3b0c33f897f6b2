import { join } from 'node:path'
import { print, type Bench } from '../bench.ts'
import { calmest, measureShell, median } from '../measure.ts'
import { createNarrowTable } from '../narrow-table.ts'
import { createWideTable } from '../wide-table.ts'

/** Tables of two and of 200 columns, one lane: how far each is from the slower of reading and writing alone. */
export async function benchBesideFloors(bench: Bench): Promise<void> {
  await besideFloor(bench, 'narrow', () => createNarrowTable(bench.connection, 10_000_000))
  await besideFloor(bench, 'wide', () => createWideTable(bench.connection, 50_000))
}

async function besideFloor(bench: Bench, table: string, fill: () => Promise<unknown>): Promise<void> {
  const from = await bench.sourceDatabase(`bench_${table}`, fill)
  const { statements, file } = await writeFloor(bench, from, table)
  const { rounds } = await calmest(async () => {
    const read = await measureShell(
      `${bench.client} -q --batch -N -e 'SELECT * FROM ${table}' bench_${table} >/dev/null`,
    )
    const run = await bench.migrate(from, ['--no-validate', '--jobs', '1'])
    await using fresh = await bench.targetDatabase()
    for (const each of statements) await fresh.query(each)
    const write = await measureShell(`psql -X -q '${fresh.url}' -c "\\copy ${table} FROM '${file}' (FORMAT binary)"`)
    const { copy } = run.summary.phases
    console.log(`  ${table}: read ${read.toFixed(2)} s, write ${write.toFixed(2)} s, copy ${copy.toFixed(2)} s`)
    return copy / Math.max(read, write)
  })
  print(`${table}: copy ÷ max(read floor, write floor)`, median(rounds), 'goal ≤ 1.25')
}

/** The rows ready-made, in COPY's binary format, and the statements that make their table. */
async function writeFloor(
  bench: Bench,
  from: string,
  table: string,
): Promise<{ statements: readonly string[]; file: string }> {
  const file = join(bench.folder, `${table}.copy`)
  const { prepare } = await bench.plan(from)
  await using fresh = await bench.targetDatabase()
  await bench.migrateInto(fresh, from, ['--no-validate'])
  await measureShell(`psql -X -q '${fresh.url}' -c "\\copy ${table} TO '${file}' (FORMAT binary)"`)
  return { statements: prepare, file }
}
