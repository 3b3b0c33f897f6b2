import type { ReadColumn, ValuePolicies } from '../../src/model/plan.ts'
import type { TestDatabase } from '../support/engines/create-database.ts'

/** Rows whose values are at the edges of what a server and an expression agree on. */

const policies: ValuePolicies = {
  'zero-date': { do: 'null', rule: 'zero-date-null' },
  'partial-date': { do: 'reject', rule: 'partial-date-reject' },
  'nul-byte': { do: 'remove', rule: 'nul-byte-removed' },
  'enum-zero': { do: 'null', rule: 'enum-zero-null' },
}

const texts = [
  `'active'`,
  `'Active'`,
  `'active '`,
  `'ACTIVE'`,
  `'äctive'`,
  `''`,
  `' '`,
  `'it''s'`,
  `'a\\\\b'`,
  `'100%'`,
  `'s'`,
  `'S'`,
]
const unicode = [...texts, `'ß'`, `'ss'`, `_utf8mb4 X'61006374697665'`, `_utf8mb4 X'00'`, `_utf8mb4 X'61637469766500'`]
const days = [
  '2024-01-31',
  '2024-02-29',
  '2023-12-31',
  '0000-00-00',
  '2024-00-00',
  '2024-01-00',
  '2024-02-31',
  '0000-05-05',
  '0999-01-01',
  '9999-12-31',
  '1970-01-01',
]
const moments = [
  ...days.map((day) => `'${day} 00:00:00'`),
  `'2024-01-31 09:30:00.123'`,
  `'2024-01-31 09:30:00.124'`,
  `'2023-12-31 23:59:59.999'`,
]

/** By name: type, values, and constants that it is compared with. */
const columns: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  ['i8', 'tinyint', ['-128', '127', '0', '1', '9'], ['-128', '127', '128', '-129', '1', '9']],
  ['u8', 'tinyint unsigned', ['0', '255', '128', '1'], ['0', '255', '256', '-1', '128']],
  [
    'i64',
    'bigint',
    ['-9223372036854775808', '9223372036854775807', '0', '-1', '9007199254740993'],
    ['-9223372036854775808', '9223372036854775807', '9223372036854775808', '9007199254740993', '9007199254740992', '0'],
  ],
  [
    'u64',
    'bigint unsigned',
    ['0', '18446744073709551615', '9223372036854775808', '1'],
    ['18446744073709551615', '9223372036854775808', '-1', '0', '1'],
  ],
  ['z24', 'mediumint(5) unsigned zerofill', ['0', '16777215', '42'], ['42', '16777215', '16777216', '0']],
  ['flag', 'tinyint(1)', ['0', '1', '2', '-1'], ['true', 'false']],
  ['bit1', 'bit(1)', [`b'0'`, `b'1'`], ['true', 'false']],
  [
    'price',
    'decimal(9,3)',
    ['1.005', '-0.001', '999999.999', '0', '1.5'],
    ['1.005', '1.0050', '-0.001', '1.0049', '999999.999', '1000000', '1', '1.50'],
  ],
  [
    'due',
    'date',
    days.map((day) => `'${day}'`),
    [
      'date("2024-01-31")',
      'date("2024-02-29")',
      'date("2024-03-02")',
      'date("0999-01-01")',
      'date("9999-12-31")',
      'date("infinity")',
    ],
  ],
  [
    'at',
    'datetime(3)',
    moments,
    [
      'timestamp("2024-01-31 09:30:00.123")',
      'timestamp("2024-01-31 09:30:00.1235")',
      'timestamp("2024-01-31")',
      'timestamp("0999-01-01 00:00:00")',
      'timestamp("2024-01-31 00:00:00.000001")',
    ],
  ],
  [
    'seen',
    'timestamp NULL',
    [`'2024-01-31 09:30:00'`, `'1970-01-01 00:00:01'`, `'2038-01-19 03:14:07'`, `'0000-00-00 00:00:00'`],
    [
      'instant("2024-01-31T09:30:00Z")',
      'instant("2024-01-31T11:30:00+02:00")',
      'instant("2038-01-19T03:14:07Z")',
      'instant("1970-01-01T00:00:00Z")',
      'instant("2040-01-01T00:00:00Z")',
    ],
  ],
  [
    'name',
    'varchar(12)',
    unicode,
    [
      '"active"',
      '"Active"',
      '"active "',
      '""',
      '"it\'s"',
      '"a\\\\b"',
      '"ß"',
      '"ss"',
      '"a longer one than it holds"',
      '"\\u0000"',
      '"a\\u0000ctive"',
      '"100%"',
    ],
  ],
  [
    'old',
    'varchar(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci',
    [...unicode, `'😀'`],
    ['"active"', '"ß"', '"s"', '"😀"', '"\\\') OR 1=1 -- "', '"` OR 1 #"'],
  ],
  [
    'bin',
    'varchar(12) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin',
    [...unicode, `'😀'`],
    ['"active"', '"active "', '"😀"'],
  ],
  ['three', 'varchar(12) CHARACTER SET utf8mb3', unicode, ['"active"', '"😀"', '"ß"']],
  [
    'lat',
    'varchar(12) CHARACTER SET latin1',
    [...texts, `'ß'`, `_latin1 X'80'`, `_latin1 X'81'`],
    ['"active"', '"ß"', '"€"', '"Ω"', '"äctive"', '"\\u0081"'],
  ],
  ['greek', 'varchar(12) CHARACTER SET greek', [`'active'`, `'Ω'`], ['"active"', '"Ω"']],
  ['fixed', 'char(8)', texts, ['"active"', '"active "', '""', '"s"']],
  ['body', 'text', [...texts, `'😀'`], ['"active"', '"😀"', '""']],
  [
    'state',
    `enum('new','2','Old','x')`,
    [`'new'`, `'2'`, `'Old'`, '0', '4'],
    ['"new"', '"2"', '"old"', '"Old"', '"3"', '"1"', '""'],
  ],
  ['roles', `set('a','b')`, [`'a'`, `'a,b'`, `''`], []],
  ['ratio', 'double', ['0.1', '5', '-1e300'], ['0.1', '5']],
  ['year_', 'year', ['1970', '2024', '0'], ['70', '1970', '2024']],
  ['we`ird " -- x', 'int', ['1', '2'], []],
  ['doc', 'json', [`'{"a": 1}'`, `'null'`, `'[]'`], []],
]

/** Constants by column, for expressions. */
export const constants: readonly (readonly [string, readonly string[]])[] = columns.map(([name, , , them]) => [
  name,
  them,
])

/** Makes `t` with rows that pair values at random, the same ones each time. */
export async function seedPushed(database: TestDatabase, rowCount: number): Promise<void> {
  await database.query(`SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'`)
  const named = columns.map(([name, type]) => `\`${name.replaceAll('`', '``')}\` ${type}`).join(', ')
  await database.query(
    `CREATE TABLE t (id int PRIMARY KEY, must date NOT NULL, sure int NOT NULL, ${named}) CHARACTER SET utf8mb4`,
  )
  let state = 42
  const next = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return (state >> 8) % bound
  }
  const rows = Array.from({ length: rowCount }, (_, id) => {
    const values = columns.map(([, , all]) => (next(6) === 0 ? 'NULL' : all[next(all.length)]!))
    return `(${[id, `'${days[next(days.length)]!}'`, next(5), ...values].join(', ')})`
  })
  await database.query(`INSERT INTO t VALUES ${rows.join(', ')}`)
}

/** As a run to a target that minds NUL and zero dates reads them; `flag` has numbers that are no truths. */
export const changes: { readonly [column: string]: Partial<ReadColumn> } = Object.fromEntries([
  ...columns.map(([name]) => [name, { policies }] as const),
  ['must', { policies, nullable: true }],
  ['flag', { type: { kind: 'bool' }, policies }],
  ['u64', { type: { kind: 'decimal', precision: 20, scale: 0 }, policies }],
  ['name', { type: { kind: 'text', maxLength: 12 }, policies }],
  ['bin', { type: { kind: 'text', maxLength: 12 }, policies }],
])
