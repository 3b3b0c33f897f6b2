import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ChildEnd, run } from '../support/child.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { SeedRow, World } from '../support/harness.ts'
import { startMysqlWorld } from '../support/seed-mysql.ts'
import { startPostgresWorld } from '../support/seed-postgres.ts'
import { goodTables, orders } from '../support/seed-shop.ts'
import { expectEqualTables } from '../support/world.ts'
import { onlyTables, seedShop } from './shop-world.ts'

const args = ['--jobs', '2', ...onlyTables(goodTables)]
let written = 0

/** Promise 2: a copy is gone on with only where the same moment can be proved, or is vouched for. */
describeEngines(['mysql9', 'postgres15'], 'a source that was written to between a kill and the next run', () => {
  let source: World
  beforeAll(async () => {
    source = await startMysqlWorld('mysql9')
    await seedShop(source)
  })
  afterAll(() => source[Symbol.asyncDispose]())

  /** A run that was killed half way, with a row more in the source since then. */
  async function killAndWrite(target: World): Promise<void> {
    const first = await run(source.url, target.url, { args, probe: 'after-commit:2' })
    expect(first.signal).toBe('SIGKILL')
    const late: SeedRow = [String(1_000_000 + written++), '1.00', '2030-01-01 00:00:00.000000', 'late']
    await source.seed(orders, [late])
  }

  it('is refused with 7, changes nothing, and names the three ways on', async () => {
    await using target = await startPostgresWorld('postgres15')
    await killAndWrite(target)
    const before = (await target.readAll(orders)).length
    for (let i = 0; i < 2; i++) {
      const refused = await run(source.url, target.url, { args })
      expect(refused.exitCode).toBe(7)
      expect(refused.summary).toMatchObject({ status: 'failed', resumable: true, error: { code: 'TL_K502' } })
      for (const way of ['--source-quiet', '--fresh', '--resume=mixed']) {
        expect(refused.summary?.error?.hint).toContain(way)
      }
      expect(await target.readAll(orders)).toHaveLength(before)
    }
  })

  it('is taken over again from the start with --fresh', async () => {
    await using target = await startPostgresWorld('postgres15')
    await killAndWrite(target)
    const fresh = await run(source.url, target.url, { args: [...args, '--fresh'] })
    expectDone(fresh)
    expect(fresh.summary?.attempts).toBe(1)
    await expectEqualTables(source, target, goodTables)
  })

  it('is gone on with where the user vouches for it, and the run says so', async () => {
    await using target = await startPostgresWorld('postgres15')
    await killAndWrite(target)
    const vouched = await run(source.url, target.url, { args: [...args, '--source-quiet'] })
    expectDone(vouched)
    expect(vouched.summary?.attempts).toBe(2)
    expect(vouched.summary?.consistency.level).toBe('snapshot')
    expect(vouched.summary?.consistency.moments.join()).toContain('--source-quiet')
    // The late row has the greatest key: the rest of its split held it.
    await expectEqualTables(source, target, goodTables)
  })

  it('is mixed with --resume=mixed, for good, and is never called equal', async () => {
    await using target = await startPostgresWorld('postgres15')
    await killAndWrite(target)
    const again = await run(source.url, target.url, { args: [...args, '--resume', 'mixed'], probe: 'after-commit:1' })
    expect(again.signal).toBe('SIGKILL')
    // What was mixed once stays so, also where the source has not moved since.
    const mixed = await run(source.url, target.url, { args })
    expect(mixed.summary?.error).toBeUndefined()
    expect(mixed.summary).toMatchObject({ attempts: 3, consistency: { level: 'mixed' } })
    expect(mixed.summary?.validation?.status).not.toBe('equal')
    const why = 'Values were not compared: the rows are of more than one moment.'
    expect(mixed.summary?.validation?.coverage).toEqual([why])
  })
})

function expectDone(end: ChildEnd): void {
  expect(end.summary?.error).toBeUndefined()
  expect(end.exitCode).toBe(0)
}
