import { describe, expect, it } from 'vitest'
import { type CheckStates, checkNames } from '../model/check.ts'
import type { DatasetValidation, ValidationSummary } from '../model/run-summary.ts'
import { keyLines, orphanLines, provedKeyLines, rangeLines, sameRangeLines } from './check-lines.ts'
import { validationMarkdown } from './validation-report.ts'
import { validationVerdict } from './validation-verdict.ts'

const pair = (name: string): { from: string; to: string } => ({ from: name, to: name })

const dataset: DatasetValidation = {
  from: 'orders',
  to: 'public.orders',
  sourceRows: null,
  targetRows: null,
  nulls: [],
  orphans: [
    { constraint: pair('none'), source: 0, target: 0, new: 0 },
    { constraint: pair('old'), source: 3, target: 3, new: 0 },
    { constraint: pair('by_code'), source: 1, target: 5, new: 1, byCollation: 3 },
    { constraint: pair('named'), source: 2, target: 2, new: 0, declared: true },
  ],
  unique: [
    { key: 'PRIMARY', columns: [pair('id')], source: null, target: null, index: 'orders_pkey' },
    { key: 'mail', columns: [pair('mail')], source: 0, target: 2 },
    { key: 'code', columns: [pair('code')], source: null, target: null },
  ],
  ranges: [
    {
      column: pair('id'),
      source: { min: '1', max: '9', sum: '45' },
      target: { min: '1', max: '9', sum: '45' },
      same: true,
    },
    {
      column: pair('n'),
      source: { min: '1', max: '9', sum: '45' },
      target: { min: '1', max: '8', sum: '44' },
      same: false,
    },
    {
      column: pair('day'),
      source: { min: '2024-01-01', max: '2024-01-02' },
      target: { min: null, max: null },
      same: false,
    },
    {
      column: pair('born'),
      source: { min: 'hmac:01', max: 'hmac:02' },
      target: { min: 'hmac:01', max: 'hmac:03' },
      same: false,
    },
  ],
  differences: null,
  columns: [],
  samples: [],
}

const switched = (off: readonly string[]): CheckStates => {
  const states = checkNames.map((name) => [name, { state: off.includes(name) ? 'off' : 'checked' }])
  return Object.fromEntries(states) as CheckStates
}

describe('the lines of a check', () => {
  it('tell new orphans, old ones, and those of a collation', () => {
    expect(orphanLines(dataset)).toEqual([
      'orders: old: 3 at the source, 3 at the target',
      "orders: by_code: 1 at the source, 5 at the target: 1 new; 3 whose parent only the source's collation finds, as it does ABC for abc: no difference, but a join at the target does not find it",
      'orders: named (declared): 2 at the source, 2 at the target',
    ])
  })

  it('tell of keys that were counted', () => {
    expect(keyLines(dataset)).toEqual([
      'orders: mail: values that are there more than once: 0 at the source, 2 at the target',
      'orders: code: not counted, since an end cannot tell',
    ])
    expect(provedKeyLines(dataset)).toEqual(['orders: proved by an index of the target: PRIMARY (orders_pkey)'])
  })

  it('tell of ranges that differ', () => {
    expect(rangeLines(dataset)).toEqual([
      'orders.n: 1 to 9, sum 45 at the source; 1 to 8, sum 44 at the target',
      'orders.day: 2024-01-01 to 2024-01-02 at the source; no value at the target',
      'orders.born: masked hmac:01 to hmac:02 at the source; masked hmac:01 to hmac:03 at the target',
    ])
  })

  it('tell of ranges that are the same in one line', () => {
    expect(sameRangeLines(dataset)).toEqual(['orders: the same of id'])
    expect(sameRangeLines({ ...dataset, ranges: undefined })).toEqual([])
  })

  it('are in the report, and figures that were not counted are not', () => {
    const summary: ValidationSummary = { schema: 'transload.validation/1', status: 'different', datasets: [dataset] }
    const report = validationMarkdown({ summary, source: 'a', target: 'b' })
    expect(report).toContain('## Orphans\n\n- orders: old: 3 at the source, 3 at the target\n')
    expect(report).toContain('## Keys\n\n- orders: mail:')
    expect(report).toContain('## Ranges\n\n- orders.n: 1 to 9, sum 45')
    expect(report).toContain('| `orders` | `public.orders` |  |  |')
  })
})

describe('validationVerdict', () => {
  it('names what was compared, where contents were not', () => {
    const summary: ValidationSummary = { schema: 'transload.validation/1', status: 'counted', datasets: [] }
    expect(validationVerdict({ ...summary, checks: switched(['orphans', 'unique', 'contents']) })).toBe(
      'Nothing differs in what was compared (schema, rows, nulls, ranges); values were not compared one by one',
    )
    const sampled: DatasetValidation = {
      ...dataset,
      differences: { missing: 0, extra: 0, changed: 0 },
      way: { mode: 'ordered', reason: 'why', ranges: { total: 20, compared: 3, equal: 0, rowsRead: 0 } },
    }
    expect(validationVerdict({ ...summary, datasets: [sampled], checks: switched(['schema', 'nulls']) })).toBe(
      'Nothing differs in what was compared (rows, orphans, unique, ranges, a sample of the contents); not every value was compared',
    )
    expect(validationVerdict({ ...summary, status: 'equal', checks: switched(['orphans']) })).toBe(
      'Equal: every value of every row',
    )
    expect(validationVerdict(summary)).toContain('Counts agree')
  })
})
