import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mysql from 'mysql2/promise'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { startEngine } from '../support/engines/start-engine.ts'
import { calmest, measureRun, measureShell, median } from './measure.ts'
import { createNarrowTable } from './narrow-table.ts'
import { createOrdersTable } from './orders-table.ts'
import { createSmallTables } from './small-tables.ts'
import { createWideTable } from './wide-table.ts'

/** What COPY of the pipe needs: the table as transload makes it, without its keys. */
const pipeTable = `CREATE TABLE orders (id bigint, customer_id integer, status text, amount numeric(12,2), weight double precision,
  created_at timestamp, updated_at timestamptz, active smallint, note text, attributes jsonb, big numeric(20,0), tiny smallint)`

const rowCount = Number(process.env['BENCH_ROWS'] ?? 2_000_000)

/** Prints ratios to floors that were taken in the same run. Gates nothing. */
export async function benchMysqlPostgres(parts: readonly string[]): Promise<void> {
  await using source = await startEngine('mariadb')
  await using target = await startEngine('postgres15')
  const connection = await mysql.createConnection(source.url)
  const work = await mkdtemp(join(tmpdir(), 'transload-bench-'))
  const url = new URL(source.url)
  const client = `mariadb --no-defaults -h${url.hostname} -P${url.port} -u${url.username} -p${url.password} --default-character-set=utf8mb4`
  const database = async (name: string, fill: () => Promise<unknown>): Promise<string> => {
    await connection.query(`DROP DATABASE IF EXISTS ${name}`)
    await connection.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4`)
    await connection.query(`USE ${name}`)
    await fill()
    return `${source.url}${name}`
  }
  const migrate = async (from: string, args: readonly string[]) => {
    await using fresh = await createDatabase(target.url, 'bench')
    return await measureRun(['--source', from, '--target', fresh.url, '--no-validate', ...args], work)
  }
  if (parts.includes('orders')) {
    const from = await database('bench_orders', () => createOrdersTable(connection, rowCount))
    const pipe = async (): Promise<number> => {
      await using fresh = await createDatabase(target.url, 'bench')
      await fresh.query(pipeTable)
      const read = `${client} -q --batch -N -e 'SELECT * FROM orders' bench_orders`
      return await measureShell(
        `${read} | psql -X -q '${fresh.url}' -c "COPY orders FROM STDIN WITH (NULL 'NULL')"`,
        {},
      )
    }
    const { rounds, unrest } = await calmest(async () => {
      const floor = await pipe()
      const one = await migrate(from, ['--jobs', '1'])
      const two = await migrate(from, ['--jobs', '2'])
      const copyOf = (run: typeof one): number => run.summary.phases.copy
      console.log(
        `  pipe ${floor.toFixed(2)} s, one lane ${copyOf(one).toFixed(2)} s, two lanes ${copyOf(two).toFixed(2)} s`,
      )
      return { floor, one, two }
    })
    const of = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick))
    print(
      'orders, one lane: copy ÷ pipe',
      of((r) => r.one.summary.phases.copy / r.floor),
      'goal ≤ 0.75',
    )
    print(
      'orders, two lanes: copy ÷ pipe',
      of((r) => r.two.summary.phases.copy / r.floor),
      'goal ≤ 0.65',
    )
    print(
      'orders, two lanes: copy + finish, s',
      of((r) => r.two.summary.phases.copy + r.two.summary.phases.finish),
      '',
    )
    print(
      'orders, plan with census ÷ copy',
      of((r) => r.two.summary.phases.plan / r.two.summary.phases.copy),
      'goal ≤ 0.8',
    )
    print(
      'orders, one lane: resident MiB',
      of((r) => r.one.residentMiB),
      'goal ≤ 176',
    )
    print(
      'orders, two lanes: resident MiB',
      of((r) => r.two.residentMiB),
      'goal ≤ 224',
    )
    console.log(`  unrest of the rounds: ${unrest.map((u) => `${(u * 100).toFixed(1)} %`).join(', ')}`)
    await pgloader(from, target.url)
  }
  if (parts.includes('narrow')) await besideFloor('narrow', 2_000_000, (count) => createNarrowTable(connection, count))
  if (parts.includes('wide')) await besideFloor('wide', 50_000, (count) => createWideTable(connection, count))
  if (parts.includes('small')) {
    const from = await database('bench_small', () => createSmallTables(connection))
    const run = await migrate(from, ['--jobs', '2'])
    print('1000 small tables: seconds', run.seconds, '')
    print('1000 small tables: ms a table', run.seconds, '')
  }
  await connection.end()
  await rm(work, { recursive: true })

  async function besideFloor(name: string, count: number, fill: (count: number) => Promise<unknown>): Promise<void> {
    const from = await database(`bench_${name}`, () => fill(count))
    const [tables] = await connection.query<mysql.RowDataPacket[]>('SHOW TABLES')
    const table = String(Object.values(tables[0] ?? {})[0])
    const { rounds } = await calmest(async () => {
      const read = await measureShell(
        `${client} -q --batch -N -e 'SELECT * FROM \`${table}\`' bench_${name} >/dev/null`,
        {},
      )
      await using fresh = await createDatabase(target.url, 'bench')
      const run = await measureRun(['--source', from, '--target', fresh.url, '--no-validate', '--jobs', '1'], work)
      const write = await writeFloor(fresh, table, work)
      return { ratio: run.summary.phases.copy / Math.max(read, write), read, write, copy: run.summary.phases.copy }
    })
    const [first] = rounds
    print(`${name}: copy ÷ max(read floor, write floor)`, median(rounds.map((r) => r.ratio)), 'goal ≤ 1.25')
    console.log(
      `  read ${first?.read.toFixed(2)} s, write ${first?.write.toFixed(2)} s, copy ${first?.copy.toFixed(2)} s`,
    )
  }
}

/** The same rows from a ready-made binary file by COPY into a table of the same columns. */
async function writeFloor(database: TestDatabase, table: string, work: string): Promise<number> {
  const file = join(work, 'floor.copy')
  await measureShell(`psql -X -q '${database.url}' -c "\\copy \\"${table}\\" TO '${file}' (FORMAT binary)"`, {})
  await database.query(`CREATE TABLE write_floor (LIKE "${table}")`)
  return await measureShell(`psql -X -q '${database.url}' -c "\\copy write_floor FROM '${file}' (FORMAT binary)"`, {})
}

/** pgloader is not a dependency of ours: it is measured where it is installed. */
async function pgloader(from: string, targetUrl: string): Promise<void> {
  await using fresh = await createDatabase(targetUrl, 'bench')
  try {
    await measureShell('command -v pgloader', {})
  } catch {
    console.log('  pgloader is not installed (apt-get install pgloader): its figure is not taken')
    return
  }
  const seconds = await measureShell(`pgloader --quiet '${from}' '${fresh.url}'`, {})
  print('orders: pgloader, s', seconds, '')
}

function print(what: string, value: number, remark: string): void {
  console.log(`${what.padEnd(52)} ${value.toFixed(3).padStart(8)}  ${remark}`)
}
