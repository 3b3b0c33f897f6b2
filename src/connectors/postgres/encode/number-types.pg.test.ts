import { expect, it } from 'vitest'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import { createDatabase } from '../../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../../test/support/engines/engine-url.ts'
import { expectTypes, int, misfit, same, type TypeCases } from '../../../../test/support/postgres/expect-types.ts'
import { never, openTarget, WriterWorld } from '../../../../test/support/postgres/writer-world.ts'

const decimal: CanonicalType = { kind: 'decimal' }
const f32: CanonicalType = { kind: 'float32' }
const f64: CanonicalType = { kind: 'float64' }

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
]

for (const engine of ['postgres15', 'embedded18'] as const) {
  describeEngines([engine], `what ${engine} makes of numbers`, () => {
    it(`is what was sent, or the row is rejected (${matrix.length} pairs of types)`, () => expectTypes(engine, matrix))
  })
}

describeEngines(['postgres15'], 'a pair of types that would not keep every value', () => {
  it('is refused, at plan time and before the first row', async () => {
    await using database = await createDatabase(engineUrl('postgres15'), 'encode')
    await database.query('CREATE TABLE t (v date)')
    await using target = await openTarget(database.url)
    expect(target.cannotEncode(f64, 'numeric(10,2)')).toMatch('float64 into numeric(10,2)')
    const world = await WriterWorld.begin(target, [{ table: 't', columns: [{ name: 'v', type: f64 }] }])
    await expect(target.openWriter(world.lane(), never)).rejects.toMatchObject({ code: 'TL_T308' })
  })
})
