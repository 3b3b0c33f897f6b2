import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type InitDocument, initDocument } from '../../src/report/documents/init-document.ts'
import type { RunSummary } from '../../src/model/run-summary.ts'
import type { Plan } from '../../src/model/plan.ts'
import { dumpOnDisk, dumpStart } from '../support/dump-source.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

const bin = new URL('../../bin/transload.js', import.meta.url).pathname

/** What a shop has after ten years: nothing of it is wrong enough to be refused. */
const legacy = [
  "SET sql_mode = '', foreign_key_checks = 0",
  `CREATE TABLE users (id int PRIMARY KEY AUTO_INCREMENT, full_name varchar(80), email varchar(120) NOT NULL, roles text,
    password varchar(60), phone varchar(30), status tinyint(1) NOT NULL, created_at datetime NOT NULL, born date,
    seen timestamp NULL, note varchar(200), home geometry, \`odd: "# name\` varchar(5))`,
  `INSERT INTO users (full_name, email, roles, password, phone, status, created_at, born, seen, note, home) VALUES
    ('Ada Lovelace', 'ada@Example.com', 'admin,editor', 'x1', '030 1234567', 1, '2020-01-01', '1815-12-10', '0000-00-00', 'Ada', Point(1, 2)),
    ('Dr. Grace Hopper', 'GRACE@example.com ', 'editor', 'y2', '+4930123456', 2, '0000-00-00', '0000-00-00', NULL, ' spaced ', NULL),
    ('Alan Turing', 'grace@example.com', 'admin,editor,viewer', 'z3', '(030) 555-1234', 0, '2021-01-01', NULL, NULL, 'AndrÃ©', NULL),
    ('Plato', 'nobody', 'viewer', 'q4', '', 1, '2021-01-01', NULL, NULL, NULL, NULL)`,
  'CREATE TABLE orders (id int PRIMARY KEY, user_id int, total decimal(10,2)) ENGINE=MyISAM',
  'INSERT INTO orders VALUES (1, 1, 1.5), (2, 2, 3), (3, 99, 2), (4, 3, 2)',
  'CREATE TABLE parents (id int PRIMARY KEY)',
  `CREATE TABLE children (id int PRIMARY KEY, parent_id int,
    CONSTRAINT child_parent FOREIGN KEY (parent_id) REFERENCES parents (id))`,
  'INSERT INTO parents VALUES (1)',
  'INSERT INTO children VALUES (1, 1), (2, 7)',
  'CREATE TABLE user_attributes (entity_id int, attribute varchar(20), value varchar(50), PRIMARY KEY (entity_id, attribute))',
  `INSERT INTO user_attributes VALUES (1, 'colour', 'red'), (2, 'colour', 'blue'), (3, 'colour', 'green'),
    (1, 'size', '1'), (2, 'size', '2'), (3, 'size', '3')`,
]

/** Two databases, and a directory in which the command line is run as its user would. */
async function place() {
  const source = await createDatabase(engineUrl('mysql9'), 'init')
  const target = await createDatabase(engineUrl('postgres15'), 'init')
  for (const statement of legacy) await source.query(statement)
  const directory = await mkdtemp(join(tmpdir(), 'transload-init-'))
  const env = {
    ...process.env,
    TRANSLOAD_HOME: join(directory, 'home'),
    SOURCE_URL: source.url,
    TARGET_URL: target.url,
  }
  return {
    source,
    target,
    directory,
    file: join(directory, 'transload.yaml'),
    go(...argv: string[]) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...argv], {
        cwd: directory,
        env,
        encoding: 'utf8',
        timeout: 60_000,
      })
      return { status, stdout, stderr }
    },
    init(...argv: string[]) {
      return this.go('init', '--source', source.url, '--target', target.url, ...argv)
    },
    async [Symbol.asyncDispose]() {
      await rm(directory, { recursive: true })
      await target[Symbol.asyncDispose]()
      await source[Symbol.asyncDispose]()
    },
  }
}

/** Everything of the source that init could have changed. */
async function contentsOf(source: TestDatabase): Promise<unknown> {
  const tables = await source.query(
    'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY 1',
  )
  const names = tables.map(({ name }) => String(name))
  const sums = await source.query(`CHECKSUM TABLE ${names.join(', ')}`)
  return { names, sums: sums.map(({ Checksum }) => Checksum) }
}

/** The file with one suggestion active: the lines of it without their #, and those that it stands under. */
function uncommented(text: string, { place: list, yaml }: InitDocument['suggestions'][number]): string {
  const lines = text.split('\n')
  const item = lines.findIndex((line) => yaml !== null && line.replace(/^ *# */, '') === yaml)
  expect(item).toBeGreaterThan(0)
  const heads = list === 'transform' ? ['    # transform:'] : ['# validate:', '#   relations:']
  const wanted = [item, ...heads.map((head) => lines.lastIndexOf(head, item))]
  return lines.map((line, at) => (wanted.includes(at) ? line.replace('# ', '') : line)).join('\n')
}

describeEngines(['mysql9', 'postgres15'], 'transload init', () => {
  it('writes a file for an old shop that runs unedited, and writes to neither end', async () => {
    await using at = await place()
    const before = await contentsOf(at.source)
    const { status, stdout, stderr } = at.init()
    expect({ status, stderr }).toEqual({ status: 0, stderr: 'connect\nplan\n' })
    expect(stdout).toContain('users.full_name: 3 of 4 values are a first and a last name')
    expect(stdout).toContain('transload run transload.yaml')
    expect(await contentsOf(at.source)).toEqual(before)
    expect(await at.target.query("SELECT 1 FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual([])
    expect(await at.target.query("SELECT 1 FROM pg_namespace WHERE nspname = '_transload'")).toEqual([])
    const text = await readFile(at.file, 'utf8')
    expect(text).toContain('source: ${env:SOURCE_URL}')
    expect(text).toContain('home: {type: bytes}')
    const run = at.go('run', 'transload.yaml', '--json')
    const summary = JSON.parse(run.stdout) as RunSummary
    expect(summary.error).toBeUndefined()
    expect(summary).toMatchObject({ exitCode: 0, rejects: { count: 0 }, validation: { status: 'equal' } })
    expect(run.status).toBe(0)
    expect(summary.datasets.map(({ from, written }) => [from, written])).toEqual([
      ['children', 2],
      ['orders', 4],
      ['parents', 1],
      ['user_attributes', 6],
      ['users', 4],
    ])
    expect(await at.target.query('SELECT full_name, email, roles, password, status FROM users WHERE id = 2')).toEqual([
      { full_name: 'Dr. Grace Hopper', email: 'GRACE@example.com ', roles: 'editor', password: 'y2', status: 2 },
    ])
  })

  it('holds no password, and no value of the data', async () => {
    await using at = await place()
    const url = new URL(at.source.url)
    const { stdout, stderr } = at.init('--json')
    const text = await readFile(at.file, 'utf8')
    for (const said of [text, stdout, stderr]) {
      expect(said).not.toContain(`:${url.password}@`)
      for (const value of ['Lovelace', 'grace@example.com', 'viewer', 'colour', '030 1234567']) {
        expect(said.toLowerCase()).not.toContain(value.toLowerCase())
      }
    }
    const found = initDocument.parse(JSON.parse(stdout))
    expect(found.environment).toContainEqual({ name: 'SOURCE_URL', end: 'source' })
    expect(found.datasets.find(({ from }) => from === 'users')).toMatchObject({
      rows: 4,
      overrides: [{ column: 'home', type: 'bytes' }],
    })
  })

  it('suspects what is there, each by itself ready to be planned', { timeout: 240_000 }, async () => {
    await using at = await place()
    const { suggestions } = initDocument.parse(JSON.parse(at.init('--json').stdout))
    expect(
      suggestions.map(({ kind, dataset, columns, found, looked }) => [kind, dataset, columns.join(), found, looked]),
    ).toEqual([
      ['orphans', 'children', 'parent_id', 1, 2],
      ['relation', 'orders', 'user_id', 1, 4],
      ['attributes', 'user_attributes', 'entity_id,attribute,value', 2, 6],
      ['encoded-twice', 'users', 'note', 1, 3],
      ['duplicates', 'users', 'email', 1, 4],
      ['white-space', 'users', 'email,note', 2, 7],
      ['email', 'users', 'email', 3, 4],
      ['phone', 'users', 'phone', 3, 4],
      ['person-name', 'users', 'full_name', 3, 4],
      ['list', 'users', 'roles', 2, 4],
      ['zero-date', 'users', 'created_at', 1, null],
      ['zero-date', 'users', 'born', 1, null],
      ['zero-date', 'users', 'seen', 1, null],
      ['truth-value', 'users', 'status', 1, 4],
      ['secret', 'users', 'password', null, null],
    ])
    const text = await readFile(at.file, 'utf8')
    const ready = suggestions.filter(({ yaml }) => yaml !== null)
    expect(ready).toHaveLength(11)
    for (const [number, one] of ready.entries()) {
      const file = `one-${number}.yaml`
      await writeFile(join(at.directory, file), uncommented(text, one))
      const planned = at.go('plan', file, '--json')
      expect({ yaml: one.yaml, status: planned.status, stderr: planned.stderr.includes('TL_') }).toEqual({
        yaml: one.yaml,
        status: 0,
        stderr: false,
      })
      const plan = JSON.parse(planned.stdout) as Plan
      const stages = plan.datasets.flatMap(({ transform = [] }) => transform)
      expect(stages).toHaveLength(one.place === 'transform' ? 1 : 0)
    }
  })

  it('has suggestions that can be taken all together, and run', async () => {
    await using at = await place()
    expect(at.init().status).toBe(0)
    const text = await readFile(at.file, 'utf8')
    // What an editor does to lines that are marked: one # and one space less.
    const all = text.replace(/^ {4}# (?= *(transform:|#|- ))/gm, '    ')
    await writeFile(at.file, all)
    const run = at.go('run', 'transload.yaml', '--json')
    const summary = JSON.parse(run.stdout) as RunSummary
    expect(summary.error).toBeUndefined()
    expect(summary).toMatchObject({ exitCode: 0, rejects: { count: 0 }, validation: { status: 'equal' } })
    expect(
      await at.target.query(`SELECT name_title, first_name, last_name, email, roles, phone, status, created_at::text
        FROM users ORDER BY id`),
    ).toEqual([
      {
        name_title: null,
        first_name: 'Ada',
        last_name: 'Lovelace',
        email: 'ada@example.com',
        roles: 'admin,editor',
        phone: '030 1234567',
        status: true,
        created_at: '2020-01-01 00:00:00',
      },
      {
        name_title: 'Dr.',
        first_name: 'Grace',
        last_name: 'Hopper',
        email: 'GRACE@example.com',
        roles: 'editor',
        phone: '+4930123456',
        status: true,
        created_at: '1970-01-01 00:00:00',
      },
      {
        name_title: null,
        first_name: 'Alan',
        last_name: 'Turing',
        email: 'grace@example.com',
        roles: 'admin,editor,viewer',
        phone: '(030) 555-1234',
        status: false,
        created_at: '2021-01-01 00:00:00',
      },
      {
        name_title: null,
        first_name: null,
        last_name: 'Plato',
        email: 'nobody',
        roles: 'viewer',
        phone: '',
        status: true,
        created_at: '2021-01-01 00:00:00',
      },
    ])
    expect(
      await at.target.query('SELECT users_id, position, roles FROM users_roles ORDER BY users_id, position'),
    ).toEqual(
      [
        [1, 1, 'admin'],
        [1, 2, 'editor'],
        [2, 1, 'editor'],
        [3, 1, 'admin'],
        [3, 2, 'editor'],
        [3, 3, 'viewer'],
        [4, 1, 'viewer'],
      ].map(([id, position, roles]) => ({ users_id: id, position, roles })),
    )
  })

  it('says --yes where the schema of the target is to be made, and takes the tables it is told', async () => {
    await using at = await place()
    const to = `${at.target.url}?schema=shop`
    const { stdout } = at.go(
      'init',
      '--source',
      '${env:SOURCE_URL}',
      '--target',
      to,
      '--only',
      'orders,par*',
      '--out',
      'new/p.yaml',
    )
    expect(stdout).toContain('transload run new/p.yaml --yes')
    const text = await readFile(join(at.directory, 'new/p.yaml'), 'utf8')
    expect(text).toContain('source: ${env:SOURCE_URL}\n')
    expect(text.match(/- from: .*/g)).toEqual(['- from: orders', '- from: parents'])
    expect(at.go('run', 'new/p.yaml', '--yes').status).toBe(0)
    expect(await at.target.query('SELECT count(*)::int AS n FROM shop.orders')).toEqual([{ n: 4 }])
  })

  it('looks at a dump too', async () => {
    await using at = await place()
    await using dump = await dumpOnDisk(`${dumpStart}
CREATE TABLE \`users\` (\`id\` int NOT NULL, \`full_name\` varchar(80), \`status\` tinyint(1), \`created_at\` datetime NOT NULL,
  PRIMARY KEY (\`id\`)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
INSERT INTO \`users\` VALUES (1,'Ada Lovelace',1,'2020-01-01 00:00:00'),(2,'Alan Turing',2,'0000-00-00 00:00:00');
`)
    const { status, stdout } = at.go('init', '--source', dump.url, '--target', at.target.url, '--json')
    expect(status).toBe(0)
    const { suggestions } = initDocument.parse(JSON.parse(stdout))
    expect(suggestions.map(({ kind, columns, found, looked }) => [kind, columns.join(), found, looked])).toEqual([
      ['person-name', 'full_name', 2, 2],
      ['zero-date', 'created_at', 1, null],
      ['truth-value', 'status', 1, 2],
    ])
    expect(at.go('run', 'transload.yaml').status).toBe(0)
  })

  it('ends with 7 where the target has rows, and says what is to become of them by --mode', async () => {
    await using at = await place()
    await at.target.query('CREATE TABLE parents (id int PRIMARY KEY)')
    await at.target.query('INSERT INTO parents VALUES (5)')
    const refused = at.init()
    expect(refused.status).toBe(7)
    expect(refused.stderr).toContain('TL_T307')
    expect((await readdir(at.directory)).filter((name) => name.endsWith('.yaml'))).toEqual([])
    expect(at.init('--mode', 'append', '--only', 'parents').status).toBe(0)
    expect(await readFile(at.file, 'utf8')).toContain('mode: append')
    expect(at.go('run', 'transload.yaml').status).toBe(0)
    expect(await at.target.query('SELECT id FROM parents ORDER BY id')).toEqual([{ id: 1 }, { id: 5 }])
  })

  it('says which end cannot be had, and why', async () => {
    await using at = await place()
    const wrong = at.source.url.replace(/:[^:@]*@/, ':not-the-password@')
    const { status, stderr } = at.go('init', '--source', wrong, '--target', at.target.url)
    expect(status).toBe(3)
    expect(stderr).toContain('TL_S203')
    expect(stderr).not.toContain('not-the-password')
    expect((await stat(at.directory)).isDirectory()).toBe(true)
  })
})
