import { expect, it } from 'vitest'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { createDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { never, openTarget, WriterWorld } from '../../../test/support/postgres/writer-world.ts'

/** A value in canonical text, and how the server prints the column then; a code where the row is to be rejected. */
type Case = readonly [value: string, printed: string | { readonly code: string }]

interface TypeCases {
  readonly type: CanonicalType
  readonly to: string
  readonly cases: readonly Case[]
}

const misfit = { code: 'TL_D402' }
const notJson = { code: 'TL_D408' }
const same = (...values: readonly string[]): Case[] => values.map((value) => [value, value])
const int = (bits: 8 | 16 | 32 | 64, signed = true): CanonicalType => ({ kind: 'int', bits, signed })
const text: CanonicalType = { kind: 'text' }
const decimal: CanonicalType = { kind: 'decimal' }
const f32: CanonicalType = { kind: 'float32' }
const f64: CanonicalType = { kind: 'float64' }
const stamp = (precision: number): CanonicalType => ({ kind: 'timestamp', precision })
const moment = (precision: number): CanonicalType => ({ kind: 'instant', precision })
const mood: CanonicalType = { kind: 'enum', labels: ['sad', 'ok', 'größe'] }
const flags: CanonicalType = { kind: 'set', labels: ['a', 'b', 'c'] }
const list = (of: CanonicalType): CanonicalType => ({ kind: 'array', of })

const matrix: readonly TypeCases[] = [
  { type: { kind: 'bool' }, to: 'boolean', cases: same('true', 'false') },
  {
    type: { kind: 'bool' },
    to: 'smallint',
    cases: [
      ['true', '1'],
      ['false', '0'],
    ],
  },
  { type: { kind: 'bool' }, to: 'bigint', cases: [['true', '1']] },
  { type: { kind: 'bool' }, to: 'text', cases: same('true', 'false') },
  { type: int(8), to: 'smallint', cases: same('-128', '127', '0') },
  { type: int(8, false), to: 'smallint', cases: same('255') },
  {
    type: int(8),
    to: 'boolean',
    cases: [
      ['1', 'true'],
      ['0', 'false'],
      ['2', misfit],
      ['-1', misfit],
    ],
  },
  {
    type: int(64),
    to: 'boolean',
    cases: [
      ['1', 'true'],
      ['256', misfit],
    ],
  },
  {
    type: int(16, false),
    to: 'smallint',
    cases: [
      ['32767', '32767'],
      ['32768', misfit],
    ],
  },
  { type: int(16), to: 'integer', cases: same('-32768', '32767') },
  {
    type: int(32),
    to: 'smallint',
    cases: [
      ['-32768', '-32768'],
      ['-32769', misfit],
      ['32768', misfit],
    ],
  },
  { type: int(32), to: 'bigint', cases: same('-2147483648', '-1', '2147483647') },
  {
    type: int(32, false),
    to: 'integer',
    cases: [
      ['2147483647', '2147483647'],
      ['2147483648', misfit],
    ],
  },
  { type: int(32, false), to: 'bigint', cases: same('4294967295', '2147483648') },
  { type: int(64), to: 'bigint', cases: same('-9223372036854775808', '9223372036854775807', '-1') },
  {
    type: int(64, false),
    to: 'bigint',
    cases: [
      ['9223372036854775807', '9223372036854775807'],
      ['9223372036854775808', misfit],
    ],
  },
  {
    type: int(64),
    to: 'integer',
    cases: [
      ['-2147483648', '-2147483648'],
      ['2147483648', misfit],
      ['-2147483649', misfit],
    ],
  },
  {
    type: int(64, false),
    to: 'integer',
    cases: [
      ['4294967295', misfit],
      ['18446744073709551615', misfit],
      ['5', '5'],
    ],
  },
  {
    type: int(64),
    to: 'smallint',
    cases: [
      ['-32768', '-32768'],
      ['32768', misfit],
      ['-65536', misfit],
    ],
  },
  {
    type: int(64, false),
    to: 'numeric(20,0)',
    cases: same('18446744073709551615', '0', '10000', '100000000', '99999999', '1000000000000'),
  },
  { type: int(64), to: 'numeric', cases: same('-9223372036854775808', '9223372036854775807', '-10000') },
  {
    type: int(64),
    to: 'numeric(4,1)',
    cases: [
      ['999', '999.0'],
      ['-1000', misfit],
    ],
  },
  {
    type: int(32),
    to: 'numeric(10,2)',
    cases: [
      ['-2147483648', misfit],
      ['99999999', '99999999.00'],
      ['100000000', misfit],
    ],
  },
  { type: int(32), to: 'double precision', cases: same('-2147483648', '7') },
  {
    type: int(64),
    to: 'double precision',
    cases: [
      ['9007199254740992', '9.007199254740992e+15'],
      ['9007199254740993', misfit],
    ],
  },
  {
    type: int(32),
    to: 'real',
    cases: [
      ['16777216', '1.6777216e+07'],
      ['16777217', misfit],
    ],
  },
  { type: int(64, false), to: 'text', cases: same('18446744073709551615') },
  {
    type: decimal,
    to: 'numeric',
    cases: same(
      '0',
      '1.10',
      '-0.0001',
      '0.00000001',
      '12345678901234567890.123456789',
      '10000.0000',
      '0.00',
      'NaN',
      'Infinity',
      '-Infinity',
      '100000000',
      '0.00010',
    ),
  },
  {
    type: decimal,
    to: 'numeric(10,2)',
    cases: [
      ['1.005', misfit],
      ['1.10', '1.10'],
      ['99999999.99', '99999999.99'],
      ['100000000', misfit],
      ['1.1000', '1.10'],
      ['-0.01', '-0.01'],
      ['NaN', 'NaN'],
      ['Infinity', misfit],
      ['-0.00', '0.00'],
    ],
  },
  {
    type: decimal,
    to: 'numeric(2,5)',
    cases: [
      ['0.00012', '0.00012'],
      ['0.00112', misfit],
      ['0', '0.00000'],
    ],
  },
  {
    type: decimal,
    to: 'numeric(3,-2)',
    cases: [
      ['12300', '12300'],
      ['12345', misfit],
      ['99900', '99900'],
      ['100000', misfit],
    ],
  },
  {
    type: decimal,
    to: 'bigint',
    cases: [
      ['9223372036854775807', '9223372036854775807'],
      ['9223372036854775808', misfit],
      ['5.00', '5'],
      ['5.01', misfit],
    ],
  },
  {
    type: decimal,
    to: 'smallint',
    cases: [
      ['-32768', '-32768'],
      ['32768', misfit],
    ],
  },
  { type: decimal, to: 'text', cases: same('1.10') },
  {
    type: f32,
    to: 'real',
    cases: [
      ['1.5', '1.5'],
      ['NaN', 'NaN'],
      ['-Infinity', '-Infinity'],
    ],
  },
  {
    type: f32,
    to: 'double precision',
    cases: [
      ['1.5', '1.5'],
      ['0.10000000149011612', '0.10000000149011612'],
    ],
  },
  {
    type: f64,
    to: 'double precision',
    cases: [
      ['0.1', '0.1'],
      ['-0', '-0'],
      ['NaN', 'NaN'],
      ['5e-324', '5e-324'],
      ['Infinity', 'Infinity'],
    ],
  },
  {
    type: f64,
    to: 'real',
    cases: [
      ['0.5', '0.5'],
      ['0.1', misfit],
      ['NaN', 'NaN'],
    ],
  },
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
  { type: list(text), to: 'jsonb', cases: [] },
  { type: { kind: 'objectId' }, to: 'bytea', cases: [['507f1f77bcf86cd799439011', '\\x507f1f77bcf86cd799439011']] },
  { type: { kind: 'objectId' }, to: 'char(24)', cases: same('507f1f77bcf86cd799439011') },
].filter(({ cases }) => cases.length > 0) as readonly TypeCases[]

describeEngines(['postgres15'], 'what the server makes of encoded values', () => {
  it(`is what was sent, or the row is rejected (${matrix.length} pairs of types)`, async () => {
    await using database = await createDatabase(engineUrl('postgres15'), 'encode')
    await database.query(`CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad', 'ok', 'größe');
      CREATE TYPE small_mood AS ENUM ('sad'); CREATE TYPE letter AS ENUM ('a', 'b');
      CREATE DOMAIN loud AS varchar(5) CHECK (VALUE = upper(VALUE)); CREATE DOMAIN shout AS loud`)
    await using target = await openTarget(database.url)
    const wrong: unknown[] = []
    for (const [place, { type, to, cases }] of matrix.entries()) {
      const table = `t${place}`
      await database.query(`CREATE TABLE ${table} (n integer, v ${to})`)
      const columns = [
        { name: 'n', type: int(32) },
        { name: 'v', type },
      ]
      const world = await WriterWorld.begin(target, [{ table, columns }])
      const receipt = await world.writeAll([...cases.map(([value], n) => [String(n), value]), ['-1', null]])
      // A session with the same settings as ours prints what is there.
      const printed = await database.query(
        `SET IntervalStyle = iso_8601; SET TimeZone = 'UTC'; SELECT n, v::text AS v FROM ${table} ORDER BY n`,
      )
      const codes = new Map(receipt.rejects.map(({ position, code }) => [position, { code }]))
      for (const [n, [value, expected]] of cases.entries()) {
        const outcome = codes.get(n) ?? printed.find((row) => row['n'] === n)?.['v']
        if (JSON.stringify(outcome) !== JSON.stringify(expected))
          wrong.push({ from: type.kind, to, value, expected, outcome })
      }
      expect(printed[0]).toEqual({ n: -1, v: null })
      expect(receipt.written + receipt.rejected).toBe(cases.length + 1)
      expect(target.cannotEncode(type, to)).toBeUndefined()
    }
    expect(wrong).toEqual([])
  })

  it('refuses a pair of types that would not keep every value', async () => {
    await using database = await createDatabase(engineUrl('postgres15'), 'encode')
    await database.query('CREATE TABLE t (n integer, v date)')
    await using target = await openTarget(database.url)
    expect(target.cannotEncode(f64, 'numeric(10,2)')).toMatch('float64 into numeric(10,2)')
    const columns = [{ name: 'v', type: f64 }]
    const world = await WriterWorld.begin(target, [{ table: 't', columns }])
    await expect(target.openWriter(world.lane(), never)).rejects.toMatchObject({ code: 'TL_T308' })
  })
})
