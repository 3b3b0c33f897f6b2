import { expect, it } from 'vitest'
import { run } from '../support/child.ts'
import { describeEngines } from '../support/engines/describe-engines.ts'
import { engineUrl } from '../support/engines/engine-url.ts'
import { DocumentWorld } from './document-world.ts'
import { expectWhole, killedOrders } from './kill-world.ts'

describeEngines(['postgres15'], 'a run of documents that dies', () => {
  it.each([
    ['folder', 'mid-write:2'],
    ['packed folder', 'commit-sent:1'],
    ['archive', 'after-commit:1'],
    ['packed archive', 'after-transform:2'],
    ['lines', 'mid-write:2'],
    ['packed lines', 'after-commit:1'],
    ['array', 'before-write:2'],
  ] as const)('goes on where it was: %s, at %s', async (form, probe) => {
    await using world = await DocumentWorld.open(engineUrl('postgres15'))
    const url = await world.put(form, { orders: killedOrders })
    const args = ['--jobs', '1']
    const first = await run(url, world.target.url, { args, probe })
    expect([first.signal, first.exitCode], `${first.stderr}`).toEqual(['SIGKILL', null])
    const second = await run(url, world.target.url, { args })
    expect(second.summary?.attempts).toBe(2)
    await expectWhole(world, second)
  })
})
