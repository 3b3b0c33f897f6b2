import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startRun } from '../support/child.ts'
import { createDatabase, type TestDatabase } from '../support/engines/create-database.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import type { EngineName } from '../support/engines/engine-name.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { startEngine } from '../support/engines/start-engine.ts'
import { createMongoDatabase } from '../support/mongo-database.ts'
import { startProxy, type TcpProxy } from '../support/proxy.ts'

const count = 12_000
/** Of a copy through the proxy: slow enough that a fault finds it under way. */
const bytesPerSecond = 8_000_000

async function seeded(url: string) {
  const source = await createMongoDatabase(url, 'faults')
  const pad = 'x'.repeat(2_000)
  await source.insert(
    't',
    Array.from({ length: count }, (_, n) => ({ _id: n % 3 === 0 ? `k${n}` : n, n, pad, lines: [{ c: 1 }] })),
  )
  return source
}

/** Resolves once rows have been committed, and not all of them. */
async function untilUnderWay(target: TestDatabase): Promise<void> {
  for (let tries = 0; tries < 600; tries++) {
    const [row] = await target.query("SELECT to_regclass('public.t') IS NOT NULL AS is_there")
    if (row?.['is_there'] === true) {
      const [rows] = await target.query('SELECT count(*)::int AS n FROM t')
      if (Number(rows?.['n']) > 0) return expect(rows?.['n']).toBeLessThan(count)
    }
    await sleep(50)
  }
  throw new Error('no row was committed')
}

/** Strikes a run that is under way, and expects it to go on by itself, every document and child row once. */
async function exerciseFault(
  from: string,
  strike: (proxy: TcpProxy) => Promise<void> | void,
): Promise<{ readonly attempts: number | undefined }> {
  await using target = await createDatabase(engineUrl('postgres15'), 'faults')
  await using proxy = await startProxy(from)
  proxy.throttle(bytesPerSecond)
  const args = ['--source-quiet', '--jobs', '2', '--census', 'sample']
  await using child = await startRun(proxy.url(), target.url, { args })
  await Promise.race([untilUnderWay(target), child.ended])
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

function exerciseServer(name: EngineName): void {
  describeEngines([name, 'postgres15'], `${name} that goes away under a run`, () => {
    it('is come back to after its line was cut', async () => {
      await using source = await seeded(engineUrl(name))
      const { attempts } = await exerciseFault(source.url, (proxy) => proxy.cut())
      expect(attempts).toBeGreaterThan(1)
    })

    it('is waited for while its line stalls', async () => {
      await using source = await seeded(engineUrl(name))
      await exerciseFault(source.url, async (proxy) => {
        proxy.stall()
        await sleep(3_000)
        proxy.resume()
      })
    })
  })
}

exerciseServer('mongojava')
exerciseServer('ferretdb')

describeEngines(['ferretdb', 'postgres15'], 'FerretDB that is restarted under a run', () => {
  it('is come back to with its data (case 7)', async () => {
    await using engine = await startEngine('ferretdb')
    await using source = await seeded(engine.url)
    const { attempts } = await exerciseFault(source.url, async () => await engine.restart())
    expect(attempts).toBeGreaterThan(1)
  })
})
