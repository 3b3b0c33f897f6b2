import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ArenaBatch } from '../../../src/batch/batch.ts'
import type { Column } from '../../../src/batch/layout.ts'
import { textToCell } from '../../../src/canonical/text.ts'
import type { Plain } from '../../../src/model/plain.ts'
import { bindStages, loadStages } from '../../../src/transform/bind-stages.ts'
import { layoutsOf, Transformer } from '../../../src/transform/transformer.ts'
import { print, type Bench } from '../bench.ts'
import { calmest, median } from '../measure.ts'
import { createOrdersTable, ordersRowCount } from '../orders-table.ts'

const rowCount = Number(process.env['BENCH_ROWS'] ?? ordersRowCount)

/** What stages add to the copy of a table whose other columns nobody touches, and what each costs by itself. */
export async function benchTransforms(bench: Bench): Promise<void> {
  const from = await bench.sourceDatabase('bench_orders', () => createOrdersTable(bench.connection, rowCount))
  const file = join(bench.folder, 'transforms.yaml')
  const stages = "[{clean: {columns: [note], trim: true, collapse: true}}, {filter: 'id % 10 != 0'}]"
  await writeFile(file, `version: 1\ndatasets: [{from: orders, transform: ${stages}}]\n`)
  const args = ['--no-validate', '--jobs', '1']
  const { rounds, unrest } = await calmest(async () => {
    const plain = (await bench.migrate(from, args)).summary.phases.copy
    const staged = (await bench.migrate(from, [file, ...args])).summary.phases.copy
    console.log(`  copy ${plain.toFixed(2)} s, one column cleaned and a tenth filtered ${staged.toFixed(2)} s`)
    return staged / plain
  })
  print('one column cleaned, 10 % filtered ÷ neither', median(rounds), 'goal ≤ 1.25')
  console.log(`  unrest of the rounds: ${unrest.map((u) => `${(u * 100).toFixed(1)} %`).join(', ')}`)
  for (const stage of each) print(`${JSON.stringify(stage)}, ns a row`.slice(0, 56), await nanosecondsOf(stage))
}

const each: readonly Plain[] = [
  { rename: { note: 'remark' } },
  { constant: { tenant: 'acme' } },
  { default: { note: '-' } },
  { cast: { amount: 'text' } },
  { map: { column: 'status', type: 'text', values: { new: 'N', paid: 'P', sent: 'S' }, otherwise: 'keep' } },
  { join: { columns: ['id', 'status'], into: 'label' } },
  { clean: { columns: ['note'], trim: true, collapse: true } },
  { split: { from: 'note', into: ['a', 'b'], by: 'space', rest: 'keep' } },
  { set: { note: 'upper(coalesce(note, ""))' } },
  { check: { large: 'amount >= decimal("0")' } },
  { filter: 'id % 10 != 0' },
]

const columns: readonly Column[] = [
  { name: 'id', type: { kind: 'int', bits: 64, signed: false }, nullable: false },
  { name: 'status', type: { kind: 'enum', labels: ['new', 'paid', 'sent'] }, nullable: false },
  { name: 'amount', type: { kind: 'decimal', precision: 12, scale: 2 }, nullable: false },
  { name: 'note', type: { kind: 'text' }, nullable: true },
]
const batchRows = 20_000
const timedRounds = 20

/** Of a stage alone, beside the same rows that go through none. */
async function nanosecondsOf(stage: Plain): Promise<number> {
  return (((await millisecondsOf([stage])) - (await millisecondsOf([]))) * 1e6) / batchRows
}

async function millisecondsOf(stages: readonly Plain[]): Promise<number> {
  await loadStages(stages)
  const bound = bindStages({ columns }, stages, () => ({ file: 'bench', place: '' }))
  const batch = new ArenaBatch(layoutsOf({ dataset: 'bench', columns, identify: [0] }, bound))
  await using transformer = new Transformer(bound)
  const { signal } = new AbortController()
  const times: number[] = []
  for (let round = 0; round < timedRounds; round++) {
    batch.clear('bench', 0, 0)
    for (let row = 0; row < batchRows; row++) addRow(batch, row)
    const begun = performance.now()
    await transformer.run(batch, signal)
    times.push(performance.now() - begun)
  }
  return median(times.slice(timedRounds / 2))
}

function addRow(batch: ArenaBatch, row: number): void {
  const status = ['new', 'paid', 'sent'][row % 3] ?? 'new'
  const texts = [String(row), status, `${row % 1000}.50`, row % 3 === 0 ? null : ` Call first,  row ${row} `]
  const made = batch.addRow(0)
  for (const [slot, text] of texts.entries()) {
    if (text === null) continue
    const cell = textToCell(columns[slot]!.type, text)
    const at = batch.reserve(cell.length)
    batch.bytes.set(cell, at)
    batch.used = at + cell.length
    batch.frames[0]!.cells.set([at, cell.length], (made * columns.length + slot) * 2)
  }
}
