import { Int32 } from 'bson'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replay, retry, validate } from '../../src/index.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { type DumpForm, DocumentWorld, type PipelineParts } from './document-world.ts'

type Transform = NonNullable<NonNullable<PipelineParts['datasets']>[number]['transform']>

const int = (value: number): Int32 => new Int32(value)
const orders = [
  {
    _id: int(1),
    name: ' Ann ',
    status: 'new',
    cat: 'A',
    address: { zip: '10115', city: 'Berlin' },
    lines: [
      { sku: 'x', n: int(1) },
      { sku: 'y', n: int(2) },
    ],
  },
  {
    _id: int(2),
    name: 'Bob',
    status: 'old',
    cat: 'B',
    address: { zip: '75001', city: 'Paris' },
    lines: [{ sku: 'z', n: int(3), deep: [int(1), int(2)] }],
  },
]
const cats = [
  { _id: 'A', title: 'Apples' },
  { _id: 'B', title: 'Bees' },
]
const open = async (): Promise<DocumentWorld> => await DocumentWorld.open(engineUrl('postgres15'))

/** Moves both collections, and expects the run and a comparison afterwards to find all the same. */
async function move(world: DocumentWorld, parts: PipelineParts, form: DumpForm = 'folder'): Promise<void> {
  const url = await world.put(form, { orders, cats })
  const { summary } = await world.run(url, parts)
  expect(summary.error).toBeUndefined()
  expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
  const { summary: found } = await validate({ pipeline: await world.pipeline(url, parts), mode: 'stream' })
  expect(found.status).toBe('equal')
}

const columnOf = async (world: DocumentWorld, table: string, column: string): Promise<unknown[]> =>
  (await world.rows(table)).map((row) => row[column])

describeEngines(['postgres15'], 'stages of documents that have rows within them', () => {
  const ofOrders = (transform: Transform): PipelineParts => ({ datasets: [{ from: 'orders', transform }] })

  const staged: readonly (readonly [string, Transform, string, readonly unknown[]])[] = [
    ['rename', [{ rename: { name: 'full', _id: 'id' } }], 'full', [' Ann ', 'Bob']],
    ['clean', [{ clean: { columns: ['name'], trim: true } }], 'name', ['Ann', 'Bob']],
    ['map', [{ map: { column: 'status', values: { new: 'N', old: 'O' } } }], 'status', ['N', 'O']],
    ['drop', [{ drop: ['name', 'address.city'] }], 'name', [undefined, undefined]],
  ]
  it.each(staged)('leave those as they are: %s', async (_, transform, column, values) => {
    await using world = await open()
    await move(world, ofOrders(transform))
    expect(await columnOf(world, 'orders', column)).toEqual(values)
    expect(await columnOf(world, 'orders_lines', 'sku')).toEqual(['x', 'y', 'z'])
    expect(await columnOf(world, 'orders_lines_deep', 'value')).toEqual(['1', '2'])
  })

  it('filter those of a document with it', async () => {
    await using world = await open()
    await move(world, ofOrders([{ filter: 'status == "old"' }]))
    expect(await columnOf(world, 'orders', 'cat')).toEqual(['B'])
    expect(await columnOf(world, 'orders_lines', 'sku')).toEqual(['z'])
  })

  it('look other collections up', async () => {
    await using world = await open()
    const lookup = { column: 'cat', in: 'cats', by: '_id', take: 'title', into: 'cat_title' }
    await move(world, { datasets: [{ from: 'orders', transform: [{ lookup }] }, { from: 'cats' }] })
    expect(await columnOf(world, 'orders', 'cat_title')).toEqual(['Apples', 'Bees'])
  })

  it('are for columns by their path, and those of rows within documents too', async () => {
    await using world = await open()
    const columns = { 'address.zip': { to: 'zip' }, 'lines[].sku': { drop: true }, 'lines[].n': { to: 'count' } }
    await move(world, { datasets: [{ from: 'orders', columns }] })
    expect(await columnOf(world, 'orders', 'zip')).toEqual(['10115', '75001'])
    expect(await world.rows('orders_lines')).toEqual([
      { orders_id: '1', ordinal: '1', count: '1' },
      { orders_id: '1', ordinal: '2', count: '2' },
      { orders_id: '2', ordinal: '1', count: '3' },
    ])
  })

  it('have names as the pipeline spells them', async () => {
    await using world = await open()
    await move(world, { names: 'snake', datasets: [{ from: 'orders', to: 'MyOrders' }] })
    expect(await columnOf(world, 'my_orders_lines_deep', 'my_orders_id')).toEqual(['2', '2'])
  })
})

describeEngines(['postgres15'], 'tables that are there, for documents with rows within them', () => {
  const made = `CREATE TABLE orders (_id int PRIMARY KEY, name text NOT NULL, status text NOT NULL, cat text NOT NULL,
      address_zip text NOT NULL, address_city text NOT NULL, _rest jsonb);
    CREATE TABLE orders_lines (orders_id int, ordinal int, sku text, n int, _rest jsonb, PRIMARY KEY (orders_id, ordinal));
    CREATE TABLE orders_lines_deep (orders_id int, lines_ordinal int, ordinal int, value int,
      PRIMARY KEY (orders_id, lines_ordinal, ordinal));
    INSERT INTO orders VALUES (1, 'mine', '', '', '', ''), (9, 'old', '', '', '', '');
    INSERT INTO orders_lines VALUES (9, 1, 'old', 1)`

  it.each(['truncate', 'replace'] as const)('are loaded whole: %s', async (mode) => {
    await using world = await open()
    await world.target.query(made)
    await move(world, { mode, datasets: [{ from: 'orders' }] })
    expect(await columnOf(world, 'orders', 'name')).toEqual([' Ann ', 'Bob'])
    expect(await columnOf(world, 'orders_lines', 'sku')).toEqual(['x', 'y', 'z'])
  })

  it('take no row of a document whose key is taken', async () => {
    await using world = await open()
    await world.target.query(made)
    const { summary, rejects } = await world.run(await world.put('folder', { orders }), { mode: 'append' })
    expect(summary).toMatchObject({ exitCode: 4, datasets: [{ written: 1, rejected: 1 }] })
    expect(rejects).toMatchObject([{ code: 'TL_D409', key: { _id: '1' } }])
    expect(await columnOf(world, 'orders', 'name')).toEqual(['mine', 'Bob', 'old'])
    expect(await columnOf(world, 'orders_lines', 'sku')).toEqual(['z', 'old'])
  })

  it('are not merged, which would leave rows of arrays that are shorter now', async () => {
    await using world = await open()
    await world.target.query(made)
    const { summary } = await world.run(await world.put('folder', { orders }), { mode: 'merge' })
    expect(summary).toMatchObject({ exitCode: 2, error: { code: 'TL_C105' } })
    expect(summary.error?.message).toContain('rows of public.orders_lines that an earlier run made')
    expect(await columnOf(world, 'orders', 'name')).toEqual(['mine', 'old'])
  })

  it('have the documents of several collections, told apart', async () => {
    await using world = await open()
    const datasets = ['a', 'b'].map((from) => ({ from, to: 'all', discriminator: { column: 'kind' } }))
    const url = await world.put('archive', { a: [{ _id: int(1), v: 'x' }], b: [{ _id: int(1), v: 'y', w: int(2) }] })
    const { summary } = await world.run(url, { datasets })
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(await world.rows('all')).toEqual([
      { kind: 'a', _id: '1', v: 'x' },
      { kind: 'b', _id: '1', v: 'y', w: '2' },
    ])
  })
})

describeEngines(['postgres15'], 'documents that were rejected', () => {
  const map = (values: { readonly [from: string]: string }): PipelineParts => ({
    datasets: [{ from: 'orders', transform: [{ map: { column: 'status', values, otherwise: 'reject' } }] }],
  })

  describe.each(['folder', 'packed archive', 'lines'] as const)('in a %s', (form) => {
    it('bring the rows within them along when they are replayed, each once', async () => {
      await using world = await open()
      const url = await world.put(form, { orders })
      const { summary, rejects } = await world.run(url, map({ new: 'N' }))
      expect(summary).toMatchObject({ exitCode: 4, validation: { status: 'equal' }, datasets: [{ rejected: 1 }] })
      expect(rejects).toMatchObject([{ key: { _id: '2' }, code: 'TL_D415' }])
      expect(await columnOf(world, 'orders_lines', 'sku')).toEqual(['x', 'y'])
      const pipeline = await world.pipeline(url, map({ new: 'N', old: 'O' }))
      const again = await replay({ pipeline, run: summary.run ?? '', flags: { yes: true } })
      expect(again).toMatchObject({ exitCode: 0, rejects: { count: 0, replayed: 1 }, datasets: [{ written: 2 }] })
      expect(await columnOf(world, 'orders', 'status')).toEqual(['N', 'O'])
      expect(await columnOf(world, 'orders_lines', 'sku')).toEqual(['x', 'y', 'z'])
      expect(await columnOf(world, 'orders_lines_deep', 'value')).toEqual(['1', '2'])
      const { summary: found } = await validate({ pipeline, mode: 'stream' })
      expect(found.status).toBe('equal')
      // There is nothing left to be sent, and nothing is sent twice.
      await replay({ pipeline, run: summary.run ?? '', flags: { yes: true } })
      expect(await columnOf(world, 'orders_lines', 'sku')).toEqual(['x', 'y', 'z'])
    })
  })

  it('are read again from a file that was mended', async () => {
    await using world = await open()
    const url = await world.put('lines', { orders })
    const { summary } = await world.run(url, map({ new: 'N' }))
    const path = join(url.slice(url.indexOf(':') + 1), 'orders.jsonl')
    await writeFile(path, (await readFile(path, 'utf8')).replace('"old"', '"new"'))
    const pipeline = await world.pipeline(url, map({ new: 'N' }))
    const again = await retry({ pipeline, run: summary.run ?? '', flags: { yes: true } })
    expect(again).toMatchObject({ exitCode: 0, rejects: { count: 0 }, datasets: [{ written: 2, rejected: 0 }] })
    expect(await columnOf(world, 'orders_lines', 'sku')).toEqual(['x', 'y', 'z'])
  })

  it('stay rejected, and say why, where nothing tells them from others', async () => {
    await using world = await open()
    const url = await world.put('lines', { orders })
    const path = join(url.slice(url.indexOf(':') + 1), 'orders.jsonl')
    const text = await readFile(path, 'utf8')
    await writeFile(path, `${text}nothing\n`)
    const { summary } = await world.run(url)
    expect(summary).toMatchObject({ exitCode: 4, datasets: [{ rejected: 1 }] })
    await writeFile(path, text)
    const pipeline = await world.pipeline(url)
    const tried = await retry({ pipeline, run: summary.run ?? '', flags: { yes: true } })
    expect(tried.error).toMatchObject({ code: 'TL_C105' })
    expect(tried.error?.message).toContain('no rejected rows that can be read again by key')
    const again = await replay({ pipeline, run: summary.run ?? '', flags: { yes: true } })
    expect(again).toMatchObject({ exitCode: 4, rejects: { count: 1 } })
    const [left] = await world.rejectsOf(summary.run)
    expect(left).toMatchObject({ code: 'TL_D420' })
    expect(left?.reason).toMatch(/nothing of its key is known to read it again by \(rejected before with TL_D402/)
  })
})
