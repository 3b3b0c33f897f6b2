import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { OversizeGate } from './oversize-gate.ts'
import { Throttle } from './throttle.ts'

const never = new AbortController().signal

describe('Throttle', () => {
  it('keeps all that share it under the rate', async () => {
    const throttle = new Throttle(1_000_000)
    const startedAt = performance.now()
    const reader = async (): Promise<void> => {
      for (let i = 0; i < 5; i++) {
        await throttle.ready(never)
        throttle.take(20_000)
      }
    }
    await Promise.all([reader(), reader()])
    await throttle.ready(never)
    expect(performance.now() - startedAt).toBeGreaterThan(195)
  })

  it('lets go of one who waits', async () => {
    const throttle = new Throttle(1)
    throttle.take(1_000_000)
    const stop = new AbortController()
    const waiting = throttle.ready(stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})

describe('OversizeGate', () => {
  it('lets one at a time in, and the same one again', async () => {
    const gate = new OversizeGate()
    const [a, b] = [{}, {}]
    await gate.enter(a, never)
    await gate.enter(a, never)
    let isIn = false
    const entering = gate.enter(b, never).then(() => {
      isIn = true
    })
    gate.leave(b)
    await sleep(5)
    expect(isIn).toBe(false)
    gate.leave(a)
    await entering
    const stop = new AbortController()
    const waiting = gate.enter(a, stop.signal)
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
  })
})
