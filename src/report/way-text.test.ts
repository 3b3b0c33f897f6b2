import { describe, expect, it } from 'vitest'
import type { DatasetValidation } from '../model/run-summary.ts'
import { isSample, momentText, sampleText, transientText, wayDetails, wayText } from './way-text.ts'

const read: DatasetValidation = {
  from: 'orders',
  to: 'public.orders',
  sourceRows: 9,
  targetRows: 9,
  nulls: [],
  orphans: [],
  differences: { missing: 0, extra: 0, changed: 0 },
  way: { mode: 'ordered', reason: 'both ends order the key alike' },
  columns: [
    { from: 'id', to: 'id', strength: 'exact', digested: true },
    { from: 'doc', to: 'doc', strength: 'normalised' },
    { from: 'place', to: 'place', strength: 'skipped', reason: 'no form' },
  ],
  samples: [],
}
const ranges = { total: 1_600, compared: 1_600, equal: 1_598, rowsRead: 131_072 }
const digest = { mode: 'digest', reason: 'asked for', ranges } as const
const sample = { ...read.way!, ranges: { ...ranges, compared: 3, equal: 0, rowsRead: 0 } }

describe('the way in which a table was compared', () => {
  it('is told with its reason', () => {
    expect(wayText(read)).toBe('row by row, in the order of the key')
    expect(wayDetails(read)).toBe('row by row, in the order of the key: both ends order the key alike')
    expect(wayDetails({ ...read, way: { mode: 'buckets', reason: 'there is no key' } })).toBe(
      'row by row, by hashes of the key: there is no key',
    )
    expect(wayDetails({ ...read, way: undefined, differences: null })).toBe('by counts alone')
  })

  it('by digests is told with what they came to, and with the columns that they are of', () => {
    const counts =
      'by digests in the servers: asked for; ranges of rows: 1,600 of 1,600, with the same digest: 1,598; rows read: 131,072'
    expect(wayDetails({ ...read, way: digest })).toBe(`${counts}; by digests id; read beside doc`)
    const all = { ...read, way: digest, columns: read.columns.filter(({ from }) => from !== 'doc') }
    expect(wayDetails(all)).toBe(`${counts}; every compared column by digests`)
  })

  it('of a sample says that it is one, and of how much', () => {
    expect(sampleText({ ...read, way: sample })).toBe('a sample: 3 of 1,600 ranges of rows')
    expect(wayDetails({ ...read, way: sample })).toContain('; a sample: 3 of 1,600 ranges of rows: both ends')
  })

  it('is no sample where a comparison ended since so much differs, or all of it was compared', () => {
    const stopped = { missing: 9, extra: 0, changed: 0, stopped: true }
    expect(isSample({ ...read, way: sample, differences: stopped })).toBe(false)
    expect([isSample(read), isSample({ ...read, way: digest })]).toEqual([false, false])
  })
})

describe('what a report says of rows and moments', () => {
  it('tells of rows that kept changing, where there are any', () => {
    const told = [undefined, 0, 1, 2_000].map((transient) => transientText({ transient }))
    expect(told).toEqual([undefined, undefined, '1 row kept changing', '2,000 rows kept changing'])
  })

  it('tells of a moment where the logs stood, as far as the ends tell', () => {
    const at = '2026-11-22T17:03:11.000Z'
    expect(momentText({ at, source: 'gtid:a:1-7', target: 'lsn:0/1' })).toBe(
      `${at}, source at gtid:a:1-7, target at lsn:0/1`,
    )
    expect(momentText({ at, source: null, target: null })).toBe(at)
  })
})
