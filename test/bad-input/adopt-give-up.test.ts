import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { type AdoptWorld, openAdoptWorld } from './adopt-world.ts'
import { runCli } from './run-cli.ts'

const stopping = { errors: { onReject: 'stop' } } as const

/** Row 2 of `t` is refused by a CHECK of the target, so that the run stops behind row 1, with what it set aside still aside. */
const source = `CREATE TABLE t (id int PRIMARY KEY, v varchar(20)); INSERT INTO t VALUES (1, 'one'), (2, 'bad');
  CREATE TABLE c (id int PRIMARY KEY, t int); INSERT INTO c VALUES (1, 1), (2, 1), (3, 1)`
const target = `CREATE TABLE t (id int PRIMARY KEY, v text CHECK (v <> 'bad'));
  CREATE TABLE c (id int PRIMARY KEY, t int CONSTRAINT c_t REFERENCES t)`

async function clean(world: AdoptWorld): Promise<unknown> {
  const { stdout, exitCode } = await runCli(['clean', '--target', world.target.url, '--yes', '--json'])
  expect(exitCode).toBe(0)
  return JSON.parse(stdout)
}

const keysSql = `SELECT conname::text, convalidated FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1`
const stateSql = `SELECT to_regnamespace('_transload')::text`

describeEngines(['mysql9', 'postgres15'], 'a run into tables that were there, given up', () => {
  it('is refused where any table that keeps its rows has some of its', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (7);
       CREATE TABLE b (id int PRIMARY KEY, v varchar(400));
       INSERT INTO b WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)
         SELECT i, REPEAT('v', 400) FROM n;
       ANALYZE TABLE b`,
      'CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (7); CREATE TABLE b (id int, v text)',
    )
    const stopped = await world.load({ mode: 'append', ...stopping }, { laneCount: 1 })
    expect(stopped).toMatchObject({ exitCode: 4, error: { code: 'TL_D410' } })
    const written = await world.rows('SELECT count(*)::int FROM b')
    expect(written).toEqual([[900]])
    const fresh = await world.load({ mode: 'append' }, { fresh: true })
    expect(fresh).toMatchObject({ exitCode: 7, error: { code: 'TL_T313' } })
    expect(await world.rows('SELECT count(*)::int FROM b')).toEqual(written)
  })

  it('is refused where others have written to a table that was empty', async () => {
    await using world = await openAdoptWorld(source, target)
    expect(await world.load(stopping)).toMatchObject({ exitCode: 4, resumable: true })
    await world.target.query(`INSERT INTO t VALUES (77, 'mine')`)
    const fresh = await world.load({}, { fresh: true })
    expect(fresh).toMatchObject({ exitCode: 7, error: { code: 'TL_T313' } })
    expect(await world.rows('SELECT v FROM t WHERE id = 77')).toEqual([['mine']])
  })

  it('takes its own rows out, and is begun anew', async () => {
    await using world = await openAdoptWorld(source, target)
    expect(await world.load(stopping)).toMatchObject({ exitCode: 4, resumable: true })
    await world.source.query(`UPDATE t SET v = 'good' WHERE id = 2`)
    const fresh = await world.load({}, { fresh: true })
    expect(fresh.error).toBeUndefined()
    expect(await world.rows('SELECT (SELECT count(*) FROM t)::int AS t, (SELECT count(*) FROM c)::int AS c')).toEqual([
      [2, 3],
    ])
    expect(await world.rows(keysSql)).toEqual([['c_t', true]])
  })

  it.each(['CASCADE', 'SET NULL'])('never reaches rows of others by a key with ON DELETE %s', async (action) => {
    await using world = await openAdoptWorld(
      source,
      `${target}; CREATE TABLE other (id int, t int REFERENCES t ON DELETE ${action})`,
    )
    expect(await world.load(stopping)).toMatchObject({ exitCode: 4, resumable: true })
    await world.target.query('INSERT INTO other VALUES (5, 1)')
    const fresh = await world.load({}, { fresh: true })
    expect(fresh.exitCode).toBe(3)
    expect(fresh.error?.message).toContain('cannot truncate a table referenced in a foreign key constraint')
    expect(await world.rows('SELECT * FROM other')).toEqual([[5, 1]])
  })
})

describeEngines(['mysql9', 'postgres15'], 'clean, where a run into tables that were there is unfinished', () => {
  it('brings back what was set aside, and leaves the rows', async () => {
    await using world = await openAdoptWorld(source, target)
    expect(await world.load(stopping)).toMatchObject({ exitCode: 4 })
    expect(await world.rows(keysSql)).toEqual([])
    const count = await world.rows('SELECT count(*) FROM c')
    expect(await clean(world)).toMatchObject({ schema: 'transload.clean/1', restored: [expect.any(String)] })
    expect(await world.rows('SELECT count(*) FROM c')).toEqual(count)
    expect(await world.rows(keysSql)).toEqual([['c_t', true]])
    expect(await world.rows(stateSql)).toEqual([[null]])
  })

  it('tells what it cannot bring back, and removes the state all the same', async () => {
    await using world = await openAdoptWorld(source, target)
    expect(await world.load(stopping)).toMatchObject({ exitCode: 4 })
    await world.target.query('DROP TABLE c')
    const { stdout, stderr, exitCode } = await runCli(['clean', '--target', world.target.url, '--yes'])
    expect(exitCode).toBe(0)
    expect(stderr).toContain('not brought back: relation "public.c" does not exist')
    expect(stderr).toContain('c_t')
    expect(stdout).toContain('removed schema _transload')
    expect(await world.rows(stateSql)).toEqual([[null]])
  })

  it('removes a state that it cannot read', async () => {
    await using world = await openAdoptWorld(source, target)
    expect(await world.load(stopping)).toMatchObject({ exitCode: 4 })
    await world.target.query('UPDATE _transload.format SET version = 999')
    expect(await world.load()).toMatchObject({ exitCode: 7, error: { code: 'TL_K504' } })
    expect(await clean(world)).toMatchObject({ restored: [] })
    expect(await world.rows(stateSql)).toEqual([[null]])
  })
})
