import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startRun } from '../support/child.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { createMongoDatabase, type MongoDatabase } from '../support/mongo-database.ts'
import { startProxy, type TcpProxy } from '../support/proxy.ts'
import { type LiveServer, serverUrl } from './live-server.ts'

const count = 12_000
/** Of a copy through the proxy: slow enough that a fault finds it under way. */
const bytesPerSecond = 8_000_000

export async function seeded(url: string): Promise<MongoDatabase> {
  const source = await createMongoDatabase(url, 'faults')
  const pad = 'x'.repeat(2_000)
  await source.insert(
    't',
    Array.from({ length: count }, (_, n) => ({ _id: n % 3 === 0 ? `k${n}` : n, n, pad, lines: [{ c: 1 }] })),
  )
  return source
}

/** Resolves once rows have been committed, and not all of them. */
export async function untilUnderWay(target: TestDatabase, all: number): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const [row] = await target.query("SELECT to_regclass('public.t') IS NOT NULL AS is_there")
    if (row?.['is_there'] === true) {
      const [rows] = await target.query('SELECT count(*)::int AS n FROM t')
      if (Number(rows?.['n']) > 0) return expect(rows?.['n']).toBeLessThan(all)
    }
    await sleep(50)
  }
  throw new Error('no row was committed')
}

/** Resolves while rows are read of which none is to be seen before all of them are there. */
export async function untilReading(target: TestDatabase): Promise<void> {
  await expect
    .poll(async () => await target.query("SELECT 1 AS one WHERE to_regclass('public.t') IS NOT NULL"), {
      timeout: 30_000,
    })
    .toEqual([{ one: 1 }])
  await sleep(1_500)
}

/** Strikes a run that is under way, and expects it to go on by itself, every document and child row once. */
export async function exerciseFault(
  from: string,
  strike: (proxy: TcpProxy) => Promise<void> | void,
  untilReady = async (target: TestDatabase): Promise<void> => await untilUnderWay(target, count),
): Promise<{ readonly attempts: number | undefined }> {
  await using target = await createDatabase(engineUrl('postgres15'), 'faults')
  await using proxy = await startProxy(from)
  proxy.throttle(bytesPerSecond)
  const args = ['--source-quiet', '--jobs', '2', '--census', 'sample']
  await using child = await startRun(proxy.url(), target.url, { args })
  await Promise.race([untilReady(target), child.ended])
  await strike(proxy)
  const { exitCode, summary, stderr } = await child.ended
  const said = exitCode === 0 ? '' : `${stderr}\n${JSON.stringify(summary?.error)}`
  expect([exitCode, said]).toEqual([0, ''])
  expect(summary?.validation?.status).toBe('equal')
  expect(summary?.datasets[0]).toMatchObject({ read: count, written: count })
  const [rows] = await target.query('SELECT count(*)::int AS n, count(DISTINCT n)::int AS d FROM t')
  expect(rows).toEqual({ n: count, d: count })
  expect(await target.query('SELECT count(*)::int AS n FROM t_lines')).toEqual([{ n: count }])
  return { attempts: summary?.attempts }
}

/** A line to the server that breaks, and one that stands still. */
export function exerciseFaults(server: LiveServer): void {
  it('is come back to after its line was cut (case 7)', async () => {
    await using source = await seeded(serverUrl(server))
    const { attempts } = await exerciseFault(source.url, (proxy) => proxy.cut())
    expect(attempts).toBeGreaterThan(1)
  })

  it('is waited for while its line stalls', async () => {
    await using source = await seeded(serverUrl(server))
    await exerciseFault(source.url, async (proxy) => {
      proxy.stall()
      await sleep(3_000)
      proxy.resume()
    })
  })
}
