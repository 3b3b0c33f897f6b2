import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { print, type Bench } from '../bench.ts'
import { calmest, measureShell, median } from '../measure.ts'
import { createSmallTables } from '../small-tables.ts'

const tableCount = 1_000

/** What a table costs that has next to nothing in it, beside what psql takes to make it with its keys and indexes. */
export async function benchSmallTables(bench: Bench): Promise<void> {
  const from = await bench.sourceDatabase('bench_small', () => createSmallTables(bench.connection, tableCount))
  const plan = await bench.plan(from)
  const file = join(bench.folder, 'small.sql')
  const finish = plan.finish.toSorted((a, b) => a.phase - b.phase).flatMap(({ statements }) => statements)
  await writeFile(file, [...plan.prepare, ...finish].map((statement) => `${statement};\n`).join(''))
  const { rounds } = await calmest(async () => {
    await using fresh = await bench.targetDatabase()
    const floor = await measureShell(`psql -X -q -v ON_ERROR_STOP=1 '${fresh.url}' -f '${file}' -o /dev/null`)
    const run = await bench.migrate(from, ['--no-validate', '--jobs', '2'])
    const { plan: planning, copy, finish: finishing } = run.summary.phases
    console.log(
      `  psql ${floor.toFixed(1)} s, run ${run.seconds.toFixed(1)} s (plan ${planning.toFixed(1)}, copy ${copy.toFixed(1)}, finish ${finishing.toFixed(1)})`,
    )
    return { floor, seconds: run.seconds }
  })
  const milliseconds = (seconds: number): number => (seconds * 1000) / tableCount
  print('psql makes a table with its keys in, ms', milliseconds(median(rounds.map(({ floor }) => floor))))
  print(
    'over that a table costs, ms',
    milliseconds(median(rounds.map(({ floor, seconds }) => seconds - floor))),
    'goal ≤ 30',
  )
}
