import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestDatabase } from '../../support/engines/create-database.ts'
import { print, type Bench } from '../bench.ts'
import { digestStatements } from '../digest-statements.ts'
import { calmest, measureShell, median } from '../measure.ts'
import { createOrdersTable, ordersRowCount } from '../orders-table.ts'
import { Reladiff } from '../reladiff.ts'

const rowCount = Number(process.env['BENCH_ROWS'] ?? ordersRowCount)

/** Columns that another tool takes for equal where they are, and one more with which it does not. */
const threeColumns = ['customer_id', 'created_at', 'tiny']
const fourColumns = [...threeColumns, 'note']

/** Comparing every value of both ends, beside reading both whole as text, in the order of the key, side by side. */
export async function benchValidate(bench: Bench): Promise<void> {
  const from = await bench.sourceDatabase('bench_orders', () => createOrdersTable(bench.connection, rowCount))
  await using target = await bench.targetDatabase()
  await bench.migrateInto(target, from, ['--no-validate'])
  await target.query('VACUUM ANALYZE orders')
  await benchStream(bench, from, target)
  await benchDigest(bench, from, target)
  await benchOther(bench, from, target)
  await benchDifferent(bench, from, target)
}

async function benchStream(bench: Bench, from: string, target: TestDatabase): Promise<void> {
  const { rounds, unrest } = await calmest(async () => {
    const read = `${bench.client} -q --batch -N -e 'SELECT * FROM orders ORDER BY id' bench_orders >/dev/null`
    const other = `psql -X -q '${target.url}' -c "COPY (SELECT * FROM orders ORDER BY id) TO STDOUT" >/dev/null`
    const floor = await measureShell(`(${read}) & (${other}) & wait -n && wait -n`)
    const stream = await bench.validate(from, target.url, 0, ['--mode', 'stream'])
    const auto = await bench.validate(from, target.url)
    await target.query(`UPDATE orders SET amount = amount + 0.01 WHERE id = ${Math.floor(rowCount / 2)}`)
    const one = await bench.validate(from, target.url, 1, ['--mode', 'stream'])
    await target.query(`UPDATE orders SET amount = amount - 0.01 WHERE id = ${Math.floor(rowCount / 2)}`)
    console.log(
      `  both read ${floor.toFixed(2)} s, stream ${stream.seconds.toFixed(2)} s, auto ${auto.seconds.toFixed(2)} s, one changed ${one.seconds.toFixed(2)} s`,
    )
    return { floor, stream, auto, one }
  })
  const of = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick))
  print(
    'validate, stream ÷ both read whole side by side',
    of(({ stream, floor }) => stream.seconds / floor),
    'goal ≤ 1.4',
  )
  print(
    'validate, auto ÷ both read whole side by side',
    of(({ auto, floor }) => auto.seconds / floor),
  )
  print(
    'one changed row ÷ equal',
    of(({ one, stream }) => one.seconds / stream.seconds),
    'goal ≤ 1.3',
  )
  print(
    'validate: resident MiB',
    of(({ stream }) => stream.residentMiB),
    'goal ≤ 176',
  )
  console.log(`  unrest of the rounds: ${unrest.map((u) => `${(u * 100).toFixed(1)} %`).join(', ')}`)
}

/** Digests that the servers add up, beside the same statements over all rows at once, started together. */
async function benchDigest(bench: Bench, from: string, target: TestDatabase): Promise<void> {
  const statements = await digestStatements(from, target.url)
  const files = { source: join(bench.folder, 'digest.mysql.sql'), target: join(bench.folder, 'digest.pg.sql') }
  await writeFile(files.source, statements.source)
  await writeFile(files.target, statements.target)
  const { rounds, unrest } = await calmest(async () => {
    const one = `${bench.client} --batch -N bench_orders <'${files.source}' >/dev/null`
    const settings = 'SET TimeZone = UTC; SET DateStyle = ISO; SET extra_float_digits = 1'
    const other = `psql -X -q '${target.url}' -c "${settings}" -f '${files.target}' >/dev/null`
    const floor = await measureShell(`(${one}) & (${other}) & wait -n && wait -n`)
    const digest = await bench.validate(from, target.url, 0, ['--mode', 'digest'])
    console.log(`  both SELECTs ${floor.toFixed(2)} s, digest ${digest.seconds.toFixed(2)} s`)
    return { floor, digest }
  })
  const of = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick))
  print(
    'validate, digest ÷ both digest SELECTs side by side',
    of(({ digest, floor }) => digest.seconds / floor),
    'goal ≤ 1.2',
  )
  print(
    'validate, digest: resident MiB',
    of(({ digest }) => digest.residentMiB),
    'goal ≤ 176',
  )
  console.log(`  unrest of the rounds: ${unrest.map((u) => `${(u * 100).toFixed(1)} %`).join(', ')}`)
}

/** Another tool, on columns that it gets right and on some that it does not; its database has nothing but equal rows. */
async function benchOther(bench: Bench, from: string, target: TestDatabase): Promise<void> {
  const reladiff = await Reladiff.install(bench.folder)
  for (const columns of [threeColumns, fourColumns]) {
    const { seconds, reported } = await reladiff.compare(from, target.url, 'orders', columns)
    console.log(`  reladiff, ${columns.join(', ')}: ${seconds.toFixed(2)} s, ${reported} false alarms`)
  }
}

/** Every row differs: memory is bounded, the first are told at once, and no more are looked for than somebody wants. */
async function benchDifferent(bench: Bench, from: string, target: TestDatabase): Promise<void> {
  await target.query('UPDATE orders SET amount = amount + 1')
  const report = join(bench.folder, 'different')
  const all = await bench.validate(from, target.url, 1, [
    '--max-differences',
    String(10 * rowCount),
    '--report',
    report,
  ])
  print('everything different, all told: resident MiB', all.residentMiB, 'goal ≤ 176')
  print('everything different, all told: s', all.seconds)
  const some = await bench.validate(from, target.url, 1)
  print('everything different, stopped at 100,000: s', some.seconds)
}
