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

  it.each([
    [{ mode: 'digest' }, 'equal', 'digest'],
    [{ mode: { sample: 3 } }, 'counted', 'ordered'],
  ] as const)('does so by %j', async (how, status, way) => {
    await using source = await createDatabase(engineUrl('mysql9'), 'stream')
    await using target = await createDatabase(engineUrl('postgres15'), 'stream')
    const values = Array.from({ length: 400 }, (_, row) => `(${row}${', 1'.repeat(2)})`).join(', ')
    await source.query(`CREATE TABLE t (id int PRIMARY KEY, a int, b int); INSERT INTO t VALUES ${values}`)
    // As many as make more ranges than a sample has.
    for (let times = 0; times < 8; times++) {
      await source.query(`INSERT INTO t SELECT id + ${400 * 2 ** times}, a, b FROM t`)
    }
    const plain = pipelineBetween(source.url, target.url)
    const pipeline = { ...plain, validate: { ...plain.validate, ...how } }
    const { exitCode, validation } = await run({ pipeline, flags: { laneCount: 1 } })
    expect([exitCode, validation?.status]).toEqual([0, status])
    expect(validation?.datasets).toMatchObject([{ sourceRows: 102_400, targetRows: 102_400, way: { mode: way } }])
    expect(validation?.coverage?.length).toBe(status === 'counted' ? 1 : 0)
  })

  it('does so where nobody says how it is to validate', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'stream')
    await using target = await createDatabase(engineUrl('postgres15'), 'stream')
    await source.query(seed)
    const { validation } = await run({ pipeline: pipelineBetween(source.url, target.url), flags: { laneCount: 2 } })
    expect(validation?.status).toBe('equal')
    expect(validation?.coverage).toEqual([])
  })

  it.each([
    ['auto', 0, undefined],
    ['stream', 4, 'TL_V702'],
  ] as const)('with a column that cannot be compared, %s ends with %i', async (mode, expected, code) => {
    await using source = await createDatabase(engineUrl('mysql9'), 'stream')
    await using target = await createDatabase(engineUrl('postgres15'), 'stream')
    await source.query(
      "CREATE TABLE t (id int PRIMARY KEY, v text COLLATE utf8mb4_bin, w enum('a')); INSERT INTO t VALUES (1, 'v', 'a')",
    )
    const datasets = [{ from: 't', columns: { v: { type: 'bytes' } } }]
    const pipeline = {
      ...pipelineBetween(source.url, target.url),
      datasets,
      validate: { mode, orphans: true, mask: [] },
    }
    const { exitCode, error, validation, warnings } = await run({ pipeline, flags: { laneCount: 1 } })
    expect([exitCode, error?.code]).toEqual([expected, code])
    expect(validation).toMatchObject({ status: 'unproven', datasets: [{ differences: { changed: 0 } }] })
    expect(validation?.datasets[0]?.columns).toMatchObject([
      { from: 'id', strength: 'exact' },
      { from: 'w', strength: 'exact' },
      { from: 'v', strength: 'skipped' },
    ])
    const why = 't.v was not compared: text and bytea have no form in common that is compared.'
    expect(validation?.coverage).toEqual([why])
    expect(warnings).toEqual([])
  })

  it('takes a row whose key was taken, and a key that is no value, for rejected rows that they are', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'stream')
    await using target = await createDatabase(engineUrl('postgres15'), 'stream')
    await source.query(`SET sql_mode = 'ALLOW_INVALID_DATES';
      CREATE TABLE d (day date, id int, PRIMARY KEY (day, id)); INSERT INTO d VALUES ('0000-00-00', 1), ('2024-02-29', 2);
      CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 10), (2, 20)`)
    await target.query(`CREATE TABLE d (day date, id int, PRIMARY KEY (day, id));
      CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (2, 21), (9, 90)`)
    const pipeline = { ...pipelineBetween(source.url, target.url), mode: 'append' as const }
    const { exitCode, rejects, validation, warnings } = await run({ pipeline, flags: { laneCount: 1 } })
    expect([exitCode, rejects.byReason]).toEqual([4, { TL_D406: 1, TL_D409: 1 }])
    const none = { missing: 0, extra: 0, changed: 0 }
    expect(validation).toMatchObject({ status: 'equal', datasets: [{ differences: none }, { differences: none }] })
    expect(warnings).toEqual([])
  })

  it('knows a rejected row by its key, however a report spells that', async () => {
    await using source = await createDatabase(engineUrl('mysql9'), 'stream')
    await using target = await createDatabase(engineUrl('postgres15'), 'stream')
    const keys = {
      truths: ['tinyint(1)', '0', '1'],
      bits: ['bit(1)', "b'1'", "b'0'"],
      spans: ['time(6)', "'-01:00:00.500000'", "'100:00:00'"],
      ids: ['binary(16)', "X'00112233445566778899AABBCCDDEEFF'", "X'01112233445566778899AABBCCDDEEFF'"],
    } as const
    for (const [name, [type, rejected, good]] of Object.entries(keys)) {
      await source.query(`SET sql_mode = ''; CREATE TABLE ${name} (k ${type} PRIMARY KEY, d date);
        INSERT INTO ${name} VALUES (${rejected}, '2024-02-00'), (${good}, '2024-02-01')`)
    }
    const datasets = Object.keys(keys).map((from) => ({
      from,
      columns: from === 'ids' ? { k: { type: 'uuid' } } : {},
    }))
    const pipeline = { ...pipelineBetween(source.url, target.url), datasets }
    const { exitCode, rejects, validation } = await run({ pipeline, flags: { laneCount: 1 } })
    expect([exitCode, rejects.count]).toEqual([4, 4])
    expect(validation?.status).toBe('equal')
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
