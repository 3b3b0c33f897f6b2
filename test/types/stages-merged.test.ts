import { expect, it } from 'vitest'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import { type Pipeline, retry, run, type RunFlags, type RunSummary, validate } from '../../src/index.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

type Dataset = NonNullable<PipelineFile['datasets']>[number]

async function pipelineOf(
  source: string,
  target: string,
  datasets: Dataset[],
  more: Partial<PipelineFile> = {},
): Promise<Pipeline> {
  const file: PipelineFile = { version: 1, source, target, datasets, errors: { maxRows: 10 }, ...more }
  return await loadPipeline(file, {}, { environment: {}, directory: '.' })
}

async function move(pipeline: Pipeline, flags: Partial<RunFlags> = {}): Promise<RunSummary> {
  return await run({ pipeline, flags: { laneCount: 2, yes: true, ...flags } })
}

const people: Dataset[] = [
  { from: 'customers', to: 'people', discriminator: { column: 'kind', value: 'customer' } },
  { from: 'suppliers', to: 'people', discriminator: { column: 'kind', value: 'supplier' } },
]

const tables = `
  CREATE TABLE countries (code char(2) PRIMARY KEY);
  CREATE TABLE customers (
    id int AUTO_INCREMENT PRIMARY KEY, of_id int, name varchar(40) NOT NULL, email varchar(60), score tinyint(1) NOT NULL DEFAULT 1,
    country char(2), UNIQUE email (email), KEY name (name), CONSTRAINT c_of FOREIGN KEY (of_id) REFERENCES customers (id), CONSTRAINT c_country FOREIGN KEY (country) REFERENCES countries (code));
  CREATE TABLE suppliers (
    id bigint AUTO_INCREMENT PRIMARY KEY, name varchar(90) NOT NULL, email varchar(60), score tinyint(1) NOT NULL DEFAULT 0,
    vat varchar(20) NOT NULL, UNIQUE mail (email), KEY vat (vat));
  CREATE TABLE orders (
    id int PRIMARY KEY, customer_id int NOT NULL, FOREIGN KEY (customer_id) REFERENCES customers (id));
  INSERT INTO countries VALUES ('DE'), ('FR');
  INSERT INTO customers VALUES (1, NULL, 'Ada', 'a@x.org', 0, 'DE'), (2, NULL, 'Bob', NULL, 1, NULL), (7, 1, 'Cy', 'c@x.org', 1, 'FR');
  INSERT INTO suppliers VALUES (1, 'Acme', 'a@x.org', 7, 'DE1'), (2, 'Bolt', NULL, 0, 'FR2');
  INSERT INTO orders VALUES (1, 7), (2, 1)`

describeEngines(['mysql9', 'postgres15'], 'several tables in one', () => {
  it('have room for the rows of each, told apart by the discriminator', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(tables)
    const pipeline = await pipelineOf(source.url, target.url, [...people, { from: 'countries' }, { from: 'orders' }])
    const summary = await move(pipeline)
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(await target.query('SELECT * FROM people ORDER BY kind, id')).toEqual([
      { kind: 'customer', id: '1', of_id: null, name: 'Ada', email: 'a@x.org', score: 0, country: 'DE', vat: null },
      { kind: 'customer', id: '2', of_id: null, name: 'Bob', email: null, score: 1, country: null, vat: null },
      { kind: 'customer', id: '7', of_id: 1, name: 'Cy', email: 'c@x.org', score: 1, country: 'FR', vat: null },
      { kind: 'supplier', id: '1', of_id: null, name: 'Acme', email: 'a@x.org', score: 7, country: null, vat: 'DE1' },
      { kind: 'supplier', id: '2', of_id: null, name: 'Bolt', email: null, score: 0, country: null, vat: 'FR2' },
    ])
    const indexes = await target.query(
      `SELECT regexp_replace(indexdef, '.* ON public.people USING btree ', '') AS indexdef FROM pg_indexes
       WHERE tablename = 'people' ORDER BY indexname`,
    )
    expect(indexes.map((row) => row['indexdef'])).toEqual([
      '(country)',
      '(of_id)',
      '(kind, email)',
      '(name)',
      '(kind, id)',
      '(vat)',
    ])
    expect(summary.objects.notCarried).toEqual([
      { kind: 'default', name: 'public.people.score', reason: 'not all tables that are merged have it' },
      {
        kind: 'foreign key',
        name: 'orders.orders_ibfk_1',
        reason: 'the key of people begins with kind, which the rows that refer to it do not have',
      },
    ])
    const keys = await target.query(
      `SELECT pg_get_constraintdef(oid) AS key FROM pg_constraint WHERE conrelid = 'people'::regclass AND contype = 'f' ORDER BY conname`,
    )
    expect(keys).toEqual([
      { key: 'FOREIGN KEY (country) REFERENCES countries(code)' },
      { key: 'FOREIGN KEY (kind, of_id) REFERENCES people(kind, id)' },
    ])
    expect(await next(target, 'people', 'id')).toBe('8')
    const { summary: found } = await validate({ pipeline, mode: 'stream' })
    expect(found).toMatchObject({ status: 'equal' })
  })

  it('are compared each with its own part, and what is of none is found', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(tables)
    const pipeline = await pipelineOf(source.url, target.url, [...people, { from: 'countries' }, { from: 'orders' }])
    expect(await move(pipeline)).toMatchObject({ exitCode: 0 })
    await target.query(`
      INSERT INTO people (kind, id, name, score) VALUES ('guest', 1, 'Eve', 0), ('supplier', 3, 'Core', 0);
      UPDATE people SET name = 'Bobby' WHERE kind = 'customer' AND id = 2;
      DELETE FROM people WHERE kind = 'supplier' AND id = 1;
      INSERT INTO orders VALUES (3, 3)`)
    const outcome = await validate({ pipeline, mode: 'stream' })
    const differencesOf = (from: string): unknown => outcome.summary.datasets.find((one) => one.from === from)
    expect(outcome.error?.code).toBe('TL_V701')
    expect(differencesOf('customers')).toMatchObject({ differences: { missing: 0, extra: 0, changed: 1 } })
    expect(differencesOf('suppliers')).toMatchObject({ differences: { missing: 1, extra: 1, changed: 0 } })
    expect(outcome.summary.strays).toEqual([
      { to: 'public.people', column: 'kind', noneOf: ['customer', 'supplier'], rows: 1 },
    ])
    // A supplier has the number that the order refers to.
    expect(differencesOf('orders')).toMatchObject({ orphans: [{ source: 0, target: 1, new: 1 }] })
    expect(outcome.error?.message).toContain('public.people: 1 row is of no dataset')
  })

  it('are no strays to each other, where some are left out', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(tables)
    const pipeline = await pipelineOf(source.url, target.url, people)
    expect(await move(pipeline)).toMatchObject({ exitCode: 0 })
    const { summary } = await validate({ pipeline: { ...pipeline, only: ['suppliers'] }, mode: 'stream' })
    expect(summary).toMatchObject({ status: 'equal', datasets: [{ from: 'suppliers', targetRows: 2 }] })
    // What is wrong about a dataset that is left out is for whoever takes it.
    const other = { from: 'orders', columns: { nothing: { drop: true } } }
    const wrong = await pipelineOf(source.url, target.url, [...people, other], { only: ['suppliers'] })
    expect((await validate({ pipeline: wrong, mode: 'stream' })).summary.status).toBe('equal')
  })

  it('may be all that a pattern finds, with the name of each', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(`
      CREATE TABLE orders_2023 (id int PRIMARY KEY, at datetime, state enum('new','paid') NOT NULL, cents int, euros decimal(10,2) AS (cents / 100));
      CREATE TABLE orders_2024 (id int PRIMARY KEY, at datetime(3), state enum('new','paid','sent') NOT NULL, cents int, euros decimal(10,2) AS (cents / 100), CHECK (cents >= 0));
      CREATE TABLE order_lines (id int PRIMARY KEY, order_id int NOT NULL, KEY (order_id));
      INSERT INTO orders_2023 (id, at, state, cents) VALUES (1, '2023-01-02 03:04:05', 'paid', -5), (2, NULL, 'new', NULL);
      INSERT INTO orders_2024 (id, at, state, cents) VALUES (3, '2024-01-02 03:04:05.678', 'sent', 5);
      INSERT INTO order_lines VALUES (1, 1), (2, 3)`)
    const datasets: Dataset[] = [
      { from: 'order_lines' },
      { from: 'orders_*', to: 'orders', mode: 'replace', discriminator: { column: 'year', inKey: false } },
    ]
    const pipeline = await pipelineOf(source.url, target.url, datasets)
    const summary = await move(pipeline)
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(
      await target.query(`SELECT year, id, to_char(at, 'SS.MS') AS at, state::text, euros FROM orders ORDER BY id`),
    ).toEqual([
      { year: 'orders_2023', id: 1, at: '05.000', state: 'paid', euros: '-0.05' },
      { year: 'orders_2023', id: 2, at: null, state: 'new', euros: null },
      { year: 'orders_2024', id: 3, at: '05.678', state: 'sent', euros: '0.05' },
    ])
    expect(summary.objects.notCarried).toEqual([
      expect.objectContaining({ kind: 'check', reason: 'not all tables that are merged have it' }),
    ])
    const [key] = await target.query(
      `SELECT pg_get_constraintdef(oid) AS key FROM pg_constraint WHERE conname = 'orders_pkey'`,
    )
    expect(key).toEqual({ key: 'PRIMARY KEY (id)' })
    await source.query(`UPDATE orders_2024 SET state = 'paid'; DROP TABLE order_lines`)
    const again = await pipelineOf(source.url, target.url, datasets.slice(1))
    expect(await move(again)).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    const { summary: found } = await validate({ pipeline: again, mode: 'stream' })
    // What the target makes itself goes through no stage.
    expect(found.datasets[0]?.columns.filter(({ strength }) => strength === 'skipped')).toMatchObject([
      { from: 'euros' },
    ])
    expect(found).toMatchObject({ status: 'unproven', datasets: [{ sourceRows: 2 }, { sourceRows: 1 }] })
  })

  it.each(['append', 'merge', 'truncate'] as const)('go by %s to a table that is there', async (mode) => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(tables)
    await target.query(`
      CREATE TABLE people (kind varchar(10), id int, of_id int, name text, email text, score int, country text, vat text DEFAULT 'none', PRIMARY KEY (kind, id));
      INSERT INTO people VALUES ('guest', 1, NULL, 'Eve', NULL, 0, NULL, NULL)${mode === 'merge' ? `, ('customer', 2, NULL, 'old', NULL, 0, NULL, 'x')` : ''}`)
    const pipeline = await pipelineOf(source.url, target.url, people, { mode })
    expect(await move(pipeline)).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    const [counted] = await target.query('SELECT count(*)::int FROM people')
    expect(counted?.['count']).toBe(mode === 'truncate' ? 5 : 6)
    const { summary: found } = await validate({ pipeline, mode: 'stream' })
    expect(found).toMatchObject({ status: 'equal' })
    // A second run appends the same keys, which are refused, merges them, or puts them in the place of the first ones.
    const again = await move(pipeline)
    expect(again.exitCode).toBe(mode === 'append' ? 4 : 0)
    expect(await target.query('SELECT FROM people')).toHaveLength(mode === 'truncate' ? 5 : 6)
  })

  it('are gone on with, begun anew, and tried again', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(`${tables}; INSERT INTO suppliers VALUES (5, 'No', NULL, 0, '')`)
    const checked = people.map((one) => ({ ...one, transform: [{ check: { that: 'name != "No"' } }] }))
    const pipeline = await pipelineOf(source.url, target.url, checked)
    const stopped = async (): Promise<void> => {
      const stop = new AbortController()
      const committed = (): void => stop.abort(new Error('enough'))
      const summary = await run({ pipeline, flags: { laneCount: 1 }, events: { committed }, stop: stop.signal })
      expect(summary.exitCode).not.toBe(0)
    }
    await stopped()
    const resumed = await move(pipeline)
    expect(resumed).toMatchObject({ exitCode: 4, rejects: { count: 1 }, validation: { status: 'equal' } })
    await source.query(`UPDATE suppliers SET name = 'Yes' WHERE id = 5`)
    const late = await retry({ pipeline, run: resumed.run ?? '', flags: {} })
    expect(late).toMatchObject({ exitCode: 0 })
    expect(await target.query(`SELECT id FROM people WHERE kind = 'supplier' ORDER BY id`)).toHaveLength(3)
    const { summary: found } = await validate({ pipeline, mode: 'stream' })
    expect(found).toMatchObject({ status: 'equal' })
    await target.query('DROP TABLE people')
    await stopped()
    expect(await move(pipeline, { fresh: true })).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
  })

  it('are not held to what only one of them promises', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(`
      CREATE TABLE a (id int PRIMARY KEY, email varchar(30), v int, g int AS (v + 1), UNIQUE ue (email));
      CREATE TABLE b (id int PRIMARY KEY, email varchar(30), v int, g int AS (v + 2), w int, UNIQUE uw (w));
      INSERT INTO a (id, email, v) VALUES (1, 'a@x', 1), (2, NULL, 2);
      INSERT INTO b (id, email, v, w) VALUES (1, 's@x', 1, 1), (2, 's@x', 2, 2), (3, 's@x', NULL, NULL)`)
    const datasets = ['a', 'b'].map((from) => ({ from, to: 't', discriminator: { column: 'kind' } }))
    const pipeline = await pipelineOf(source.url, target.url, datasets)
    const summary = await move(pipeline)
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(summary.objects.notCarried).toEqual([
      {
        kind: 'unique index',
        name: 'public.t.ue',
        reason: 'b, which it is merged with, may have the same values twice',
      },
    ])
    // What no expression of the target's makes is carried, and so is compared.
    expect((await validate({ pipeline, mode: 'stream' })).summary.status).toBe('equal')
    await target.query(`UPDATE t SET g = 99 WHERE kind = 'b' AND id = 1`)
    const { summary: found } = await validate({ pipeline, mode: 'stream' })
    expect(found.datasets.map(({ from, differences }) => [from, differences?.changed])).toEqual([
      ['a', 0],
      ['b', 1],
    ])
  })

  it('come from several databases, as those of tenants do', async () => {
    await using one = await createDatabase(engineUrl('mysql9'), 'tenant')
    await using other = await createDatabase(engineUrl('mysql9'), 'tenant')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    for (const [database, seen] of [
      [one, 1],
      [other, 2],
    ] as const) {
      await database.query(
        `CREATE TABLE users (id int PRIMARY KEY, isOn tinyint(1) NOT NULL, visits ${seen === 1 ? 'int' : 'int unsigned'});
         INSERT INTO users VALUES (1, ${seen}, 4294967295 - 2147483648 * ${2 - seen})`,
      )
    }
    const datasets: Dataset[] = [
      { from: `${one.name}.users`, to: 'users', discriminator: { column: 'tenant', value: 'one' } },
      { from: `${other.name}.users`, to: 'public.users', discriminator: { column: 'tenant', value: 'other' } },
    ]
    const source = new URL(one.url)
    source.pathname = '/'
    const pipeline = await pipelineOf(source.href, target.url, datasets, { names: 'snake' })
    expect(await move(pipeline)).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(await target.query('SELECT * FROM public.users ORDER BY tenant')).toEqual([
      { tenant: 'one', id: 1, is_on: 1, visits: '2147483647' },
      { tenant: 'other', id: 1, is_on: 2, visits: '4294967295' },
    ])
    const { summary } = await validate({ pipeline: { ...pipeline, only: [`${one.name}.users`] }, mode: 'stream' })
    expect(summary).toMatchObject({ status: 'equal', datasets: [{ targetRows: 1 }] })
    expect(summary.strays).toBeUndefined()
  })

  it('are not emptied or replaced for the sake of some of them', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(tables)
    expect(await move(await pipelineOf(source.url, target.url, people))).toMatchObject({ exitCode: 0 })
    for (const mode of ['truncate', 'replace'] as const) {
      const pipeline = await pipelineOf(source.url, target.url, people, { mode, only: ['suppliers'] })
      const { error } = await move(pipeline)
      expect(error?.message).toContain(`mode ${mode} would remove the rows of customers`)
    }
    expect(await target.query('SELECT FROM people')).toHaveLength(5)
    await target.query(
      'ALTER TABLE people DROP CONSTRAINT people_pkey CASCADE; DELETE FROM people; ALTER TABLE people ADD PRIMARY KEY (id)',
    )
    const { error } = await move(await pipelineOf(source.url, target.url, people, { mode: 'merge' }))
    expect(error?.message).toContain('its primary key (id) is without kind, which tells the rows of the datasets apart')
  })

  it('leave out what a table of rows that stages make would refer to', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(`
      CREATE TABLE a (id int PRIMARY KEY, tags varchar(20)); CREATE TABLE b (id int PRIMARY KEY, tags varchar(20));
      INSERT INTO a VALUES (1, 'x,y'); INSERT INTO b VALUES (1, 'z')`)
    const dataset = (from: string, inKey: boolean): Dataset => ({
      from,
      to: 'all_of_them',
      transform: [
        { explode: { from: 'tags', by: 'comma', to: `${from}_tags`, key: { id: 'of_id' }, into: 'tag', ordinal: 'n' } },
      ],
      discriminator: { column: 'kind', inKey },
    })
    const pipeline = await pipelineOf(source.url, target.url, [dataset('a', true), dataset('b', true)])
    const summary = await move(pipeline)
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(summary.objects.notCarried.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
      'foreign key a.a_tags_of_id_fkey',
      'foreign key b.b_tags_of_id_fkey',
    ])
  })

  it('are refused where stages of two of them make one table more', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(
      'CREATE TABLE t_1 (id int PRIMARY KEY, tags text); CREATE TABLE t_2 (id int PRIMARY KEY, tags text)',
    )
    const transform = [
      { explode: { from: 'tags', by: 'comma' as const, to: 'tags', key: 'id', into: 'tag', ordinal: 'n' } },
    ]
    const datasets = [{ from: 't_*', to: 't', transform, discriminator: { column: 'came_from' } }]
    const { error } = await move(await pipelineOf(source.url, target.url, datasets))
    expect(error?.message).toBe(
      't_1 and t_2 are merged, and stages of both make rows of public.tags, which would not be told apart there',
    )
  })

  it.each([
    [[{ ...people[0]!, mode: 'append' as const }, people[1]!], 'one with mode append, the other with mode create'],
    [
      [people[0]!, { ...people[1]!, discriminator: { column: 'sort' } }],
      'one with the discriminator kind, the other with sort',
    ],
    [
      [people[0]!, { ...people[1]!, discriminator: { column: 'kind', value: 'customer' } }],
      'with kind "customer" and "customer"',
    ],
    [
      [people[0]!, { ...people[1]!, discriminator: { column: 'kind', value: 'CUSTOMER ' } }],
      'which a target may take for the same',
    ],
    [
      [people[0]!, { ...people[1]!, discriminator: { column: 'kind', value: 'a\0b' } }],
      'it holds what no text of a database does',
    ],
    [[people[0]!, { from: 'suppliers', to: 'people' }], 'customers and suppliers are both public.people'],
    [[people[0]!, { ...people[1]!, columns: { email: { type: 'int(32)' } } }], 'no type is chosen for both'],
    [
      [people[0]!, { ...people[1]!, discriminator: { column: 'kind', value: 7 } }],
      'with kind "customer", the other with 7',
    ],
    [[people[0]!, { ...people[1]!, discriminator: { column: 'kind', inKey: false } }], 'one with inKey false'],
    [people.map((one) => ({ ...one, discriminator: { column: 'name', value: one.from } })), 'datasets.0.discriminator'],
    [[{ from: 'customers', discriminator: { column: 'kind' } }], 'to has to say which table it is merged in'],
  ])('are refused where they do not fit: %#', async (datasets: Dataset[], message) => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merged')
    await using target = await createDatabase(engineUrl('postgres15'), 'merged')
    await source.query(tables)
    const found = await pipelineOf(source.url, target.url, datasets).then(
      async (pipeline) => (await move(pipeline)).error?.message,
      (error: unknown) => String(error),
    )
    expect(found).toContain(message)
  })
})

async function next(target: TestDatabase, table: string, column: string): Promise<unknown> {
  const [row] = await target.query(`SELECT nextval(pg_get_serial_sequence('${table}', '${column}'))::text AS next`)
  return row?.['next']
}
