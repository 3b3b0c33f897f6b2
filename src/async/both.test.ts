import { describe, expect, it } from 'vitest'
import { both } from './both.ts'
import { sleep } from './sleep.ts'

const never = new AbortController().signal

describe('both', () => {
  it('gives what both give', async () => {
    expect(
      await both(
        () => Promise.resolve(1),
        () => Promise.resolve('a'),
        never,
      ),
    ).toEqual([1, 'a'])
  })

  it('aborts the one where the other fails, waits for it, and throws what failed first', async () => {
    const ended: unknown[] = []
    const waiting = async (signal: AbortSignal): Promise<void> => {
      try {
        await sleep(60_000, signal)
      } finally {
        ended.push(signal.reason)
      }
    }
    const failure = new Error('the first')
    await expect(both(waiting, () => Promise.reject(failure), never)).rejects.toBe(failure)
    await expect(both(() => Promise.reject(failure), waiting, never)).rejects.toBe(failure)
    expect(ended).toEqual([failure, failure])
  })

  it('ends both where the caller aborts', async () => {
    const abort = new AbortController()
    const work = (signal: AbortSignal): Promise<void> => sleep(60_000, signal)
    const running = both(work, work, abort.signal)
    abort.abort(new Error('enough'))
    await expect(running).rejects.toThrow('enough')
  })
})
