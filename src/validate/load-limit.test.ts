import { describe, expect, it } from 'vitest'
import { LoadLimit } from './load-limit.ts'

const never = new AbortController().signal

describe('a limit of load', () => {
  it.each([
    [1, 0],
    [0.5, 100],
    [0.25, 300],
    [0.1, 900],
  ])('a share of %d rests as long as it takes', async (share, expected) => {
    let clock = 0
    const pauses: number[] = []
    const limit = new LoadLimit(
      share,
      () => clock,
      // oxlint-disable-next-line require-await -- time passes at once
      async (ms) => {
        pauses.push(ms)
        clock += ms
      },
    )
    for (let range = 0; range < 3; range++) {
      clock += 100
      await limit.rest(never)
    }
    expect(pauses.map(Math.round)).toEqual(expected === 0 ? [] : [expected, expected, expected])
  })
})
