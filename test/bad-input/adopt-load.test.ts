import { expect, it } from 'vitest'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { foreignKeysSql, shopOfMysql, shopOfRails } from './adopt-shop.ts'
import { openAdoptWorld } from './adopt-world.ts'

describeEngines(['mysql9', 'postgres15'], 'an empty schema that a framework made', () => {
  it('is loaded as it is: types, names, cycles and self references', async () => {
    await using world = await openAdoptWorld(shopOfMysql, shopOfRails)
    const before = await world.rows(foreignKeysSql)
    const summary = await world.load()
    expect(summary.error).toBeUndefined()
    expect(summary).toMatchObject({ exitCode: 0, validation: { status: 'equal' }, objects: { notValidated: [] } })
    // Made again, under their names, with their actions and deferral, and valid.
    expect(await world.rows(foreignKeysSql)).toEqual(before)
    expect(before).toHaveLength(3)
    expect(await world.rows('SELECT * FROM companies ORDER BY id')).toEqual([
      ['1', 'Ann & Co', 2, true, 0, null],
      ['7', 'Ünïcode', null, false, 0, null],
    ])
    const columns = 'id, company_id, manager_id, email, uuid, token, status, settings, notes, created_at, balance'
    const id = '6ccd780c-baba-1026-9564-5b8c656024db'
    expect(await world.rows(`SELECT ${columns} FROM users ORDER BY id`)).toEqual([
      [1, '7', null, 'ann@example.com', id, id, 'paid', '{"a": [1, 2]}', 'one', '2024-02-29 12:34:56.789', '10.5000'],
      [2, '1', 1, 'bob@example.com', `${zeroes}1`, null, 'new', null, null, '1999-12-31 23:59:59.999', '-0.0100'],
      [900, '1', 2, 'cyd@example.com', `${zeroes}2`, null, 'new', 'null', '', '2024-01-01 00:00:00', '0.0000'],
    ])
  })

  it('counts on past the largest value, whatever counts', async () => {
    const mysql = `CREATE TABLE a (id int NOT NULL AUTO_INCREMENT PRIMARY KEY); INSERT INTO a VALUES (5), (41);
      CREATE TABLE b (id int PRIMARY KEY); INSERT INTO b VALUES (1), (300);
      CREATE TABLE c (id int PRIMARY KEY); INSERT INTO c VALUES (7);
      CREATE TABLE d (id int PRIMARY KEY); INSERT INTO d VALUES (-3);
      CREATE TABLE e (id int PRIMARY KEY, n int NOT NULL); INSERT INTO e VALUES (10, 10);
      CREATE TABLE f (id int PRIMARY KEY); CREATE TABLE g (id int PRIMARY KEY); INSERT INTO g VALUES (12);`
    await using world = await openAdoptWorld(
      mysql,
      `CREATE TABLE a (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
      CREATE TABLE b (id bigserial PRIMARY KEY);
      CREATE SEQUENCE shared START 500; SELECT nextval('shared');
      CREATE TABLE c (id int DEFAULT nextval('shared') PRIMARY KEY);
      CREATE TABLE d (id serial PRIMARY KEY);
      CREATE TABLE e (id serial PRIMARY KEY, n int DEFAULT 0 NOT NULL);
      CREATE TABLE f (id serial PRIMARY KEY);
      CREATE SEQUENCE unowned; CREATE TABLE g (id int DEFAULT nextval('unowned') PRIMARY KEY);`,
    )
    expect((await world.load()).error).toBeUndefined()
    const next = async (table: string): Promise<number> =>
      Number((await world.rows(`INSERT INTO ${table} DEFAULT VALUES RETURNING id`))[0]?.[0])
    expect(await next('a')).toBe(42)
    expect(await next('b')).toBe(301)
    // Another table's rows may have come from it as well: it is not set back.
    expect(await next('c')).toBe(501)
    expect(await next('d')).toBe(1)
    expect(await next('e')).toBe(11)
    expect(await next('f')).toBe(1)
    expect(await next('g')).toBe(13)
  })

  it('refuses a column that is missing, and one that nothing fills', async () => {
    await using world = await openAdoptWorld(
      'CREATE TABLE t (id int PRIMARY KEY, a int, b int); INSERT INTO t VALUES (1, 2, 3)',
      'CREATE TABLE t (id int PRIMARY KEY, a int, must int NOT NULL)',
    )
    const missing = await world.load()
    expect(missing).toMatchObject({ exitCode: 6, error: { code: 'TL_T308' } })
    expect(missing.error?.message).toContain('"public"."t"')
    expect(missing.error?.message).toContain('no column b')
    expect(missing.error?.hint).toContain('drop: true')
    const datasets = [{ from: 't', columns: { b: { drop: true } } }]
    const unfilled = await world.load({ datasets })
    expect(unfilled).toMatchObject({ exitCode: 6, error: { code: 'TL_T308' } })
    expect(unfilled.error?.message).toContain('nothing fills its column must')
    await world.target.query('ALTER TABLE t ALTER must SET DEFAULT 9')
    expect((await world.load({ datasets })).exitCode).toBe(0)
    expect(await world.rows('SELECT * FROM t')).toEqual([[1, 2, 9]])
  })

  it('refuses a type that cannot take the values, before row 1', async () => {
    await using world = await openAdoptWorld(
      'CREATE TABLE t (id int PRIMARY KEY, a datetime, b varchar(20)); INSERT INTO t VALUES (1, now(), 1)',
      'CREATE TABLE t (id int PRIMARY KEY, a boolean, b varchar(20))',
    )
    const summary = await world.load()
    expect(summary).toMatchObject({ exitCode: 6, run: null, error: { code: 'TL_T308' } })
    expect(summary.error?.message).toContain('a is boolean')
    expect(await world.rows(`SELECT nspname FROM pg_namespace WHERE nspname = '_transload'`)).toEqual([])
  })

  it('rejects the rows that narrower columns cannot take, each by itself', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE t (id int PRIMARY KEY, a varchar(100), b bigint, c enum('x','y'), d varchar(40), e datetime(6), f int);
      INSERT INTO t VALUES
        (1, 'fits', 1, 'x', '6ccd780c-baba-1026-9564-5b8c656024db', '2024-01-01 00:00:00.125', 1),
        (2, 'is too long', 1, 'x', NULL, NULL, 1),
        (3, 'a', 2147483648, 'x', NULL, NULL, 1),
        (4, 'a', 1, 'y', NULL, NULL, 1),
        (5, 'a', 1, NULL, 'no uuid', NULL, 1),
        (6, 'a', 1, NULL, NULL, '2024-01-01 00:00:00.1234', 1),
        (7, 'a', 1, NULL, NULL, NULL, NULL),
        (8, 'a', 1, NULL, NULL, NULL, -1),
        (9, 'b', -1, NULL, NULL, NULL, 0)`,
      `CREATE TYPE label AS ENUM ('x');
      CREATE TABLE t (id int PRIMARY KEY, a varchar(5), b int, c label, d uuid, e timestamp(3), f int NOT NULL CHECK (f >= 0))`,
    )
    const summary = await world.load()
    expect(summary).toMatchObject({
      exitCode: 4,
      error: { code: 'TL_D412' },
      datasets: [{ read: 9, written: 2, rejected: 7 }],
      validation: { status: 'equal' },
    })
    expect(await world.rows('SELECT id FROM t ORDER BY id')).toEqual([[1], [9]])
  })

  it('respects a column that the target makes itself, and carries what the source makes', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE t (id int PRIMARY KEY, a int, twice int AS (a * 2) STORED, thrice int AS (a * 3), gone int AS (a * 4));
      INSERT INTO t (id, a) VALUES (1, 5)`,
      `CREATE TABLE t (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED, thrice int)`,
    )
    const summary = await world.load()
    expect(summary.error).toBeUndefined()
    expect(await world.rows('SELECT * FROM t')).toEqual([[1, 5, 10, 15]])
    expect(summary.objects.notCarried).toContainEqual(
      expect.objectContaining({
        kind: 'generated column',
        name: 't.gone',
        reason: expect.stringContaining('no column'),
      }),
    )
    await using other = await openAdoptWorld(
      `CREATE TABLE t (id int PRIMARY KEY, a int, twice int); INSERT INTO t VALUES (1, 5, 11)`,
      `CREATE TABLE t (id int PRIMARY KEY, a int, twice int GENERATED ALWAYS AS (a * 2) STORED)`,
    )
    const refused = await other.load()
    expect(refused).toMatchObject({ exitCode: 6, error: { code: 'TL_T308' } })
    expect(refused.error?.message).toContain('makes twice itself')
  })
})

const zeroes = '00000000-0000-0000-0000-00000000000'

describeEngines(['mysql9', 'postgres15'], 'foreign keys of tables that were there', () => {
  it('are no more than told where the source has the same rows without a parent', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int, FOREIGN KEY (p) REFERENCES p (id));
      SET foreign_key_checks = 0; INSERT INTO c VALUES (1, 99); INSERT INTO p VALUES (1)`,
      `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT own REFERENCES p)`,
    )
    const summary = await world.load()
    expect(summary.error).toBeUndefined()
    expect(summary).toMatchObject({ exitCode: 0, objects: { notValidated: [{ name: 'public.c.own' }] } })
    expect(await world.rows(foreignKeysSql)).toEqual([
      ['c', 'own', 'FOREIGN KEY (p) REFERENCES p(id) NOT VALID', false],
    ])
  })

  it('end the run with 4 where the source knows nothing of them, and are finished once the rows are mended', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int); INSERT INTO c VALUES (1, 99), (2, 1);
      INSERT INTO p VALUES (1)`,
      `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT own REFERENCES p)`,
    )
    const before = await world.rows(foreignKeysSql)
    const summary = await world.load()
    expect(summary).toMatchObject({ exitCode: 4, error: { code: 'TL_T311' }, resumable: true })
    expect(summary.error?.message).toContain('public.c.own')
    expect(summary.objects.notValidated[0]?.reason).toContain('(p)=(99)')
    await world.target.query('DELETE FROM c WHERE p = 99')
    expect(await world.load({}, { finishOnly: true })).toMatchObject({ exitCode: 0, run: summary.run })
    expect(await world.rows(foreignKeysSql)).toEqual(before)
  })

  it('come back on a table of partitions, and on one that other tables refer to', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, p int); INSERT INTO c VALUES (1, 1), (2, 1);
      INSERT INTO p VALUES (1)`,
      `CREATE TABLE p (id int PRIMARY KEY);
      CREATE TABLE c (id int PRIMARY KEY, p int CONSTRAINT own REFERENCES p) PARTITION BY RANGE (id);
      CREATE TABLE c1 PARTITION OF c FOR VALUES FROM (0) TO (2); CREATE TABLE c2 PARTITION OF c DEFAULT;
      CREATE TABLE outside (p int REFERENCES p)`,
    )
    const before = await world.rows(foreignKeysSql)
    expect((await world.load()).error).toBeUndefined()
    expect(await world.rows(foreignKeysSql)).toEqual(before)
    expect(await world.rows('SELECT count(*)::int FROM c')).toEqual([[2]])
  })
})
