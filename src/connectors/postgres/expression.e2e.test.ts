import { afterAll, beforeAll, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { parseExpression } from '../../format/sql-text/expression.ts'
import type { ColumnTypes } from './ddl/column-types.ts'
import { targetType } from './ddl/target-type.ts'
import { renderCheck, renderGenerated } from './expression.ts'

/** Name, MySQL's type, PostgreSQL's type. */
const columns = [
  ['n', 'int', 'integer'],
  ['tiny', 'smallint', 'smallint'],
  ['qty', 'int', 'integer'],
  ['big', 'bigint', 'bigint'],
  ['price', 'decimal(10,3)', 'numeric(10,3)'],
  ['ratio', 'double', 'double precision'],
  ['active', 'tinyint(1)', 'boolean'],
  ['name', 'varchar(40) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', 'varchar(40)'],
  ['code', 'char(4) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin', 'character(4)'],
  ['mood', "enum('new','paid')", 'mood'],
  ['born', 'date', 'date'],
  ['seen', 'datetime(6)', 'timestamp(6)'],
  ['clock', 'time', 'time'],
  ['raw', 'varbinary(10)', 'bytea'],
] as const

/** As literals that both engines read; `0x` and booleans are put in each one's own way. */
const rows: readonly (readonly (string | number | boolean | null)[])[] = [
  [1, 0, 0, '0', '0.000', 0, false, '', '', 'new', '2000-01-01', '2000-01-01 00:00:00', '00:00:00', ''],
  [
    2,
    -7,
    -7,
    '-7',
    '-2.555',
    -2.5,
    true,
    ' a b ',
    'a',
    'paid',
    '2024-02-29',
    '2024-02-29 23:59:59.999999',
    '23:59:59',
    '00ff',
  ],
  [
    3,
    32767,
    2147483647,
    '9223372036854775806',
    '9999999.999',
    1e300,
    true,
    'éÀ😀ß',
    'é',
    'new',
    '9999-12-31',
    '1999-12-31 12:30:45.5',
    '12:30:45',
    '61',
  ],
  [
    4,
    -32768,
    -2147483648,
    '-9223372036854775807',
    '-9999999.999',
    -1e300,
    false,
    "O'B\\c%_",
    'B\\c',
    'paid',
    '1000-01-01',
    '1000-01-01 01:02:03',
    '01:02:03',
    '5c',
  ],
  [5, null, null, null, null, null, null, null, null, null, null, null, null, null],
  [6, 3, 10, '3', '2.500', 3, true, 'NULL', 'b', 'new', '2023-01-31', '2023-01-31 06:00:00.25', '06:00:00', '626364'],
]

const checks = [
  '`qty` > 0',
  '`qty` between -7 and 10',
  '`qty` not in (0,10)',
  '`active` = 1',
  '`active` in (0,1)',
  '`active` <> `tiny`',
  'not `qty`',
  '`qty` xor `active`',
  '`qty` <=> null',
  '`qty` <=> `tiny`',
  '`active` is true',
  '`active` is not false',
  '`qty` * `tiny` > 5',
  '`big` * 1 > 5',
  '`price` * `qty` > 1.5',
  '`qty` + `tiny` >= `big`',
  '`qty` % 3 = 1',
  '`qty` div 3 = 3',
  '`qty` & 4 = 0',
  '`qty` & 1',
  '`tiny` & 65535 > 5',
  "`mood` = 'new'",
  "`mood` <> 'new'",
  "`mood` in ('new')",
  "`born` >= '2000-01-01'",
  "`seen` > '2000-01-01'",
  "`seen` between '2000-01-01 00:00:00' and '2024-02-29 23:59:59.999998'",
  "`clock` < '12:30:45'",
  '`born` < `seen`',
  "`raw` = x'61'",
  "`raw` <> x'00ff'",
  "`name` = 'NULL'",
  "`name` in ('', 'NULL')",
  "`name` like '% %'",
  "`name` like '%\\\\%\\\\_'",
  "`name` like 'O#''B%' escape '#'",
  "`code` like '_'",
  "`code` = 'a'",
  '`ratio` > `qty`',
  '`ratio` >= 3',
  '`price` > `ratio`',
  '(`qty` > 0) = (`tiny` > 0)',
  '`qty` or `active` and `tiny`',
  '-`qty` = 7',
  'coalesce(`qty`, `tiny`, 1) > 0',
  'char_length(`name`) = 4',
  'isnull(`name`)',
]

const values: readonly (readonly [string, string])[] = [
  ['`qty` + `tiny`', 'bigint'],
  ['`qty` - `tiny` - 1', 'bigint'],
  ['`qty` * `tiny`', 'bigint'],
  ['`big` + 1', 'numeric'],
  ['`price` * 1.25', 'numeric'],
  ['`price` * `price`', 'numeric'],
  ['`price` + `qty` * 2', 'numeric'],
  ['-`price`', 'numeric'],
  ['`qty` / 100', 'numeric'],
  ['`price` / 1000', 'numeric'],
  ['`ratio` * 2', 'double precision'],
  ['`ratio` / `ratio`', 'double precision'],
  ['`qty` div `tiny`', 'bigint'],
  ['`qty` div 0', 'bigint'],
  ['`qty` % `tiny`', 'bigint'],
  ['`price` % 2', 'numeric'],
  ['mod(`qty`, 0)', 'bigint'],
  ['abs(`qty`)', 'bigint'],
  ['abs(`tiny`)', 'bigint'],
  ['abs(`price`)', 'numeric'],
  ['floor(`price`)', 'numeric'],
  ['ceiling(`price`)', 'numeric'],
  ['round(`price`)', 'numeric'],
  ['round(`price`, 2)', 'numeric'],
  ['round(-`price`, 1)', 'numeric'],
  ['truncate(`price`, 1)', 'numeric'],
  ['floor(`ratio`)', 'double precision'],
  ['greatest(`qty`, `tiny`, 5)', 'bigint'],
  ['least(`price`, `qty`)', 'numeric'],
  ['ifnull(`qty`, 7)', 'bigint'],
  ['if(`active`, `qty`, `tiny`)', 'bigint'],
  ["if(`qty`, 'yes', 'no')", 'text'],
  ['`qty` > `tiny`', 'smallint'],
  ['case `qty` when 0 then 1 when 10 then 2 end', 'integer'],
  ["case when `active` then 'a' when `qty` then 'b' else `name` end", 'text'],
  ["concat(`name`, '-', `qty`)", 'text'],
  ['concat(`code`, `price`, `active`)', 'text'],
  ['concat(`big`)', 'text'],
  ['left(`name`, 2)', 'text'],
  ['right(`name`, 2)', 'text'],
  ['substr(`name`, 2)', 'text'],
  ['substring(`name`, 2, 2)', 'text'],
  ['trim(`name`)', 'text'],
  ['ltrim(`name`)', 'text'],
  ["trim(trailing 'ß' from `name`)", 'text'],
  ["replace(`name`, ' ', '_')", 'text'],
  ["lpad(`qty`, 6, '0')", 'text'],
  ["rpad(`name`, 3, 'xy')", 'text'],
  ['char_length(`code`)', 'integer'],
  ['length(`name`)', 'integer'],
  ['length(`raw`)', 'integer'],
  ['cast(`qty` as char(3))', 'text'],
  ['cast(`price` as decimal(12,1))', 'numeric'],
  ['cast(`active` as signed)', 'bigint'],
  ['cast(`seen` as date)', 'date'],
  ['date(`seen`)', 'date'],
  ['year(`born`)', 'integer'],
  ['month(`seen`)', 'integer'],
  ['day(`born`)', 'integer'],
  ['quarter(`born`)', 'integer'],
  ['dayofyear(`born`)', 'integer'],
  ['dayofweek(`born`)', 'integer'],
  ['weekday(`seen`)', 'integer'],
  ['hour(`seen`)', 'integer'],
  ['minute(`clock`)', 'integer'],
  ['second(`seen`)', 'integer'],
  ['hour(`born`)', 'integer'],
  ['extract(year from `seen`)', 'integer'],
  ['datediff(`seen`, `born`)', 'integer'],
  ['`born` - interval 1 month', 'date'],
  ['`born` - interval 1 year', 'date'],
  ['`born` - interval 3 day', 'date'],
  ['`seen` + interval 90 minute', 'timestamp'],
  ['`seen` - interval 1 week', 'timestamp'],
]

const types: ColumnTypes = (name) => {
  const found = columns.find(([one]) => one === name)
  return found && targetType(found[2], [{ name: { schema: 'public', name: 'mood' }, labels: ['new', 'paid'] }])
}

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine, 'embedded18'], `expressions of ${engine} mean the same in PostgreSQL`, () => {
    let source: TestDatabase
    let target: TestDatabase
    beforeAll(async () => {
      source = await createDatabase(engineUrl(engine), 'expr')
      target = await createDatabase(engineUrl('embedded18'), 'expr')
      await source.query(`CREATE TABLE t (${columns.map(([name, type]) => `${name} ${type}`).join(', ')})`)
      await target.query(`CREATE TYPE mood AS ENUM ('new', 'paid')`)
      await target.query(`CREATE TABLE t (${columns.map(([name, , type]) => `${name} ${type}`).join(', ')})`)
      for (const row of rows) {
        const places = row.map((_, index) => (index === 13 ? 'unhex(?)' : '?'))
        await source.query(`INSERT INTO t VALUES (${places.join(', ')})`, row)
        const parameters = row.map((_, index) => (index === 13 ? `decode($${index + 1}, 'hex')` : `$${index + 1}`))
        await target.query(`INSERT INTO t VALUES (${parameters.join(', ')})`, row)
      }
    })
    afterAll(async () => {
      await source[Symbol.asyncDispose]()
      await target[Symbol.asyncDispose]()
    })

    /** Both engines' values of an expression, one per row, in a form that does not hang on how they print. */
    const both = async (sql: string, rendered: string) => {
      const ours = await target.query(`SELECT (${rendered})::text AS v FROM t ORDER BY n`)
      const theirs = await source.query(`SELECT cast((${sql}) as char) AS v FROM t ORDER BY n`)
      return { postgres: ours.map(({ v }) => plain(v)), mysql: theirs.map(({ v }) => plain(v)) }
    }

    it.each(checks)('as a check: %s', async (sql) => {
      const rendered = renderCheck(parseExpression(sql), types)
      if ('reason' in rendered) throw new Error(rendered.reason)
      const isTrue = await both(`(${sql}) is true`, `(${rendered.sql}) IS TRUE`)
      const isNull = await both(`(${sql}) is null`, `(${rendered.sql}) IS NULL`)
      expect([isTrue.postgres, isNull.postgres]).toEqual([isTrue.mysql, isNull.mysql])
    })

    it.each(values)('as a value: %s', async (sql, type) => {
      const rendered = renderGenerated(parseExpression(sql), types, targetType(type, []))
      if ('reason' in rendered) throw new Error(rendered.reason)
      const results = await both(sql, rendered.sql)
      expect(results.postgres).toEqual(results.mysql)
      // What PostgreSQL does not hold for immutable it does not take here.
      const generated = `ALTER TABLE t ADD g ${type} GENERATED ALWAYS AS (${rendered.sql}) STORED`
      await expect(target.query(`${generated}; ALTER TABLE t DROP g`)).resolves.toBeDefined()
    })
  })
}

function plain(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const text = value
  if (text === 'true' || text === 'false') return text === 'true' ? '1' : '0'
  if (/^-?\d+(\.\d+)?e[+-]?\d+$/i.test(text) || /^-?\d{40}/.test(text)) return String(Number(text))
  if (/^-?\d+\.\d*$/.test(text)) return text.replace(/\.?0+$/, '').replace(/^-0$/, '0')
  return text.replace(/(\d\d:\d\d:\d\d\.\d*?)0+$/, '$1').replace(/\.$/, '')
}
