import { print, type Bench } from '../bench.ts'
import { calmest, measureShell, median } from '../measure.ts'
import { createOrdersTable, ordersRowCount } from '../orders-table.ts'

const rowCount = Number(process.env['BENCH_ROWS'] ?? ordersRowCount)

/** Comparing every value of both ends, beside reading both whole as text, in the order of the key, side by side. */
export async function benchValidate(bench: Bench): Promise<void> {
  const from = await bench.sourceDatabase('bench_orders', () => createOrdersTable(bench.connection, rowCount))
  await using target = await bench.targetDatabase()
  await bench.migrateInto(target, from, ['--no-validate'])
  const { rounds, unrest } = await calmest(async () => {
    const read = `${bench.client} -q --batch -N -e 'SELECT * FROM orders ORDER BY id' bench_orders >/dev/null`
    const other = `psql -X -q '${target.url}' -c "COPY (SELECT * FROM orders ORDER BY id) TO STDOUT" >/dev/null`
    const floor = await measureShell(`(${read}) & (${other}) & wait -n && wait -n`)
    const equal = await bench.validate(from, target.url)
    await target.query(`UPDATE orders SET amount = amount + 0.01 WHERE id = ${Math.floor(rowCount / 2)}`)
    const one = await bench.validate(from, target.url, 1)
    await target.query(`UPDATE orders SET amount = amount - 0.01 WHERE id = ${Math.floor(rowCount / 2)}`)
    console.log(
      `  both read ${floor.toFixed(2)} s, equal ${equal.seconds.toFixed(2)} s, one changed ${one.seconds.toFixed(2)} s`,
    )
    return { floor, equal, one }
  })
  const of = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick))
  print(
    'validate ÷ both read whole side by side',
    of(({ equal, floor }) => equal.seconds / floor),
    'goal ≤ 1.4',
  )
  print(
    'one changed row ÷ equal',
    of(({ one, equal }) => one.seconds / equal.seconds),
    'goal ≤ 1.3',
  )
  print(
    'validate: resident MiB',
    of(({ equal }) => equal.residentMiB),
    'goal ≤ 176',
  )
  console.log(`  unrest of the rounds: ${unrest.map((u) => `${(u * 100).toFixed(1)} %`).join(', ')}`)
}
