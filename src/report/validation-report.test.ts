import { describe, expect, it } from 'vitest'
import type { ValidationSummary } from '../model/run-summary.ts'
import { validationMarkdown } from './validation-report.ts'

const different: ValidationSummary = {
  schema: 'transload.validation/1',
  version: '0.1.0',
  status: 'different',
  startedAt: '2026-11-22T17:03:11.000Z',
  finishedAt: '2026-11-22T17:04:12.500Z',
  seconds: 61.5,
  source: 'mysql://db/shop',
  target: 'postgres://pg/shop',
  unpaired: [{ from: 'log', to: 'public.log' }],
  coverage: ['Views, triggers, routines, grants and comments were not compared.', 'a|b was not compared: <none>.'],
  datasets: [
    {
      from: 'orders',
      to: 'public.orders',
      sourceRows: 2_000,
      targetRows: 1_999,
      nulls: [
        { column: { from: 'note', to: 'note' }, source: 10, target: 1_011 },
        { column: { from: 'at', to: 'at' }, source: 0, target: 0 },
      ],
      orphans: [],
      differences: { missing: 1, extra: 0, changed: 5_312 },
      schema: [{ kind: 'index', name: 'by_day', problem: 'is not there' }],
      way: { mode: 'ordered', reason: 'both ends order the key alike' },
      reasons: [
        { reason: 'TZ_SHIFT', column: 'created_at', detail: '-02:00', count: 5_312 },
        { reason: 'MISSING', count: 1 },
      ],
      declared: [{ column: 'note', rule: 'nul-byte-removed', count: 1 }],
      columns: [],
      samples: [
        {
          key: { id: '1' },
          column: 'created_at',
          source: { text: '2024-05-06 07:08:09' },
          target: { text: '2024-05-06 05:08:09' },
          reason: 'TZ_SHIFT',
        },
        { key: { id: '7' }, reason: 'MISSING' },
        { key: { id: '8' }, column: 'note', source: { text: '`|\u0007' }, target: null, reason: 'VALUE' },
        { key: { id: '8' }, column: 'code', source: null, target: { text: '' }, reason: 'NULL_VS_EMPTY' },
        {
          key: { id: '9' },
          column: 'raw',
          source: { base64: 'AAE=' },
          target: { text: 'x'.repeat(90) },
          reason: 'VALUE',
        },
        {
          key: { id: 'hmac:0123456789abcdef' },
          column: 'email',
          source: { masked: 'hmac:fedcba9876543210' },
          target: null,
          reason: 'VALUE',
        },
      ],
    },
  ],
}

const checked = { state: 'checked' } as const
const [orders] = different.datasets

/** Nothing differs, and not all of it was looked at. */
const inPart: ValidationSummary = {
  schema: 'transload.validation/1',
  status: 'transient',
  moments: [
    { at: '2026-11-22T17:03:11.000Z', source: 'gtid:3e11fa47:1-77', target: 'lsn:0/16B3748' },
    { at: '2026-11-22T17:04:11.000Z', source: null, target: null },
  ],
  checks: {
    schema: { state: 'impossible', reason: 'the target does not tell' },
    rows: { state: 'off', reason: 'switched off' },
    nulls: checked,
    orphans: checked,
    unique: checked,
    ranges: { state: 'implied', reason: 'every value is compared' },
    contents: checked,
  },
  datasets: [
    {
      ...orders!,
      sourceRows: null,
      targetRows: null,
      nulls: [],
      orphans: [
        { constraint: { from: 'by_user', to: 'by_user' }, source: 0, target: 3, new: 0, byCollation: 3 },
        { constraint: { from: 'a -> b', to: 'a -> b' }, source: 1, target: 1, new: 0, declared: true },
      ],
      unique: [
        { key: 'PRIMARY', columns: [], source: null, target: null, index: 'orders_pkey' },
        { key: 'orders.code', columns: [], source: 0, target: 0 },
      ],
      ranges: [
        {
          column: { from: 'id', to: 'id' },
          source: { min: '1', max: '9', sum: '45' },
          target: { min: '1', max: '9', sum: '45' },
          same: true,
        },
      ],
      differences: { missing: 0, extra: 0, changed: 0 },
      transient: 2,
      schema: undefined,
      way: { mode: 'ordered', reason: 'both ends', ranges: { total: 20, compared: 3, equal: 0, rowsRead: 0 } },
      reasons: [],
      declared: undefined,
      samples: [],
    },
    {
      ...orders!,
      from: 'events',
      to: 'public.events',
      nulls: [],
      differences: { missing: 0, extra: 0, changed: 0 },
      schema: undefined,
      way: { mode: 'digest', reason: 'asked for', ranges: { total: 16, compared: 16, equal: 16, rowsRead: 0 } },
      reasons: [],
      declared: undefined,
      columns: [
        { from: 'id', to: 'id', strength: 'exact', digested: true },
        { from: 'doc', to: 'doc', strength: 'normalised' },
      ],
      samples: [],
    },
  ],
}

describe('validationMarkdown', () => {
  it('says first what was found, then where and why, and last what is not proved', async () => {
    const error = { code: 'TL_V701', message: 'Source and target differ', hint: '' }
    const report = validationMarkdown({
      summary: different,
      source: 'mysql://db/shop',
      target: 'postgres://pg/shop',
      error,
    })
    await expect(report).toMatchFileSnapshot('golden/validation.md')
  })

  it('says what was left out, sampled, taken by digests, seen to change and not counted', async () => {
    const report = validationMarkdown({ summary: inPart, source: 'mysql://db/shop', target: 'postgres://pg/shop' })
    await expect(report).toMatchFileSnapshot('golden/validation-in-part.md')
  })

  it('leaves out what there is nothing to tell of', () => {
    const summary: ValidationSummary = { schema: 'transload.validation/1', status: 'equal', datasets: [] }
    expect(validationMarkdown({ summary, source: 'a', target: 'b' })).toBe(
      '# Equal: every value of every row\n\n|  |  |\n| --- | --- |\n| source | `a` |\n| target | `b` |\n',
    )
  })
})
