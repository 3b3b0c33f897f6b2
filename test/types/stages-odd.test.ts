import { expect, it } from 'vitest'
import { type Pipeline, run, type RunSummary, validate } from '../../src/index.ts'
import { loadPipeline } from '../../src/config/load-pipeline.ts'
import type { PipelineFile } from '../../src/config/pipeline-file.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'

type File = Partial<PipelineFile>

interface World {
  readonly source: TestDatabase
  readonly target: TestDatabase
  readonly pipeline: (file: File) => Promise<Pipeline>
  readonly run: (file: File) => Promise<RunSummary>
}

async function within(seed: string, work: (world: World) => Promise<void>): Promise<void> {
  await using source = await createDatabase(engineUrl('mysql9'), 'odd')
  await using target = await createDatabase(engineUrl('postgres15'), 'odd')
  await source.query(seed)
  const pipeline = async (file: File): Promise<Pipeline> => {
    const whole: PipelineFile = { version: 1, source: source.url, target: target.url, ...file }
    return await loadPipeline(whole, {}, { environment: {}, directory: '.' })
  }
  await work({
    source,
    target,
    pipeline,
    run: async (file) => await run({ pipeline: await pipeline(file), flags: { laneCount: 1 } }),
  })
}

const none = { missing: 0, extra: 0, changed: 0 }

describeEngines(['mysql9', 'postgres15'], 'stages of odd tables', () => {
  it('take what they read from generated columns that the target cannot generate, and leave the others to it', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, a int, b int AS (a * 2) STORED, c bigint AS (CRC32(a)) STORED);
      INSERT INTO t (id, a) VALUES (1, 5), (2, NULL)`
    await within(seed, async ({ target, run: go }) => {
      const moved = await go({ datasets: [{ from: 't', transform: [{ constant: { k: 1 } }, { rename: { a: 'x' } }] }] })
      expect(moved.error).toBeUndefined()
      expect(await target.query('SELECT id, x, b, c, k FROM t ORDER BY id')).toEqual([
        { id: 1, x: 5, b: 10, c: '2226203566', k: 1 },
        { id: 2, x: null, b: null, c: null, k: 1 },
      ])
      expect(moved.validation?.status).toBe('equal')
    })
  })

  it('find whole decimals that are read as integers, and a validation tells what they refuse', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, total decimal(20,4)); INSERT INTO t VALUES (1, 120), (2, -7), (3, NULL), (4, 9999999999)`
    await within(seed, async ({ source, target, pipeline, run: go }) => {
      const file = {
        mapping: { columns: { 't.total': 'int(64)' } },
        datasets: [
          {
            from: 't',
            transform: [{ set: { twice: 'coalesce(total, 0) * 2' } }, { check: { small: 'coalesce(total, 0) < 200' } }],
          },
        ],
      }
      expect(await go(file)).toMatchObject({ exitCode: 4, validation: { status: 'equal' }, rejects: { count: 1 } })
      expect(await target.query('SELECT id, twice FROM t ORDER BY id')).toEqual([
        { id: 1, twice: '240' },
        { id: 2, twice: '-14' },
        { id: 3, twice: '0' },
      ])
      const found = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect([found.summary.status, found.error?.code]).toEqual(['equal', 'TL_V706'])
      expect(found.summary.datasets[0]).toMatchObject({ sourceRows: 3, left: { filtered: 0, refused: 1 } })
      // All rows are refused, and the table is empty: that is not equal.
      await source.query('UPDATE t SET total = 1000')
      await target.query('DELETE FROM t')
      const empty = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect(empty.error?.message).toContain(
        'stages of the pipeline refuse rows of the source, which the target has not: 4 of t',
      )
      // A fraction that came since is a row that a run would reject, too.
      await source.query('UPDATE t SET total = 1.5 WHERE id = 1; UPDATE t SET total = 1 WHERE id > 1')
      const since = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect(since.summary.datasets[0]).toMatchObject({ left: { refused: 1 }, differences: { missing: 3 } })
    })
  })

  it('take days of the year before year 1 for what they are', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, d date, at datetime);
      SET SESSION sql_mode = ''; INSERT INTO t VALUES (1, '0000-01-01', '0000-03-04 05:06:07'), (2, '0001-01-01', NULL)`
    await within(seed, async ({ target, pipeline, run: go }) => {
      const file = { datasets: [{ from: 't', transform: [{ filter: 'd != null' }, { set: { again: 'at' } }] }] }
      expect(await go(file)).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
      expect(await target.query('SELECT d::text, again::text FROM t ORDER BY id')).toEqual([
        { d: '0001-01-01 BC', again: '0001-03-04 05:06:07 BC' },
        { d: '0001-01-01', again: null },
      ])
      expect((await validate({ pipeline: await pipeline(file), mode: 'stream' })).summary.status).toBe('equal')
    })
  })

  it('read the rows that where is true of', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 5), (2, NULL), (3, 7)`
    await within(seed, async ({ target, pipeline, run: go }) => {
      const file = { datasets: [{ from: 't', where: 'a != null && a > 5', transform: [{ set: { b: 'a + 1' } }] }] }
      expect(await go(file)).toMatchObject({ exitCode: 0, datasets: [{ read: 1 }], validation: { status: 'equal' } })
      expect(await target.query('SELECT * FROM t')).toEqual([{ id: 3, a: 7, b: '8' }])
      const { summary } = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect(summary).toMatchObject({ status: 'equal', datasets: [{ left: { filtered: 2, refused: 0 } }] })
      const { error } = await go({ datasets: [{ from: 't', where: 'aa > 5' }] })
      expect(error?.message).toMatch(/datasets\.0\.where: .*there is no column aa/)
    })
  })

  it('write into a table that is there, by its own types', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, state tinyint NOT NULL); INSERT INTO t VALUES (1, 0), (2, 1), (3, 5)`
    await within(seed, async ({ target, run: go, pipeline }) => {
      await target.query('CREATE TABLE jobs (job bigint PRIMARY KEY, phase varchar(6) NOT NULL, site text NOT NULL)')
      const file: File = {
        datasets: [
          {
            from: 't',
            to: 'jobs',
            transform: [
              { map: { column: 'state', type: 'text', values: { '0': 'new', '1': 'running', '5': 'done' } } },
              { rename: { id: 'job', state: 'phase' } },
              { constant: { site: 'x' } },
            ],
          },
        ],
      }
      const moved = await go(file)
      // "running" has seven characters.
      expect(moved).toMatchObject({
        exitCode: 4,
        datasets: [{ read: 3, written: 2, rejected: 1 }],
        validation: { status: 'equal' },
      })
      expect(await target.query('SELECT * FROM jobs ORDER BY job')).toEqual([
        { job: '1', phase: 'new', site: 'x' },
        { job: '3', phase: 'done', site: 'x' },
      ])
      const { summary } = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect(summary.datasets).toMatchObject([{ differences: { missing: 1, extra: 0, changed: 0 } }])
    })
  })

  it('reject a row with its key and its values as they were read', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, s varchar(9)); INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'a')`
    await within(seed, async ({ run: go, pipeline }) => {
      const file: File = {
        datasets: [{ from: 't', transform: [{ default: { s: '-' } }, { map: { column: 's', values: { a: 'A' } } }] }],
      }
      const moved = await go(file)
      expect(moved).toMatchObject({ exitCode: 4, validation: { status: 'equal' } })
      expect(moved.datasets).toMatchObject([{ read: 3, written: 2, rejected: 1, filtered: 0 }])
      expect(moved.rejects).toMatchObject({ count: 1, byReason: { TL_D415: 1 } })
      const { summary } = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect([summary.status, summary.datasets[0]?.differences]).toEqual(['equal', none])
    })
  })

  it('hide what they make of masked columns', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, first varchar(9), last varchar(9)); INSERT INTO t VALUES (1, 'Ann', 'Secret')`
    await within(seed, async ({ target, run: go, pipeline }) => {
      const file: File = {
        datasets: [{ from: 't', transform: [{ join: { columns: ['first', 'last'], into: 'label' } }] }],
        validate: { mask: ['last'] },
      }
      await go(file)
      await target.query(`UPDATE t SET label = 'Ann Other'`)
      const { summary } = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect(summary.datasets).toMatchObject([{ differences: { changed: 1 }, samples: [{ column: 'label' }] }])
      expect(JSON.stringify(summary)).not.toMatch(/Secret|Other/)
    })
  })

  it('count nothing that they may change, and say so', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, n int); INSERT INTO t VALUES (1, NULL), (2, 7)`
    await within(seed, async ({ run: go, pipeline }) => {
      const file: File = { datasets: [{ from: 't', transform: [{ default: { n: 0 } }] }] }
      expect((await go(file)).validation?.status).toBe('equal')
      const { summary } = await validate({ pipeline: await pipeline(file), mode: 'counts' })
      expect(summary.status).toBe('counted')
      expect(summary.coverage?.join()).toContain('t: rows, NULLs, least and largest values and sums were not compared')
    })
  })

  it('are of any type that the source has, before and behind year 1, and none', async () => {
    const seed = `SET sql_mode = 'ALLOW_INVALID_DATES'; CREATE TABLE t (id int PRIMARY KEY, f float, d double, n decimal(20,6), h time(3),
        y year, b bit(5), u bigint unsigned, e enum('x', 'y'), j json, z datetime, m timestamp(6) NULL, i tinyint(1));
      INSERT INTO t VALUES (1, 0.1, 1e-300, -0.000001, '-838:59:59', 2155, b'00101', 18446744073709551615, 'y', '{"b": 1, "a": 2}',
        '0000-00-00', '2024-01-02 03:04:05.678901', 1), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0)`
    await within(seed, async ({ target, run: go, pipeline }) => {
      const columns = ['f', 'd', 'n', 'h', 'y', 'b', 'u', 'e', 'j', 'z', 'm', 'i']
      const file: File = { datasets: [{ from: 't', transform: [{ join: { columns, into: 'all', separator: '|' } }] }] }
      const moved = await go(file)
      expect(moved.error).toBeUndefined()
      const texts = await target.query('SELECT "all" AS text FROM t ORDER BY id')
      expect(texts.map(({ text }) => text)).toEqual([
        '0.1|1e-300|-0.000001|-PT838H59M59S|2155|00101|18446744073709551615|y|{"a": 2, "b": 1}|2024-01-02 03:04:05.678901+00|true',
        'false',
      ])
      expect(moved.validation?.status).toBe('equal')
      const { summary } = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect(summary.datasets.flatMap(({ differences }) => differences)).toEqual([none])
    })
  })

  it('see JSON, bits and zeros as a run does, whatever the server prints', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, j json, b bit(8), z decimal(8,2) zerofill, u binary(16), f float);
      INSERT INTO t VALUES (1, '{"a": "x\\\\u0000y"}', b'00000101', 12.5, X'00112233445566778899aabbccddeeff', 0.1)`
    await within(seed, async ({ target, run: go, pipeline }) => {
      const file: File = {
        datasets: [
          {
            from: 't',
            columns: { b: { type: 'int(16)' }, u: { type: 'uuid' } },
            transform: [{ join: { columns: ['j', 'b', 'z', 'u', 'f'], into: 'all', separator: '|' } }],
          },
        ],
      }
      const moved = await go(file)
      expect(moved.error).toBeUndefined()
      const [row] = await target.query('SELECT "all" AS text FROM t')
      expect(row?.['text']).toBe('{"a": "x\\u0000y"}|5|12.50|00112233-4455-6677-8899-aabbccddeeff|0.1')
      expect(moved.validation?.status).toBe('equal')
      const { summary } = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect(summary.datasets.map(({ differences }) => differences)).toEqual([none])
    })
  })

  it('leave checks and defaults behind that speak of values which they change', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, s varchar(9) NOT NULL DEFAULT 'A', n int, CONSTRAINT known CHECK (s IN ('A', 'I')),
      CONSTRAINT positive CHECK (n > 0)); INSERT INTO t VALUES (1, 'A', 1), (2, 'I', 2)`
    await within(seed, async ({ target, run: go, pipeline }) => {
      const file: File = {
        datasets: [{ from: 't', transform: [{ map: { column: 's', values: { A: 'active', I: 'idle' } } }] }],
      }
      const moved = await go(file)
      expect([moved.exitCode, moved.validation?.status]).toEqual([0, 'equal'])
      expect(moved.objects.notCarried).toMatchObject([
        { kind: 'check', name: 't.known', reason: 'a stage may change s' },
      ])
      await target.query("INSERT INTO t VALUES (3, 'gone', 3)")
      await expect(target.query("INSERT INTO t VALUES (4, 'gone', -1)")).rejects.toThrow('positive')
      await target.query('DELETE FROM t WHERE id > 2')
      expect((await validate({ pipeline: await pipeline(file), mode: 'stream' })).summary.datasets).toMatchObject([
        { differences: none },
      ])
    })
  })

  it('change no key that rows are merged by', async () => {
    await within('CREATE TABLE t (id varchar(9) PRIMARY KEY); INSERT INTO t VALUES (1)', async ({ run: go }) => {
      const file: File = {
        mode: 'merge',
        datasets: [{ from: 't', transform: [{ clean: { columns: ['id'], case: 'lower' } }] }],
      }
      expect((await go(file)).error?.message).toContain('t is merged by id, which clean may change')
    })
  })

  it('filter rows with their children, of which counts say nothing wrong', async () => {
    const seed = `CREATE TABLE p (id int PRIMARY KEY, on_ int); INSERT INTO p VALUES (1, 1), (2, 0), (3, 1);
      CREATE TABLE c (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES p (id)); INSERT INTO c VALUES (1, 1), (2, 2), (3, NULL)`
    await within(seed, async ({ run: go, pipeline }) => {
      const file: File = {
        datasets: [
          { from: 'p', transform: [{ filter: 'on_ == 1' }] },
          { from: 'c', transform: [{ filter: 'p == null || p != 2' }] },
        ],
      }
      const moved = await go(file)
      expect([moved.exitCode, moved.validation?.status]).toEqual([0, 'equal'])
      expect(moved.datasets.map(({ read, written, filtered }) => [read, written, filtered])).toEqual([
        [2, 2, 0],
        [2, 2, 0],
      ])
      expect(moved.validation?.datasets).toMatchObject([{ leftOut: 1 }, { leftOut: 1 }])
      for (const mode of ['stream', 'counts', { sample: 2 }] as const) {
        const { summary, error } = await validate({ pipeline: await pipeline(file), mode })
        expect([mode, summary.datasets.length, error?.message]).toEqual([mode, 2, undefined])
      }
    })
  })

  it('make a column of the name of one that they have left out', async () => {
    const seed = `CREATE TABLE t (id int PRIMARY KEY, email varchar(40), UNIQUE KEY by_email (email)); INSERT INTO t VALUES (1, 'A'), (2, 'B')`
    await within(seed, async ({ target, run: go, pipeline }) => {
      const transform = [{ rename: { email: 'old' } }, { set: { email: 'lower(old)' } }, { drop: ['old'] }]
      const moved = await go({ datasets: [{ from: 't', transform }] })
      expect([moved.exitCode, moved.validation?.status]).toEqual([0, 'equal'])
      expect(await target.query('SELECT * FROM t ORDER BY id')).toEqual([
        { id: 1, email: 'a' },
        { id: 2, email: 'b' },
      ])
      const { summary } = await validate({
        pipeline: await pipeline({ datasets: [{ from: 't', transform }] }),
        mode: 'stream',
      })
      expect(summary.status).toBe('equal')
      expect(summary.coverage?.join('\n')).toContain('stages take email as text(40)')
    })
  })

  it('forgive no row that is missing for one that they refuse', async () => {
    const seed = 'CREATE TABLE t (a int, b int); INSERT INTO t VALUES (1, 1), (2, 2), (3, -1), (4, 4)'
    await within(seed, async ({ target, run: go, pipeline }) => {
      await target.query('CREATE TABLE t (a int, b int)')
      const file: File = { mode: 'append', datasets: [{ from: 't', transform: [{ check: { positive: 'b > 0' } }] }] }
      const moved = await go(file)
      expect(moved).toMatchObject({
        exitCode: 4,
        datasets: [{ written: 3, rejected: 1 }],
        validation: { status: 'equal' },
      })
      await target.query('DELETE FROM t WHERE a = 4')
      const { summary } = await validate({ pipeline: await pipeline(file), mode: 'stream' })
      expect(summary.datasets).toMatchObject([{ differences: { missing: 1, extra: 0, changed: 0 } }])
      expect(summary.coverage?.join('\n')).toContain('1 rows that they refuse')
    })
  })
})
