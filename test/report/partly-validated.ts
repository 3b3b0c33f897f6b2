import type { DatasetValidation, ValidationSummary } from '../../src/model/run-summary.ts'
import type { Difference } from '../../src/validate/difference.ts'

const pair = (name: string): { from: string; to: string } => ({ from: name, to: name })
const checked = { state: 'checked' } as const

const base: Omit<DatasetValidation, 'from' | 'to'> = {
  sourceRows: 2_000,
  targetRows: 2_000,
  nulls: [{ column: pair('id'), source: 0, target: 0 }],
  orphans: [],
  unique: [
    { key: 'PRIMARY', columns: [pair('id')], source: null, target: null, index: 'a_very_long_name_of_a_key_pkey' },
  ],
  differences: { missing: 0, extra: 0, changed: 0 },
  schema: [],
  way: { mode: 'ordered', reason: 'both ends order the key alike' },
  reasons: [],
  columns: [{ from: 'id', to: 'id', strength: 'exact' }],
  samples: [],
}

/** Rows that kept changing, a sample, digests, masks, orphans by collation alone, and checks that were not made. */
export const partly: ValidationSummary = {
  schema: 'transload.validation/1',
  version: '0.1.0',
  status: 'different',
  source: 'mysql://db.example:3306/shop',
  target: 'postgres://pg.example:5432/shop',
  moments: [
    {
      at: '2026-11-22T17:03:11.000Z',
      source: 'gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:1-77',
      target: 'lsn:0/16B3748',
    },
    { at: '2026-11-22T17:04:11.000Z', source: null, target: 'lsn:0/16B3750' },
  ],
  checks: {
    schema: { state: 'impossible', reason: 'the target does not tell what its tables are like' },
    rows: checked,
    nulls: { state: 'off', reason: 'switched off' },
    orphans: checked,
    unique: checked,
    ranges: checked,
    contents: checked,
  },
  datasets: [
    {
      ...base,
      from: 'customers',
      to: 'public.customers',
      schema: undefined,
      differences: { missing: 0, extra: 0, changed: 2 },
      reasons: [{ reason: 'VALUE', column: 'email', count: 2 }],
      columns: [...base.columns, { from: 'email', to: 'email', strength: 'exact' }],
      ranges: [
        {
          column: pair('born'),
          source: { min: 'hmac:0123456789abcdef', max: 'hmac:fedcba9876543210' },
          target: { min: 'hmac:0123456789abcdee', max: 'hmac:fedcba9876543210' },
          same: false,
        },
        {
          column: pair('balance'),
          source: { min: '-1.50', max: '9', sum: '12345678901234567890.25' },
          target: { min: '-1.5', max: '9', sum: '12345678901234567890.25' },
          same: true,
        },
      ],
    },
    {
      ...base,
      from: 'events',
      to: 'public.events',
      sourceRows: 600_000,
      targetRows: 600_000,
      way: {
        mode: 'ordered',
        reason: 'both ends order the key alike',
        ranges: { total: 128, compared: 3, equal: 0, rowsRead: 0 },
      },
    },
    {
      ...base,
      from: 'orders',
      to: 'public.orders',
      way: { mode: 'digest', reason: 'asked for', ranges: { total: 16, compared: 16, equal: 15, rowsRead: 147 } },
      columns: [
        { from: 'id', to: 'id', strength: 'exact', digested: true },
        { from: 'doc', to: 'doc', strength: 'normalised', reason: 'spacing means nothing' },
      ],
      orphans: [
        { constraint: pair('by_user'), source: 0, target: 3, new: 0, byCollation: 3 },
        { constraint: pair('orders.shop -> shops.id'), source: 1, target: 1, new: 0, declared: true },
      ],
    },
    { ...base, from: 'hot', to: 'public.hot', sourceRows: null, targetRows: null, transient: 2 },
  ],
  coverage: ['Views, triggers, routines, grants and comments were not compared.'],
}

const masked = (hash: string) => ({ masked: `hmac:${hash}` })

/** What its `differences.ndjson` has. */
export const partlyFound: readonly Difference[] = [
  {
    from: 'customers',
    to: 'public.customers',
    key: { id: '5' },
    reason: 'VALUE',
    column: 'email',
    source: masked('0123456789abcdef'),
    target: masked('0123456789abcdee'),
  },
  {
    from: 'customers',
    to: 'public.customers',
    key: { id: '6' },
    reason: 'VALUE',
    column: 'email',
    source: masked('0123456789abcded'),
    target: null,
  },
  ...['1', '2'].map((id): Difference => {
    return {
      from: 'hot',
      to: 'public.hot',
      key: { id },
      reason: 'VALUE',
      column: 'n',
      source: { text: '922' },
      target: { text: '0' },
      transient: true,
    }
  }),
]
