import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { plan, type Pipeline, retry, run, type RunSummary, TransloadError, validate } from '../../src/index.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const secret = 'a secret of tests, no secret at all'
const key = '${env:MASK_KEY}'

const seed = `CREATE TABLE users (
    id int unsigned PRIMARY KEY AUTO_INCREMENT, email varchar(60) NOT NULL, name varchar(40), card char(16), phone varchar(30),
    visits bigint NOT NULL DEFAULT 7, status varchar(10) DEFAULT 'new', UNIQUE KEY by_email (email));
  INSERT INTO users (email, name, card, phone, visits, status) VALUES
    ('ada@example.org', 'Ada Lovelace', '4111111111111111', '+49 30 1234', 0, 'new'), ('zoë@example.org', NULL, NULL, NULL, -9223372036854775808, NULL),
    ('bob@example.org', '', '4242', '🙂', 12345, 'old'), ('eve@example.org', 'Eve', '1', '1', 1, 'bad');
  CREATE TABLE accounts (login varchar(60) PRIMARY KEY, pin int NOT NULL UNIQUE);
  INSERT INTO accounts VALUES ('ada@example.org', 4711), ('bob@example.org', 12);
  CREATE TABLE orders (
    id int PRIMARY KEY, user_id int unsigned, login varchar(60), pin int,
    FOREIGN KEY of_user (user_id) REFERENCES users (id), FOREIGN KEY of_login (login) REFERENCES accounts (login),
    FOREIGN KEY of_pin (pin) REFERENCES accounts (pin));
  INSERT INTO orders VALUES (1, 1, 'ada@example.org', 12), (2, 3, NULL, NULL), (3, NULL, 'bob@example.org', 4711)`

const namespace = 'users.example.org'

const datasets = [
  {
    from: 'users',
    transform: [
      { check: { known: 'status == null || status != "bad"' } },
      { id: { column: 'id', kind: 'uuid-v5', namespace } },
      { hash: { columns: ['email'], key, length: 32 } },
      { mask: { columns: ['name'], with: 'redact' } },
      { mask: { columns: ['card'], with: { partial: { keepEnd: 4 } } } },
      { mask: { columns: ['phone', 'visits'], with: 'fake', key, domain: 'people' } },
    ],
  },
  {
    from: 'accounts',
    transform: [{ hash: { columns: ['login'], key, as: 'uuid' } }, { mask: { columns: ['pin'], with: 'fake', key } }],
  },
  {
    from: 'orders',
    transform: [
      { id: { column: 'user_id', kind: 'uuid-v5', namespace } },
      { hash: { columns: ['login'], key, as: 'uuid' } },
      { mask: { columns: ['pin'], with: 'fake', key } },
    ],
  },
] satisfies NonNullable<PipelineFile['datasets']>

async function pipelineOf(
  [source, target]: readonly [TestDatabase, TestDatabase],
  wishes: PipelineFile['datasets'] = datasets,
  maskKey: string = secret,
): Promise<Pipeline> {
  const file: PipelineFile = { version: 1, source: source.url, target: target.url, datasets: wishes }
  return await loadPipeline(file, {}, { environment: { MASK_KEY: maskKey }, directory: '.' })
}

describeEngines(['mysql9', 'postgres15'], 'rows whose values are hidden on their way', () => {
  let ends: readonly [TestDatabase, TestDatabase]
  let moved: RunSummary

  beforeAll(async () => {
    ends = [await createDatabase(engineUrl('mysql9'), 'masks'), await createDatabase(engineUrl('postgres15'), 'masks')]
    await ends[0].query(seed)
    moved = await run({ pipeline: await pipelineOf(ends) })
  })
  afterAll(async () => {
    for (const end of ends) await end[Symbol.asyncDispose]()
  })

  it('arrive, and are equal to what the source’s rows come to', async () => {
    expect(moved.error).toMatchObject({ code: 'TL_D412' })
    expect(moved.validation?.status).toBe('equal')
    const { summary } = await validate({ pipeline: await pipelineOf(ends), mode: 'stream' })
    expect(summary.datasets.map(({ from, differences, schema }) => [from, differences, schema])).toEqual(
      ['accounts', 'orders', 'users'].map((from) => [from, { missing: 0, extra: 0, changed: 0 }, []]),
    )
    expect(summary.status).toBe('equal')
  })

  it('are of types that hold them, with no value of before', async () => {
    const rows = await ends[1].query('SELECT * FROM users ORDER BY card NULLS LAST')
    const odd = /^[0-9a-f]{32}$/
    expect(rows).toEqual([
      {
        id: expect.any(String),
        email: expect.stringMatching(odd),
        name: '***',
        card: '****',
        phone: '🙂',
        visits: expect.any(String),
        status: 'old',
      },
      {
        id: expect.any(String),
        email: expect.stringMatching(odd),
        name: '***',
        card: '************1111',
        phone: expect.stringMatching(/^\+\d\d \d\d \d{4}$/),
        visits: expect.any(String),
        status: 'new',
      },
      {
        id: expect.any(String),
        email: expect.stringMatching(odd),
        name: null,
        card: null,
        phone: null,
        visits: expect.any(String),
        status: null,
      },
    ])
    const types = await ends[1].query(
      "SELECT table_name || '.' || column_name AS name, data_type, column_default FROM information_schema.columns WHERE column_name IN ('id', 'user_id', 'login', 'visits') AND table_schema = 'public' ORDER BY 1",
    )
    expect(types.map((row) => Object.values(row))).toEqual([
      ['accounts.login', 'uuid', null],
      ['orders.id', 'integer', null],
      ['orders.login', 'uuid', null],
      ['orders.user_id', 'uuid', null],
      ['users.id', 'uuid', null],
      ['users.visits', 'bigint', null],
    ])
  })

  it('refer to each other as before, by foreign keys that were made and hold', async () => {
    const keys = await ends[1].query(
      "SELECT conname, convalidated FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1",
    )
    expect(keys.map(({ convalidated }) => convalidated)).toEqual([true, true, true])
    const joined = await ends[1].query(
      'SELECT o.id, u.card, (SELECT count(*)::int FROM accounts a WHERE a.login = o.login) AS logins FROM orders o LEFT JOIN users u ON u.id = o.user_id ORDER BY o.id',
    )
    expect(joined.map((row) => Object.values(row))).toEqual([
      [1, '************1111', 1],
      [2, '****', 0],
      [3, null, 1],
    ])
    expect(moved.warnings.filter(({ code }) => code === 'reference-changed')).toEqual([])
  })

  it('are kept in no reject but in columns that nothing hides', async () => {
    const stored = await ends[1].query('SELECT * FROM _transload.rejects')
    expect(stored).toHaveLength(1)
    const text = JSON.stringify(stored)
    expect(text).toContain('bad')
    expect(text).not.toMatch(/eve@|Eve/)
  })

  it('are hidden in what a validation tells, whatever the target has in their place', async () => {
    await ends[1].query("UPDATE users SET name = 'Ada Lovelace', email = 'ada@example.org' WHERE card LIKE '%1111'")
    try {
      const { summary } = await validate({ pipeline: await pipelineOf(ends), mode: 'stream' })
      expect(summary.datasets[2]?.differences).not.toEqual({ missing: 0, extra: 0, changed: 0 })
      expect(JSON.stringify(summary)).not.toMatch(/Ada Lovelace|ada@example/)
    } finally {
      const hash = createHmac('sha256', secret).update('ada@example.org').digest('hex').slice(0, 32)
      await ends[1].query("UPDATE users SET name = '***', email = $1 WHERE card LIKE '%1111'", [hash])
    }
  })

  it('are told to have been hidden by another key', async () => {
    const pipeline = await pipelineOf(ends, datasets, 'another secret of tests, no secret')
    const { summary } = await validate({ pipeline, mode: 'stream' })
    expect(summary.status).toBe('different')
    expect(JSON.stringify(summary)).toContain('${env:MASK_KEY}, the key of hash of accounts, has changed since the run')
    expect(JSON.stringify(summary)).not.toContain('another secret')
  })

  it('are read again by their key, where that is not hidden, once they are mended', async () => {
    await ends[0].query("UPDATE users SET status = 'ok' WHERE id = 4")
    const other = await retry({ run: moved.run ?? '', pipeline: await pipelineOf(ends, datasets, 'x'.repeat(32)) })
    expect(other.error).toMatchObject({ code: 'TL_K503' })
    const again = await retry({ run: moved.run ?? '', pipeline: await pipelineOf(ends) })
    expect(again.rejects.count).toBe(0)
    const hash = createHmac('sha256', secret).update('eve@example.org').digest('hex').slice(0, 32)
    expect(await ends[1].query('SELECT status FROM users WHERE email = $1', [hash])).toEqual([{ status: 'ok' }])
  })
})

describeEngines(['mysql9', 'postgres15'], 'keys of stages that change', () => {
  const stages = [{ mask: { columns: ['name'], with: 'fake' as const, key } }]
  const wishes = [{ from: 'people', transform: stages }]
  let ends: readonly [TestDatabase, TestDatabase]

  beforeAll(async () => {
    ends = [await createDatabase(engineUrl('mysql9'), 'keys'), await createDatabase(engineUrl('postgres15'), 'keys')]
    await ends[0].query(`CREATE TABLE people (id int PRIMARY KEY, name varchar(40));
      INSERT INTO people VALUES (1, 'Ada Lovelace'), (2, 'Zoë'), (3, NULL)`)
  })
  afterAll(async () => {
    for (const end of ends) await end[Symbol.asyncDispose]()
  })

  it('end a run that would go on with others, and a plan that was made with others, before a row is written', async () => {
    const pipeline = await pipelineOf(ends, wishes)
    const other = await pipelineOf(ends, wishes, 'another secret of tests, no secret')
    const refused = {
      code: 'TL_K503',
      message: `The plan no longer fits: ${key}, the key of mask of people, has changed: give it the key that the plan was made with`,
    }
    const planned = await plan({ pipeline })
    expect(JSON.stringify(planned)).not.toContain(secret)
    expect(planned.datasets[0]).toMatchObject({
      keys: { [key]: expect.stringMatching(/^[0-9a-f]{16}$/) },
      hidden: ['name'],
    })
    expect((await run({ pipeline: other, plan: planned })).error).toMatchObject(refused)
    expect(await ends[1].query("SELECT 1 FROM pg_tables WHERE tablename = 'people'")).toEqual([])
    const stop = new AbortController()
    const stopped = await run({
      pipeline,
      events: { begun: () => stop.abort(new TransloadError('TL_X902', {})) },
      stop: stop.signal,
    })
    expect([stopped.exitCode, stopped.resumable]).toEqual([130, true])
    const resumed = await run({ pipeline: other })
    expect(resumed.error).toMatchObject(refused)
    const ended = await run({ pipeline })
    expect([ended.exitCode, ended.run, ended.validation?.status]).toEqual([0, stopped.run, 'equal'])
  })
})

describeEngines(['mysql9', 'postgres15'], 'rows that are added under another key', () => {
  it('are warned of, where those that are there are kept', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'added')
    await using target = await createDatabase(engineUrl('postgres15'), 'added')
    await source.query(
      "CREATE TABLE people (id int PRIMARY KEY, name varchar(40)); INSERT INTO people VALUES (1, 'Ada')",
    )
    await target.query('CREATE TABLE people (id int PRIMARY KEY, name varchar(40))')
    const stages = [{ mask: { columns: ['name'], with: 'fake' as const, key } }]
    const wishes = [{ from: 'people', mode: 'merge' as const, transform: stages }]
    const warned = async (maskKey: string): Promise<readonly string[]> => {
      const { warnings, error } = await run({ pipeline: await pipelineOf([source, target], wishes, maskKey) })
      expect(error).toBeUndefined()
      return warnings.filter(({ code }) => code === 'key-changed').map(({ message }) => message)
    }
    expect(await warned(secret)).toEqual([])
    expect(await warned(secret)).toEqual([])
    expect(await warned('another secret of tests, no secret')).toEqual([
      expect.stringMatching(
        /^\$\{env:MASK_KEY\}, the key of mask of people, has changed since the run .*: rows that are kept/,
      ),
    ])
  })
})

describeEngines(['mysql9', 'postgres15'], 'keys of tables that are hidden', () => {
  let ends: readonly [TestDatabase, TestDatabase]

  beforeAll(async () => {
    ends = [
      await createDatabase(engineUrl('mysql9'), 'hidden'),
      await createDatabase(engineUrl('postgres15'), 'hidden'),
    ]
    await ends[0].query(`CREATE TABLE logins (login varchar(40) PRIMARY KEY, n int NOT NULL);
      CREATE TABLE visits (id int PRIMARY KEY, login varchar(40), FOREIGN KEY (login) REFERENCES logins (login));
      INSERT INTO logins VALUES ('ada@example.org', 1), ('eve@example.org', -1); INSERT INTO visits VALUES (1, 'ada@example.org')`)
  })
  afterAll(async () => {
    for (const end of ends) await end[Symbol.asyncDispose]()
  })

  const hash = { hash: { columns: ['login'], key, as: 'uuid' as const } }
  const check = { check: { positive: 'n > 0' } }

  it('stay hidden in rejects, which are not read again', async () => {
    const pipeline = await pipelineOf(ends, [{ from: 'logins', transform: [check, hash] }])
    const { run: id, rejects, validation } = await run({ pipeline })
    expect([rejects.count, validation?.status]).toEqual([1, 'equal'])
    const stored = JSON.stringify(await ends[1].query('SELECT * FROM _transload.rejects'))
    expect(stored).toContain('***')
    expect(stored).not.toContain('eve@')
    const again = await retry({ run: id ?? '', pipeline })
    expect(again.error).toMatchObject({ code: 'TL_C105' })
    expect(again.error?.message).toContain('has no rejected rows that can be read again by key')
  })

  it('refer to nothing of another type, which is told before row 1', async () => {
    const pipeline = await pipelineOf(ends, [
      { from: 'logins', to: 'l2', transform: [hash] },
      { from: 'visits', to: 'v2' },
    ])
    await expect(plan({ pipeline })).rejects.toMatchObject({
      code: 'TL_C105',
      title: 'visits.login, which becomes text(40), refers to logins.login, which becomes uuid',
    })
  })

  it('are warned of where one side of a reference alone is changed', async () => {
    const mask = { mask: { columns: ['login'], with: 'fake' as const, key } }
    const pipeline = await pipelineOf(ends, [
      { from: 'logins', to: 'l3', transform: [mask] },
      { from: 'visits', to: 'v3' },
    ])
    const { warnings } = await plan({ pipeline })
    expect(warnings.map(({ code, message }) => `${code}: ${message}`)).toContain(
      'reference-changed: visits.login refers to logins.login, and mask changes one of them and not the other: rows will be without their parent',
    )
  })
})
