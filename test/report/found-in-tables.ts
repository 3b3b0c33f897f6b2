import type { Difference } from '../../src/validate/difference.ts'
import type { FoundInTable } from './written-validation.ts'

/** What would do something if it were taken for HTML, for an end of a script, or for an attribute. */
export const hostile = '</script><img src=x onerror="globalThis.wasRun = 1">\'"--><!--'

type Found = Omit<Difference, 'from' | 'to'>

const text = (value: string) => ({ text: value })

/** Twelve differences of as many reasons, in tables, columns and values that mean no good. */
export const twelve: readonly FoundInTable[] = [
  {
    from: 'customers',
    rows: 48_211,
    columns: ['id', 'name', 'city', 'note', 'nickname', hostile],
    skipped: [
      { from: 'place', to: 'place', reason: 'point and point have no form in common', isMissing: false },
      { from: '', to: 'loaded_at', reason: 'the source has no such column', isMissing: true },
    ],
    declared: [{ column: 'note', rule: 'nul-byte-removed', count: 3 }],
    differences: [
      {
        key: { id: '17' },
        reason: 'ENCODING',
        column: 'name',
        source: text('Zoé Lefèvre'),
        target: text('Zoe\u0301 Lefèvre'),
      },
      {
        key: { id: '205' },
        reason: 'PAD_STRIPPED',
        column: 'city',
        source: text('Straßburg  '),
        target: text('Straßburg'),
      },
      {
        key: { id: '311' },
        reason: 'NUL_REMOVED',
        column: 'note',
        source: text('a\0b\tc\nd'),
        target: text('ab\tc\nd'),
      },
      { key: { id: '312' }, reason: 'NULL_VS_EMPTY', column: 'note', source: null, target: text('') },
      {
        key: { id: '400' },
        reason: 'VALUE',
        column: 'nickname',
        source: text('zero\u200Bwidth \u202Eturned'),
        target: text('zerowidth turned'),
      },
      {
        key: { id: hostile },
        reason: 'VALUE',
        column: hostile,
        detail: hostile,
        source: text('harmless'),
        target: text(`${hostile}!`),
      },
    ],
  },
  {
    from: 'orders',
    rows: 200_317,
    columns: ['id', 'customer_id', 'total', 'created_at', 'data'],
    schema: [
      { kind: 'index', name: 'orders_by_day', problem: 'is not there' },
      { kind: 'default', name: 'total', problem: 'is 0, and 0.00 at the source' },
    ],
    differences: [
      {
        key: { id: '1' },
        reason: 'TZ_SHIFT',
        detail: '-02:00',
        column: 'created_at',
        source: text('2024-05-06 07:08:09'),
        target: text('2024-05-06 05:08:09'),
      },
      { key: { id: '2' }, reason: 'PRECISION_REDUCED', column: 'total', source: text('19.995'), target: text('19.99') },
      {
        key: { id: '3' },
        reason: 'JSON_ORDER',
        column: 'data',
        source: text('{"a": 1, "b": 2}'),
        target: text('{"b": 2, "a": 1}'),
      },
      { key: { id: '999' }, reason: 'MISSING' },
      { key: { id: '200318' }, reason: 'EXTRA' },
    ],
  },
  {
    from: 'pictures',
    rows: 902,
    columns: ['id', 'bytes'],
    differences: [
      {
        key: { id: '5' },
        reason: 'TRUNCATED',
        column: 'bytes',
        source: { base64: Buffer.from(Array.from({ length: 400 }, (_, i) => i % 256)).toString('base64') },
        target: { base64: Buffer.from(Array.from({ length: 396 }, (_, i) => i % 256)).toString('base64') },
      },
    ],
  },
  { from: 'countries', rows: 249, columns: ['code', 'name', 'continent'] },
]

/** 100,000 differences of three tables, of which few are of a kind of their own. */
export function manyTables(): readonly FoundInTable[] {
  return [
    { from: 'events', rows: 2_000_000, columns: ['id', 'at', 'kind', 'payload'], differences: shifted(89_990) },
    { from: 'readings', rows: 500_000, columns: ['id', 'value'], differences: rounded(10_000) },
    { from: 'users', rows: 12_000, columns: ['id', 'name'], differences: renamed(10) },
  ]
}

function* shifted(count: number): Generator<Found> {
  for (let id = 1; id <= count; id++) {
    const at = new Date(1_700_000_000_000 + id * 61_000).toISOString()
    const before = new Date(1_700_000_000_000 + id * 61_000 - 7_200_000).toISOString()
    yield {
      key: { id: `${id}` },
      reason: 'TZ_SHIFT',
      detail: '-02:00',
      column: 'at',
      source: text(at),
      target: text(before),
    }
  }
}

function* rounded(count: number): Generator<Found> {
  for (let id = 1; id <= count; id++) {
    yield {
      key: { id: `${id}` },
      reason: 'PRECISION_REDUCED',
      column: 'value',
      source: text(`${id}.125`),
      target: text(`${id}.13`),
    }
  }
}

function* renamed(count: number): Generator<Found> {
  for (let id = 1; id <= count; id++) {
    yield {
      key: { id: `${id}` },
      reason: 'CASE_FOLD',
      column: 'name',
      source: text(`User ${id}`),
      target: text(`user ${id}`),
    }
  }
}

/** Everything is as it was. */
export const equal: readonly FoundInTable[] = [
  {
    from: 'customers',
    rows: 48_211,
    columns: ['id', 'name', 'city', 'note', 'data'],
    declared: [{ column: 'note', rule: 'nul-byte-removed', count: 3 }],
  },
  { from: 'orders', rows: 200_317, columns: ['id', 'customer_id', 'total', 'created_at', 'data'] },
]
