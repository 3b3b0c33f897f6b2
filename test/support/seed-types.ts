import type { TypeCase } from './harness.ts'

const labels = ['small', "it's", 'größer', '日本']

/** Values of every type at its edges. An engine that cannot hold some of them has its own list of values. */
export const allTypes: readonly TypeCase[] = [
  { type: { kind: 'bool' }, values: ['true', 'false'] },
  { type: { kind: 'int', bits: 8, signed: true }, values: ['-128', '0', '127'] },
  { type: { kind: 'int', bits: 8, signed: false }, values: ['0', '255'] },
  { type: { kind: 'int', bits: 16, signed: true }, values: ['-32768', '-1', '32767'] },
  { type: { kind: 'int', bits: 16, signed: false }, values: ['0', '65535'] },
  { type: { kind: 'int', bits: 32, signed: true }, values: ['-2147483648', '0', '2147483647'] },
  { type: { kind: 'int', bits: 32, signed: false }, values: ['0', '4294967295'] },
  {
    type: { kind: 'int', bits: 64, signed: true },
    values: ['-9223372036854775808', '-9007199254740993', '9007199254740993', '9223372036854775807'],
  },
  { type: { kind: 'int', bits: 64, signed: false }, values: ['0', '9223372036854775808', '18446744073709551615'] },
  {
    type: { kind: 'decimal', precision: 38, scale: 10 },
    values: [
      '0.0000000000',
      '-0.0000000001',
      '1.1000000000',
      '9999999999999999999999999999.9999999999',
      '-9999999999999999999999999999.9999999999',
    ],
  },
  { type: { kind: 'decimal', precision: 5, scale: 0 }, values: ['0', '99999', '-99999', '100'] },
  {
    type: { kind: 'float32' },
    values: ['0', '-0', '0.1', '16777217', '3.4028235e+38', '-1.1754944e-38', '1e-45', 'NaN', 'Infinity'],
  },
  {
    type: { kind: 'float64' },
    values: ['0', '-0', '0.1', '1.7976931348623157e+308', '5e-324', '-2.2250738585072014e-308', 'NaN', '-Infinity'],
  },
  {
    type: { kind: 'text' },
    values: ['', ' ', 'a\r\n\tb', "it's", '"', '\\', '\\N', '\u0001\u007f', 'é', '日本', '😀', 'x'.repeat(70_000)],
  },
  { type: { kind: 'text', maxLength: 3 }, values: ['', 'abc', 'äöü', '日本語', '😀😀😀', 'a  ', '  a'] },
  { type: { kind: 'bytes' }, values: ['', '00', 'ff', '000102fdfeff', '27225c0a0d1a', 'ab'.repeat(70_000)] },
  { type: { kind: 'date' }, values: ['0001-01-01', '1582-10-10', '1999-12-31', '2000-02-29', '9999-12-31'] },
  { type: { kind: 'time', precision: 0 }, values: ['00:00:00', '23:59:59'] },
  { type: { kind: 'time', precision: 6 }, values: ['00:00:00.000000', '12:34:56.000001', '23:59:59.999999'] },
  {
    type: { kind: 'timestamp', precision: 0 },
    values: ['1000-01-01 00:00:00', '1969-12-31 23:59:59', '9999-12-31 23:59:59'],
  },
  {
    type: { kind: 'timestamp', precision: 6 },
    values: ['0001-01-01 00:00:00.000000', '2024-03-31 02:30:00.000001', '9999-12-31 23:59:59.999999'],
  },
  { type: { kind: 'instant', precision: 3 }, values: ['1970-01-01 00:00:01.000+00', '2038-01-19 03:14:07.999+00'] },
  {
    type: { kind: 'instant', precision: 6 },
    values: ['1970-01-01 00:00:01.000000+00', '2024-10-27 01:30:00.123456+00', '2038-01-19 03:14:07.999999+00'],
  },
  {
    type: { kind: 'interval', precision: 6 },
    values: ['PT838H59M59S', '-PT838H59M59S', 'PT0H0M0.000001S', '-PT0H0M1.5S', 'PT0H0M0S'],
  },
  { type: { kind: 'uuid' }, values: ['00000000-0000-0000-0000-000000000000', '00112233-4455-6677-8899-aabbccddeeff'] },
  { type: { kind: 'bits', length: 12 }, values: ['000000000000', '000000000001', '111111111111', '100000000000'] },
  { type: { kind: 'enum', labels }, values: labels },
  { type: { kind: 'set', labels: ['a', 'b', "c'd", 'é'] }, values: ['', 'a', "a,c'd", "a,b,c'd,é"] },
  {
    type: { kind: 'json' },
    values: [
      'null',
      'true',
      '""',
      '[]',
      '{"b": [1, 2.5, -3e2], "a": {"x": null}}',
      '"\\u00e9 😀 \\" \\\\ \\n"',
      '9007199254740993',
    ],
  },
  { type: { kind: 'document' }, values: ['{"_id":{"$oid":"0123456789abcdef01234567"},"n":{"$numberLong":"1"}}'] },
  { type: { kind: 'array', of: { kind: 'float32' } }, values: ['[0,-1.5,0.1]'] },
  { type: { kind: 'objectId' }, values: ['0123456789abcdef01234567', 'ffffffffffffffffffffffff'] },
  { type: { kind: 'geometry' }, values: ['0101000000000000000000f03f0000000000000040'] },
  { type: { kind: 'inet' }, values: ['192.168.0.1', '::1', '2001:db8::ff00:42:8329'] },
]
