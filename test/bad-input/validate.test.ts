import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type ValidationSummary, version } from '../../src/index.ts'
import { createDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { type CliOutcome, runCli } from './run-cli.ts'

interface Compared extends CliOutcome {
  readonly summary: ValidationSummary
}

/** Two databases that are made by these statements, compared by the command line. */
async function compare(sourceSql: string, targetSql: string, args: readonly string[] = []): Promise<Compared> {
  await using source = await createDatabase(engineUrl('mysql9'), 'compare')
  await using target = await createDatabase(engineUrl('postgres15'), 'compare')
  await source.query(sourceSql)
  await target.query(targetSql)
  const outcome = await runCli(['validate', '--source', source.url, '--target', target.url, '--json', ...args])
  expect(`${outcome.stdout}${outcome.stderr}`).toMatch(/^\{/)
  return { ...outcome, summary: JSON.parse(outcome.stdout) as ValidationSummary }
}

const one = 'CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t VALUES (1, '

describeEngines(['mysql9', 'postgres15'], 'what cannot be compared as it is', () => {
  it('ends with 0 where all is equal, and with 1 where a value is not', async () => {
    const equal = await compare(`${one}'a')`, `${one}'a')`)
    expect(equal.exitCode).toBe(0)
    expect(equal.summary.status).toBe('equal')
    const different = await compare(`${one}'a')`, `${one}'b')`)
    expect(different.exitCode).toBe(1)
    expect(different.summary.datasets[0]?.reasons).toEqual([{ reason: 'VALUE', column: 'v', count: 1 }])
  })

  it('counts only, where that is asked for', async () => {
    const same = await compare(`${one}'a')`, `${one}'b')`, ['--mode', 'counts'])
    expect(same.exitCode).toBe(0)
    expect(same.summary).toMatchObject({ status: 'counted', datasets: [{ differences: null, sourceRows: 1 }] })
    const less = await compare(`${one}'a')`, 'CREATE TABLE t (id int PRIMARY KEY, v text)', ['--mode', 'counts'])
    expect(less.exitCode).toBe(1)
    expect(less.summary.datasets).toMatchObject([{ sourceRows: 1, targetRows: 0 }])
  })

  it('makes only the checks that are asked for, and leaves out those that are not wanted', async () => {
    const only = await compare(`${one}'a')`, `${one}'b')`, ['--checks', 'schema,rows'])
    expect(only.exitCode).toBe(0)
    expect(only.summary).toMatchObject({
      status: 'counted',
      checks: { rows: { state: 'checked' }, contents: { state: 'off', reason: 'switched off' } },
      datasets: [{ sourceRows: 1, nulls: [], differences: null }],
    })
    expect(only.summary.coverage).toContain('Orphans were not counted: switched off.')
    const without = await compare(`${one}'a')`, `${one}'b'); ALTER TABLE t DROP CONSTRAINT t_pkey`, [
      '--skip-checks',
      'schema, contents',
    ])
    expect(without.exitCode).toBe(0)
    expect(without.summary.datasets).toMatchObject([{ unique: [{ key: 'PRIMARY', source: 0, target: 0 }] }])
  })

  it('names a table that the target does not have, and compares the others', async () => {
    const { exitCode, summary } = await compare(`${one}'a'); CREATE TABLE other (id int)`, `${one}'a')`)
    expect(exitCode).toBe(1)
    expect(summary.unpaired).toEqual([{ from: 'other', to: 'public.other' }])
    expect(summary.datasets).toMatchObject([{ from: 't', differences: { missing: 0, extra: 0, changed: 0 } }])
  })

  it('says so where there is no table in common, or none at all', async () => {
    const none = await compare('CREATE TABLE a (id int)', 'CREATE TABLE b (id int)')
    expect(none.exitCode).toBe(1)
    expect(none.summary).toMatchObject({ status: 'different', datasets: [], unpaired: [{ from: 'a' }] })
    const empty = await runCli([
      'validate',
      '--source',
      engineUrl('mysql9'),
      '--target',
      engineUrl('postgres15'),
      '--only',
      'nowhere',
    ])
    expect(empty.exitCode).toBe(2)
    expect(empty.stderr).toContain('TL_C107')
  })

  it('names tables that only the target has, and none that nobody asked to compare', async () => {
    const { exitCode, summary } = await compare(
      `${one}'a'); CREATE TABLE other (id int)`,
      `${one}'a'); CREATE TABLE other (id int); CREATE TABLE u (id int); CREATE TABLE w (id int) PARTITION BY LIST (id);
        CREATE TABLE w1 PARTITION OF w DEFAULT; CREATE SCHEMA away; CREATE TABLE away.x (id int); CREATE VIEW v AS TABLE u`,
      ['--only', 't'],
    )
    expect(exitCode).toBe(0)
    expect(summary.coverage).toContain('Tables that only the target has were not looked at: public.u, public.w.')
  })

  it('asks for no more than reading takes, where a table may not be read', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'compare')
    await using target = await createDatabase(engineUrl('postgres15'), 'compare')
    await source.query(`${one}'a')`)
    const role = `${target.name}_reader`
    await target.query(`${one}'a'); CREATE ROLE "${role}" LOGIN; GRANT USAGE ON SCHEMA public TO "${role}"`)
    const url = new URL(target.url)
    url.username = role
    try {
      const { exitCode, stderr } = await runCli(['validate', '--source', source.url, '--target', url.href])
      expect(exitCode).toBe(3)
      expect(stderr).toContain(`GRANT SELECT ON TABLE "t" TO "${role}";`)
    } finally {
      await target.query(`DROP OWNED BY "${role}"; DROP ROLE "${role}"`)
    }
  })

  it('takes a view for no table', async () => {
    const { exitCode, summary } = await compare(
      `${one}'a')`,
      `${one}'a'); ALTER TABLE t RENAME TO u; CREATE VIEW t AS TABLE u`,
    )
    expect(exitCode).toBe(1)
    expect(summary.unpaired).toEqual([{ from: 't', to: 'public.t' }])
  })

  it('names a column that one end has alone', async () => {
    const { exitCode, summary } = await compare(
      'CREATE TABLE t (id int PRIMARY KEY, gone int); INSERT INTO t VALUES (1, 2)',
      'CREATE TABLE t (id int PRIMARY KEY, more int); INSERT INTO t VALUES (1, 2)',
    )
    expect(exitCode).toBe(1)
    expect(summary.datasets[0]?.schema).toEqual([{ kind: 'column', name: 'gone', problem: 'is not there' }])
    expect(summary.datasets[0]?.columns).toEqual([
      { from: 'id', to: 'id', strength: 'exact' },
      { from: 'gone', to: 'gone', strength: 'skipped', reason: 'the target has no such column' },
      { from: '', to: 'more', strength: 'skipped', reason: 'the source has no such column' },
    ])
    expect(summary.coverage?.join('\n')).toContain('t.more was not compared: the source has no such column.')
  })

  it('ends with 4 where nothing differs, but a type has no form that is compared', async () => {
    const { exitCode, summary } = await compare(
      'CREATE TABLE t (id int PRIMARY KEY, place point); INSERT INTO t VALUES (1, NULL)',
      'CREATE TABLE t (id int PRIMARY KEY, place point); INSERT INTO t VALUES (1, NULL)',
    )
    expect(exitCode).toBe(4)
    expect(summary.status).toBe('unproven')
    expect(summary.coverage?.join('\n')).toContain('t.place was not compared: point and point have no form')
  })

  it('finds every row of a table whose key the target does not have', async () => {
    const rows = "(1, 'a'), (2, 'b')"
    const { exitCode, summary } = await compare(
      `CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t VALUES ${rows}`,
      `CREATE TABLE t (id int, v text); INSERT INTO t VALUES ${rows}, (2, 'b')`,
    )
    expect(exitCode).toBe(1)
    expect(summary.datasets[0]?.reasons).toEqual([{ reason: 'EXTRA', count: 1 }])
    expect(summary.datasets[0]?.schema).toEqual([
      { kind: 'nullability', name: 'id', problem: 'may be NULL, and may not at the source' },
      { kind: 'primary key', name: 'PRIMARY', problem: 'is not there' },
    ])
  })

  it('names what is missing of keys, indexes, defaults, checks and sequences', async () => {
    const { exitCode, summary } = await compare(
      `CREATE TABLE parents (id int PRIMARY KEY AUTO_INCREMENT, code varchar(10) DEFAULT 'x', n int NOT NULL DEFAULT 7,
         at datetime DEFAULT CURRENT_TIMESTAMP, ok tinyint(1) NOT NULL DEFAULT 1, CHECK (n > 0), UNIQUE (code), KEY (n));
       INSERT INTO parents (id, code) VALUES (1, 'a'), (5, 'b');
       CREATE TABLE children (id int PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES parents (id));
       INSERT INTO children VALUES (1, 5)`,
      `CREATE TABLE parents (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, code varchar(10) DEFAULT 'y', n int DEFAULT 7,
         at timestamp(0) DEFAULT now(), ok boolean NOT NULL DEFAULT true);
       INSERT INTO parents (id, code) VALUES (1, 'a'), (5, 'b');
       CREATE TABLE children (id int PRIMARY KEY, parent int); INSERT INTO children VALUES (1, 5)`,
    )
    expect(exitCode).toBe(1)
    const schema = new Map(summary.datasets.map(({ from, schema: found }) => [from, found]))
    expect(schema.get('parents')).toEqual([
      { kind: 'sequence', name: 'id', problem: 'gives 1 next, and the table has 5 already' },
      { kind: 'default', name: 'code', problem: "is 'y'::character varying, and 'x' at the source" },
      { kind: 'nullability', name: 'n', problem: 'may be NULL, and may not at the source' },
      { kind: 'unique', name: 'code', problem: 'is not there' },
      { kind: 'index', name: 'n', problem: 'is not there' },
      { kind: 'check', name: 'parents_chk_1', problem: 'is not there' },
    ])
    expect(schema.get('children')).toEqual([
      { kind: 'index', name: 'parent', problem: 'is not there' },
      { kind: 'foreign key', name: 'children_ibfk_1', problem: 'is not there' },
    ])
  })

  it('tells orphans that the target has alone from those that the source has too', async () => {
    const tables = `CREATE TABLE parents (id int PRIMARY KEY); CREATE TABLE children (id int PRIMARY KEY, parent int`
    const { exitCode, summary } = await compare(
      `${tables}, FOREIGN KEY (parent) REFERENCES parents (id)); INSERT INTO parents VALUES (1), (2);
       INSERT INTO children VALUES (1, 1), (2, 2); SET foreign_key_checks = 0; INSERT INTO children VALUES (3, 99)`,
      `${tables}); INSERT INTO parents VALUES (1); INSERT INTO children VALUES (1, 1), (2, 2), (3, 99)`,
      ['--only', 'children,parents'],
    )
    expect(exitCode).toBe(1)
    expect(summary.datasets.find(({ from }) => from === 'children')?.orphans).toEqual([
      { constraint: { from: 'children_ibfk_1', to: 'children_ibfk_1' }, source: 1, target: 2, new: 1 },
    ])
  })

  it('stops looking where more rows differ than are asked for', async () => {
    const numbers = 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)'
    const { exitCode, summary } = await compare(
      `CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t ${numbers} SELECT i, i FROM n`,
      `CREATE TABLE t (id int PRIMARY KEY, v int); ${numbers} INSERT INTO t SELECT i, i + 1 FROM n`,
      ['--max-differences', '100'],
    )
    expect(exitCode).toBe(1)
    expect(summary.datasets[0]?.differences).toEqual({ missing: 0, extra: 0, changed: 100, stopped: true })
    expect(summary.coverage?.join('\n')).toContain('t: more differences were not looked for')
  })

  it('stops in the middle of a large table, in order and in buckets, and goes on with the next', async () => {
    const rows = 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 60000)'
    const pick = (key: string, shift: number): string => `SELECT ${key}, REPEAT('x', 200), i + ${shift} FROM n`
    const small = 'CREATE TABLE z (id int PRIMARY KEY, v int); INSERT INTO z VALUES (1, 1)'
    const { exitCode, summary } = await compare(
      `SET cte_max_recursion_depth = 100000; CREATE TABLE a (id int PRIMARY KEY, pad text, v int);
       INSERT INTO a ${rows} ${pick('i', 0)}; CREATE TABLE b (id varchar(10) PRIMARY KEY, pad text, v int);
       INSERT INTO b ${rows} ${pick('i', 0)}; ${small}`,
      `CREATE TABLE a (id int PRIMARY KEY, pad text, v int); ${rows} INSERT INTO a ${pick('i', 1)};
       CREATE TABLE b (id varchar(10) PRIMARY KEY, pad text, v int); ${rows} INSERT INTO b ${pick('i', 1)}; ${small}`,
      ['--max-differences', '10'],
    )
    expect(exitCode).toBe(1)
    expect(summary.datasets.map(({ from, way, differences }) => [from, way?.mode, differences?.stopped])).toEqual([
      ['a', 'ordered', true],
      ['b', 'buckets', true],
      ['z', 'ordered', undefined],
    ])
    expect(summary.datasets[0]?.differences?.changed).toBe(10)
  })

  it('does not take digits that are text for a key of the same order', async () => {
    const numbers = 'WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)'
    const { exitCode, summary } = await compare(
      `CREATE TABLE t (id int PRIMARY KEY); INSERT INTO t ${numbers} SELECT i FROM n`,
      `CREATE TABLE t (id text PRIMARY KEY); ${numbers} INSERT INTO t SELECT i FROM n`,
    )
    expect(exitCode).toBe(0)
    expect(summary.datasets[0]?.way?.mode).toBe('buckets')
  })

  it('compares what it can where a table has no column that can be compared', async () => {
    const { exitCode, summary } = await compare(
      'CREATE TABLE t (a int); INSERT INTO t VALUES (1)',
      'CREATE TABLE t (b int); INSERT INTO t VALUES (1), (2)',
    )
    expect(exitCode).toBe(1)
    expect(summary.datasets).toMatchObject([{ from: 't', differences: null, sourceRows: 1, targetRows: 2 }])
  })

  it('writes every difference to a file that is its owner’s alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'transload-differences-'))
    try {
      const values = (sign: string): string =>
        `WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 50) SELECT i, CONCAT('${sign}', i) FROM n`
      await compare(
        `CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t ${values('a')}`,
        `CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t ${values('b')}`,
        ['--report', folder],
      )
      const file = join(folder, 'differences.ndjson')
      const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
      expect(lines.map((line) => JSON.parse(line))).toHaveLength(50)
      expect(JSON.parse(lines[4] ?? '')).toEqual({
        from: 't',
        to: 'public.t',
        key: { id: '5' },
        reason: 'VALUE',
        column: 'v',
        source: { text: 'a5' },
        target: { text: 'b5' },
      })
      for (const name of ['differences.ndjson', 'report.json', 'report.md', 'report.html', 'junit.xml']) {
        expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600)
      }
      expect(await readFile(join(folder, 'report.md'), 'utf8')).toMatch(/^# Different\n/)
      expect(await readFile(join(folder, 'report.html'), 'utf8')).toContain('50 in differences.ndjson')
      expect(await readFile(join(folder, 'junit.xml'), 'utf8')).toContain('<failure type="VALUE" message="50 VALUE">')
      const summary = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as ValidationSummary
      expect(summary).toMatchObject({ version, source: expect.stringMatching(/^mysql:/), seconds: expect.any(Number) })
      expect(Date.parse(summary.finishedAt ?? '')).toBeGreaterThan(Date.parse(summary.startedAt ?? ''))
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('refuses a dump file, which cannot be compared yet, with the way out', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'transload-dump-'))
    try {
      const dump = join(folder, 'tiny.sql')
      await writeFile(
        dump,
        '/*!50503 SET NAMES utf8mb4 */;\nCREATE TABLE `t` (`id` int NOT NULL, PRIMARY KEY (`id`));\n',
      )
      const outcome = await runCli(['validate', '--source', `mysqldump:${dump}`, '--target', engineUrl('postgres15')])
      expect(outcome.exitCode).toBe(2)
      expect(outcome.stderr).toContain('TL_C103')
      expect(outcome.stderr).toContain('its contents cannot be compared in this version')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('tells of a first difference as it is found', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'compare')
    await using target = await createDatabase(engineUrl('postgres15'), 'compare')
    await source.query(`${one}'a')`)
    await target.query(`${one}'b')`)
    const outcome = await runCli(['validate', '--source', source.url, '--target', target.url])
    expect(outcome.exitCode).toBe(1)
    expect(outcome.stderr).toContain('a first difference: t.v VALUE, id=1')
  })

  it('asks for both ends', async () => {
    const outcome = await runCli(['validate', '--source', engineUrl('mysql9')])
    expect(outcome.exitCode).toBe(2)
    expect(outcome.stderr).toContain('--target')
  })
})
