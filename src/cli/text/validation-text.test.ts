import { describe, expect, it } from 'vitest'
import type { DatasetValidation, ValidationSummary } from '../../model/run-summary.ts'
import { validationText } from './validation-text.ts'

const ends = { source: 'mysql://db/shop', target: 'postgres://pg/shop', error: undefined }
const checked = { state: 'checked' } as const

const orders: DatasetValidation = {
  from: 'orders',
  to: 'public.orders',
  sourceRows: 2_000,
  targetRows: 2_000,
  nulls: [],
  orphans: [],
  differences: { missing: 0, extra: 0, changed: 0 },
  way: { mode: 'ordered', reason: 'why', ranges: { total: 20, compared: 3, equal: 0, rowsRead: 0 } },
  columns: [],
  samples: [],
}

const summary: ValidationSummary = {
  schema: 'transload.validation/1',
  status: 'transient',
  moments: [
    { at: '2026-11-22T17:03:11.000Z', source: 'gtid:a:1-7', target: 'lsn:0/1' },
    { at: '2026-11-22T17:03:21.000Z', source: 'gtid:a:1-8', target: 'lsn:0/1' },
    { at: '2026-11-22T17:04:11.000Z', source: 'gtid:a:1-9', target: 'lsn:0/2' },
  ],
  checks: {
    schema: checked,
    rows: { state: 'off', reason: 'switched off' },
    nulls: checked,
    orphans: checked,
    unique: checked,
    ranges: { state: 'implied', reason: 'every value is compared' },
    contents: checked,
  },
  datasets: [
    orders,
    { ...orders, from: 'hot', to: 'public.hot', sourceRows: null, targetRows: null, transient: 2, way: undefined },
  ],
}

describe('validationText', () => {
  it('tells of moments in one line, of checks, of a sample, and of rows that kept changing; what was not counted is empty', () => {
    expect(validationText({ ...ends, summary })).toEqual([
      'Nothing differs but rows that kept changing; of some tables a sample alone',
      '  from       mysql://db/shop',
      '  to         postgres://pg/shop',
      '  looked at  2026-11-22T17:03:11.000Z, source at gtid:a:1-7, target at lsn:0/1, and until 2026-11-22T17:04:11.000Z',
      '  checked    schema, nulls, orphans, unique, contents (a sample)',
      '  left out   rows: switched off',
      '  implied    ranges: every value is compared',
      '',
      '  dataset  to              rows  rows there  missing  extra  changed  way',
      '  orders   public.orders  2,000       2,000        0      0        0  ordered, a sample: 3 of 20 ranges of rows',
      '  hot      public.hot                              0      0        0  counts',
      '',
      'Still changing',
      '  hot: 2 rows kept changing: nobody can tell whether they would agree',
    ])
  })

  it('tells of NULLs that are not as many as they ought to be, where nothing else does', () => {
    const nulls = [
      { column: { from: 'note', to: 'note' }, source: 1_000, target: 999 },
      { column: { from: 'at', to: 'at' }, source: 3, target: 5, expected: 5 },
    ]
    const counts: ValidationSummary = {
      ...summary,
      status: 'different',
      datasets: [{ ...orders, nulls, differences: null, way: undefined }],
    }
    expect(validationText({ ...ends, summary: counts }).slice(-2)).toEqual([
      'NULLs',
      '  orders.note: 1,000 NULLs at the source, 999 at the target',
    ])
  })
})
