import { describe, expect, it } from 'vitest'
import { bytesPerSecond, globList, laneCount, positiveCount } from './flag-values.ts'

describe('flag values', () => {
  it.each([
    ['20MB', 20_000_000],
    ['512KiB', 524_288],
    ['1.5GB/s', 1_500_000_000],
    ['100', 100],
    ['3 mb', 3_000_000],
  ])('--max-rate %s is %d bytes', (text, bytes) => {
    expect(bytesPerSecond(text)).toBe(bytes)
  })

  it.each(['', '0', 'MB', '-1MB', '20XB', '1e3', '0.1', '20MB/min'])('--max-rate %j is none', (text) => {
    expect(() => bytesPerSecond(text)).toThrow('20MB')
  })

  it('counts are whole and from 1 on', () => {
    expect(positiveCount('50_000_000')).toBe(50_000_000)
    for (const text of ['0', '1.5', '-2', 'x', '', '_1', '99999999999999999999']) {
      expect(() => positiveCount(text)).toThrow('whole number')
    }
    expect(() => laneCount('65')).toThrow('64')
  })

  it('globs have commas between them, and none is empty', () => {
    expect(globList('users, order_*')).toEqual(['users', 'order_*'])
    for (const text of ['', 'a,,b', 'a,']) expect(() => globList(text)).toThrow('commas')
  })
})
