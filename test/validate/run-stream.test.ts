import { expect, it } from 'vitest'
import { run, type RunSummary } from '../../src/index.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { pipelineBetween } from '../../src/config/load-pipeline.ts'

const seed = `SET sql_mode = 'ALLOW_INVALID_DATES';
  CREATE TABLE t (id int PRIMARY KEY, at datetime, note text, small smallint unsigned);
  INSERT INTO t VALUES (1, '2024-01-02 03:04:05', 'a', 1), (2, '0000-00-00 00:00:00', 'b', 2), (3, '2024-02-30', 'c', 3),
    (4, NULL, CONCAT('n', CHAR(0), 'l'), 4);
  CREATE TABLE loose (a int, d date); INSERT INTO loose VALUES (1, '2024-01-01'), (1, '2024-01-01'), (2, '2024-02-31')`

async function migrate(source: TestDatabase, target: TestDatabase): Promise<RunSummary> {
  const pipeline = {
    ...pipelineBetween(source.url, target.url),
    validate: { mode: 'stream', orphans: true, mask: [] },
  } as const
  return await run({ pipeline, flags: { laneCount: 2 } })
}

describeEngines(['mysql9', 'postgres15'], 'a run that compares what it has moved', () => {
  it('is equal but for what it has rejected and what it has declared', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'stream')
    await using target = await createDatabase(engineUrl('postgres15'), 'stream')
    await source.query(seed)
    const { exitCode, rejects, validation } = await migrate(source, target)
    expect([exitCode, rejects.count]).toEqual([4, 2])
    expect(validation?.status).toBe('equal')
    const none = { missing: 0, extra: 0, changed: 0 }
    expect(validation?.datasets).toMatchObject([
      { from: 'loose', differences: none, declared: [] },
      {
        from: 't',
        differences: none,
        declared: [
          { column: 'at', rule: 'zero-date-null', count: 1 },
          { column: 'note', rule: 'nul-byte-removed', count: 1 },
        ],
      },
    ])
  })

  it('finds what something else changed on the way, which counts do not show', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'stream')
    await using target = await createDatabase(engineUrl('postgres15'), 'stream')
    await source.query('CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t VALUES (1, "a"), (2, "b")')
    await target.query(`CREATE TABLE t (id int PRIMARY KEY, v varchar(20));
      CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v := upper(NEW.v); RETURN NEW; END $$;
      CREATE TRIGGER shout BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id = 2) EXECUTE FUNCTION shout()`)
    const pipeline = {
      ...pipelineBetween(source.url, target.url),
      mode: 'append',
      validate: { mode: 'stream', orphans: true, mask: [] },
    } as const
    const { exitCode, error, validation } = await run({ pipeline, flags: { laneCount: 1, triggers: 'keep' } })
    expect([exitCode, error?.code]).toEqual([1, 'TL_V701'])
    expect(validation?.status).toBe('different')
    expect(validation?.datasets[0]?.samples).toEqual([
      { key: { id: '2' }, column: 'v', source: { text: 'b' }, target: { text: 'B' }, reason: 'CASE_FOLD' },
    ])
  })

  it('compares a table that replaces another before it does, and leaves the other where they differ', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'stream')
    await using target = await createDatabase(engineUrl('postgres15'), 'stream')
    await source.query('CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t VALUES (1, "a"), (2, "b")')
    await target.query("CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t VALUES (9, 'old')")
    const pipeline = {
      ...pipelineBetween(source.url, target.url),
      mode: 'replace',
      validate: { mode: 'stream', orphans: true, mask: [] },
    } as const
    const { exitCode, validation } = await run({ pipeline, flags: { laneCount: 1 } })
    expect([exitCode, validation?.status]).toEqual([0, 'equal'])
    expect(await target.query('SELECT id, v FROM t ORDER BY id')).toEqual([
      { id: 1, v: 'a' },
      { id: 2, v: 'b' },
    ])
  })
})
