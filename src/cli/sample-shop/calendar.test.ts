import { describe, expect, it } from 'vitest'
import { dayBetween, momentBetween, secondsAfter, timeOf } from './calendar.ts'
import { Random } from './random.ts'

describe('the calendar', () => {
  it('includes both ends', () => {
    const days = new Set<string>()
    for (let index = 0; index < 200; index += 1) {
      days.add(dayBetween(new Random(1, 'days', index), '2024-02-28', '2024-03-01'))
    }
    expect([...days].sort()).toEqual(['2024-02-28', '2024-02-29', '2024-03-01'])
  })

  it('writes moments as MySQL does', () => {
    expect(momentBetween(new Random(1, 'moment', 1), '2024-02-29', '2024-02-29')).toMatch(/^2024-02-29 \d\d:\d\d:\d\d$/)
    expect(secondsAfter('2025-12-31', 86_401)).toBe('2026-01-01 00:00:01')
  })

  it('writes times beyond a day, and negative ones', () => {
    expect([timeOf(0), timeOf(86_399), timeOf(474_300), timeOf(-45_000), timeOf(-3_020_399)]).toEqual([
      '00:00:00',
      '23:59:59',
      '131:45:00',
      '-12:30:00',
      '-838:59:59',
    ])
  })
})
