import { describe, expect, it } from 'vitest'
import { type CheckName, checkNames, type CheckState, type CheckStates } from '../model/check.ts'
import type { DatasetValidation } from '../model/run-summary.ts'
import type { CheckOutcome } from './check-outcome.ts'
import { checksOf, datasetStatus } from './checks.ts'

const pair = (name: string): { from: string; to: string } => ({ from: name, to: name })
const none = { missing: 0, extra: 0, changed: 0 }

const equal: DatasetValidation = {
  from: 'orders',
  to: 'public.orders',
  sourceRows: 2_000,
  targetRows: 2_000,
  nulls: [{ column: pair('note'), source: 3, target: 3 }],
  orphans: [{ constraint: pair('by_user'), source: 1, target: 1, new: 0 }],
  unique: [{ key: 'PRIMARY', columns: [pair('id')], source: null, target: null, index: 'orders_pkey' }],
  ranges: [{ column: pair('id'), source: { min: '1', max: '9' }, target: { min: '1', max: '9' }, same: true }],
  differences: none,
  schema: [],
  way: { mode: 'ordered', reason: 'both ends order the key alike' },
  reasons: [],
  columns: [{ from: 'note', to: 'note', strength: 'exact' }],
  samples: [],
}
const counted: DatasetValidation = {
  ...equal,
  differences: null,
  way: undefined,
  columns: [{ from: 'note', to: 'note', strength: 'skipped', reason: 'its values were not compared one by one' }],
}
const ranges = { total: 20, compared: 3, equal: 0, rowsRead: 0 }
const sample: DatasetValidation = { ...equal, way: { mode: 'ordered', reason: 'both ends', ranges } }

function states(but: { readonly [name in CheckName]?: CheckState } = {}): CheckStates {
  const all = checkNames.map((name) => [name, but[name] ?? { state: 'checked' }])
  return Object.fromEntries(all) as CheckStates
}

function outcomes(dataset: DatasetValidation, checks?: CheckStates): { readonly [name: string]: CheckOutcome } {
  return Object.fromEntries(checksOf(dataset, checks).map(({ name, outcome }) => [name, outcome]))
}

const passed = { is: 'passed', note: undefined }

describe('a check that was not made', () => {
  const off: CheckState = { state: 'off', reason: 'switched off' }

  it.each(checkNames)('has not passed: %s', (name) => {
    const found = outcomes(counted, states({ [name]: off }))
    const cases: { readonly [check: string]: string } = { rows: 'row_count', contents: 'rows' }
    expect(found[cases[name] ?? name]).toEqual({ is: 'skipped', why: 'left out: switched off' })
    const several: { readonly [check: string]: string } = { orphans: 'orphans:', unique: 'unique:', ranges: 'range:' }
    const prefix = several[name] ?? 'nothing:'
    expect(Object.keys(found).filter((one) => one.startsWith(prefix))).toEqual([])
  })

  it('says which other one implies it, or why there can be none', () => {
    const checks = states({
      ranges: { state: 'implied', reason: 'every value is compared' },
      schema: { state: 'impossible', reason: 'the target does not tell' },
    })
    const found = outcomes(equal, checks)
    expect(found['ranges']).toEqual({ is: 'skipped', why: 'implied: every value is compared' })
    expect(found['schema']).toEqual({ is: 'skipped', why: 'impossible: the target does not tell' })
    expect(datasetStatus(equal, checks)).toBe('equal')
  })

  it('fails for nothing that another one has counted', () => {
    const found = { ...counted, targetRows: 1_999 }
    expect(datasetStatus(found, states({ rows: off }))).toBe('counted')
    expect(datasetStatus(found, states())).toBe('different')
  })
})

describe('orphans', () => {
  const orphansOf = (one: Omit<DatasetValidation['orphans'][number], 'constraint'>): CheckOutcome | undefined =>
    outcomes({ ...equal, orphans: [{ constraint: pair('by_user'), ...one }] })['orphans:by_user']

  it('fail where the target has new ones', () => {
    expect(orphansOf({ source: 1, target: 6, new: 2, byCollation: 3 })).toMatchObject({
      is: 'failed',
      reason: 'ORPHANS',
      message: '1 orphans at the source, 6 at the target: 2 new',
    })
    expect(orphansOf({ source: 1, target: 2 })?.is).toBe('failed')
  })

  it('pass where more have no parent only since a collation found it, and say so', () => {
    expect(orphansOf({ source: 1, target: 4, new: 0, byCollation: 3 })).toEqual({
      is: 'passed',
      note: "1 orphans at the source, 4 at the target: 3 whose parent only the source's collation finds, as it does ABC for abc: no difference, but a join at the target does not find it",
    })
    expect(orphansOf({ source: 4, target: 4, new: 0, byCollation: 0 })).toEqual(passed)
  })
})

describe('keys', () => {
  const keyOf = (one: { source: number | null; target: number | null; index?: string }): CheckOutcome | undefined =>
    outcomes({ ...equal, unique: [{ key: 'mail', columns: [pair('mail')], ...one }] })['unique:mail']

  it('are proved by an index, counted, or not known', () => {
    expect(keyOf({ source: null, target: null, index: 'by_mail' })).toEqual({
      is: 'passed',
      note: 'proved by the index by_mail of the target',
    })
    expect(keyOf({ source: 0, target: 0 })).toEqual(passed)
    expect(keyOf({ source: null, target: 0 })).toEqual({
      is: 'skipped',
      why: 'an end cannot tell what is there twice',
    })
  })

  it('fail where the target has more values twice than the source', () => {
    const said = 'values that are there more than once'
    expect(keyOf({ source: 1, target: 1_002 })).toMatchObject({
      is: 'failed',
      reason: 'NOT_UNIQUE',
      message: `${said}: 1 at the source, 1,002 at the target`,
    })
    expect(keyOf({ source: 5, target: 5 })).toEqual({
      is: 'passed',
      note: `${said}: 5 at the source, 5 at the target`,
    })
  })
})

describe('ranges', () => {
  const rangeOf = (one: Omit<NonNullable<DatasetValidation['ranges']>[number], 'column'>): CheckOutcome | undefined =>
    outcomes({ ...counted, ranges: [{ column: pair('n'), ...one }] })['range:n']

  it('fail where they are not the same, with both', () => {
    expect(
      rangeOf({ source: { min: '1', max: '9', sum: '45' }, target: { min: null, max: null, sum: null }, same: false }),
    ).toMatchObject({ is: 'failed', reason: 'RANGE', message: '1 to 9, sum 45 at the source; no value at the target' })
  })

  it('pass, and say that a sum could not be had', () => {
    const source = { min: '1', max: '9' }
    expect(rangeOf({ source, target: source, same: true })).toEqual(passed)
    expect(rangeOf({ source, target: { ...source, sum: '45' }, same: true })).toEqual({
      is: 'passed',
      note: 'its sum was not compared: it has too many digits for an end',
    })
  })
})

describe('a sample', () => {
  it('has passed nothing of what it saw a part of, and is not equal', () => {
    const found = outcomes(sample, states())
    const why = 'nothing differs in a sample: 3 of 20 ranges of rows'
    expect([found['rows'], found['column:note']]).toEqual([
      { is: 'skipped', why },
      { is: 'skipped', why },
    ])
    expect(datasetStatus(sample, states())).toBe('counted')
  })

  it('differs where a row does, or where rows that were counted do', () => {
    const changed = { ...sample, reasons: [{ reason: 'VALUE', column: 'note', count: 1 }] }
    expect(outcomes(changed, states())['column:note']).toMatchObject({ is: 'failed', reason: 'VALUE' })
    expect(datasetStatus({ ...sample, targetRows: 1_999 }, states())).toBe('different')
  })
})

describe('NULLs that were counted', () => {
  const nullsOf = (expected: number | null | undefined, target: number, more = counted): CheckOutcome | undefined =>
    outcomes({ ...more, nulls: [{ column: pair('note'), source: 3, target, expected }] }, states())['nulls']

  it('are compared with those that the mapping makes of them', () => {
    expect(nullsOf(5, 5)).toEqual({ is: 'passed' })
    expect(nullsOf(5, 3)).toMatchObject({
      is: 'failed',
      message: 'note: 3 NULLs at the source, 5 expected, 3 at the target',
    })
    expect(nullsOf(undefined, 4, sample)).toMatchObject({
      is: 'failed',
      message: 'note: 3 NULLs at the source, 4 at the target',
    })
  })

  it('are not judged where counting cannot tell what is expected', () => {
    expect(nullsOf(null, 4)).toEqual({
      is: 'skipped',
      why: 'note: 3 NULLs at the source, 4 at the target: the mapping may have made some of them',
    })
  })
})

describe('rows that kept changing', () => {
  const settling: DatasetValidation = { ...equal, transient: 5, targetRows: 1_998 }

  it('fail nothing, and are proved by nothing', () => {
    const found = outcomes(settling, states())
    expect(found['transient']).toEqual({
      is: 'skipped',
      why: '5 rows kept changing while they were looked at: nobody can tell whether they would agree',
    })
    expect(found['column:note']).toEqual({
      is: 'passed',
      note: '5 rows kept changing, and were not judged',
    })
    expect(found['row_count']).toEqual({
      is: 'skipped',
      why: '2,000 rows at the source, 1,998 at the target; 5 rows kept changing',
    })
    expect(datasetStatus(settling, states())).toBe('transient')
  })

  it('hide no difference', () => {
    expect(datasetStatus({ ...settling, differences: { ...none, missing: 1 } }, states())).toBe('different')
  })
})

describe('a comparison that was stopped', () => {
  it('has passed no column of which it has seen no difference', () => {
    const stopped = { ...equal, differences: { ...none, changed: 9, stopped: true }, way: sample.way }
    const reasons = [{ reason: 'VALUE', column: 'other', count: 9 }]
    const found = outcomes({
      ...stopped,
      reasons,
      columns: [...equal.columns, { ...pair('other'), strength: 'exact' }],
    })
    expect([found['rows']?.is, found['column:note']?.is]).toEqual(['skipped', 'skipped'])
    expect(found['column:other']).toMatchObject({ is: 'failed', message: '9 VALUE' })
  })
})

describe('what was not counted', () => {
  it('is no 0', () => {
    const found = outcomes({ ...counted, sourceRows: null, targetRows: null, nulls: [] }, states())
    expect([found['row_count'], found['nulls']]).toEqual([
      { is: 'skipped', why: 'rows were not counted' },
      { is: 'skipped', why: 'NULLs were not counted' },
    ])
  })
})
