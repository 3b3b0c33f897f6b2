import { EJSON } from 'bson'
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ObjectId } from 'mongodb'
import { expect, it } from 'vitest'
import { type ChildEnd, run, startRun } from '../support/child.ts'
import type { LiveServer } from './live-server.ts'
import { type LiveWorld, liveWorld } from './live-world.ts'
import { planWithSplits } from './plan-with-splits.ts'

/** The same seed kills at the same moments, as far as the machine is as fast: `TRANSLOAD_TEST_SEED`. */
const seed = Number(process.env['TRANSLOAD_TEST_SEED'] ?? randomInt(2 ** 31))

/** Mulberry32: small, and the same everywhere. */
function randomFrom(start: number): () => number {
  let state = start >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

export interface KillOptions {
  readonly engine: LiveServer
  /** Keys that the server holds and sorts, besides plain ones. */
  readonly keys: readonly unknown[]
  readonly count: number
  /** Kills of one run at the most. */
  readonly maxKills: number
}

/** Keys of every kind in turn, so that bounds of splits lie between types and within them. */
function mixedKeys(keys: readonly unknown[], count: number): unknown[] {
  const kinds = [
    (n: number): unknown => n,
    (n: number): unknown => `k${String(n).padStart(6, '0')}`,
    (n: number): unknown => new ObjectId(n.toString(16).padStart(24, '0')),
    (n: number): unknown =>
      new Map<string, unknown>([
        ['a', n],
        ['b', 'x'],
      ]),
    (n: number): unknown => new Date(n * 86_400_000),
    (n: number): unknown => n + 0.5,
  ]
  // Whole numbers stand among the awkward ones.
  return [...keys, ...Array.from({ length: count }, (_, n) => kinds[n % kinds.length]!(2_000 + n))]
}

async function expectEachOnce(world: LiveWorld, end: ChildEnd, keys: readonly unknown[]): Promise<void> {
  const said = end.exitCode === 0 ? '' : `${end.stderr}\n${JSON.stringify(end.summary?.error)}`
  expect([end.exitCode, said]).toEqual([0, ''])
  expect(end.summary?.datasets[0]).toMatchObject({ read: keys.length, written: keys.length, rejected: 0 })
  expect(end.summary?.validation?.status).toBe('equal')
  await expectRows(world, keys)
}

async function expectRows(world: LiveWorld, keys: readonly unknown[]): Promise<void> {
  const rows = await world.target.query('SELECT _id::text AS id, n FROM t ORDER BY n')
  expect(rows.map(({ n }) => n)).toEqual(keys.map((_, n) => n))
  const wanted = keys.map((key) => EJSON.stringify({ v: key }, { relaxed: false }).slice(5, -1))
  expect(new Set(rows.map(({ id }) => id)).size).toBe(keys.length)
  // How the package spells a document of two names is how we do; numbers of a driver's own may be of another type.
  const strange = rows.filter(({ id }, n) => typeof keys[n] === 'string' && id !== wanted[n])
  expect(strange).toEqual([])
  const lines = await world.target.query(
    `SELECT sum(c)::int AS n, count(*)::int AS documents, min(c)::int AS least, max(c)::int AS most, min(d)::int AS distinct
     FROM (SELECT count(*) AS c, count(DISTINCT ordinal) AS d FROM t_lines GROUP BY t_id) AS of_each`,
  )
  expect(lines).toEqual([{ n: keys.length * 2, documents: keys.length, least: 2, most: 2, distinct: 2 }])
}

/** Documents whose keys are of many types arrive once each, whenever the process that moves them is killed. */
export function exerciseKills({ engine, keys: awkward, count, maxKills }: KillOptions): void {
  it.each([1, 2, 16])(
    `moves mixed keys and their child rows once with at most %d splits, killed at random (case 1; TRANSLOAD_TEST_SEED=${seed})`,
    async (splitCount) => {
      const random = randomFrom(seed + splitCount)
      await using world = await liveWorld(engine, 'kill')
      const keys = mixedKeys(awkward, count)
      const pad = 'x'.repeat(3_000)
      await world.source.insert(
        't',
        keys.map(
          (_id, n) =>
            new Map<string, unknown>([
              ['_id', _id],
              ['n', n],
              ['pad', pad],
              ['lines', [{ c: n }, { c: -n }]],
            ]),
        ) as never,
      )
      const file = await planWithSplits(world, splitCount)
      const args = ['--plan', file, '--source-quiet', '--jobs', '2']
      const kills: number[] = []
      for (let i = 0; i < maxKills; i++) {
        await using child = await startRun(world.source.url, world.target.url, { args })
        const afterMs = Math.round(1_000 + random() * 2_500)
        await Promise.race([sleep(afterMs), child.ended])
        child.kill()
        if ((await child.ended).signal === null) break
        kills.push(afterMs)
      }
      const last = await run(world.source.url, world.target.url, { args })
      // The run was through before the last kill, or came to its end by itself.
      const { code, message = '' } = last.summary?.error ?? {}
      if (code === 'TL_T307' || message.includes('already exists')) return await expectRows(world, keys)
      await expectEachOnce(world, last, keys)
      expect(kills, `killed after ms: ${kills.join()}`).not.toEqual([])
    },
  )

  it.each(['after-commit:3', 'before-write:4', 'after-read:2'])(
    'goes on with mixed keys behind what was committed, killed at the point %s of 16 splits (case 1)',
    async (probe) => {
      await using world = await liveWorld(engine, 'kill')
      const keys = mixedKeys(awkward, 200)
      await world.source.insert(
        't',
        keys.map(
          (_id, n) =>
            new Map<string, unknown>([
              ['_id', _id],
              ['n', n],
              ['lines', [{ c: n }, { c: -n }]],
            ]),
        ) as never,
      )
      const args = ['--plan', await planWithSplits(world, 16), '--source-quiet', '--jobs', '2']
      const killed = await run(world.source.url, world.target.url, { args, probe })
      expect(killed.signal).toBe('SIGKILL')
      const before = await world.target.query('SELECT count(*)::int AS n FROM t')
      expect(before[0]?.['n']).toBeLessThan(keys.length)
      await expectEachOnce(world, await run(world.source.url, world.target.url, { args }), keys)
    },
  )
}
