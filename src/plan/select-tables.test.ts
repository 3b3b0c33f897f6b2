import { describe, expect, it } from 'vitest'
import { memoryTable } from '../../test/support/memory-table.ts'
import { loadPipeline } from '../config/load-pipeline.ts'
import { selectTables } from './select-tables.ts'

const catalog = {
  tables: ['orders', 'order_lines', 'people'].map((name) => memoryTable(name, { id: 'int' })),
  others: [],
  fingerprint: '',
}

/** For each table that is taken the entry that takes it. */
async function taken(...from: readonly string[]): Promise<unknown> {
  const datasets = from.map((name) => ({ from: name }))
  const ends = { version: 1, source: 'memory:a', target: 'memory:b' } as const
  const pipeline = await loadPipeline({ ...ends, datasets }, {}, { environment: {}, directory: '/' })
  return Object.fromEntries(selectTables(catalog, pipeline).map(({ dataset, place }) => [dataset, from[place]]))
}

describe('selectTables', () => {
  it('takes a table by the first entry that it fits', async () => {
    const all = { orders: 'orders', order_lines: 'order*', people: '*' }
    expect(await taken('orders', 'order*', '*')).toEqual(all)
    expect(await taken('main.people')).toEqual({ people: 'main.people' })
  })

  it('lets an entry for the rest find nothing', async () => {
    expect(Object.keys((await taken('people', 'order*', '*')) as object)).toHaveLength(3)
    expect(await taken('orders', 'order_lines', 'order*')).toEqual({ orders: 'orders', order_lines: 'order_lines' })
  })

  it.each([
    [['*', 'orders'], 'Put it before *.'],
    [['*', 'order*'], 'Put it before *.'],
    [['order*', 'main.orders'], 'Put it before order*.'],
    [['main.orders', 'orders'], 'Make one entry of the two.'],
  ])('refuses an entry that would do nothing: %s', async (from, cure) => {
    await expect(taken(...from)).rejects.toMatchObject({ code: 'TL_C102', hint: cure })
  })
})
