import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { type AdoptWorld, openAdoptWorld } from './adopt-world.ts'

const source = `CREATE TABLE t (id int PRIMARY KEY, v varchar(20), u int UNIQUE);
  INSERT INTO t VALUES (1, 'one', 10), (2, 'two', 20), (3, 'three', 30)`
const target = `CREATE TABLE t (id int PRIMARY KEY, v text, u int UNIQUE, extra text DEFAULT 'made');
  INSERT INTO t VALUES (2, 'old two', 21, 'kept'), (9, 'nine', 90, 'kept')`

function all(world: AdoptWorld): Promise<readonly (readonly unknown[])[]> {
  return world.rows('SELECT * FROM t ORDER BY id')
}

describeEngines(['mysql9', 'postgres15'], 'rows that are in the target already', () => {
  it('create: refuses them, and changes nothing', async () => {
    await using world = await openAdoptWorld(source, target)
    const before = await all(world)
    const summary = await world.load()
    expect(summary).toMatchObject({ exitCode: 7, run: null, error: { code: 'TL_T307' } })
    expect(summary.error?.message).toContain('"public"."t"')
    expect(await all(world)).toEqual(before)
  })

  it('append: keeps them, and rejects each row whose key is taken', async () => {
    await using world = await openAdoptWorld(source, target)
    const summary = await world.load({ mode: 'append' })
    expect(summary).toMatchObject({
      exitCode: 4,
      error: { code: 'TL_D412' },
      datasets: [{ read: 3, written: 2, rejected: 1 }],
      rejects: { byReason: { TL_D409: 1 } },
      validation: { status: 'equal' },
    })
    expect(await all(world)).toEqual([
      [1, 'one', 10, 'made'],
      [2, 'old two', 21, 'kept'],
      [3, 'three', 30, 'made'],
      [9, 'nine', 90, 'kept'],
    ])
  })

  it('append: a run that has written is not given up among rows of others', async () => {
    await using world = await openAdoptWorld(`${source}, (9, 'taken', 91)`, target)
    const stopped = await world.load({ mode: 'append', errors: { onReject: 'stop' } })
    expect(stopped).toMatchObject({ exitCode: 4, error: { code: 'TL_D410' }, resumable: true })
    const fresh = await world.load({ mode: 'append' }, { fresh: true })
    expect(fresh).toMatchObject({ exitCode: 7, error: { code: 'TL_T313' } })
    expect(await world.rows('SELECT count(*)::int FROM t')).toEqual([[4]])
  })

  it('merge: replaces by primary key, and comes to the same twice', async () => {
    await using world = await openAdoptWorld(source, target)
    const expected = [
      [1, 'one', 10, 'made'],
      [2, 'two', 20, 'kept'],
      [3, 'three', 30, 'made'],
      [9, 'nine', 90, 'kept'],
    ]
    for (let time = 0; time < 2; time++) {
      const summary = await world.load({ mode: 'merge' })
      expect(summary.error).toBeUndefined()
      expect(summary).toMatchObject({ exitCode: 0, datasets: [{ read: 3, written: 3 }] })
      expect(await all(world)).toEqual(expected)
    }
    await world.source.query(`UPDATE t SET v = 'drei' WHERE id = 3`)
    expect((await world.load({ mode: 'merge' })).exitCode).toBe(0)
    expect(await world.rows('SELECT v FROM t WHERE id = 3')).toEqual([['drei']])
  })

  it('merge: rejects a row that another unique key refuses, and writes the others', async () => {
    await using world = await openAdoptWorld(`${source}, (4, 'four', 90)`, target)
    const summary = await world.load({ mode: 'merge' })
    expect(summary).toMatchObject({ exitCode: 4, datasets: [{ read: 4, written: 3, rejected: 1 }] })
    expect(await world.rows('SELECT id FROM t WHERE u = 90')).toEqual([[9]])
  })

  it('merge: refuses a table without a primary key, or with one that nothing fills', async () => {
    await using world = await openAdoptWorld(source, 'CREATE TABLE t (id int UNIQUE, v text, u int)')
    const without = await world.load({ mode: 'merge' })
    expect(without).toMatchObject({ exitCode: 6, error: { code: 'TL_T308' } })
    expect(without.error?.message).toContain('no primary key')
    await world.target.query('ALTER TABLE t ADD uid uuid DEFAULT gen_random_uuid() PRIMARY KEY')
    const unfilled = await world.load({ mode: 'merge' })
    expect(unfilled).toMatchObject({ exitCode: 6, error: { code: 'TL_T308' } })
    expect(unfilled.error?.message).toContain('nothing fills uid')
  })

  it('truncate: takes them out first', async () => {
    await using world = await openAdoptWorld(source, target)
    const summary = await world.load({ mode: 'truncate' })
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    expect(await all(world)).toEqual([
      [1, 'one', 10, 'made'],
      [2, 'two', 20, 'made'],
      [3, 'three', 30, 'made'],
    ])
  })

  it('truncate: takes out tables that refer to each other', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int);
      INSERT INTO a VALUES (1, 2); INSERT INTO b VALUES (2, 1)`,
      `CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
      ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; INSERT INTO a VALUES (5, NULL); INSERT INTO b VALUES (6, 5)`,
    )
    expect((await world.load({ mode: 'truncate' })).error).toBeUndefined()
    expect(await world.rows('SELECT a.id, b.id AS other FROM a JOIN b ON a.b = b.id AND b.a = a.id')).toEqual([[1, 2]])
  })

  it('truncate: never takes out what a table outside the run, or one that keeps its rows, refers to', async () => {
    await using world = await openAdoptWorld(
      `${source}; CREATE TABLE c (id int PRIMARY KEY, t int)`,
      `${target}; CREATE TABLE c (id int PRIMARY KEY, t int CONSTRAINT c_t REFERENCES t); INSERT INTO c VALUES (1, 9)`,
    )
    const before = await all(world)
    const outside = await world.load({ mode: 'truncate', only: ['t'] })
    expect(outside).toMatchObject({ exitCode: 6, run: null, error: { code: 'TL_T308' } })
    expect(outside.error?.message).toContain('c_t of public.c')
    const kept = await world.load({
      datasets: [
        { from: 't', mode: 'truncate', columns: {} },
        { from: 'c', mode: 'append', columns: {} },
      ],
    })
    expect(kept).toMatchObject({ exitCode: 6, run: null, error: { code: 'TL_T308' } })
    expect(kept.error?.message).toContain('c_t')
    expect(await all(world)).toEqual(before)
  })

  it('append, merge and truncate need the table', async () => {
    await using world = await openAdoptWorld(source, '')
    for (const mode of ['append', 'merge', 'truncate'] as const) {
      const summary = await world.load({ mode })
      expect(summary).toMatchObject({ exitCode: 6, error: { code: 'TL_T308' } })
      expect(summary.error?.message).toContain(`mode is ${mode}`)
    }
  })
})

const mirror = `CREATE TABLE t (id int PRIMARY KEY, v text, u int);
  CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.v := upper(NEW.v); RETURN NEW; END $$;
  CREATE TRIGGER louder BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION shout()`

describeEngines(['mysql9', 'postgres15'], 'triggers of a table that was there', () => {
  const stateSql = `SELECT tgname, tgenabled::text FROM pg_trigger WHERE tgrelid = 't'::regclass AND NOT tgisinternal`

  it('are asked about', async () => {
    await using world = await openAdoptWorld(source, mirror)
    const summary = await world.load()
    expect(summary).toMatchObject({ exitCode: 2, run: null, error: { code: 'TL_C110' } })
    expect(summary.error?.message).toContain('louder')
    expect(summary.error?.hint).toContain('--triggers')
    expect(await world.rows('SELECT * FROM t')).toEqual([])
  })

  it('fire where they are kept, and what they change is a difference to who compares values', async () => {
    await using world = await openAdoptWorld(source, mirror)
    const summary = await world.load({}, { triggers: 'keep' })
    expect(summary).toMatchObject({ exitCode: 1, error: { code: 'TL_V701' }, validation: { status: 'different' } })
    expect(summary.validation?.datasets[0]?.reasons).toEqual([{ reason: 'CASE_FOLD', column: 'v', count: 3 }])
    expect(await world.rows('SELECT v FROM t WHERE id = 1')).toEqual([['ONE']])
  })

  it('fire where they are kept, which is well where values are not compared', async () => {
    await using world = await openAdoptWorld(source, mirror)
    const validate = { mode: 'counts', orphans: true, mask: [] } as const
    const summary = await world.load({ validate }, { triggers: 'keep' })
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'counted' } })
    expect(await world.rows('SELECT v FROM t WHERE id = 1')).toEqual([['ONE']])
  })

  it('are silent where they are disabled, and on again afterwards', async () => {
    await using world = await openAdoptWorld(source, mirror)
    expect((await world.load({}, { triggers: 'disable' })).error).toBeUndefined()
    expect(await world.rows('SELECT v FROM t WHERE id = 1')).toEqual([['one']])
    expect(await world.rows(stateSql)).toEqual([['louder', 'O']])
  })

  it('leave alone what is off anyway', async () => {
    await using world = await openAdoptWorld(source, `${mirror}; ALTER TABLE t DISABLE TRIGGER louder`)
    expect((await world.load()).error).toBeUndefined()
    expect(await world.rows(stateSql)).toEqual([['louder', 'D']])
  })

  it('that swallow rows are noticed', async () => {
    await using world = await openAdoptWorld(
      source,
      `CREATE TABLE t (id int PRIMARY KEY, v text, u int);
      CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER hole BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.id = 2) EXECUTE FUNCTION drop_row()`,
    )
    const summary = await world.load({}, { triggers: 'keep' })
    expect(summary).toMatchObject({ exitCode: 3, error: { code: 'TL_T309' } })
    expect(await world.rows('SELECT * FROM t')).toEqual([])
  })
})
