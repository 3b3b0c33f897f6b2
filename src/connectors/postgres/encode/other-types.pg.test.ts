import { it } from 'vitest'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import { describeEngines } from '../../../../test/support/engines/describe-engines.ts'
import { expectTypes, int, misfit, same, type TypeCases } from '../../../../test/support/postgres/expect-types.ts'

const notJson = { code: 'TL_D408' }
const text: CanonicalType = { kind: 'text' }
const decimal: CanonicalType = { kind: 'decimal' }
const stamp = (precision: number): CanonicalType => ({ kind: 'timestamp', precision })
const moment = (precision: number): CanonicalType => ({ kind: 'instant', precision })
const mood: CanonicalType = { kind: 'enum', labels: ['sad', 'ok', 'größe'] }
const flags: CanonicalType = { kind: 'set', labels: ['a', 'b', 'c'] }
const list = (of: CanonicalType): CanonicalType => ({ kind: 'array', of })

const types = `CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad', 'ok', 'größe');
  CREATE TYPE small_mood AS ENUM ('sad'); CREATE TYPE letter AS ENUM ('a', 'b');
  CREATE DOMAIN loud AS varchar(5) CHECK (VALUE = upper(VALUE)); CREATE DOMAIN shout AS loud`

const matrix: readonly TypeCases[] = [
  {
    type: text,
    to: 'text',
    cases: [
      ['', ''],
      ['日本語 🎉 \t\\N', '日本語 🎉 \t\\N'],
      ['a\u0000b', { code: 'TL_D405' }],
    ],
  },
  {
    type: text,
    to: 'varchar(3)',
    cases: [
      ['größe', misfit],
      ['grö', 'grö'],
      ['🎉🎉🎉', '🎉🎉🎉'],
      ['abc ', misfit],
    ],
  },
  { type: { kind: 'text', maxLength: 3 }, to: 'varchar(3)', cases: same('🎉🎉🎉') },
  {
    type: text,
    to: 'char(4)',
    cases: [
      ['ab', 'ab'],
      ['abcde', misfit],
    ],
  },
  { type: text, to: 'citext', cases: same('MiXed') },
  {
    type: text,
    to: 'mood',
    cases: [
      ['größe', 'größe'],
      ['angry', { code: 'TL_D407' }],
    ],
  },
  {
    type: text,
    to: 'shout',
    cases: [
      ['AB', 'AB'],
      ['ab', { code: 'TL_D409' }],
      ['ABCDEF', misfit],
    ],
  },
  {
    type: text,
    to: 'jsonb',
    cases: [
      ['{"a":1}', '{"a": 1}'],
      ['nope', notJson],
    ],
  },
  {
    type: text,
    to: 'xml',
    cases: [
      ['<a>ö</a>', '<a>ö</a>'],
      ['<a>', { code: 'TL_D409' }],
    ],
  },
  {
    type: text,
    to: 'uuid',
    cases: [
      ['A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
      ['a0ee', misfit],
    ],
  },
  {
    type: text,
    to: 'inet',
    cases: [
      ['::1', '::1/128'],
      ['1.2.3', misfit],
    ],
  },
  {
    type: { kind: 'bytes' },
    to: 'bytea',
    cases: [
      ['00ff5c', '\\x00ff5c'],
      ['', '\\x'],
    ],
  },
  {
    type: { kind: 'bytes' },
    to: 'uuid',
    cases: [
      ['a0eebc999c0b4ef8bb6d6bb9bd380a11', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
      ['00', misfit],
    ],
  },
  {
    type: { kind: 'date' },
    to: 'date',
    cases: same('2000-01-01', '0001-01-01', '9999-12-31', '1999-12-31', 'infinity', '-infinity'),
  },
  {
    type: { kind: 'date' },
    to: 'timestamp',
    cases: [
      ['1999-12-31', '1999-12-31 00:00:00'],
      ['infinity', 'infinity'],
      ['9999-12-31', '9999-12-31 00:00:00'],
    ],
  },
  { type: { kind: 'time', precision: 6 }, to: 'time', cases: same('00:00:00', '23:59:59.999999', '24:00:00') },
  {
    type: { kind: 'time', precision: 6 },
    to: 'time(2)',
    cases: [
      ['01:02:03.450000', '01:02:03.45'],
      ['01:02:03.456000', misfit],
    ],
  },
  { type: { kind: 'time', precision: 6 }, to: 'interval', cases: [['23:59:59.5', 'PT23H59M59.5S']] },
  {
    type: stamp(6),
    to: 'timestamp',
    cases: same(
      '1999-12-31 23:59:59.999999',
      '0001-01-01 00:00:00',
      '9999-12-31 23:59:59.999999',
      'infinity',
      '-infinity',
    ),
  },
  {
    type: stamp(6),
    to: 'timestamp(3)',
    cases: [
      ['2020-01-01 00:00:00.123000', '2020-01-01 00:00:00.123'],
      ['2020-01-01 00:00:00.123400', misfit],
      ['1970-01-01 00:00:00.001000', '1970-01-01 00:00:00.001'],
      ['1970-01-01 00:00:00.000001', misfit],
    ],
  },
  { type: stamp(0), to: 'timestamp(0)', cases: same('2020-02-29 12:00:00') },
  { type: stamp(6), to: 'timestamptz', cases: [['2020-01-01 00:00:00', '2020-01-01 00:00:00+00']] },
  { type: moment(6), to: 'timestamptz', cases: [['2020-06-01 12:00:00.5+00', '2020-06-01 12:00:00.5+00']] },
  { type: moment(3), to: 'timestamptz(3)', cases: [['2020-06-01 12:00:00.500+00', '2020-06-01 12:00:00.5+00']] },
  {
    type: { kind: 'interval', precision: 6 },
    to: 'interval',
    cases: [
      ['PT838H59M59S', 'PT838H59M59S'],
      ['-P1M2DT3H', 'P-1M-2DT-3H'],
      ['P1Y2M', 'P1Y2M'],
      ['PT-0.5S', 'PT-0.5S'],
      ['P-1DT1S', 'P-1DT1S'],
    ],
  },
  {
    type: { kind: 'interval', precision: 6 },
    to: 'interval(2)',
    cases: [
      ['PT0.25S', 'PT0.25S'],
      ['PT0.255S', misfit],
    ],
  },
  { type: { kind: 'interval', precision: 6 }, to: 'text', cases: same('PT838H59M59S') },
  { type: { kind: 'uuid' }, to: 'uuid', cases: same('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11') },
  { type: { kind: 'uuid' }, to: 'text', cases: same('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11') },
  { type: { kind: 'uuid' }, to: 'char(36)', cases: same('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11') },
  {
    type: { kind: 'uuid' },
    to: 'bytea',
    cases: [['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\\xa0eebc999c0b4ef8bb6d6bb9bd380a11']],
  },
  { type: { kind: 'bits', length: 10 }, to: 'bit(10)', cases: same('1010000001') },
  { type: { kind: 'bits', length: 10 }, to: 'bit(9)', cases: [['1010000001', misfit]] },
  { type: { kind: 'bits', length: 10 }, to: 'varbit(12)', cases: same('1010000001') },
  { type: { kind: 'bits', length: 64 }, to: 'bit varying', cases: same('1'.repeat(64)) },
  {
    type: { kind: 'bits', length: 1 },
    to: 'boolean',
    cases: [
      ['1', 'true'],
      ['0', 'false'],
    ],
  },
  { type: mood, to: 'mood', cases: same('sad', 'größe') },
  {
    type: mood,
    to: 'small_mood',
    cases: [
      ['ok', { code: 'TL_D407' }],
      ['sad', 'sad'],
    ],
  },
  { type: mood, to: 'varchar(5)', cases: same('größe') },
  {
    type: flags,
    to: 'text[]',
    cases: [
      ['', '{}'],
      ['a', '{a}'],
      ['a,b,c', '{a,b,c}'],
    ],
  },
  {
    type: flags,
    to: 'letter[]',
    cases: [
      ['a,b', '{a,b}'],
      ['a,c', { code: 'TL_D407' }],
    ],
  },
  { type: flags, to: 'text', cases: same('a,b', '') },
  { type: { kind: 'json' }, to: 'json', cases: [...same('{"b": 1,  "a": 1.0}', 'null'), ['{', notJson]] },
  {
    type: { kind: 'json' },
    to: 'jsonb',
    cases: [
      ['{"b": 1,  "a": 1.0}', '{"a": 1.0, "b": 1}'],
      ['{"a": "\\u0000"}', notJson],
    ],
  },
  { type: { kind: 'document' }, to: 'jsonb', cases: [['{"a":{"$numberLong":"5"}}', '{"a": {"$numberLong": "5"}}']] },
  { type: { kind: 'json' }, to: 'text', cases: same('{"b":  1}') },
  {
    type: { kind: 'inet' },
    to: 'inet',
    cases: [
      ['10.1.2.3', '10.1.2.3/32'],
      ['fe80::1', 'fe80::1/128'],
      ['::ffff:1.2.3.4', '::ffff:1.2.3.4/128'],
      ...same('10.1.2.3/8', '2001:db8::/32'),
      ['nonsense', misfit],
    ],
  },
  {
    type: { kind: 'inet' },
    to: 'cidr',
    cases: [
      ['10.0.0.0/8', '10.0.0.0/8'],
      ['10.1.0.0/8', misfit],
      ['2001:db8::/32', '2001:db8::/32'],
    ],
  },
  { type: { kind: 'inet' }, to: 'text', cases: same('10.1.2.3') },
  {
    type: list(int(32)),
    to: 'integer[]',
    cases: [
      ['[1,null,-3]', '{1,NULL,-3}'],
      ['[]', '{}'],
      ['[3000000000]', misfit],
      ['{}', misfit],
    ],
  },
  {
    type: list(decimal),
    to: 'numeric(12,2)[]',
    cases: [
      ['[12345678901234567890.5]', misfit],
      ['["1.50", 2]', '{1.50,2.00}'],
    ],
  },
  { type: list(text), to: 'text[]', cases: [['["a,b","\\"","NULL",null,""]', '{"a,b","\\"","NULL",NULL,""}']] },
  { type: list({ kind: 'bool' }), to: 'boolean[]', cases: [['[true,false]', '{t,f}']] },
  { type: { kind: 'objectId' }, to: 'bytea', cases: [['507f1f77bcf86cd799439011', '\\x507f1f77bcf86cd799439011']] },
  { type: { kind: 'objectId' }, to: 'char(24)', cases: same('507f1f77bcf86cd799439011') },
]

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], `what ${engine} makes of texts, times and the rest`, () => {
    it(`is what was sent, or the row is rejected (${matrix.length} pairs of types)`, () =>
      expectTypes(engine, matrix, types))
  })
}
