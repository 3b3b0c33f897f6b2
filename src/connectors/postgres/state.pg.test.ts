import { expect, it } from 'vitest'
import type { Target } from '../../contract/target.ts'
import type { Plain } from '../../model/plain.ts'
import type { Split } from '../../model/plan.ts'
import { createDatabase } from '../../../test/support/engines/create-database.ts'
import { openSession } from '../../../test/support/engines/database-session.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { never, openTarget } from '../../../test/support/postgres/writer-world.ts'
import { openSessions } from './client.ts'
import { parsePostgresUrl } from './config.ts'
import { isFinishDone, markFinishDone } from './state-finish.ts'

const split = (ordinal: number): Split => ({
  id: `d-${ordinal}`,
  dataset: 'd',
  ordinal,
  bounds: { above: ['x\u0000', 1] },
  rowEstimate: 5,
  atomic: false,
})

const planOf = (tables: readonly string[], types: readonly string[] = []): Plain => ({
  datasets: tables.map((name) => ({
    table: { name: { schema: 'app', name }, enumTypes: types.map((type) => ({ name: { schema: 'app', name: type } })) },
    writes: [{ to: { schema: 'app', name } }],
  })),
  note: "zero \u0000, apostrophe ', backslash \\",
})

const runOf = (run: string, plan: Plain = planOf([]), planIdentity = 'identity') => ({
  run,
  planIdentity,
  plan,
  startedAt: '2026-11-22T10:00:00.000Z',
})

const begin = async (target: Target, run: string, prepare: readonly string[] = [], plan?: Plain) =>
  await target.state.begin(runOf(run, plan), [split(0), split(1)], prepare, never)

describeEngines(['postgres15'], 'the state in the target', () => {
  const open = async () => await createDatabase(engineUrl('postgres15'), 'state')

  it('gives back what it was given', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    const { state } = target
    expect(await state.findUnfinished('identity', never)).toBeUndefined()
    expect(await state.list(never)).toEqual([])
    const stored = await begin(target, 'one')
    expect(stored).toEqual({
      ...runOf('one'),
      status: 'running',
      fence: 1,
      attempts: 1,
      consistency: undefined,
      finishDone: [],
    })
    expect(await state.findUnfinished('identity', never)).toEqual(stored)
    expect(await state.findUnfinished('another', never)).toBeUndefined()
    const consistency = { level: 'snapshot', position: "gtid'1\\", moments: ['now'] } as const
    await state.storeConsistency('one', 1, consistency, never)
    await state.setStatus('one', 1, 'loaded', never)
    expect(await state.find('one', never)).toMatchObject({ consistency, status: 'loaded' })
    expect(await state.splits('one', never)).toMatchObject([
      { split: split(0), cursor: undefined, done: false, sequence: 0, bytes: 0 },
      { split: split(1) },
    ])
    await state.setStatus('one', 1, 'finished', never)
    expect(await state.findUnfinished('identity', never)).toBeUndefined()
    await begin(target, 'two')
    expect((await state.list(never)).map(({ run }) => run)).toEqual(['two', 'one'])
  })

  it('keeps the order of more splits than one statement takes', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    const splits = Array.from({ length: 2_345 }, (_, ordinal) => split(ordinal))
    await target.state.begin(runOf('one'), splits, [], never)
    const stored = await target.state.splits('one', never)
    expect(stored.map((state) => state.split.ordinal)).toEqual(splits.map(({ ordinal }) => ordinal))
  })

  it('lets one of two processes begin a plan', async () => {
    await using db = await open()
    await using first = await openTarget(db.url)
    await using second = await openTarget(db.url)
    const outcomes = await Promise.allSettled([begin(first, 'one'), begin(second, 'two')])
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect(refused).toMatchObject([{ reason: { code: 'TL_K501' } }])
    expect(await first.state.list(never)).toHaveLength(1)
  })

  it('leaves nothing where a statement of the plan fails', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    const failed = begin(target, 'one', ['CREATE SCHEMA app', 'CREATE TABLE app.t (a nonsense)'])
    await expect(failed).rejects.toMatchObject({ code: 'TL_T399' })
    const [left] = await db.query("SELECT to_regnamespace('_transload') AS state, to_regnamespace('app') AS app")
    expect(left).toEqual({ state: null, app: null })
  })

  it('raises the fence of the run and its splits, and refuses what older owners write', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    await begin(target, 'one')
    expect(await target.state.takeOver('one', never)).toMatchObject({ fence: 2, attempts: 2 })
    expect(await db.query('SELECT DISTINCT fence::integer AS fence FROM _transload.splits')).toEqual([{ fence: 2 }])
    await expect(target.state.setStatus('one', 1, 'failed', never)).rejects.toMatchObject({ code: 'TL_K501' })
    await expect(target.state.takeOver('nobody', never)).rejects.toMatchObject({ code: 'TL_K504' })
  })

  it('opens no run again for its rejects while another of its plan is unfinished', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    await begin(target, 'one')
    await target.state.setStatus('one', 1, 'finished', never)
    await begin(target, 'two')
    await expect(target.state.beginReplay('one', 1, [], never)).rejects.toMatchObject({
      code: 'TL_C105',
      context: { reason: expect.stringContaining('A later run of the same plan is not finished') },
    })
    await target.state.setStatus('two', 1, 'finished', never)
    await target.state.beginReplay('one', 1, [], never)
    expect(await target.state.find('one', never)).toMatchObject({ status: 'loaded' })
  })

  it('adds to a state of an earlier version what that did not have', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    await begin(target, 'one')
    await db.query(`DROP TABLE _transload.replayed;
      ALTER TABLE _transload.losses DROP COLUMN first_position, DROP COLUMN last_position;
      INSERT INTO _transload.losses SELECT 'one', 'data', split, 'born', 'gone', 3, '[{"id": "1"}]' FROM _transload.splits LIMIT 1`)
    const [loss] = await target.state.losses('one', never)
    expect([loss?.count, loss?.first]).toEqual([3, undefined])
    expect(await target.state.replayed('one', never)).toEqual([])
    await target.state.takeOver('one', never)
    await db.query(`UPDATE _transload.losses SET first_position = 7, last_position = 9`)
    expect(await target.state.losses('one', never)).toMatchObject([{ first: { position: 7 }, last: { position: 9 } }])
  })

  it('records a finish step in the transaction that does it', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    await using sessions = await openSessions(parsePostgresUrl(db.url), never)
    await begin(target, 'one')
    await sessions.transaction((session) => markFinishDone(session, 'one', 1, 'key t'), never)
    await sessions.transaction((session) => markFinishDone(session, 'one', 1, 'key t'), never)
    expect(await sessions.use((session) => isFinishDone(session, 'one', 'key t'), never)).toBe(true)
    expect(await target.state.find('one', never)).toMatchObject({ finishDone: ['key t'] })
    const stale = sessions.transaction((session) => markFinishDone(session, 'one', 9, 'other'), never)
    await expect(stale).rejects.toMatchObject({ code: 'TL_K501' })
    expect(await sessions.use((session) => isFinishDone(session, 'one', 'other'), never)).toBe(false)
  })

  it('discards what the run made, and nothing else', async () => {
    await using db = await open()
    await db.query(
      'CREATE SCHEMA app; CREATE TABLE app.mine (a integer); INSERT INTO app.mine VALUES (1); CREATE TABLE app.other (a integer)',
    )
    await using target = await openTarget(db.url)
    const plan = planOf(['mine', 'made', 'child'], ['mood'])
    await begin(
      target,
      'one',
      [
        "CREATE TYPE app.mood AS ENUM ('sad')",
        'CREATE TABLE app.made (a integer PRIMARY KEY, m app.mood)',
        'CREATE TABLE app.child (a integer REFERENCES app.made)',
        'CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
        'CREATE TRIGGER touch BEFORE UPDATE ON app.made FOR EACH ROW EXECUTE FUNCTION app.touch()',
        'ALTER TABLE app.mine ADD COLUMN b integer',
      ],
      plan,
    )
    await db.query('CREATE VIEW app.depends AS SELECT a FROM app.made')
    await expect(target.state.discard('one', never)).rejects.toMatchObject({
      code: 'TL_T308',
      context: { reason: expect.stringMatching('view app.depends') },
    })
    await db.query('DROP VIEW app.depends; DROP TABLE app.child; CREATE TABLE app.child (somebody text)')
    await target.state.discard('one', never)
    const left =
      await db.query(`SELECT relname AS name FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind = 'r'
      UNION SELECT typname FROM pg_type WHERE typnamespace = 'app'::regnamespace AND typtype = 'e'
      UNION SELECT proname FROM pg_proc WHERE pronamespace = 'app'::regnamespace ORDER BY 1`)
    expect(left).toEqual([{ name: 'child' }, { name: 'mine' }, { name: 'other' }])
    expect(await target.state.list(never)).toEqual([])
    await target.state.discard('one', never)
  })

  it('drops a schema that the run made, once it is empty', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    await begin(target, 'one', ['CREATE SCHEMA app', 'CREATE TABLE app.t (a integer)'], planOf(['t']))
    await target.state.discard('one', never)
    expect(await db.query("SELECT to_regnamespace('app') AS app")).toEqual([{ app: null }])
  })

  it('cleans up, and says what it removed', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    expect(await target.state.clean(never)).toEqual({ removed: [], restored: [], notRestored: [] })
    await begin(target, 'one')
    expect((await target.state.clean(never)).removed).toContain('schema _transload')
    expect(await db.query("SELECT to_regnamespace('_transload') AS state")).toEqual([{ state: null }])
    expect(await target.state.findUnfinished('identity', never)).toBeUndefined()
  })

  it('refuses a state of another format', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    await begin(target, 'one')
    await db.query('UPDATE _transload.format SET version = 99')
    await expect(target.state.list(never)).rejects.toMatchObject({ code: 'TL_K504' })
    await expect(begin(target, 'two')).rejects.toMatchObject({ code: 'TL_K504' })
  })

  it('waits for a finish step under way before it takes over', async () => {
    await using db = await open()
    await using target = await openTarget(db.url)
    await using sessions = await openSessions(parsePostgresUrl(db.url), never)
    await begin(target, 'one')
    await using other = await openSession(db.url)
    let takeOver: Promise<unknown> | undefined
    await sessions.transaction(async (session) => {
      await markFinishDone(session, 'one', 1, 'slow')
      takeOver = target.state.takeOver('one', never)
      for (let waiting = 0; waiting === 0;) {
        const rows = await other.query(
          "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
        )
        waiting = rows.length
      }
    }, never)
    expect(await takeOver).toMatchObject({ fence: 2, finishDone: ['slow'] })
  })
})
