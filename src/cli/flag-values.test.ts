import { describe, expect, it } from 'vitest'
import { bytesPerSecond, duration, globList, laneCount, loadShare, positiveCount, validateMode } from './flag-values.ts'

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

  it('a share is above nothing, and at most everything', () => {
    expect([loadShare('25%'), loadShare('0.5%'), loadShare('100%')]).toEqual([0.25, 0.005, 1])
    for (const text of ['0%', '101%', '25', '-5%', '%', '']) expect(() => loadShare(text)).toThrow('25%')
  })

  it('a time has its unit', () => {
    expect(['500ms', '90s', '1.5m', '2h'].map((text) => duration(text))).toEqual([500, 90_000, 90_000, 7_200_000])
    for (const text of ['5', '0s', 's', '-1s', '1d', '']) expect(() => duration(text)).toThrow('90s')
  })

  it('a way to validate is one of six', () => {
    expect(['auto', 'digest', 'rebuild', 'sample=1_000'].map((text) => validateMode(text))).toEqual([
      'auto',
      'digest',
      'rebuild',
      { sample: 1000 },
    ])
    for (const text of ['', 'digests', 'off']) expect(() => validateMode(text)).toThrow('sample=100')
    for (const text of ['sample=', 'sample=0', 'sample=x']) expect(() => validateMode(text)).toThrow('whole number')
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
