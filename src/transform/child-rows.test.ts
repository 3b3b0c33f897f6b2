import { beforeAll, describe, expect, it } from 'vitest'
import { ArenaBatch } from '../batch/batch.ts'
import { textToCell } from '../canonical/text.ts'
import { fate } from '../model/fate.ts'
import type { ChildRead, ReadColumn } from '../model/plan.ts'
import { type BoundStages, bindStages, loadStages } from './bind-stages.ts'
import { layoutsOf, Transformer } from './transformer.ts'

const int = { kind: 'int', bits: 32, signed: true } as const
const column = (name: string): ReadColumn => ({
  name,
  native: { name: 'int', text: 'int', args: [] },
  type: int,
  nullable: false,
  policies: {},
})

const columns = [column('_id'), column('total')]

/** Orders with lines, of which each has parts. */
const children: ChildRead[] = [
  {
    frame: 2,
    parent: 0,
    path: 'lines',
    kind: 'array',
    to: 'shop.orders_lines',
    carried: [0],
    columns: [column('$parent'), column('$ordinal'), column('price')],
  },
  {
    frame: 3,
    parent: 2,
    path: 'parts',
    kind: 'array',
    to: 'shop.orders_lines_parts',
    carried: [0, 1],
    columns: [column('$parent'), column('$line'), column('$ordinal'), column('$value')],
  },
]

const placeOf = (): { file: string; place: string } => ({ file: 'test', place: 'here' })

function bind(configs: readonly object[]): BoundStages {
  return bindStages({ columns, key: { columns: ['_id'] }, children }, configs as never, placeOf, new Map())
}

function add(batch: ArenaBatch, frame: number, values: readonly number[], origin?: number): void {
  const row = batch.addRow(frame, origin)
  for (const [slot, value] of values.entries()) {
    const cell = textToCell(int, String(value))
    const at = batch.reserve(cell.length)
    batch.bytes.set(cell, at)
    batch.used = at + cell.length
    batch.frames[frame]!.cells.set([at, cell.length], (row * values.length + slot) * 2)
  }
}

/** Three orders with two lines each; the first line of each has a part. */
function filled(bound: BoundStages): ArenaBatch {
  const batch = new ArenaBatch(layoutsOf({ dataset: 'orders', columns, identify: [0] }, bound))
  for (const order of [1, 2, 3]) {
    add(batch, 0, [order, order * 10])
    for (const line of [1, 2]) add(batch, 2, [order, line, line * 5], order - 1)
    add(batch, 3, [order, 1, 1, 7], order - 1)
  }
  return batch
}

const fatesOf = (batch: ArenaBatch, frame: number): number[] => {
  const { fate: fates, rowCount } = batch.frames[frame]!
  return [...fates.subarray(0, rowCount)]
}

async function run(bound: BoundStages, batch: ArenaBatch): Promise<void> {
  await using transformer = new Transformer(bound)
  await transformer.run(batch, new AbortController().signal)
}

describe('rows that stand within others', () => {
  beforeAll(async () => {
    await loadStages([{ filter: 'true' }], () => Promise.reject(new Error('no secrets here')))
  })

  it('are tables of their own, keyed by those that they stand in', () => {
    const { outputs, shape } = bind([])
    expect(shape.frame).toBe(1)
    expect(outputs.map(({ to, parent, primaryKey }) => [to, parent, primaryKey])).toEqual([
      ['shop.orders_lines', 1, ['$parent', '$ordinal']],
      ['shop.orders_lines_parts', 2, ['$parent', '$line', '$ordinal']],
    ])
    expect(outputs.map(({ references }) => references.map((one) => [one.column, one.parent.name]))).toEqual([
      [['$parent', '_id']],
      [
        ['$parent', '$parent'],
        ['$line', '$ordinal'],
      ],
    ])
    expect(outputs.map(({ left }) => left.columns.map(({ source }) => source))).toEqual([
      ['lines[].$parent', 'lines[].$ordinal', 'lines[].price'],
      ['lines[].parts[].$parent', 'lines[].parts[].$line', 'lines[].parts[].$ordinal', 'lines[].parts[].$value'],
    ])
  })

  it('go over where no stage has to do with them', async () => {
    const bound = bind([])
    const batch = filled(bound)
    await run(bound, batch)
    for (const frame of [1, 2, 3]) expect(new Set(fatesOf(batch, frame))).toEqual(new Set([fate.live]))
  })

  it('are left out with the row that they stand in', async () => {
    const bound = bind([{ filter: 'total != 20' }])
    const batch = filled(bound)
    await run(bound, batch)
    expect(fatesOf(batch, 0)).toEqual([fate.live, fate.filtered, fate.live])
    expect(fatesOf(batch, 2)).toEqual([fate.live, fate.live, fate.filtered, fate.filtered, fate.live, fate.live])
    expect(fatesOf(batch, 3)).toEqual([fate.live, fate.filtered, fate.live])
  })

  it('are rejected with the row that they stand in, whichever reads it', async () => {
    const bound = bind([])
    const batch = filled(bound)
    batch.reject({ row: 2, stage: 'read', column: 'total', code: 'TL_D402', reason: 'no total', original: null })
    await run(bound, batch)
    expect(fatesOf(batch, 2)).toEqual([fate.live, fate.live, fate.live, fate.live, fate.rejected, fate.rejected])
    expect(fatesOf(batch, 3)).toEqual([fate.live, fate.live, fate.rejected])
  })

  it.each([{ dedupe: { by: ['total'] } }, { route: { to: 'big', when: 'total > 10', only: true } }])(
    'would be without it behind a stage that takes rows elsewhere: %j',
    (stage) => {
      expect(() => bind([stage])).toThrow(/rows of other tables would be left without theirs/)
    },
  )
})
