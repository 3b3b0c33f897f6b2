import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { run, startRun } from '../support/child.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { startMysqlWorld } from '../support/seed-mysql.ts'
import { startPostgresWorld } from '../support/seed-postgres.ts'
import { allTables, expectArrived, expectSameRows, onlyTables, seedShop } from './shop-world.ts'

/** More of them where somebody has the time: `TRANSLOAD_TEST_KILLS`. */
const killCount = Number(process.env['TRANSLOAD_TEST_KILLS'] ?? 16)
/** Kills of one run before it is let through. */
const maxKillsOfOne = 6

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

describeEngines(['mysql9', 'postgres15'], 'kills at random moments', () => {
  it(`of ${killCount} each leave a run that goes on (TRANSLOAD_TEST_SEED=${seed})`, async () => {
    const random = randomFrom(seed)
    await using source = await startMysqlWorld('mysql9')
    await seedShop(source)
    const args = ['--jobs', '2', ...onlyTables(allTables)]
    const wholeMs = await measure(source.url, args)
    let kills = 0
    const history: string[] = []
    while (kills < killCount) {
      await using target = await startPostgresWorld('postgres15')
      const wanted = 1 + Math.floor(random() * maxKillsOfOne)
      const moments: number[] = []
      for (let i = 0; i < wanted; i++) {
        const afterMs = Math.round(wholeMs * (0.15 + random()))
        await using child = await startRun(source.url, target.url, { args })
        await Promise.race([sleep(afterMs), child.ended])
        child.kill()
        const { signal } = await child.ended
        if (signal === null) break
        moments.push(afterMs)
      }
      kills += moments.length
      history.push(moments.join('+'))
      const last = await run(source.url, target.url, { args })
      if (last.summary?.error?.code === 'TL_T307') {
        // The run was through before the last kill, or came to its end by itself.
        await expectSameRows(source, target, allTables)
        continue
      }
      await expectArrived(last, source, target, allTables)
    }
    expect(kills, `killed after ms: ${history.join(' | ')}`).toBeGreaterThanOrEqual(killCount)
  })
})

async function measure(source: string, args: readonly string[]): Promise<number> {
  await using target = await startPostgresWorld('postgres15')
  const { seconds, exitCode } = await run(source, target.url, { args })
  expect(exitCode).toBe(4)
  return seconds * 1000
}
