import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { ValidationSummary } from '../../src/model/run-summary.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import type { LiveServer } from './live-server.ts'
import { endOf, liveWorld } from './live-world.ts'

const folder = new URL('../../pipelines/', import.meta.url).pathname

/** The tables of the examples. */
const shop = `
CREATE TABLE customers (id bigint PRIMARY KEY, name text NOT NULL, since date, score real, photo bytea, tags text[]);
CREATE TABLE orders (id smallint PRIMARY KEY, customer bigint NOT NULL REFERENCES customers, at timestamptz(3) NOT NULL,
  total numeric(10,2), note text);
CREATE TABLE order_lines (order_id smallint NOT NULL REFERENCES orders, line smallint NOT NULL, sku varchar(20) NOT NULL,
  price numeric(8,2), weight double precision, is_gift boolean NOT NULL, PRIMARY KEY (order_id, line));
INSERT INTO customers SELECT 9007199254740993 + n, 'Zoë ' || n, CASE WHEN n % 4 > 0 THEN date '1969-12-30' + n END,
  n / 3.0, CASE WHEN n % 3 > 0 THEN decode(lpad(to_hex(n), 4, '0'), 'hex') END, ARRAY['a,b', n::text]
  FROM generate_series(1, 20) n;
INSERT INTO orders SELECT n, 9007199254740993 + 1 + n % 20, timestamptz '1969-12-31 23:59:59.999Z' + n * interval '1 day 0.007 s',
  CASE WHEN n % 5 > 0 THEN n * 1.10 END, CASE n % 3 WHEN 0 THEN '' WHEN 1 THEN 'by “phone”, ' || n END
  FROM generate_series(1, 300) n;
INSERT INTO order_lines SELECT n, line, 'sku-' || line, CASE WHEN line <> 2 THEN n * line * 0.01 END, n / 7.0, n % 2 = 0
  FROM generate_series(1, 300) n, generate_series(1, n % 5) line;`

const outwards = join(folder, 'tables-to-documents.yaml')
const homewards = join(folder, 'documents-to-tables.yaml')

/** What is in the end is compared with what was in the beginning: values of all columns, of lines too. */
const fromStartToEnd = {
  version: 1,
  validate: { checks: { schema: false } },
  datasets: [
    { from: 'order_lines', to: 'orders_lines', columns: { order_id: { to: 'orders_id' } } },
    { from: 'orders' },
    { from: 'customers', columns: { tags: { drop: true } } },
  ],
}

/** Tables with keys between them → documents that embed their lines → tables: what comes back is what set out. */
export function exerciseRoundTrip(engine: LiveServer): void {
  it('embeds the lines of orders in documents, and makes the same tables of them again', async () => {
    await using world = await liveWorld(engine, 'trip')
    await using start = await createDatabase(engineUrl('postgres15'), 'start')
    await start.query(shop)
    await writeFile(join(world.directory, 'from-start-to-end.yaml'), JSON.stringify(fromStartToEnd))
    const mongo = world.source
    const args = ['--json', '--yes']
    const out = await world.transload('run', outwards, '--source', start.url, '--target', mongo.url, ...args)
    expect(endOf(out)).toEqual({ status: 0 })
    expect(out.document.validation).toMatchObject({ status: 'equal' })
    expect(await mongo.db.collection('orders').findOne({ _id: 3 } as never, { promoteValues: true })).toMatchObject({
      lines: [
        { line: 1, sku: 'sku-1', price: 0.03, is_gift: false },
        { line: 2, sku: 'sku-2', price: null },
        { line: 3, sku: 'sku-3', price: 0.09 },
      ],
    })

    const home = ['--source', mongo.url, '--target', world.target.url]
    const back = await world.transload('run', homewards, ...home, ...args)
    expect(endOf(back)).toEqual({ status: 0 })
    expect(back.document.validation).toMatchObject({ status: 'equal' })
    const ends = ['--source', start.url, '--target', world.target.url, '--json']
    const proof = await world.transload<ValidationSummary>('validate', 'from-start-to-end.yaml', ...ends)
    expect([endOf(proof), proof.document.status]).toEqual([{ status: 0 }, 'equal'])
    expect(proof.document.datasets.map(({ from, sourceRows, targetRows }) => [from, sourceRows, targetRows])).toEqual([
      ['customers', 20, 20],
      ['order_lines', 600, 600],
      ['orders', 300, 300],
    ])
    // A line that becomes another is seen at either end.
    await world.target.query('UPDATE orders_lines SET price = price + 0.01 WHERE orders_id = 3 AND line = 3')
    const other = await world.transload<ValidationSummary>('validate', 'from-start-to-end.yaml', ...ends)
    expect(other.status).toBe(1)
    expect(other.document.datasets.map(({ differences }) => differences?.changed)).toEqual([0, 1, 0])
    await mongo.db.collection('orders').updateOne({ _id: 3 } as never, { $set: { 'lines.0.weight': 0.5 } })
    const embedded = ['--source', start.url, '--target', mongo.url, '--json']
    const changed = await world.transload<ValidationSummary>('validate', outwards, ...embedded)
    expect(changed.status).toBe(1)
    expect(changed.document.datasets.find(({ from }) => from === 'orders')?.differences).toMatchObject({ changed: 1 })
  })
}
