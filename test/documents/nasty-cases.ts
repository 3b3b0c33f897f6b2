import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  serialize,
  Timestamp,
  UUID,
} from 'bson'
import { int32Bytes, int64Bytes, rawArray, rawDocument, rawElement, rawString } from '../support/raw-bson.ts'
import type { Documents } from './document-world.ts'

/** Values of a row by column: the server's text; of JSON what it says, with numbers as such. NULLs are left out. */
export type ExpectedRow = { readonly [column: string]: unknown }

/** Documents that are hard to hold, and what becomes of them. */
export interface NastyCase {
  /** Numbers of the list of nasty inputs. */
  readonly of: string
  readonly title: string
  readonly documents: Documents
  /** By what comes behind the collection's name: the empty text is its own table. */
  readonly tables: { readonly [suffix: string]: readonly ExpectedRow[] }
  /** By `column rule`; absent: none. */
  readonly losses?: { readonly [columnAndRule: string]: number }
}

const int = (value: number): Int32 => new Int32(value)
const id = (value: number): Buffer => rawElement(16, '_id', int32Bytes(value))
const values = (all: readonly unknown[]): object[] => all.map((v, place) => ({ _id: int(place), v }))
const rowsOf = (all: readonly unknown[]): ExpectedRow[] => all.map((v, place) => ({ _id: String(place), v }))
const same = (of: string, title: string, all: readonly unknown[], texts: readonly unknown[]): NastyCase => {
  return { of, title, documents: values(all), tables: { '': rowsOf(texts) } }
}
const sixteen = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
const oid = '65f000000000000000000001'
const greatest = `${'9'.repeat(34)}${'0'.repeat(6111)}`
const dates = [-62_167_219_200_000n, 253_402_300_800_000n, -(2n ** 63n), 2n ** 63n - 1n, -1n]
const long = 'x'.repeat(300)

function deep(depth: number): unknown {
  let value: unknown = int(1)
  for (let level = 0; level < depth; level++) value = { d: value }
  return value
}

export const nastyCases: readonly NastyCase[] = [
  {
    of: '1',
    title: 'keys of many types are each there once',
    documents: [
      { _id: int(1) },
      { _id: 'a' },
      { _id: new ObjectId(oid) },
      { _id: new UUID('00112233-4455-6677-8899-aabbccddeeff') },
      { _id: { a: int(1) } },
    ],
    tables: {
      '': [
        { _id: '"a"' },
        { _id: '{"$binary":{"base64":"ABEiM0RVZneImaq7zN3u/w==","subType":"04"}}' },
        { _id: '{"$numberInt":"1"}' },
        { _id: `{"$oid":"${oid}"}` },
        { _id: '{"a":{"$numberInt":"1"}}' },
      ],
    },
  },
  {
    of: '2',
    title: 'the order of a key’s fields is part of it',
    documents: [{ _id: { a: int(1), b: int(2) } }, { _id: { b: int(2), a: int(1) } }],
    tables: {
      '': [
        { _id: '{"a":{"$numberInt":"1"},"b":{"$numberInt":"2"}}' },
        { _id: '{"b":{"$numberInt":"2"},"a":{"$numberInt":"1"}}' },
      ],
    },
  },
  {
    of: '3',
    title: 'numbers of three types are one number',
    documents: [{ _id: int(1) }, { _id: new Long(2) }, { _id: new Double(3) }],
    tables: { '': [{ _id: '1' }, { _id: '2' }, { _id: '3' }] },
  },
  {
    of: '4',
    title: 'keys that are hardly any are told apart',
    documents: [
      { _id: null },
      { _id: new Double(Number.NaN) },
      { _id: new Double(-0) },
      { _id: new MinKey() },
      { _id: new MaxKey() },
    ],
    tables: {
      '': [
        { _id: 'null' },
        { _id: '{"$maxKey":1}' },
        { _id: '{"$minKey":1}' },
        { _id: '{"$numberDouble":"-0.0"}' },
        { _id: '{"$numberDouble":"NaN"}' },
      ],
    },
  },
  same(
    '9',
    'integers of 64 bits',
    [new Long(2n ** 53n + 1n), new Long(-(2n ** 63n)), new Long(2n ** 63n - 1n)],
    ['9007199254740993', '-9223372036854775808', '9223372036854775807'],
  ),
  same(
    '10, 11, 12',
    'doubles at their ends',
    [1e-7, 5e-324, 1.7e308, Number.NaN, Number.NEGATIVE_INFINITY, -0].map((one) => new Double(one)),
    ['1e-07', '5e-324', '1.7e+308', 'NaN', '-Infinity', '-0'],
  ),
  {
    ...same(
      '13, 14, 15',
      'decimals at their ends',
      ['9.999999999999999999999999999999999E+6144', '1E+3', '1000', '1.50', 'NaN', 'Infinity', '-0'].map((one) =>
        Decimal128.fromString(one),
      ),
      [greatest, '1000', '1000', '1.50', 'NaN', 'Infinity', '0'],
    ),
    losses: { 'v decimal-exponent': 3 },
  },
  {
    of: '16, 17',
    title: 'dates that others do not have',
    documents: dates.map((ms, place) => rawDocument(id(place), rawElement(9, 'v', int64Bytes(ms)))),
    tables: {
      '': [
        { _id: '0', v: '0001-01-01 00:00:00+00 BC' },
        { _id: '1', v: '10000-01-01 00:00:00+00' },
        { _id: '2', _rest: { v: { $date: -(2 ** 63) } } },
        { _id: '3', _rest: { v: { $date: 2 ** 63 } } },
        { _id: '4', v: '1969-12-31 23:59:59.999+00' },
      ],
    },
    losses: { 'v type-drift': 2 },
  },
  same(
    '18, 19',
    'timestamps with their increment, and the one that a server would fill',
    [
      new Timestamp({ t: 0, i: 0 }),
      new Timestamp({ t: 1_700_000_000, i: 1 }),
      new Timestamp({ t: 1_700_000_000, i: 2 }),
    ],
    ['0', '7301444403200000001', '7301444403200000002'],
  ),
  same(
    '20',
    'the same bytes as UUID and as legacy UUID are two values',
    [new Binary(sixteen, 4), new Binary(sixteen, 3)],
    ['04', '03'].map((subType) => ({ $binary: { base64: 'ABEiM0RVZneImaq7zN3u/w==', subType } })),
  ),
  same(
    '21, 43',
    'bytes of any subtype, none at all, and what is encrypted',
    [new Binary(Buffer.of(1, 2), 128), new Binary(Buffer.alloc(0)), new Binary(Buffer.alloc(3, 9), 6)],
    [String.raw`\x0102`, String.raw`\x`, String.raw`\x090909`],
  ),
  {
    of: '22',
    title: 'a NUL is taken out of text wherever it stands, and the batch goes over',
    documents: [
      { _id: int(1), v: 'a\0b', o: { x: 'c\0d' }, l: ['e\0f'] },
      { _id: int(2), v: 'plain', o: { x: 'y' }, l: ['z'] },
    ],
    tables: {
      '': [
        { _id: '1', v: 'ab', o_x: 'cd' },
        { _id: '2', v: 'plain', o_x: 'y' },
      ],
      _l: [
        { ordinal: '1', value: 'ef', id: '1' },
        { ordinal: '1', value: 'z', id: '2' },
      ],
    },
    losses: { 'v document-nul-removed': 1, 'o.x document-nul-removed': 1, 'l[].$value document-nul-removed': 1 },
  },
  {
    of: '23',
    title: 'bytes that are no UTF-8 are replaced',
    documents: [
      rawDocument(id(1), rawElement(2, 'v', rawString(Buffer.of(0x61, 0xff, 0x62)))),
      rawDocument(id(2), rawElement(2, 'v', rawString('ok'))),
    ],
    tables: {
      '': [
        { _id: '1', v: 'a\ufffdb' },
        { _id: '2', v: 'ok' },
      ],
    },
    losses: { 'v document-text-replaced': 1 },
  },
  same(
    '24, 41',
    'text stays text',
    ['😀', '007', '1e5', '0x10', 'NaN', 'true', '2024-01-01'],
    ['😀', '007', '1e5', '0x10', 'NaN', 'true', '2024-01-01'],
  ),
  same(
    '25',
    'regular expressions with their options, valid or not',
    [new BSONRegExp('a', 'imsx'), new BSONRegExp('a(', '')],
    [{ $regularExpression: { pattern: 'a', options: 'imsx' } }, { $regularExpression: { pattern: 'a(', options: '' } }],
  ),
  {
    of: '26',
    title: 'types that are deprecated, in an array',
    documents: [
      { _id: int(1), v: [new BSONSymbol('s'), new Code('f()'), new Code('g()', { a: int(1) }), new MinKey()] },
      rawDocument(
        id(2),
        rawElement(
          4,
          'v',
          rawArray(
            { type: 6, bytes: Buffer.alloc(0) },
            { type: 12, bytes: Buffer.concat([rawString('db.c'), Buffer.alloc(12, 7)]) },
          ),
        ),
      ),
    ],
    tables: {
      '': [
        { _id: '1', v: [{ $symbol: 's' }, { $code: 'f()' }, { $code: 'g()', $scope: { a: 1 } }, { $minKey: 1 }] },
        { _id: '2', v: [{ $undefined: true }, { $dbPointer: { $ref: 'db.c', $id: { $oid: '07'.repeat(12) } } }] },
      ],
    },
  },
  {
    of: '27',
    title: 'a reference with more fields than it has',
    documents: [
      rawDocument(id(1), rawElement(3, 'r', serialize({ $ref: 'x', $id: new ObjectId(oid), $db: 'd', extra: 'e' }))),
      rawDocument(id(2), rawElement(3, 'r', serialize({ $ref: 'y', $id: new ObjectId(oid) }))),
    ],
    tables: {
      '': [
        { _id: '1', r_ref: 'x', r_id: oid, r_db: 'd', r_extra: 'e' },
        { _id: '2', r_ref: 'y', r_id: oid },
      ],
    },
  },
  {
    of: '28',
    title: 'null, undefined and nothing',
    documents: [
      { _id: int(1), v: null },
      { _id: int(2) },
      rawDocument(id(3), rawElement(6, 'v')),
      { _id: int(4), v: 'x' },
    ],
    tables: {
      '': [{ _id: '1' }, { _id: '2' }, { _id: '3', _rest: { v: { $undefined: true } } }, { _id: '4', v: 'x' }],
    },
    losses: { 'v type-drift': 1 },
  },
  {
    of: '29',
    title: 'empty documents and arrays, and names that are none',
    documents: [
      { _id: int(1), d: {}, a: [], '': 'empty', '  ': 'blank' },
      { _id: int(2), d: { x: int(1) }, a: [int(1)] },
    ],
    tables: {
      '': [
        { _id: '1', blank: 'empty', blank_6c179f21: 'blank' },
        { _id: '2', d_x: '1' },
      ],
      _a: [{ ordinal: '1', value: '1', id: '2' }],
    },
  },
  {
    of: '30',
    title: 'names that would be the same column',
    documents: [
      { _id: int(1), 'a.b': 'dot', a: { b: 'nested' }, a__b: 'two', A: 'upper', $x: 'dollar', x: 'x', a_b: 'one' },
    ],
    tables: {
      '': [
        {
          _id: '1',
          a_b_49ef7f86: 'dot',
          a_b_2e7336dc: 'nested',
          a__b: 'two',
          A: 'upper',
          x_3bb78ecb: 'dollar',
          x: 'x',
          a_b: 'one',
        },
      ],
    },
  },
  {
    of: '31',
    title: 'a field that is there twice, the key too',
    documents: [
      rawDocument(id(1), rawElement(16, 'v', int32Bytes(1)), rawElement(16, 'v', int32Bytes(2)), id(9)),
      { _id: int(2), v: int(3) },
    ],
    tables: {
      '': [
        { _id: '1', v: '1', _rest: { v: 2, _id: 9 } },
        { _id: '2', v: '3' },
      ],
    },
    losses: { 'v duplicate-field': 1, '_id duplicate-field': 1 },
  },
  {
    of: '32',
    title: 'names of 300 bytes, two the same in their first 63, and one that objects have',
    documents: [{ _id: int(1), [long]: 'a', [`${long.slice(1)}y`]: 'b', ['é'.repeat(40)]: 'c', ['__proto__']: 'd' }],
    tables: {
      '': [
        {
          _id: '1',
          [`${'x'.repeat(54)}_0d4e2ca9`]: 'a',
          [`${'x'.repeat(54)}_d71979b4`]: 'b',
          [`${'é'.repeat(27)}_84fe2e03`]: 'c',
          proto: 'd',
        },
      ],
    },
  },
  same(
    '33',
    'a field that is now one thing and now another',
    [int(1), { a: int(1) }, [int(1)], 's'],
    [1, { a: 1 }, [1], 's'],
  ),
  {
    of: '35',
    title: 'arrays of arrays of documents, five deep',
    documents: [{ _id: int(1), a: [[[[[{ x: int(1) }, { x: int(2) }]]]], [[[[{ x: int(3) }]]]]] }],
    tables: {
      '': [{ _id: '1' }],
      _a: [{ ordinal: '1' }, { ordinal: '2' }].map((row) => ({ ...row, id: '1' })),
      _a_value_value_value_value: [
        ['1', '1', '1'],
        ['1', '2', '2'],
        ['2', '1', '3'],
      ].map(([a, ordinal, x]) => ({
        id: '1',
        a_ordinal: a,
        a_value_ordinal: '1',
        a_value_value_ordinal: '1',
        a_value_value_value_ordinal: '1',
        ordinal,
        x,
      })),
    },
  },
  same('36', 'an array of everything', [[int(1), 'a', null, { x: int(1) }, [int(2)]]], [[1, 'a', null, { x: 1 }, [2]]]),
  {
    of: '38',
    title: 'documents within a hundred others',
    documents: [{ _id: int(1), v: deep(98) }],
    tables: {
      '': [{ _id: '1', [`v${'_d'.repeat(8)}`]: JSON.parse(`${'{"d":'.repeat(90)}1${'}'.repeat(90)}`) as unknown }],
    },
  },
  same(
    '42',
    'GeoJSON that is none',
    [{ type: 'Point', coordinates: [new Double(Number.NaN), new Double(1)] }],
    [{ type: 'Point', coordinates: [{ $numberDouble: 'NaN' }, 1] }],
  ),
]
