import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { RunSummary, ValidationSummary } from '../../src/model/run-summary.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { documentBytes } from '../support/mongo-archive.ts'
import { writeMongodump } from '../support/mongodump.ts'
import { runCommandLine } from '../support/run-command-line.ts'
import { sampleDocuments } from '../support/sample-documents.ts'

const folder = new URL('../../pipelines/', import.meta.url).pathname

let dump = ''

beforeAll(async () => {
  dump = await mkdtemp(join(tmpdir(), 'transload-documents-'))
  await writeMongodump(dump, sampleDocuments)
})

afterAll(async () => {
  await rm(dump, { recursive: true })
})

async function go(name: string, target: TestDatabase) {
  const urls = { DOCUMENTS: `mongodump:${dump}`, POSTGRES_URL: target.url }
  const { status, stdout } = await runCommandLine(['run', join(folder, name), '--json', '--yes'], urls)
  const summary = JSON.parse(stdout) as RunSummary
  expect(summary.error).toBeUndefined()
  expect([status, summary.validation?.status, summary.validation?.coverage]).toEqual([0, 'equal', expect.anything()])
  // Whoever looks for the first time finds the same, and says of each table how it was compared.
  const again = await runCommandLine(['validate', join(folder, name), '--json'], urls)
  const validation = JSON.parse(again.stdout) as ValidationSummary
  expect([again.status, validation.status]).toEqual([0, 'equal'])
  expect(validation.datasets.map(({ to, differences }) => [to, differences])).toEqual(
    summary.datasets.flatMap(({ outputs }) => outputs.map(({ to }) => [to, { missing: 0, extra: 0, changed: 0 }])),
  )
  return summary
}

/** Rows of a table, each as one text, in the order of those of its columns. */
async function rowsOf(target: TestDatabase, table: string): Promise<string[]> {
  const rows = await target.query(`SELECT row_to_json(t)::text AS row FROM public."${table}" AS t ORDER BY t::text`)
  return rows.map((row) => String(row['row']))
}

async function tablesOf(target: TestDatabase): Promise<string[]> {
  const rows = await target.query(`SELECT table_name AS name FROM information_schema.tables
    WHERE table_schema = 'public' ORDER BY table_name COLLATE "C"`)
  return rows.map((row) => String(row['name']))
}

describeEngines(['postgres15'], 'the examples of documents in pipelines/', () => {
  it('documents.yaml makes columns, tables, arrays and JSON of documents', async () => {
    await using target = await createDatabase(engineUrl('postgres15'), 'documents')
    const summary = await go('documents.yaml', target)
    expect(
      summary.datasets.map(({ from, outputs }) => [from, outputs.map(({ to, written }) => `${to} ${written}`)]),
    ).toEqual([
      ['customers', ['public.customers 3', 'public.customers_devices 2', 'public.customers_devices_tokens 2']],
      ['orders', ['public.orders 2', 'public.order_lines 3', 'public.order_line_discounts 2', 'public.order_stock 2']],
    ])
    expect(
      summary.datasets.map(({ losses }) => losses.map(({ column, rule, count }) => `${column} ${rule} ${count}`)),
    ).toEqual([[], ['$rest unknown-field 1', 'lines[].sku type-drift 1']])
    expect(await rowsOf(target, 'customers')).toEqual([
      '{"_id":1,"name":"Ada","email":"ada@example.org","address_city":"London","address_zip":"NW1","contact":"mail","_rest":null}',
      '{"_id":2,"name":"Zoë","email":null,"address_city":"Paris","address_zip":null,"contact":["mail", "phone"],"_rest":null}',
      '{"_id":3,"name":"Max","email":null,"address_city":null,"address_zip":null,"contact":{"by": "post"},"_rest":null}',
    ])
    expect(await rowsOf(target, 'customers_devices')).toEqual([
      '{"customers_id":1,"ordinal":1,"os":"ios","_rest":null}',
      '{"customers_id":1,"ordinal":2,"os":"web","_rest":null}',
    ])
    expect(await rowsOf(target, 'customers_devices_tokens')).toEqual([
      '{"customers_id":1,"devices_ordinal":1,"ordinal":1,"value":"a"}',
      '{"customers_id":1,"devices_ordinal":1,"ordinal":2,"value":"b"}',
    ])
    await target.query(`SET timezone = 'UTC'`)
    expect(
      await target.query(`SELECT id, placed_at::text, total::text, ship_city, ship_geo::text, tags, note::text, _rest::text
        FROM public.orders ORDER BY id`),
    ).toEqual([
      {
        id: '000000000000000000000001',
        placed_at: '2024-05-06 07:08:09.123+00',
        total: '19.90',
        ship_city: 'London',
        ship_geo: '{"type": "Point", "coordinates": ["0", "51"]}',
        tags: ['new', 'gift'],
        note: '"fragile"',
        _rest: '{"legacy": {"flags": "x"}}',
      },
      {
        id: '000000000000000000000002',
        placed_at: '2024-05-07 00:00:00+00',
        total: '5',
        ship_city: 'Paris',
        ship_geo: null,
        tags: [],
        note: '{"from": "Ada"}',
        _rest: null,
      },
    ])
    expect(
      await target.query(`SELECT right(orders_id, 1) AS "order", ordinal, sku, quantity, _rest::text, code
        FROM public.order_lines AS l
        LEFT JOIN (SELECT orders_id, lines_ordinal, string_agg(code, ' ' ORDER BY ordinal) AS code
          FROM public.order_line_discounts GROUP BY 1, 2) AS d USING (orders_id)
        WHERE d.lines_ordinal IS NULL OR d.lines_ordinal = l.ordinal OR l.ordinal = 2 ORDER BY orders_id, ordinal`),
    ).toMatchObject([
      { order: '1', ordinal: 1, sku: 'lamp', quantity: 2, _rest: null, code: 'X Y' },
      { order: '1', ordinal: 2, sku: null, quantity: 1, _rest: '{"sku": {"$numberInt": "7"}}' },
      { order: '2', ordinal: 1, sku: 'desk', quantity: 1, _rest: null, code: null },
    ])
    expect(await target.query('SELECT key, value FROM public.order_stock ORDER BY key COLLATE "C"')).toEqual([
      { key: 'a.b', value: 0 },
      { key: 'berlin', value: 4 },
    ])
    const keys =
      await target.query(`SELECT conrelid::regclass::text || ' → ' || confrelid::regclass::text AS key FROM pg_constraint
      WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1`)
    expect(keys.map(({ key }) => key)).toEqual([
      'customers_devices → customers',
      'customers_devices_tokens → customers_devices',
      'order_line_discounts → order_lines',
      'order_lines → orders',
      'order_stock → orders',
      'orders → customers',
    ])
    expect(await target.query(`SELECT indexname FROM pg_indexes WHERE indexname = 'email_1'`)).toHaveLength(1)
  })

  it('documents-lossless.yaml keeps what the tables do not tell', async () => {
    await using target = await createDatabase(engineUrl('postgres15'), 'lossless')
    await go('documents-lossless.yaml', target)
    expect(await tablesOf(target)).toEqual([
      'customers',
      'customers_devices',
      'customers_devices_tokens',
      'events',
      'orders',
      'orders_lines',
      'orders_lines_discounts',
      'orders_tags',
    ])
    // The first documents are what their rows tell; the second have null, an array of anything and bytes of a subtype.
    const originals = await target.query("SELECT encode(_original, 'hex') AS original FROM public.events ORDER BY _id")
    const [, second] = sampleDocuments.find(({ name }) => name === 'events')?.documents ?? []
    expect(originals).toEqual([{ original: null }, { original: Buffer.from(documentBytes(second!)).toString('hex') }])
    expect(await target.query('SELECT a::text, parts::text FROM public.events ORDER BY _id')).toEqual([
      { a: '9007199254740993', parts: null },
      { a: null, parts: '[{"$numberInt":"1"},"x",{"b":[]}]' },
    ])
    expect(await target.query(`SELECT sku::text FROM public.orders_lines ORDER BY orders_id, ordinal`)).toEqual([
      { sku: '"lamp"' },
      { sku: '{"$numberInt":"7"}' },
      { sku: '"desk"' },
    ])
  })

  it('documents-whole.yaml makes one row of each document', async () => {
    await using target = await createDatabase(engineUrl('postgres15'), 'whole')
    const summary = await go('documents-whole.yaml', target)
    expect(await tablesOf(target)).toEqual(['customers', 'event_documents', 'orders'])
    expect(summary.objects.notCarried).toEqual([
      { kind: 'index', name: expect.stringContaining('email_1'), reason: 'no column is of email' },
    ])
    expect(
      await target.query(`SELECT document->>'name' AS name, document->'devices'->0->>'os' AS os, pg_typeof(document)::text AS type
      FROM public.customers ORDER BY _id`),
    ).toEqual([
      { name: 'Ada', os: 'ios', type: 'jsonb' },
      { name: 'Zoë', os: null, type: 'jsonb' },
      { name: 'Max', os: null, type: 'jsonb' },
    ])
    const [first] = await target.query('SELECT document::text FROM public.event_documents ORDER BY _id')
    expect(first?.['document']).toBe(
      '{"_id":{"$oid":"000000000000000000000001"},"kind":"view","z":{"$numberInt":"1"},"a":{"$numberLong":"9007199254740993"},"of":{"$numberDouble":"2.0"}}',
    )
  })

  it('stages see the rows of documents themselves, and what they filter takes along what stands within it', async () => {
    await using target = await createDatabase(engineUrl('postgres15'), 'staged')
    const file = join(dump, 'staged.yaml')
    await writeFile(
      file,
      `version: 1\nsource: mongodump:${dump}/shop\ntarget: ${target.url}\ndatasets:
  - from: customers
    where: 'name != "Max"'
    transform:
      - set: {shout: 'upper(name)'}
      - rename: {address.city: town}
      - drop: [contact]\n`,
    )
    const { status, stdout } = await runCommandLine(['run', file, '--json', '--yes'], {})
    const summary = JSON.parse(stdout) as RunSummary
    expect(summary.error).toBeUndefined()
    expect([status, summary.validation?.status]).toEqual([0, 'equal'])
    expect(await rowsOf(target, 'customers')).toEqual([
      '{"_id":1,"name":"Ada","email":"ada@example.org","town":"London","address_zip":"NW1","_rest":null,"shout":"ADA"}',
      '{"_id":2,"name":"Zoë","email":null,"town":"Paris","address_zip":null,"_rest":null,"shout":"ZOË"}',
    ])
    const again = await runCommandLine(['validate', file, '--json'], {})
    expect([again.status, (JSON.parse(again.stdout) as ValidationSummary).status]).toEqual([0, 'equal'])
    await rm(file)
  })

  it('counts what jsonb does not keep, and keeps all digits of numbers', async () => {
    await using target = await createDatabase(engineUrl('postgres15'), 'kept')
    const file = join(dump, 'odd.jsonl')
    await writeFile(
      file,
      '{"_id":1,"j":{"a":1,"b":{"c":1,"c":2},"a":3},"n":12345678901234567890}\n{"_id":2,"j":3,"n":0.1234567890123456789}\n',
    )
    const ends = ['--source', `jsonl:${file}`, '--target', target.url]
    const { status, stdout } = await runCommandLine(['run', ...ends, '--json', '--yes'], {})
    const summary = JSON.parse(stdout) as RunSummary
    expect([status, summary.validation?.status]).toEqual([0, 'equal'])
    expect(summary.datasets[0]?.losses).toMatchObject([{ column: 'j', rule: 'duplicate-field', count: 1 }])
    expect(await target.query('SELECT j::text, n::text FROM public.odd ORDER BY _id')).toEqual([
      { j: '{"a": 3, "b": {"c": 2}}', n: '12345678901234567890' },
      { j: '3', n: '0.1234567890123456789' },
    ])
  })
})
