import { describe, expect, it } from 'vitest'
import { bytesText, counted, durationText } from './amounts.ts'

describe('amounts', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1500, '1.5 kB'],
    [999_499, '999 kB'],
    [999_500, '1 MB'],
    [20_000_000, '20 MB'],
    [3.2e15, '3.2 PB'],
    [1e19, '10,000 PB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text)
  })

  it.each([
    [0, '0 s'],
    [0.44, '0.4 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min 0 s'],
    [200, '3 min 20 s'],
    [3599.7, '1 h 0 min'],
    [86_399, '1 d 0 h'],
    [100_000, '1 d 4 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text)
  })

  it('says one and many', () => {
    expect([counted(1, 'row'), counted(0, 'row'), counted(2_000_000, 'row'), counted(2, 'entry', 'entries')]).toEqual([
      '1 row',
      '0 rows',
      '2,000,000 rows',
      '2 entries',
    ])
  })
})
