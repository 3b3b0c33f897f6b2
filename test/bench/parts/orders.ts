import type { Plan } from '../../../src/model/plan.ts'
import { print, type Bench } from '../bench.ts'
import { calmest, measureShell, median } from '../measure.ts'
import { createOrdersTable, ordersRowCount } from '../orders-table.ts'

const rowCount = Number(process.env['BENCH_ROWS'] ?? ordersRowCount)

/** The lane against the pipe that everybody writes, pgloader, and what is done beside the copy. */
export async function benchOrders(bench: Bench): Promise<void> {
  const from = await bench.sourceDatabase('bench_orders', () => createOrdersTable(bench.connection, rowCount))
  const plan = await bench.plan(from)
  const { rounds, unrest } = await calmest(async () => {
    const floor = await pipe(bench, plan)
    const one = await bench.migrate(from, ['--no-validate', '--jobs', '1'])
    const two = await bench.migrate(from, ['--jobs', '2'])
    const [oneCopy, twoCopy] = [one.summary.phases.copy, two.summary.phases.copy]
    console.log(`  pipe ${floor.toFixed(2)} s, one lane ${oneCopy.toFixed(2)} s, two lanes ${twoCopy.toFixed(2)} s`)
    return { floor, one: one.summary.phases, two: two.summary.phases, oneMiB: one.residentMiB, twoMiB: two.residentMiB }
  })
  const of = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick))
  const finished = of(({ two }) => two.copy + two.finish)
  print(
    'one lane: copy ÷ pipe',
    of(({ one, floor }) => one.copy / floor),
    'goal ≤ 0.75',
  )
  print(
    'two lanes: copy ÷ pipe',
    of(({ two, floor }) => two.copy / floor),
    'goal ≤ 0.65',
  )
  print('two lanes: copy + finish, s', finished)
  print(
    'two lanes: finish, s',
    of(({ two }) => two.finish),
  )
  print(
    'two lanes: plan with its census ÷ copy',
    of(({ two }) => two.plan / two.copy),
    'goal ≤ 0.8',
  )
  print(
    'two lanes: counting, and comparing every value ÷ copy',
    of(({ two }) => two.validate / two.copy),
  )
  print(
    'one lane: resident MiB',
    of(({ oneMiB }) => oneMiB),
    'goal ≤ 176',
  )
  print(
    'two lanes: resident MiB',
    of(({ twoMiB }) => twoMiB),
    'goal ≤ 224',
  )
  console.log(`  unrest of the rounds: ${unrest.map((u) => `${(u * 100).toFixed(1)} %`).join(', ')}`)
  await benchPgloader(bench, from, finished)
  await benchPlainCensus(bench)
}

/** Into the same table as transload makes it, without its keys. */
async function pipe(bench: Bench, plan: Plan): Promise<number> {
  await using fresh = await bench.targetDatabase()
  for (const statement of plan.prepare) await fresh.query(statement)
  const read = `${bench.client} -q --batch -N -e 'SELECT * FROM orders' bench_orders`
  return await measureShell(`${read} | psql -X -q '${fresh.url}' -c "COPY orders FROM STDIN WITH (NULL 'NULL')"`)
}

/** pgloader is not a dependency of ours: it is measured where it is installed. */
async function benchPgloader(bench: Bench, from: string, ours: number): Promise<void> {
  try {
    await measureShell('command -v pgloader')
  } catch {
    console.log('  pgloader is not installed (apt-get install pgloader): its figure is not taken')
    return
  }
  const seconds: number[] = []
  for (let round = 0; round < 3; round += 1) {
    await using fresh = await bench.targetDatabase()
    seconds.push(await measureShell(`pgloader --quiet '${from}' '${fresh.url}'`))
  }
  print('pgloader, all of it, s (median of three)', median(seconds))
  print('pgloader ÷ two lanes with keys and indexes', median(seconds) / ours, 'goal ≥ 2.3')
}

/**
 * The columns of `orders` that are numbers and dates: what the census costs where it need not look into text. A plan takes
 * its time without a census too, for the catalog and the splits.
 */
async function benchPlainCensus(bench: Bench): Promise<void> {
  const from = await bench.sourceDatabase('bench_plain', async () => {
    await bench.connection.query(
      `CREATE TABLE plain (PRIMARY KEY (id)) AS
       SELECT id, customer_id, amount, weight, created_at, updated_at, active, big, tiny FROM bench_orders.orders`,
    )
  })
  const args = ['--no-validate', '--jobs', '2']
  const { rounds } = await calmest(async () => {
    const { plan, copy } = (await bench.migrate(from, [...args, '--census', 'full'])).summary.phases
    const without = (await bench.migrate(from, [...args, '--census', 'off'])).summary.phases
    return { census: (plan - without.plan) / copy, plan: plan / copy }
  })
  print('numbers and dates only: census ÷ copy', median(rounds.map(({ census }) => census)), 'goal ≤ 0.3')
  print('numbers and dates only: plan with its census ÷ copy', median(rounds.map(({ plan }) => plan)))
}
