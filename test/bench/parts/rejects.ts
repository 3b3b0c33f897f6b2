import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Badness, badRowsCount, badRowsPipeline, createBadRowsTable, targetStatements } from '../bad-rows-table.ts'
import { type Bench, print } from '../bench.ts'
import { calmest, median } from '../measure.ts'

const rowCount = Number(process.env['BENCH_ROWS'] ?? badRowsCount)

/** One bad row in a thousand, of ten kinds, beside the same table without any. */
export async function benchRejects(bench: Bench): Promise<void> {
  const sources = new Map<Badness, string>()
  for (const badness of ['clean', 'types', 'constraints'] as const) {
    const fill = () => createBadRowsTable(bench.connection, badness, rowCount)
    sources.set(badness, await bench.sourceDatabase(`bench_${badness}`, fill))
  }
  const load = async (rows: Badness, table: Badness): Promise<{ copy: number; wall: number }> => {
    await using fresh = await bench.targetDatabase()
    for (const statement of targetStatements(table)) await fresh.query(statement)
    const file = join(bench.folder, 'rejects.yaml')
    await writeFile(file, badRowsPipeline(sources.get(rows) ?? '', fresh.url))
    const { summary, seconds } = await bench.carryOut([file, '--no-validate', '--jobs', '1'], rows === 'clean' ? 0 : 4)
    const { count } = summary.rejects
    const expected = rows === 'clean' ? 0 : Math.floor(rowCount / 1000)
    if (count !== expected) throw new Error(`${count} rows were rejected, not ${expected}`)
    return { copy: summary.phases.copy, wall: seconds }
  }
  const { rounds, unrest } = await calmest(async () => {
    const plain = await load('clean', 'types')
    const types = await load('types', 'types')
    const bound = await load('clean', 'constraints')
    const constraints = await load('constraints', 'constraints')
    const each = [plain, types, bound, constraints].map(({ copy }) => `${copy.toFixed(2)} s`).join(', ')
    console.log(`  copy: clean, types, clean with constraints, constraints: ${each}`)
    return { plain, types, bound, constraints }
  })
  const ratio = (pick: (round: (typeof rounds)[number]) => number): number => median(rounds.map(pick))
  print(
    'bad rows that types refuse: wall ÷ clean',
    ratio(({ types, plain }) => types.wall / plain.wall),
    'goal ≤ 1.3',
  )
  print(
    'bad rows that types refuse: copy ÷ clean',
    ratio(({ types, plain }) => types.copy / plain.copy),
  )
  print(
    'bad rows that constraints refuse: wall ÷ clean',
    ratio(({ constraints, bound }) => constraints.wall / bound.wall),
    'goal ≤ 2.5',
  )
  print(
    'bad rows that constraints refuse: copy ÷ clean',
    ratio(({ constraints, bound }) => constraints.copy / bound.copy),
  )
  console.log(`  unrest of the rounds: ${unrest.map((u) => `${(u * 100).toFixed(1)} %`).join(', ')}`)
}
