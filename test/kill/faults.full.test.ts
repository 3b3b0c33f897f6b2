import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { type ChildEnd, run, startRun } from '../support/child.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import type { World } from '../support/harness.ts'
import { startProxy } from '../support/proxy.ts'
import { startMysqlWorld } from '../support/seed-mysql.ts'
import { copyDone, startPostgresWorld } from '../support/seed-postgres.ts'
import { loseNextAnswer } from '../support/seed-severed.ts'
import { orders } from '../support/seed-shop.ts'
import { startOwnServer } from './own-server.ts'
import { allTables, expectArrived, onlyTables, seedShop } from './shop-world.ts'

/** Slow enough that a fault finds the copy under way. */
const args = ['--jobs', '2', '--max-rate', '10MB', ...onlyTables(allTables)]
const pollMs = 50
const patienceMs = 30_000

/** Resolves once rows have been committed. */
async function untilUnderWay(target: World): Promise<void> {
  const ids = { ...orders, columns: orders.columns.slice(0, 1) }
  const deadline = Date.now() + patienceMs
  for (;;) {
    const rows = await target.readAll(ids).catch(() => [])
    if (rows.length > 0) return
    if (Date.now() > deadline) throw new Error('no row was committed')
    await sleep(pollMs)
  }
}

interface Fault {
  readonly source: World
  readonly target: World
  /** Other ways to the two. */
  readonly sourceUrl?: string
  readonly targetUrl?: string
  readonly strike: () => Promise<void> | void
}

/** Strikes a run that is under way, and expects it to go on by itself. */
async function exerciseFault({ source, target, sourceUrl, targetUrl, strike }: Fault): Promise<ChildEnd> {
  await using child = await startRun(sourceUrl ?? source.url, targetUrl ?? target.url, { args })
  await Promise.race([untilUnderWay(target), child.ended])
  await strike()
  const end = await child.ended
  await expectArrived(end, source, target, allTables)
  expect(end.summary?.attempts).toBeGreaterThan(1)
  return end
}

function exerciseTargetServer(name: EngineName): void {
  describeEngines(['mysql9', name], `${name} that goes away under a run`, () => {
    it.each(['restart', 'kill'] as const)('is come back to after a %s', async (how) => {
      await using source = await startMysqlWorld('mysql9')
      await seedShop(source)
      await using server = await startOwnServer(name)
      const strike = async (): Promise<void> => {
        if (how === 'kill') await server.engine.kill()
        await server.engine.restart()
      }
      await exerciseFault({ source, target: server.world, strike })
    })
  })
}

exerciseTargetServer('postgres15')

describeEngines(['mysql9', 'postgres15'], 'MySQL that goes away under a run', () => {
  it.each(['restart', 'kill'] as const)('is come back to after a %s, since its GTIDs prove the moment', async (how) => {
    await using server = await startOwnServer('mysql9')
    await seedShop(server.world)
    await using target = await startPostgresWorld('postgres15')
    const strike = async (): Promise<void> => {
      if (how === 'kill') await server.engine.kill()
      await server.engine.restart()
    }
    await exerciseFault({ source: server.world, target, strike })
  })
})

describeEngines(['mariadb', 'postgres15'], 'MariaDB that goes away under a run', () => {
  it('is gone on with once its moment is proved or vouched for', async () => {
    await using server = await startOwnServer('mariadb')
    await seedShop(server.world)
    await using target = await startPostgresWorld('postgres15')
    await using child = await startRun(server.world.url, target.url, { args })
    await untilUnderWay(target)
    await server.engine.restart()
    const first = await child.ended
    // A restarted MariaDB begins a new log file: where that is all there is to compare, nothing is proved.
    const end =
      first.exitCode === 7 ? await run(server.world.url, target.url, { args: [...args, '--source-quiet'] }) : first
    await expectArrived(end, server.world, target, allTables)
  })
})

describeEngines(['mysql9', 'postgres15'], 'a network that breaks under a run', () => {
  it('is come back from where the source’s connections are cut', async () => {
    await using source = await startMysqlWorld('mysql9')
    await seedShop(source)
    await using target = await startPostgresWorld('postgres15')
    await using proxy = await startProxy(source.url)
    await exerciseFault({ source, target, sourceUrl: proxy.url(), strike: () => proxy.cut() })
  })

  it('is come back from where the target’s connections are cut, three times', async () => {
    await using source = await startMysqlWorld('mysql9')
    await seedShop(source)
    await using target = await startPostgresWorld('postgres15')
    await using proxy = await startProxy(target.url)
    const strike = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) {
        proxy.cut()
        await sleep(700)
      }
    }
    await exerciseFault({ source, target, targetUrl: proxy.url(), strike })
  })

  it('is come back from where the answers of three commits are lost', async () => {
    await using source = await startMysqlWorld('mysql9')
    await seedShop(source)
    await using target = await startPostgresWorld('postgres15')
    await using proxy = await startProxy(target.url)
    const strike = async (): Promise<void> => {
      for (let i = 0; i < 3; i++) await loseNextAnswer(proxy, copyDone)
    }
    await exerciseFault({ source, target, targetUrl: proxy.url(), strike })
  })

  it('is waited out where nothing moves for a while', async () => {
    await using source = await startMysqlWorld('mysql9')
    await seedShop(source)
    await using target = await startPostgresWorld('postgres15')
    await using proxy = await startProxy(source.url)
    await using child = await startRun(proxy.url(), target.url, { args })
    await untilUnderWay(target)
    proxy.stall()
    await sleep(8_000)
    proxy.resume()
    await expectArrived(await child.ended, source, target, allTables)
  })
})
