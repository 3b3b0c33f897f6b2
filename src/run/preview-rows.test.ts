import { describe, expect, it } from 'vitest'
import type { Column } from '../batch/layout.ts'
import type { DatasetPlan, WritePlan } from '../model/plan.ts'
import type { DatasetPreview } from '../model/preview.ts'
import { type BoundStages, bindStages, loadStages } from '../transform/bind-stages.ts'
import type { Shape } from '../transform/shape.ts'
import { layoutsOf, Transformer } from '../transform/transformer.ts'
import { PreviewBatch } from './preview-batch.ts'
import { PreviewRows } from './preview-rows.ts'

const text = { kind: 'text' } as const
const columns: Column[] = ['id', 'name', 'tags', '__proto__'].map((name) => ({ name, type: text, nullable: true }))
const never = new AbortController().signal

type Row = readonly (string | null)[]

function dataset([own, ...others]: readonly WritePlan[]): DatasetPlan {
  const table = {
    name: { schema: 'public', name: 'users' },
    columns: [],
    enumTypes: [],
    indexes: [],
    foreignKeys: [],
    checks: [],
    comment: '',
  }
  return {
    from: 'users',
    to: 'public.users',
    mode: 'create',
    adopted: false,
    read: {
      dataset: 'users',
      table: { schema: 'shop', name: 'users' },
      columns: columns.map((column) => ({ ...column, native: { name: 'text', text: 'text', args: [] }, policies: {} })),
      identify: ['id'],
    },
    writes: own === undefined ? [] : [own],
    columns: [],
    table,
    others: others.map((write) => {
      return { to: `public.${write.to.name}`, mode: 'create', adopted: false, writes: [write], columns: [], table }
    }),
    splits: [],
    rowEstimate: 0,
    byteEstimate: 0,
  }
}

function writeOf(frame: number, name: string, { columns: out }: Pick<Shape, 'columns'>): WritePlan {
  const written = out.map((column) => ({ name: `to_${column.name}`, slot: column.slot, type: column.type }))
  return { frame, to: { schema: 'public', name }, mode: 'create', columns: written, mergeKey: [] }
}

/** What is told of rows that went through stages. @param lose Rows of which a policy has changed the name */
async function previewed(
  bound: BoundStages,
  writes: readonly WritePlan[],
  rows: readonly Row[],
  { rowCount = 100, mask = [] as string[], lose = [] as number[] } = {},
): Promise<DatasetPreview> {
  const told = new PreviewRows(dataset(writes), bound, { rowCount, mask })
  const batch = new PreviewBatch(layoutsOf({ dataset: 'users', columns, identify: [0] }, bound), 10_000)
  for (const row of rows) {
    const made = batch.addRow(0)
    for (const [slot, value] of row.entries()) {
      if (value === null) continue
      const at = batch.reserve(value.length)
      batch.used += Buffer.from(batch.bytes.buffer).write(value, at)
      batch.frames[0]!.cells.set([at, value.length], (made * columns.length + slot) * 2)
    }
  }
  for (const row of lose) {
    const at = batch.keep(Buffer.from([0, 255]))
    batch.lose(row, 'name', 'zero-name', at, 2, (bytes, start, length) => {
      return { base64: Buffer.from(bytes.subarray(start, start + length)).toString('base64') }
    })
  }
  await using transformer = new Transformer(bound, { afterStage: (stage, after) => told.afterStage(stage, after) })
  await transformer.run(batch, never)
  told.add(batch)
  return told.result(true)
}

async function boundTo(stages: NonNullable<DatasetPlan['transform']>): Promise<BoundStages> {
  const keys = await loadStages(stages, async () => await Promise.resolve('a key of a test, no secret'))
  return bindStages({ columns }, stages, () => ({ file: 'p.yaml', place: '' }), keys)
}

describe('rows of a preview', () => {
  const rows: Row[] = [
    ['1', 'Ann', 'a,b', 'x'],
    ['2', 'Bob', '', null],
    ['3', 'Cy', null, 'y'],
    ['4', 'Di', 'c', 'z'],
  ]

  it('have what was read, what is written, and who stands between', async () => {
    const bound = await boundTo([
      { filter: 'name != "Bob"' },
      { filter: 'name != "Cy"' },
      { check: { short: 'name.size() < 3' } },
      { rename: { name: 'label' } },
    ])
    const told = await previewed(bound, [writeOf(bound.shape.frame, 'users', bound.shape)], rows, { lose: [0, 3] })
    expect(told).toMatchObject({ read: 4, written: 1, filtered: 2, rejected: 1, isWhole: true })
    // A row that is rejected has lost nothing.
    expect(told.losses).toEqual([{ column: 'name', rule: 'zero-name', count: 1 }])
    expect(told.rows.map(({ row, outcome, stage, reason }) => [row, outcome, stage, reason])).toEqual([
      [1, 'rejected', 'check', 'check: short does not hold'],
      [4, 'written', undefined, undefined],
      [2, 'filtered', 'filter #1', undefined],
      [3, 'filtered', 'filter #2', undefined],
    ])
    const [rejected, written] = told.rows
    expect(rejected).toMatchObject({ code: 'TL_D415', after: [], losses: [], before: { name: { text: '0x00ff' } } })
    expect(Object.entries(written?.before ?? {})).toEqual([
      ['id', { text: '4' }],
      ['name', { text: '0x00ff' }],
      ['tags', { text: 'c' }],
      ['__proto__', { text: 'z' }],
    ])
    expect(written?.losses).toEqual([{ column: 'name', rule: 'zero-name' }])
    expect(written?.after.map(({ to, values }) => [to, Object.entries(values)])).toEqual([
      [
        'public.users',
        [
          ['to_id', { text: '4' }],
          ['to_label', { text: 'Di' }],
          ['to_tags', { text: 'c' }],
          ['to___proto__', { text: 'z' }],
        ],
      ],
    ])
  })

  it('hide what is masked, what is made of it, and reasons that may tell it', async () => {
    const bound = await boundTo([{ join: { columns: ['name', 'id'], into: 'label' } }, { check: { c: 'id != "2"' } }])
    const write = writeOf(bound.shape.frame, 'users', bound.shape)
    const told = await previewed(bound, [write], rows, { mask: ['users.name'] })
    expect(told.rows[0]).toMatchObject({ row: 2, outcome: 'rejected', code: 'TL_D415', stage: 'check' })
    expect(told.rows[0]).not.toHaveProperty('reason')
    expect(told.rows[1]?.before).toMatchObject({ id: { text: '1' }, name: { hidden: true } })
    expect(told.rows[1]?.after[0]?.values).toMatchObject({
      to_id: { text: '1' },
      to_name: { hidden: true },
      to_label: { hidden: true },
    })
    expect(JSON.stringify(told)).not.toMatch(/Ann|Cy|Di/)
  })

  it('hide what stages hide, and show what they make of it', async () => {
    const bound = await boundTo([{ mask: { columns: ['name'], with: 'redact' } }])
    const told = await previewed(bound, [writeOf(bound.shape.frame, 'users', bound.shape)], rows.slice(0, 1))
    expect(told.rows[0]?.before).toMatchObject({ id: { text: '1' }, name: { hidden: true } })
    expect(told.rows[0]?.after[0]?.values).toMatchObject({ to_id: { text: '1' }, to_name: { text: '***' } })
  })

  it('have those of further tables with them', async () => {
    const explode = { from: 'tags', by: 'comma', to: 'tags', key: 'id', into: 'tag' }
    const bound = await boundTo([{ filter: 'name != "Di"' }, { explode }])
    const [output] = bound.outputs
    const writes = [writeOf(bound.shape.frame, 'users', bound.shape), writeOf(2, 'tags', output!.left)]
    const many = ['5', 'Ed', 'x,'.repeat(29), null]
    const told = await previewed(bound, writes, [...rows, many])
    expect(told).toMatchObject({ written: 4, filtered: 1 })
    expect(told.rows[0]).toMatchObject({ row: 4, outcome: 'filtered', stage: 'filter', after: [] })
    expect(told.rows[1]?.after.slice(1)).toEqual(
      ['a', 'b'].map((one) => ({ to: 'public.tags', values: { to_id: { text: '1' }, to_tag: { text: one } } })),
    )
    expect(told.rows.find(({ row }) => row === 2)?.after).toHaveLength(1)
    const long = told.rows.find(({ row }) => row === 5)
    expect(long).toMatchObject({ moreAfter: 10 })
    expect(long?.after).toHaveLength(20)
    const hidden = await previewed(bound, writes, rows, { mask: ['tags'] })
    expect(hidden.rows[1]?.after[1]?.values).toMatchObject({ to_tag: { hidden: true } })
  })

  it('are cut where they are long, and never in the middle of a character', async () => {
    const bound = await boundTo([])
    const write = writeOf(bound.shape.frame, 'users', bound.shape)
    const told = await previewed(bound, [write], [['1', `${'x'.repeat(999)}yz`, 'x'.repeat(1000), null]])
    expect(told.rows[0]?.before).toMatchObject({
      name: { text: `${'x'.repeat(999)}y`, cut: true },
      ['__proto__']: null,
    })
    expect(told.rows[0]?.before['tags']).toEqual({ text: 'x'.repeat(1000) })
  })
})

describe('a batch of a preview', () => {
  it('is full at its rows, or at its bytes', () => {
    const batch = new PreviewBatch([{ dataset: 't', columns, identify: [] }], 3)
    expect([batch.isFull(), batch.rowsBeforeFull(0, 10)]).toEqual([false, 2])
    batch.addRow(0)
    batch.addRow(0)
    expect([batch.isFull(), batch.rowsBeforeFull(0, 10)]).toEqual([false, 0])
    batch.addRow(0)
    expect([batch.isFull(), batch.rowsBeforeFull(0, 10)]).toEqual([true, 0])
    const other = new PreviewBatch([{ dataset: 't', columns, identify: [] }], 1_000_000)
    expect(other.rowsBeforeFull(0, 1_000_000)).toBe(4)
    other.used = 4 * 1024 * 1024
    expect(other.isFull()).toBe(true)
  })
})
