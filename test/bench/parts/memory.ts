import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { print, type Bench } from '../bench.ts'
import { createHugeRows } from '../huge-rows.ts'
import { measureShell } from '../measure.ts'
import { createOrdersTable } from '../orders-table.ts'

const mebibyte = 1024 * 1024
const dumpBytes = Number(process.env['BENCH_DUMP_BYTES'] ?? 5 * 1024 * mebibyte)
const baseMiB = 128
const laneMiB = 48
const hugeRowMiB = 64

/** Resident memory where size could show in it: a dump of 5 GB in one table, and rows of 64 MiB. */
export async function benchMemory(bench: Bench): Promise<void> {
  await hugeRows(bench)
  await hugeDump(bench)
}

async function hugeRows(bench: Bench): Promise<void> {
  const from = await bench.sourceDatabase('bench_huge', () =>
    createHugeRows(bench.connection, 100, hugeRowMiB * mebibyte),
  )
  for (const lanes of [1, 2]) {
    const run = await bench.migrate(from, ['--jobs', String(lanes)])
    const limit = baseMiB + laneMiB * lanes + 4 * hugeRowMiB
    print(`100 rows of 64 MiB, ${lanes} lanes: resident MiB`, run.residentMiB, `goal ≤ ${limit}`)
    print(`100 rows of 64 MiB, ${lanes} lanes: copy, s`, run.summary.phases.copy)
  }
}

async function hugeDump(bench: Bench): Promise<void> {
  const file = join(bench.folder, 'huge.sql')
  await writeHugeDump(bench, file)
  const run = await bench.migrate(`mysqldump:${file}`, ['--jobs', '1'])
  const { size } = await stat(file)
  const { plan, copy, validate } = run.summary.phases
  const rows = run.summary.datasets.reduce((sum, { read }) => sum + read, 0)
  print(
    `dump of ${(size / 1e9).toFixed(1)} GB, ${rows} rows: resident MiB`,
    run.residentMiB,
    `goal ≤ ${baseMiB + laneMiB}`,
  )
  print('dump: plan, s', plan)
  print('dump: copy, s', copy)
  print('dump: counting validation, s', validate)
}

/** One table without a key, as mariadb-dump writes it, its INSERT statements over and over until the file is long enough. */
async function writeHugeDump(bench: Bench, file: string): Promise<void> {
  await bench.sourceDatabase('bench_dump', async () => {
    await createOrdersTable(bench.connection, 200_000)
    await bench.connection.query('ALTER TABLE orders DROP PRIMARY KEY, DROP KEY ix_customer, DROP KEY ix_created')
  })
  const once = `${file}.once`
  await measureShell(`mariadb-dump ${bench.clientArgs} bench_dump > '${once}'`)
  const { size } = await stat(once)
  const rows = `sed -n '/DISABLE KEYS/,/ENABLE KEYS/{//!p}' '${once}'`
  await measureShell(`{ sed -n '1,/DISABLE KEYS/p' '${once}'
    for i in $(seq ${Math.ceil(dumpBytes / size)}); do ${rows}; done
    sed -n '/ENABLE KEYS/,$p' '${once}'; } > '${file}'`)
}
