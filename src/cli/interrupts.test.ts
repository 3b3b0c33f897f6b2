import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { TransloadError } from '../errors/transload-error.ts'
import { Interrupts } from './interrupts.ts'
import { testWorld } from '../../test/support/cli-world.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('Interrupts', () => {
  it('once lets the batch be finished, twice stops now, and ends what does not end in five seconds', async () => {
    const world = testWorld()
    const said: string[] = []
    const last: string[] = []
    using interrupts = new Interrupts(world, {
      first: 'batch',
      say: (line) => said.push(line),
      beforeExit: async (error) => void last.push(error.code),
    })
    world.signal('SIGINT')
    expect([interrupts.stop.aborted, interrupts.signal.aborted]).toEqual([true, false])
    expect(said[0]).toContain('press again to stop now')
    world.signal('SIGTERM')
    expect(interrupts.signal.reason).toBe(interrupts.stop.reason)
    expect(interrupts.signal.reason).toBeInstanceOf(TransloadError)
    expect(interrupts.signal.reason).toMatchObject({ code: 'TL_X902' })
    world.signal('SIGINT')
    await vi.advanceTimersByTimeAsync(4_900)
    expect(world.exits).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect([last, world.exits]).toEqual([['TL_X903'], [143]])
  })

  it('hears nothing and ends nothing once it is disposed of', async () => {
    const world = testWorld()
    const interrupts = new Interrupts(world, { first: 'now', say: () => {}, beforeExit: async () => {} })
    world.signal('SIGTERM')
    expect(interrupts.signal.reason).toMatchObject({ code: 'TL_X903' })
    interrupts[Symbol.dispose]()
    await vi.advanceTimersByTimeAsync(10_000)
    expect(world.exits).toEqual([])
    expect(world.listenerCount()).toBe(0)
  })
})
