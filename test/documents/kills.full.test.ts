import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { run, startRun } from '../support/child.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { DocumentWorld } from './document-world.ts'
import { expectWhole, killedOrders } from './kill-world.ts'

const killCount = 4

describeEngines(['postgres15'], 'runs of documents that are killed at random moments', () => {
  it.each(['folder', 'packed folder', 'archive', 'lines'] as const)('go on: %s', async (form) => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const url = await world.put(form, { orders: killedOrders })
    // Once in the middle for sure: how long a run takes hangs on the machine.
    const first = await run(url, world.target.url, { probe: 'after-commit:1' })
    expect(first.signal).toBe('SIGKILL')
    const moments: number[] = []
    for (let kill = 0; kill < killCount; kill++) {
      const afterMs = 300 + randomInt(1500)
      await using child = await startRun(url, world.target.url)
      await Promise.race([sleep(afterMs), child.ended])
      child.kill()
      if ((await child.ended).signal === null) break
      moments.push(afterMs)
    }
    const last = await run(url, world.target.url)
    // The run was through before the last kill.
    const isThrough = last.summary?.error?.code === 'TL_T307'
    if (!isThrough) await expectWhole(world, last)
    const [counted] = await world.target.query(
      'SELECT count(DISTINCT _id)::int AS keys, count(*)::int AS rows FROM orders',
    )
    expect(counted, `killed after ms: ${moments.join(', ')}`).toEqual({
      keys: killedOrders.length,
      rows: killedOrders.length,
    })
  })
})
