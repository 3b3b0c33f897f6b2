import { afterAll, beforeAll, expect, it } from 'vitest'
import type { ProbePoint } from '../../src/async/probe.ts'
import { summaryOf } from '../bad-input/run-cli.ts'
import type { TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { badCount, expectReplayed, expectSums, openReplaySource, openReplayWorld } from './replay-world.ts'

const all = badCount + 1
/** A batch of a replay. */
const afterOne = all - 250

describeEngines(['mysql9', 'postgres15'], 'rejected rows that are sent again', () => {
  let source: TestDatabase
  beforeAll(async () => {
    source = await openReplaySource()
  })
  afterAll(() => source[Symbol.asyncDispose]())

  const points: readonly (readonly [ProbePoint, times: number, waiting: number])[] = [
    ['after-plan', 1, all],
    ['after-read', 2, afterOne],
    ['after-transform', 2, afterOne],
    ['before-write', 2, afterOne],
    ['after-commit', 1, afterOne],
    ['after-load', 1, 0],
    ['before-finish-step', 1, 0],
    ['after-finish-step', 1, 0],
  ]
  it.each(points)('are there once, killed at %s', async (point, times, waiting) => {
    await using world = await openReplayWorld(source)
    const killed = await world.replay(`${point}:${times}`)
    expect(killed).toMatchObject({ exitCode: null })
    expect(await expectSums(world)).toBe(waiting)
    await expectReplayed(world, await world.replay())
  })

  it.each(['commit-sent:1', 'mid-write:2'])('are there once, killed with a commit on its way: %s', async (probe) => {
    await using world = await openReplayWorld(source)
    expect((await world.replay(probe)).exitCode).toBeNull()
    await expectSums(world)
    await expectReplayed(world, await world.replay())
  })

  it('are there once, killed again and again, and however often they are sent', async () => {
    await using world = await openReplayWorld(source)
    for (const probe of ['after-commit:1', 'mid-write:1', 'after-commit:1', 'after-load:1']) {
      expect((await world.replay(probe)).exitCode).toBeNull()
      await expectSums(world)
    }
    for (let time = 0; time < 2; time++) await expectReplayed(world, await world.replay())
    const validation = await world.validate()
    expect(validation).toMatchObject({ exitCode: 0 })
    expect(JSON.parse(validation.stdout)).toMatchObject({
      status: 'equal',
      datasets: [{ differences: { missing: 0, extra: 0, changed: 0 } }],
    })
  })

  it('are there once, where two send them at once: one ends for the other', async () => {
    await using world = await openReplayWorld(source)
    const ends = await Promise.all([world.replay(), world.replay()])
    await expectSums(world)
    for (const end of ends) {
      const { error } = summaryOf(end)
      expect([0, 7]).toContain(end.exitCode)
      expect([undefined, 'TL_K501']).toContain(error?.code)
    }
    await expectReplayed(world, await world.replay())
  })

  it('need the source for no row that is stored whole', async () => {
    await using world = await openReplayWorld(source)
    await source.query('RENAME TABLE people TO gone; CREATE TABLE people LIKE gone')
    try {
      const { consistency } = await expectReplayed(world, await world.replay())
      expect(consistency.level).toBe('snapshot')
    } finally {
      await source.query('DROP TABLE people; RENAME TABLE gone TO people')
    }
  })

  it('stay rejected where a constraint that was made after the load refuses them, and go over once it is gone', async () => {
    await using world = await openReplayWorld(source)
    await world.target.query(`ALTER TABLE people ADD CONSTRAINT no_tens CHECK (status <> 'O' OR id % 10 <> 0)`)
    const end = await world.replay()
    const waiting = await expectSums(world)
    expect([end.exitCode, waiting]).toEqual([4, badCount / 10])
    expect(summaryOf(end).rejects).toMatchObject({ byReason: { TL_D409: waiting }, replayed: all - waiting })
    const [kept] = await world.target.query(`SELECT count(*)::int AS kept FROM _transload.rejects
      WHERE reject->>'reason' LIKE '%"no_tens"%' AND reject->>'split' = split AND reject->'row'->'status'->>'text' = 'odd'`)
    expect(kept).toEqual({ kept: waiting })
    await world.target.query('ALTER TABLE people DROP CONSTRAINT no_tens')
    await expectReplayed(world, await world.replay())
  })

  it('go over dataset by dataset, or by their code', async () => {
    await using world = await openReplayWorld(source)
    expect(summaryOf(await world.replay('', ['--code', 'TL_D406'])).rejects).toMatchObject({
      count: badCount,
      replayed: 1,
    })
    await expectSums(world)
    await expectReplayed(world, await world.replay('', ['--dataset', 'people']))
  })
})
