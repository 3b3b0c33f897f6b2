import { createHmac } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { RunSummary, ValidationSummary } from '../../src/model/run-summary.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { runCommandLine as command } from '../support/run-command-line.ts'

const folder = new URL('../../pipelines/', import.meta.url).pathname

/** Runs a pipeline file by the command line, as its reader would. */
async function go(file: string, env: Readonly<Record<string, string>>) {
  const { status, stdout } = await command(['run', file, '--json', '--yes'], env)
  return { status, summary: JSON.parse(stdout) as RunSummary }
}

describeEngines(['mysql9', 'postgres15'], 'the examples in pipelines/', () => {
  it('minimal.yaml moves everything', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'minimal')
    await using target = await createDatabase(engineUrl('postgres15'), 'minimal')
    await source.query('CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, name varchar(40) NOT NULL)')
    await source.query("INSERT INTO users (name) VALUES ('Ada'), ('Zoë')")
    const { status, summary } = await go(join(folder, 'minimal.yaml'), {
      MYSQL_URL: source.url,
      POSTGRES_URL: `${target.url}?schema=app`,
    })
    expect(summary.error).toBeUndefined()
    expect(status).toBe(0)
    expect(await target.query('SELECT id, name FROM app.users ORDER BY id')).toEqual([
      { id: 1, name: 'Ada' },
      { id: 2, name: 'Zoë' },
    ])
  })

  it('mysql-to-postgres.yaml renames, retypes, drops, and keeps its own rules', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'example')
    await using target = await createDatabase(engineUrl('postgres15'), 'example')
    await source.query(`CREATE TABLE users (id int PRIMARY KEY, fullName varchar(40), balance decimal(10,2),
      passwordHint text, is_admin tinyint(4), created_at datetime NOT NULL)`)
    await source.query("SET sql_mode = ''")
    await source.query(
      "INSERT INTO users VALUES (1, 'Ada', 1.10, 'x', 1, '0000-00-00'), (2, 'Zoë', NULL, NULL, 0, '2024-01-02')",
    )
    await source.query('CREATE TABLE orderItems (id int PRIMARY KEY, userId int)')
    await source.query('CREATE TABLE orders_backup (id int PRIMARY KEY)')
    const home = await mkdtemp(join(tmpdir(), 'transload-example-'))
    const text = await readFile(join(folder, 'mysql-to-postgres.yaml'), 'utf8')
    const file = join(home, 'pipeline.yaml')
    await writeFile(
      file,
      text
        .replace(/^source: .*$/m, 'source: ${env:MYSQL_URL}')
        .replace(/^target: .*$/m, 'target: ${env:POSTGRES_URL}')
        .replace(/^mapping: .*$/m, `mapping: ${join(folder, 'own-rules.mapping.yaml')}`)
        .replace('others: 0', 'others: 1'),
    )
    const { status, summary } = await go(file, { MYSQL_URL: source.url, POSTGRES_URL: `${target.url}?schema=app` })
    await rm(home, { recursive: true })
    expect(summary.error).toBeUndefined()
    expect(status).toBe(0)
    expect(summary.datasets.map(({ from }) => from)).toEqual(['orderItems', 'users'])
    expect(summary.datasets[1]?.losses).toMatchObject([{ column: 'created_at', rule: 'own-zero-date', count: 1 }])
    const people = await target.query(
      'SELECT id, display_name, balance::text, is_admin, created_at::text FROM app.people ORDER BY id',
    )
    expect(people).toEqual([
      { id: 1, display_name: 'Ada', balance: '1.10', is_admin: true, created_at: '1970-01-01 00:00:00' },
      { id: 2, display_name: 'Zoë', balance: null, is_admin: false, created_at: '2024-01-02 00:00:00' },
    ])
  })

  it('replace.yaml replaces what is there, as often as it is run', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'replace')
    await using target = await createDatabase(engineUrl('postgres15'), 'replace')
    await source.query('CREATE TABLE users (id int PRIMARY KEY, name varchar(40) NOT NULL)')
    await source.query("INSERT INTO users VALUES (1, 'Ada')")
    const urls = { MYSQL_URL: source.url, POSTGRES_URL: `${target.url}?schema=app` }
    const first = await go(join(folder, 'replace.yaml'), urls)
    expect(first.summary.error).toBeUndefined()
    expect(first.status).toBe(0)
    await source.query("REPLACE INTO users VALUES (1, 'Ada Lovelace'), (2, 'Zoë')")
    const { status, summary } = await go(join(folder, 'replace.yaml'), urls)
    expect(summary.error).toBeUndefined()
    expect(status).toBe(0)
    expect(await target.query('SELECT id, name FROM app.users ORDER BY id')).toEqual([
      { id: 1, name: 'Ada Lovelace' },
      { id: 2, name: 'Zoë' },
    ])
  })

  it('transforms.yaml takes rows through stages, and compares what they come to', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'transforms')
    await using target = await createDatabase(engineUrl('postgres15'), 'transforms')
    await source.query(`CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, full_name varchar(60), email varchar(60), phone varchar(30),
      status tinyint NOT NULL, credit varchar(20), joined datetime, password char(8))`)
    await source.query(`INSERT INTO users VALUES
      (1, 'Dr. Ada Lovelace', ' Ada@EXAMPLE.org ', '030 12345678', 1, '1.234,5', '2024-01-02', 'x'),
      (2, 'Zoë', 'none', 'unknown', 0, NULL, NULL, 'y'),
      (3, 'Max van der Berg', '', NULL, 9, '1', NULL, 'z'),
      (4, 'Ann Lee', NULL, NULL, 1, '-5', NULL, 'z')`)
    await source.query('CREATE TABLE orders (id int PRIMARY KEY, user_id int REFERENCES users (id))')
    await source.query('INSERT INTO orders VALUES (1, 2)')
    const urls = { MYSQL_URL: source.url, POSTGRES_URL: target.url }
    const { status, summary } = await go(join(folder, 'transforms.yaml'), urls)
    expect([status, summary.validation?.status]).toEqual([4, 'equal'])
    expect(summary.datasets[1]).toMatchObject({ from: 'users', read: 3, written: 2, filtered: 0, rejected: 1 })
    expect(await target.query('SELECT * FROM people ORDER BY person_id')).toEqual([
      {
        person_id: 1,
        email: 'Ada@example.org',
        phone: '+493012345678',
        status: 'active',
        credit: '1234.50',
        joined: '2024-01-02 00:00:00',
        title: 'Dr.',
        first_name: 'Ada',
        last_name: 'Lovelace',
        label: 'Dr. Lovelace',
        tenant: 'acme',
      },
      {
        person_id: 2,
        email: null,
        phone: null,
        status: 'inactive',
        credit: '0.00',
        joined: '1970-01-01 00:00:00',
        title: null,
        first_name: null,
        last_name: 'Zoë',
        label: 'Zoë',
        tenant: 'acme',
      },
    ])
    const again = await command(['validate', join(folder, 'transforms.yaml'), '--json'], urls)
    expect([again.status, (JSON.parse(again.stdout) as ValidationSummary).status]).toEqual([4, 'equal'])
  })

  it('masking.yaml hides values, keeps what refers to them, and compares what they come to', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'masking')
    await using target = await createDatabase(engineUrl('postgres15'), 'masking')
    await source.query(`CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, email varchar(60) UNIQUE, name varchar(40), phone varchar(30),
      card char(16), note text)`)
    await source.query(`INSERT INTO users VALUES (1, ' Ada@Example.org', 'Ada Lovelace', '+49 30 123', '4111111111111111', 'owes 5'),
      (2, NULL, 'Ada Lovelace', NULL, NULL, NULL)`)
    await source.query(
      'CREATE TABLE orders (id int PRIMARY KEY, user_id int, FOREIGN KEY (user_id) REFERENCES users (id))',
    )
    await source.query('INSERT INTO orders VALUES (7, 1)')
    const secret = 'a secret of tests, no secret at all'
    const env = { MYSQL_URL: source.url, POSTGRES_URL: target.url, MASK_KEY: secret }
    const { status, summary } = await go(join(folder, 'masking.yaml'), env)
    expect(summary.error).toBeUndefined()
    expect([status, summary.validation?.status]).toEqual([0, 'equal'])
    expect(JSON.stringify(summary)).not.toContain(secret)
    const [order] = await target.query('SELECT o.id AS "order", u.* FROM orders o JOIN users u ON u.id = o.user_id')
    expect(order).toEqual({
      order: 7,
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
      email: createHmac('sha256', secret).update('ada@example.org').digest('hex').slice(0, 32),
      name: expect.stringMatching(/^[A-Z][a-z]{2} [A-Z][a-z]{7}$/),
      phone: expect.stringMatching(/^\+\d\d \d\d \d{3}$/),
      card: '************1111',
      note: '***',
    })
    expect(order?.['name']).not.toBe('Ada Lovelace')
    expect(await target.query('SELECT count(DISTINCT name)::int AS names FROM users')).toEqual([{ names: 1 }])
    const again = await command(['validate', join(folder, 'masking.yaml'), '--json'], env)
    expect([again.status, (JSON.parse(again.stdout) as ValidationSummary).status]).toEqual([0, 'equal'])
    const keyless = await command(['plan', join(folder, 'masking.yaml'), '--json'], { ...env, MASK_KEY: 'too short' })
    expect(keyless.status).toBe(2)
    expect(keyless.stdout).toContain('13:34: hash: A mask cannot be made: the key has 9 bytes')
  })

  it('code.yaml makes columns by a function of its own, and compares what it comes to', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'code')
    await using target = await createDatabase(engineUrl('postgres15'), 'code')
    await source.query('CREATE TABLE users (id int PRIMARY KEY, full_name varchar(60), country char(2))')
    await source.query(`INSERT INTO users VALUES
      (1, 'Ada  Lovelace', 'GB'), (2, 'Neumann János', 'HU'), (3, 'Hopper, Grace M.', 'US'), (4, 'Zoë', NULL), (5, ' ', 'FR')`)
    const urls = { MYSQL_URL: source.url, POSTGRES_URL: target.url }
    const { status, summary } = await go(join(folder, 'code.yaml'), urls)
    expect([status, summary.validation?.status]).toEqual([4, 'equal'])
    expect(summary.datasets[0]).toMatchObject({ from: 'users', read: 5, written: 4, rejected: 1 })
    expect(summary.rejects.byReason).toEqual({ TL_D415: 1 })
    expect(await target.query('SELECT id, first_name, last_name FROM people ORDER BY id')).toEqual([
      { id: 1, first_name: 'Ada', last_name: 'Lovelace' },
      { id: 2, first_name: 'János', last_name: 'Neumann' },
      { id: 3, first_name: 'Grace M.', last_name: 'Hopper' },
      { id: 4, first_name: null, last_name: 'Zoë' },
    ])
    const again = await command(['validate', join(folder, 'code.yaml'), '--json'], urls)
    expect([again.status, (JSON.parse(again.stdout) as ValidationSummary).status]).toEqual([4, 'equal'])
  })

  it('mapping-overrides.yaml says types, zones, charsets and policies in place', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'overrides')
    await using target = await createDatabase(engineUrl('postgres15'), 'overrides')
    await source.query("SET sql_mode = 'ALLOW_INVALID_DATES'")
    await source.query(`CREATE TABLE articles (id int PRIMARY KEY, title varchar(40), state tinyint(1), written_at datetime,
      seen_at timestamp NULL) DEFAULT CHARSET latin1`)
    await source.query(`INSERT INTO articles VALUES (1, X'5A6FC3AB', 1, '2024-07-01 12:00:00', '2024-01-01'),
      (2, X'61E962', 0, '2024-10-27 02:30:00', NULL), (3, 'x', NULL, '0000-00-00', NULL)`)
    await source.query('CREATE TABLE people (id int PRIMARY KEY, born date, died date)')
    await source.query("INSERT INTO people VALUES (1, '0000-00-00', '0000-00-00'), (2, '1990-00-00', '2024-01-02')")
    const urls = { MYSQL_URL: source.url, POSTGRES_URL: target.url }
    const { status, summary } = await go(join(folder, 'mapping-overrides.yaml'), urls)
    expect(summary.error).toBeUndefined()
    expect([status, summary.validation?.status]).toEqual([0, 'equal'])
    await target.query("SET timezone = 'UTC'")
    const articles = 'SELECT id, title, state, written_at::text, seen_at::text FROM articles ORDER BY id'
    expect(await target.query(articles)).toEqual([
      { id: 1, title: 'Zoë', state: 1, written_at: '2024-07-01 10:00:00+00', seen_at: '2024-01-01 00:00:00+00' },
      { id: 2, title: 'a�b', state: 0, written_at: '2024-10-27 00:30:00+00', seen_at: null },
      { id: 3, title: 'x', state: null, written_at: null, seen_at: null },
    ])
    expect(await target.query('SELECT id, born, died::text FROM people ORDER BY id')).toEqual([
      { id: 1, born: '0000-00-00', died: null },
      { id: 2, born: '1990-00-00', died: '2024-01-02' },
    ])
    const losses = summary.datasets.flatMap((one) =>
      one.losses.map(({ column, rule, count }) => `${column} ${rule} ${count}`),
    )
    expect(losses.toSorted()).toEqual([
      'born partial-date-text 1',
      'born zero-date-text 1',
      'died zero-date-null 1',
      'title invalid-text-replaced 1',
      'written_at clock-overlap-earlier 1',
      'written_at zero-date-null 1',
    ])
    const again = await command(['validate', join(folder, 'mapping-overrides.yaml'), '--json'], urls)
    expect([again.status, (JSON.parse(again.stdout) as ValidationSummary).status]).toEqual([0, 'equal'])
  })

  it('merge-and-split.yaml puts tables together, and takes one apart', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'merge')
    await using target = await createDatabase(engineUrl('postgres15'), 'merge')
    await source.query(`
      CREATE TABLE customers (id int PRIMARY KEY, name varchar(40) NOT NULL, email varchar(60) UNIQUE, country char(2));
      CREATE TABLE suppliers (id int PRIMARY KEY, name varchar(80) NOT NULL, vat_id varchar(20));
      CREATE TABLE invoices_2023 (id int PRIMARY KEY, party_id int, total decimal(8,2));
      CREATE TABLE invoices_2024 (id bigint PRIMARY KEY, party_id int, total decimal(10,2) NOT NULL);
      CREATE TABLE tickets (id int PRIMARY KEY, title varchar(80), state varchar(10) NOT NULL, closed_at datetime, agent varchar(20),
        notes text, rating tinyint);
      INSERT INTO customers VALUES (1, 'Ada', 'ada@example.org', 'GB'), (2, 'Zoë', NULL, NULL);
      INSERT INTO suppliers VALUES (1, 'Acme', 'GB123'), (3, 'Bolt', NULL);
      INSERT INTO invoices_2023 VALUES (1, 1, 9.90), (2, 2, NULL);
      INSERT INTO invoices_2024 VALUES (3, 1, 12345678.90);
      INSERT INTO tickets VALUES (1, 'a', 'open', NULL, 'Eve', NULL, NULL), (2, 'b', 'closed', '2024-01-01', NULL, 'fine', 5),
        (3, 'c', 'open', NULL, NULL, NULL, 1)`)
    const urls = { MYSQL_URL: source.url, POSTGRES_URL: target.url }
    const { status, summary } = await go(join(folder, 'merge-and-split.yaml'), urls)
    expect(summary.error).toBeUndefined()
    expect([status, summary.validation?.status]).toEqual([0, 'equal'])
    expect(await target.query('SELECT * FROM parties ORDER BY kind, id')).toEqual([
      { kind: 'customer', id: 1, name: 'Ada', email: 'ada@example.org', country: 'GB', vat_id: null },
      { kind: 'customer', id: 2, name: 'Zoë', email: null, country: null, vat_id: null },
      { kind: 'supplier', id: 1, name: 'ACME', email: null, country: null, vat_id: 'GB123' },
      { kind: 'supplier', id: 3, name: 'BOLT', email: null, country: null, vat_id: null },
    ])
    expect(await target.query('SELECT came_from, id, total FROM invoices ORDER BY id')).toEqual([
      { came_from: 'invoices_2023', id: '1', total: '9.90' },
      { came_from: 'invoices_2023', id: '2', total: null },
      { came_from: 'invoices_2024', id: '3', total: '12345678.90' },
    ])
    expect(await target.query('SELECT * FROM tickets ORDER BY id')).toEqual([
      { id: 1, title: 'a', state: 'open', agent: 'Eve' },
      { id: 3, title: 'c', state: 'open', agent: null },
    ])
    expect(await target.query('SELECT id, notes FROM closed_tickets')).toEqual([{ id: 2, notes: 'fine' }])
    expect(await target.query('SELECT * FROM ticket_surveys')).toEqual([{ ticket_id: 3, rating: 1, notes: null }])
    const again = await command(['validate', join(folder, 'merge-and-split.yaml'), '--json'], urls)
    expect([again.status, (JSON.parse(again.stdout) as ValidationSummary).status]).toEqual([0, 'equal'])
  })

  it('legacy-users.yaml takes a table apart, and compares what it comes to', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'legacy')
    await using target = await createDatabase(engineUrl('postgres15'), 'legacy')
    await source.query("SET sql_mode = 'ALLOW_INVALID_DATES'")
    await source.query(`CREATE TABLE users (id int unsigned PRIMARY KEY AUTO_INCREMENT, full_name varchar(60) NOT NULL, email varchar(60),
      phone varchar(30), roles varchar(60), status tinyint NOT NULL, password char(8), joined datetime NOT NULL, last_seen datetime, bio text)`)
    await source.query(`INSERT INTO users VALUES
      (1, 'Dr. Ada Lovelace', ' Ada@Example.ORG', '030 12345678', 'admin, editor,admin', 1, 'x', '2020-02-29', '2024-01-01', 'engines'),
      (2, 'Zoë', 'zoe@example.org', '', '', 0, 'y', '0000-00-00', NULL, NULL),
      (3, 'Ada Lovelace', 'ada@example.org', NULL, 'viewer', 9, 'x', '2021-01-01', '2024-06-01', NULL),
      (4, 'Max van der Berg', NULL, 'unknown', NULL, 1, NULL, '2022-01-01', NULL, NULL),
      (5, 'Ann Lee', 'not an address', '+49 171 2345678', 'editor', 1, NULL, '2022-01-01', NULL, ''),
      (6, 'Odd One', 'odd@example.org', NULL, NULL, 4, NULL, '2022-01-01', NULL, NULL)`)
    await source.query(
      'CREATE TABLE orders (id int PRIMARY KEY, user_id int unsigned NOT NULL, total decimal(8,2), FOREIGN KEY (user_id) REFERENCES users (id))',
    )
    await source.query('INSERT INTO orders VALUES (1, 1, 9.90), (2, 3, 1.00), (3, 2, 0)')
    await source.query('CREATE TABLE comments (id int PRIMARY KEY, author_id int unsigned, body text)')
    await source.query("INSERT INTO comments VALUES (1, 1, 'a'), (2, NULL, 'b'), (3, 5, 'c')")
    const urls = { MYSQL_URL: source.url, POSTGRES_URL: target.url }
    const { status, summary } = await go(join(folder, 'legacy-users.yaml'), urls)
    expect([status, summary.validation?.status, summary.error?.code]).toEqual([4, 'equal', 'TL_D412'])
    expect(summary.datasets).toMatchObject([
      { from: 'comments', read: 3, written: 3 },
      { from: 'orders', read: 3, written: 3 },
      {
        from: 'users',
        read: 6,
        written: 4,
        merged: 1,
        rejected: 1,
        filtered: 0,
        losses: [{ column: 'joined', rule: 'zero-date-null', count: 1 }],
        outputs: [
          { to: 'public.users', written: 4 },
          { to: 'public.user_roles', written: 2 },
          { to: 'public.profiles', written: 1 },
        ],
      },
    ])
    expect(
      summary.validation?.datasets.map(({ from, sourceRows, targetRows }) => [from, sourceRows, targetRows]),
    ).toEqual([
      ['comments', 3, 3],
      ['orders', 3, 3],
      ['users', 6, 4],
      ['users/user_roles', 2, 2],
      ['users/profiles', 1, 1],
    ])
    expect(
      await target.query(
        'SELECT first_name, last_name, email, status, joined::text FROM users ORDER BY last_name COLLATE "C"',
      ),
    ).toEqual([
      { first_name: 'Ann', last_name: 'Lee', email: null, status: 'active', joined: '2022-01-01 00:00:00' },
      {
        first_name: 'Ada',
        last_name: 'Lovelace',
        email: 'ada@example.org',
        status: 'closed',
        joined: '2021-01-01 00:00:00',
      },
      {
        first_name: null,
        last_name: 'Zoë',
        email: 'zoe@example.org',
        status: 'invited',
        joined: '1970-01-01 00:00:00',
      },
      { first_name: 'Max', last_name: 'van der Berg', email: null, status: 'active', joined: '2022-01-01 00:00:00' },
    ])
    expect(
      await target.query('SELECT o.id, u.last_name FROM orders o JOIN users u ON u.id = o.user_id ORDER BY 1'),
    ).toEqual([
      { id: 1, last_name: 'Lovelace' },
      { id: 2, last_name: 'Lovelace' },
      { id: 3, last_name: 'Zoë' },
    ])
    expect(
      await target.query('SELECT c.id, u.last_name FROM comments c LEFT JOIN users u ON u.id = c.author_id ORDER BY 1'),
    ).toEqual([
      { id: 1, last_name: 'Lovelace' },
      { id: 2, last_name: null },
      { id: 3, last_name: 'Lee' },
    ])
    expect(
      await target.query('SELECT last_name, role, position FROM user_roles JOIN users ON id = user_id ORDER BY 1'),
    ).toEqual([
      { last_name: 'Lee', role: 'editor', position: 1 },
      { last_name: 'Lovelace', role: 'viewer', position: 1 },
    ])
    expect(
      await target.query('SELECT last_name, p.* FROM profiles p JOIN users ON id = user_id ORDER BY 1'),
    ).toMatchObject([{ last_name: 'Lee', title: null, phone: '+491712345678', bio: '' }])
    const again = await command(['validate', join(folder, 'legacy-users.yaml'), '--json'], urls)
    expect(
      (JSON.parse(again.stdout) as ValidationSummary).datasets.map(({ from, differences }) => [from, differences]),
    ).toEqual(
      ['comments', 'orders', 'users', 'users/user_roles', 'users/profiles'].map((from) => [
        from,
        { missing: 0, extra: 0, changed: 0 },
      ]),
    )
    expect(again.status).toBe(4)
  })

  it('reshape.yaml makes columns of rows and rows of columns, and compares what they come to', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'reshape')
    await using target = await createDatabase(engineUrl('postgres15'), 'reshape')
    const seed = [
      `CREATE TABLE cities (code char(2) PRIMARY KEY, name varchar(20))`,
      `INSERT INTO cities VALUES ('B', 'Berlin'), ('L', 'London')`,
      `CREATE TABLE customers (id int PRIMARY KEY, first_name varchar(20), last_name varchar(20), phone_home varchar(20), phone_work varchar(20), city_code char(2))`,
      `INSERT INTO customers VALUES (1, 'Ada', 'Lovelace', '1', '2', 'L'), (2, NULL, 'Zoë', NULL, '3', 'X'), (3, 'Cy', NULL, NULL, NULL, NULL)`,
      `CREATE TABLE products (id int PRIMARY KEY, title varchar(20))`,
      `INSERT INTO products VALUES (1, 'Lamp'), (2, 'Desk')`,
      `CREATE TABLE attributes (product_id int, name varchar(20), value varchar(20), PRIMARY KEY (product_id, name))`,
      `INSERT INTO attributes VALUES (1, 'color', 'red'), (1, 'weight', '1.5'), (2, 'weight', '20'), (2, 'legs', '4')`,
      `CREATE TABLE orders (id int PRIMARY KEY, customer_id int, state varchar(10), FOREIGN KEY (customer_id) REFERENCES customers (id))`,
      `INSERT INTO orders VALUES (1, 1, 'open'), (2, 1, 'closed'), (3, 2, 'open')`,
      `CREATE TABLE order_lines (order_id int, line int, sku varchar(8), quantity int, price decimal(8,2), PRIMARY KEY (order_id, line))`,
      `INSERT INTO order_lines VALUES (1, 2, 'b', 1, 2.50), (1, 1, 'a"', 3, 0.10), (2, 1, 'c', 1, 9)`,
    ]
    for (const sql of seed) await source.query(sql)
    const urls = { MYSQL_URL: source.url, POSTGRES_URL: target.url }
    const { status, summary } = await go(join(folder, 'reshape.yaml'), urls)
    expect(summary.error).toBeUndefined()
    expect([status, summary.validation?.status]).toEqual([0, 'equal'])
    const rowsOf = async (sql: string): Promise<string[]> =>
      (await target.query(sql)).map((row) => Object.values(row).join(' '))
    expect(await rowsOf('SELECT * FROM customers ORDER BY id')).toEqual(['1 Ada Lovelace London', '2 Zoë ', '3 Cy '])
    expect(await rowsOf('SELECT * FROM phones ORDER BY 1, 2')).toEqual(['1 home 1', '1 work 2', '2 work 3'])
    expect(await rowsOf('SELECT * FROM attributes ORDER BY 1')).toEqual(['1 red 1.500', '2  20.000'])
    expect(await rowsOf('SELECT * FROM products ORDER BY 1')).toEqual(['1 Lamp red', '2 Desk '])
    expect(await rowsOf('SELECT id, lines::text FROM orders ORDER BY 1')).toEqual([
      String.raw`1 [{"sku": "a\"", "price": 0.10, "quantity": 3}, {"sku": "b", "price": 2.50, "quantity": 1}]`,
      '3 []',
    ])
    expect(await rowsOf('SELECT id, customer_id, state FROM closed_orders')).toEqual(['2 1 closed'])
    const again = await command(['validate', join(folder, 'reshape.yaml'), '--json'], urls)
    expect([again.status, (JSON.parse(again.stdout) as ValidationSummary).status]).toEqual([0, 'equal'])
  })

  it('validate.yaml compares what another tool has moved', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'compare')
    await using target = await createDatabase(engineUrl('postgres15'), 'compare')
    await source.query('CREATE TABLE orders (Id int PRIMARY KEY, paidAt datetime NOT NULL, customerId int, note text)')
    await source.query(
      "INSERT INTO orders VALUES (1, '2024-05-06 07:08:09', 1, 'x'), (2, '2024-05-06 12:00:00', 7, 'y')",
    )
    await source.query('CREATE TABLE customers (id int PRIMARY KEY, name varchar(20))')
    await source.query("INSERT INTO customers VALUES (1, 'Zoë')")
    await target.query('CREATE TABLE orders (id int PRIMARY KEY, paidat timestamptz NOT NULL, customerid int)')
    await target.query("INSERT INTO orders VALUES (1, '2024-05-06 07:08:09Z', 1), (2, '2024-05-06 12:00:00+02', 7)")
    await target.query("CREATE TABLE clients (id int PRIMARY KEY, name text); INSERT INTO clients VALUES (1, 'Zoë')")
    const urls = { MYSQL_URL: source.url, POSTGRES_URL: target.url }
    const { status, stdout } = await command(['validate', join(folder, 'validate.yaml'), '--json'], urls)
    const summary = JSON.parse(stdout) as ValidationSummary
    expect(status).toBe(1)
    expect(summary).toMatchObject({ schema: 'transload.validation/1', status: 'different', unpaired: [] })
    expect(summary.datasets.map(({ from, to, differences, schema }) => ({ from, to, differences, schema }))).toEqual([
      { from: 'customers', to: 'public.clients', differences: { missing: 0, extra: 0, changed: 0 }, schema: [] },
      { from: 'orders', to: 'public.orders', differences: { missing: 0, extra: 0, changed: 1 }, schema: [] },
    ])
    expect(summary.datasets[1]?.orphans).toMatchObject([{ source: 1, target: 1, new: 0, declared: true }])
    expect(summary.datasets[1]?.samples).toEqual([
      {
        key: { Id: '2' },
        column: 'paidAt',
        source: { text: '2024-05-06 12:00:00' },
        target: { text: '2024-05-06 10:00:00' },
        reason: 'TZ_SHIFT',
      },
    ])
  })
})
