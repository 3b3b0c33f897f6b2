import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { TransloadError } from '../../src/errors/transload-error.ts'
import { plan, retry, run, type RunSummary } from '../../src/index.ts'
import { openSession } from '../support/engines/database-session.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { runCli } from './run-cli.ts'
import { type AdoptWorld, openAdoptWorld } from './adopt-world.ts'

const source = `CREATE TABLE parents (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, kind enum('a','b') NOT NULL,
    changed timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, seen timestamp NULL, base int NOT NULL DEFAULT 5, total int GENERATED ALWAYS AS (base * 2) STORED);
  CREATE TABLE t (id int PRIMARY KEY, v varchar(20), parent int, KEY by_v (v),
    CONSTRAINT t_parent FOREIGN KEY (parent) REFERENCES parents (id));
  INSERT INTO parents (id, kind) VALUES (1, 'a'), (7, 'b');
  INSERT INTO t VALUES (1, 'one', 1), (2, 'two', 7)`

const replace = { mode: 'replace' } as const

/** A run that is stopped after its first finish step, as by a signal. */
async function cutOffRun(world: AdoptWorld): Promise<RunSummary> {
  const stop = new AbortController()
  const cutOff = (): void => stop.abort(new TransloadError('TL_X902'))
  return await world.load(replace, {}, { events: { finished: cutOff }, stop: stop.signal })
}

function values(world: AdoptWorld): Promise<readonly (readonly unknown[])[]> {
  return world.rows('SELECT id, v FROM t ORDER BY id')
}

/** Schemas that are not the server's own. */
const schemasSql = `SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_|^information_schema$' ORDER BY 1`

const shapeSql = `
SELECT c.relname, c.relkind, pg_get_indexdef(c.oid) FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i', 'S')
UNION ALL SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT typname, 'y', (SELECT string_agg(enumlabel, ',') FROM pg_enum WHERE enumtypid = t.oid) FROM pg_type AS t
  WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
UNION ALL SELECT proname, 'f', prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2`

describeEngines(['mysql9', 'postgres15'], 'mode replace', () => {
  it('makes tables that are not there, and then replaces them as often as it is run', async () => {
    await using world = await openAdoptWorld(source, '')
    expect(await world.load(replace)).toMatchObject({ exitCode: 0, validation: { status: 'equal' } })
    const shape = await world.rows(shapeSql)
    await using created = await openAdoptWorld(source, '')
    expect((await created.load()).exitCode).toBe(0)
    expect(await created.rows(shapeSql)).toEqual(shape)
    expect(shape.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        'by_v',
        't_parent',
        't_pkey',
        'parents_id_seq',
        'parents_kind',
        'parents_changed_on_update',
      ]),
    )
    await world.source.query(`DELETE FROM t WHERE id = 1; INSERT INTO t VALUES (3, 'three', 7);
      INSERT INTO parents (id, kind) VALUES (9, 'a')`)
    for (let time = 0; time < 2; time++) {
      const again = await world.load(replace)
      expect(again.error).toBeUndefined()
      expect(again).toMatchObject({ exitCode: 0, resumable: false })
      expect(again.datasets.flatMap(({ outputs }) => outputs.map(({ to }) => to))).toEqual([
        'public.parents',
        'public.t',
      ])
      expect(await values(world)).toEqual([
        [2, 'two'],
        [3, 'three'],
      ])
    }
    expect(await world.rows(shapeSql)).toEqual(shape)
    expect(await world.rows(schemasSql)).toEqual([['_transload'], ['public']])
    // The identity goes on after the largest value, and the trigger and the generated column work in their new place.
    const made = `INSERT INTO parents (kind) VALUES ('b') RETURNING id, total`
    expect(await world.rows(made)).toEqual([[10, 10]])
    const changed = `UPDATE parents SET kind = 'b' WHERE id = 1 RETURNING changed >= statement_timestamp() - interval '1 s'`
    expect(await world.rows(changed)).toEqual([[true]])
  })

  it('leaves the tables as they are where the run is cut off or something new depends on them, and goes on', async () => {
    await using world = await openAdoptWorld(source, '')
    expect((await world.load(replace)).exitCode).toBe(0)
    await world.source.query(`UPDATE t SET v = 'changed'`)
    const before = await values(world)
    const cut = await cutOffRun(world)
    expect(cut).toMatchObject({ error: { code: 'TL_X902' }, resumable: true })
    expect(await values(world)).toEqual(before)
    await world.target.query('CREATE VIEW late AS SELECT v FROM t')
    const late = await world.load(replace)
    expect(late).toMatchObject({ error: { code: 'TL_T308' }, resumable: true, attempts: 2 })
    expect(late.error?.message).toContain('view public.late')
    expect(await values(world)).toEqual(before)
    await world.target.query('DROP VIEW late')
    expect(await world.load(replace)).toMatchObject({ exitCode: 0, attempts: 3 })
    expect((await values(world)).map(([, v]) => v)).toEqual(['changed', 'changed'])
    expect(await world.rows(schemasSql)).toEqual([['_transload'], ['public']])
  })

  it('is given up by clean with the tables that it made beside', async () => {
    await using world = await openAdoptWorld(source, '')
    expect((await world.load(replace)).exitCode).toBe(0)
    const cut = await cutOffRun(world)
    expect(cut.resumable).toBe(true)
    expect(await world.rows(schemasSql)).toHaveLength(3)
    await runCli(['clean', '--target', world.target.url, '--yes'])
    expect(await world.rows(schemasSql)).toEqual([['public']])
    expect(await values(world)).toHaveLength(2)
  })

  it('keeps the tables that are there where rows are rejected, unless the pipeline allows so many', async () => {
    const target = `CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (5, 'old')`
    await using world = await openAdoptWorld(
      `CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1), (2, 40000)`,
      target,
    )
    const over = { ...replace, datasets: [{ from: 't', columns: { v: { type: 'decimal(3,0)' } } }] }
    const kept = await world.load(over)
    expect(kept).toMatchObject({ exitCode: 4, error: { code: 'TL_D412' }, resumable: true })
    expect(kept.warnings).toContainEqual(expect.objectContaining({ code: 'not-replaced' }))
    expect(await values(world)).toEqual([[5, 'old']])
    const allowed = await world.load({ ...over, errors: { onReject: 'continue', maxRows: 1 } })
    expect(allowed).toMatchObject({ exitCode: 4, error: { code: 'TL_D412' }, resumable: false })
    expect(await values(world)).toEqual([[1, '1']])
  })

  it('keeps the tables that are there where a key of the new ones cannot be built', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE t (id int PRIMARY KEY, v varchar(20) COLLATE utf8mb4_bin, KEY (v)); INSERT INTO t VALUES (1, 'x')`,
      `CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (5, 'old')`,
    )
    await world.source.query(`ALTER TABLE t MODIFY v longtext CHARACTER SET latin1, DROP KEY v, ADD KEY v (v(3072));
      UPDATE t SET v = concat(hex(random_bytes(1024)), hex(random_bytes(1024)), hex(random_bytes(1024)))`)
    const summary = await world.load(replace)
    expect(await values(world)).toEqual([[5, 'old']])
    expect(summary).toMatchObject({ error: { code: 'TL_T311' }, resumable: true })
  })

  it.each([
    ['a view', 'CREATE VIEW seen AS SELECT * FROM t', 'view public.seen'],
    [
      'a foreign key',
      'CREATE TABLE other (t int CONSTRAINT other_t REFERENCES t)',
      'foreign key other_t of public.other',
    ],
    ['a grant', 'GRANT SELECT ON t TO PUBLIC', 'grants to PUBLIC'],
    ['a grant on a column', 'GRANT SELECT (v) ON t TO PUBLIC', 'grants on column v'],
    ['a policy', 'CREATE POLICY mine ON t USING (true)', 'policy mine'],
    ['a publication', 'CREATE PUBLICATION p FOR TABLE t', 'publication p'],
    [
      'a trigger',
      `CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()`,
      'trigger g',
    ],
    [
      'a parent',
      'CREATE TABLE whole (id int NOT NULL, v text) PARTITION BY RANGE (id); ALTER TABLE whole ATTACH PARTITION t DEFAULT',
      'parent public.whole',
    ],
  ])('refuses a table that has %s', async (_, sql, told) => {
    const target = `CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (5, 'old'); ${sql}`
    await using world = await openAdoptWorld('CREATE TABLE t (id int PRIMARY KEY, v text)', target)
    const summary = await world.load(replace)
    expect(summary).toMatchObject({ exitCode: 6, run: null, error: { code: 'TL_T308' } })
    expect(summary.error?.message).toContain(told)
    expect(await values(world)).toEqual([[5, 'old']])
    expect(await world.rows(schemasSql)).toEqual([['public']])
  })

  it('refuses a table that one of the run refers to which stays, and a type that another table has', async () => {
    await using world = await openAdoptWorld(source, '')
    expect((await world.load()).exitCode).toBe(0)
    const stays = await world.load({
      datasets: [
        { from: 'parents', mode: 'replace', columns: {} },
        { from: 't', mode: 'append', columns: {} },
      ],
    })
    expect(stays).toMatchObject({ exitCode: 6, error: { code: 'TL_T308' } })
    expect(stays.error?.message).toContain('foreign key t_parent of public.t')
    await world.target.query('CREATE TABLE other (kind parents_kind)')
    const shared = await world.load(replace)
    expect(shared).toMatchObject({ exitCode: 3, run: null, error: { code: 'TL_T312' } })
    expect(shared.error?.message).toContain('"public"."parents_kind" is used by "public"."other" too')
  })

  it('finds at the swap what has been tied to a table since, or put in a place that was free', async () => {
    await using world = await openAdoptWorld(`${source}; CREATE TABLE free (id int PRIMARY KEY)`, '')
    expect((await world.load({ ...replace, except: ['free'] })).exitCode).toBe(0)
    await world.source.query(`UPDATE t SET v = 'changed'`)
    const cut = await cutOffRun(world)
    expect(cut.resumable).toBe(true)
    await world.target.query('GRANT SELECT ON t TO PUBLIC; CREATE TABLE free (mine int); INSERT INTO free VALUES (1)')
    for (const [told, undo] of [
      ['somebody has made it since', 'DROP TABLE free'],
      ['what has been tied to it since: grants to PUBLIC', 'REVOKE SELECT ON t FROM PUBLIC'],
    ] as const) {
      const refused = await world.load(replace)
      expect(refused).toMatchObject({ exitCode: 6, error: { code: 'TL_T308' }, resumable: true })
      expect(refused.error?.message).toContain(told)
      expect((await values(world)).map(([, v]) => v)).toEqual(['one', 'two'])
      await world.target.query(undo)
    }
    await world.target.query('ALTER TABLE t RENAME TO was; CREATE TABLE t (LIKE was); INSERT INTO t SELECT * FROM was')
    expect((await world.load(replace)).error?.message).toContain('somebody has made it since')
    await world.target.query('DROP TABLE t; ALTER TABLE was RENAME TO t')
    expect((await world.load(replace)).exitCode).toBe(0)
    expect((await values(world)).map(([, v]) => v)).toEqual(['changed', 'changed'])
  })

  it('waits for a session that uses the table, and lets others at it meanwhile', async () => {
    await using world = await openAdoptWorld(source, '')
    expect((await world.load(replace)).exitCode).toBe(0)
    await using reader = await openSession(world.target.url)
    await reader.query('BEGIN; SELECT * FROM t')
    const running = world.load(replace)
    await sleep(4_000)
    expect(await values(world)).toHaveLength(2)
    await reader.query('COMMIT')
    expect((await running).exitCode).toBe(0)
  })

  it('counts before it replaces with --finish-only too', async () => {
    await using world = await openAdoptWorld(source, `CREATE TABLE t (id int PRIMARY KEY, v text)`)
    const cut = await cutOffRun(world)
    expect(cut.resumable).toBe(true)
    await world.target.query('DELETE FROM _transload_public.t WHERE id = 2')
    for (const flags of [{ finishOnly: true }, {}]) {
      const kept = await world.load(replace, flags)
      expect(kept).toMatchObject({ error: { code: 'TL_V701' }, resumable: true })
      expect(await values(world)).toEqual([])
    }
    await world.target.query(`INSERT INTO _transload_public.t VALUES (2, 'two', 7)`)
    expect(await world.load(replace, { finishOnly: true })).toMatchObject({ exitCode: 0 })
    expect(await values(world)).toHaveLength(2)
  })

  it('replaces nothing by tables without rows, nor in a retry of rejected rows', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1), (2, 40000)`,
      `CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (5, 'old')`,
    )
    const over = { ...replace, datasets: [{ from: 't', columns: { v: { type: 'decimal(3,0)' } } }] }
    const pipeline = world.pipeline(over)
    const saved = await plan({ pipeline })
    const empty = await world.load(over, { schemaOnly: true })
    expect(empty).toMatchObject({ exitCode: 2, run: null })
    expect(empty.error?.message).toContain('--schema-only')
    const byPlan = run({ pipeline, plan: saved, flags: { schemaOnly: true } })
    await expect(byPlan).rejects.toMatchObject({ code: 'TL_K503' })
    const kept = await world.load(over)
    expect(kept).toMatchObject({ exitCode: 4, error: { code: 'TL_D412' }, resumable: true })
    await world.source.query('UPDATE t SET v = 400 WHERE id = 2')
    const retried = await retry({ pipeline, run: kept.run ?? '' })
    expect(retried.warnings).toContainEqual(expect.objectContaining({ code: 'not-replaced' }))
    expect(await values(world)).toEqual([[5, 'old']])
    expect(await world.load(over, { resumeMixed: true })).toMatchObject({ exitCode: 0 })
    expect(await values(world)).toEqual([
      [1, '1'],
      [2, '400'],
    ])
    const late = await retry({ pipeline, run: kept.run ?? '' })
    expect(late.error?.message).toContain('has replaced its tables')
  })

  it('leaves functions and types of others alone, and takes its own with the tables', async () => {
    await using world = await openAdoptWorld(source, '')
    expect((await world.load(replace)).exitCode).toBe(0)
    await world.source.query(
      'ALTER TABLE parents DROP kind, MODIFY changed timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP',
    )
    expect((await world.load(replace)).error).toBeUndefined()
    const left = `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
      UNION ALL SELECT typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'`
    expect(await world.rows(left)).toEqual([])
    await world.target.query(`CREATE FUNCTION parents_changed_on_update() RETURNS int LANGUAGE sql AS 'SELECT 42'`)
    await world.source.query('ALTER TABLE parents MODIFY changed timestamp NOT NULL DEFAULT NOW() ON UPDATE NOW()')
    expect(await world.load(replace)).toMatchObject({ error: { code: 'TL_T310' }, resumable: true })
    expect(await world.rows('SELECT parents_changed_on_update()')).toEqual([[42]])
    expect(await values(world)).toHaveLength(2)
  })

  it('holds the run to its budget of rejected rows each time that it is gone on with', async () => {
    await using world = await openAdoptWorld(
      `CREATE TABLE t (id int PRIMARY KEY, v int); INSERT INTO t VALUES (1, 1), (2, 40000), (3, 40000)`,
      `CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (5, 'old')`,
    )
    const datasets = [{ from: 't', columns: { v: { type: 'decimal(3,0)' } } }]
    for (const errors of [{ maxRows: 1 }, { maxRows: 1 }, { maxRatio: 0.5 }]) {
      const over = await world.load({ ...replace, datasets, errors: { onReject: 'continue', ...errors } })
      expect(over).toMatchObject({ exitCode: 4, error: { code: 'TL_D410' }, resumable: true })
      expect(await values(world)).toEqual([[5, 'old']])
    }
  })

  it('refuses a table to truncate that one refers to which is replaced only at the end', async () => {
    await using world = await openAdoptWorld(source, '')
    expect((await world.load()).exitCode).toBe(0)
    const datasets = [
      { from: 'parents', mode: 'truncate', columns: {} },
      { from: 't', mode: 'replace', columns: {} },
    ] as const
    const refused = await world.load({ datasets }, { triggers: 'keep' })
    expect(refused).toMatchObject({ exitCode: 6, run: null, error: { code: 'TL_T308' } })
    expect(refused.error?.message).toContain('foreign key t_parent of public.t')
  })
})
