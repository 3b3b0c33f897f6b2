import { describe, expect, it } from 'vitest'
import { createDatabase, type TestDatabase } from '../../../../test/support/engines/create-database.ts'
import { describeEngines } from '../../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../../test/support/engines/engine-url.ts'
import {
  never,
  openMysql,
  planRead,
  readAgain,
  readOf,
  readSplit,
  readTable,
  type RowsRead,
} from '../../../../test/support/mysql-source.ts'
import type { CanonicalType } from '../../../model/canonical-type.ts'
import type { Source } from '../../../contract/source.ts'
import type { ReadColumn, ReadPlan } from '../../../model/plan.ts'

/** SQL of a value and the canonical text that it is to be read as; `null` for NULL. */
type Case = readonly [sql: string, text: string | null]

interface TypeTable {
  readonly sql: string
  readonly change?: Partial<ReadColumn>
  readonly cases: readonly Case[]
}

const text: CanonicalType = { kind: 'text' }
const invalidDates = "SET SESSION sql_mode = 'ALLOW_INVALID_DATES'"

// prettier-ignore
const common: readonly TypeTable[] = [
  { sql: 'TINYINT', cases: [['-128', '-128'], ['127', '127'], ['0', '0'], ['NULL', null]] },
  { sql: 'TINYINT UNSIGNED', cases: [['255', '255'], ['0', '0']] },
  { sql: 'SMALLINT', cases: [['-32768', '-32768'], ['32767', '32767'], ['-1', '-1']] },
  { sql: 'SMALLINT UNSIGNED', cases: [['65535', '65535']] },
  { sql: 'MEDIUMINT', cases: [['-8388608', '-8388608'], ['8388607', '8388607']] },
  { sql: 'MEDIUMINT UNSIGNED', cases: [['16777215', '16777215']] },
  { sql: 'INT', cases: [['-2147483648', '-2147483648'], ['2147483647', '2147483647']] },
  { sql: 'INT UNSIGNED', cases: [['4294967295', '4294967295']] },
  { sql: 'INT(5) ZEROFILL', cases: [['42', '42']] },
  { sql: 'BIGINT', cases: [['-9223372036854775808', '-9223372036854775808'], ['9007199254740993', '9007199254740993']] },
  { sql: 'BIGINT UNSIGNED', cases: [['18446744073709551615', '18446744073709551615'], ['9223372036854775808', '9223372036854775808']] },
  { sql: 'BIGINT UNSIGNED', change: { type: { kind: 'decimal', precision: 20, scale: 0 } }, cases: [['18446744073709551615', '18446744073709551615'], ['0', '0'], ['9007199254740993', '9007199254740993']] },
  { sql: 'BIGINT', change: { type: text }, cases: [['-9223372036854775808', '-9223372036854775808'], ['7', '7']] },
  { sql: 'SMALLINT', change: { type: { kind: 'int', bits: 64, signed: true } }, cases: [['-32768', '-32768'], ['5', '5']] },
  { sql: 'TINYINT(1)', change: { type: { kind: 'bool' } }, cases: [['0', 'false'], ['1', 'true'], ['NULL', null]] },
  { sql: 'DECIMAL(65,30)', cases: [['99999999999999999999999999999999999.999999999999999999999999999999', '99999999999999999999999999999999999.999999999999999999999999999999'], ['-0.000000000000000000000000000001', '-0.000000000000000000000000000001']] },
  { sql: 'DECIMAL(5,2)', cases: [['1.10', '1.10'], ['-0.5', '-0.50'], ['0', '0.00']] },
  { sql: 'DECIMAL(8,2) ZEROFILL', cases: [['42.5', '42.50'], ['0', '0.00']] },
  { sql: 'DECIMAL(8,0) ZEROFILL', cases: [['42', '42'], ['0', '0']] },
  { sql: 'FLOAT', cases: [['16777216', '16777216'], ['1.17549435e-38', '1.1754944e-38'], ['0.1', '0.1']] },
  { sql: 'FLOAT', change: { type: { kind: 'float64' } }, cases: [['0.1', '0.10000000149011612'], ['1.5', '1.5']] },
  { sql: 'FLOAT', change: { type: text }, cases: [['0.1', '0.1'], ['1e20', '100000000000000000000']] },
  { sql: 'DOUBLE', cases: [['0.1', '0.1'], ['1.2345678901234567', '1.2345678901234567'], ['1.7976931348623157e308', '1.7976931348623157e+308'], ['4.9e-324', '5e-324']] },
  { sql: 'BIT(1)', cases: [["b'1'", 'true'], ["b'0'", 'false']] },
  { sql: 'BIT(8)', cases: [["b'00000001'", '00000001'], ["b'10000000'", '10000000']] },
  { sql: 'BIT(13)', cases: [["b'1000000000001'", '1000000000001'], ['0', '0000000000000']] },
  { sql: 'BIT(64)', cases: [['18446744073709551615', '1'.repeat(64)]] },
  { sql: 'BIT(20)', change: { type: { kind: 'int', bits: 32, signed: true } }, cases: [['1048575', '1048575'], ['0', '0']] },
  { sql: 'YEAR', cases: [['0', '0'], ['1901', '1901'], ['2155', '2155']] },
  { sql: 'DATE', cases: [["'1000-01-01'", '1000-01-01'], ["'9999-12-31'", '9999-12-31'], ["'2000-02-29'", '2000-02-29'], ["'0001-01-01'", '0001-01-01'], ["'1999-12-31'", '1999-12-31']] },
  { sql: 'DATE', change: { type: { kind: 'timestamp', precision: 0 } }, cases: [["'2024-03-10'", '2024-03-10 00:00:00']] },
  { sql: 'DATE', change: { type: text }, cases: [["'2024-00-10'", '2024-00-10'], ["'0000-00-00'", '0000-00-00'], ["'2024-02-31'", '2024-02-31']] },
  { sql: 'DATETIME(6)', cases: [["'2024-03-10 02:30:00.123456'", '2024-03-10 02:30:00.123456'], ["'9999-12-31 23:59:59.999999'", '9999-12-31 23:59:59.999999'], ["'1000-01-01 00:00:00'", '1000-01-01 00:00:00.000000'], ["'1714-06-01 12:00:00.000001'", '1714-06-01 12:00:00.000001'], ["'2000-01-01 00:00:00'", '2000-01-01 00:00:00.000000']] },
  { sql: 'DATETIME', cases: [["'2024-03-10 02:30:00'", '2024-03-10 02:30:00'], ["'2024-03-10'", '2024-03-10 00:00:00']] },
  { sql: 'DATETIME(3)', cases: [["'2024-03-10 02:30:00.000'", '2024-03-10 02:30:00.000']] },
  { sql: 'DATETIME(3)', change: { type: text }, cases: [["'2024-00-15 01:02:03.5'", '2024-00-15 01:02:03.500'], ["'0000-00-00'", '0000-00-00 00:00:00.000'], ["'2024-01-02'", '2024-01-02 00:00:00.000']] },
  { sql: 'TIMESTAMP(6) NULL', cases: [["'2024-03-10 02:30:00.5'", '2024-03-10 02:30:00.500000+00'], ["'2038-01-19 03:14:07.999999'", '2038-01-19 03:14:07.999999+00'], ["'1970-01-01 00:00:01'", '1970-01-01 00:00:01.000000+00']] },
  { sql: 'TIME(6)', cases: [["'838:59:59'", 'PT838H59M59S'], ["'-838:59:59'", '-PT838H59M59S'], ["'24:00:00.000001'", 'PT24H0M0.000001S'], ["'-00:00:00.5'", '-PT0H0M0.5S'], ["'0'", 'PT0H0M0S']] },
  { sql: 'TIME(3)', change: { type: { kind: 'time', precision: 3 } }, cases: [["'12:34:56.789'", '12:34:56.789'], ["'0'", '00:00:00.000'], ["'24:00:00'", '24:00:00.000']] },
  { sql: 'TIME(3)', change: { type: text }, cases: [["'-838:59:59'", '-838:59:59.000'], ["'1:2:3.5'", '01:02:03.500'], ["'0'", '00:00:00.000']] },
  { sql: "ENUM('it''s','a,b','back\\\\slash','😀','')", cases: [["'it''s'", "it's"], ["'a,b'", 'a,b'], ["'back\\\\slash'", 'back\\slash'], ["'😀'", '😀'], ["''", ''], ['NULL', null]] },
  { sql: "SET('a','b','c')", cases: [["''", ''], ["'c,a'", 'a,c'], ['NULL', null]] },
  { sql: 'CHAR(10)', cases: [["'a  '", 'a'], ["''", ''], ["' x'", ' x']] },
  { sql: 'VARCHAR(200)', cases: [["'a  '", 'a  '], ["'NULL'", 'NULL'], ["'\\\\N'", '\\N'], ["_utf8mb4 X'EFBBBF78'", '\ufeffx'], ["'👨‍👩‍👧‍👦 é e\u0301 \u{10FFFF}'", '👨‍👩‍👧‍👦 é e\u0301 \u{10FFFF}'], ["_utf8mb4 X'61096200630D0A'", 'a\tb\u0000c\r\n']] },
  { sql: 'TEXT', cases: [["REPEAT('äx', 20000)", 'äx'.repeat(20_000)], ["REPEAT('x', 250)", 'x'.repeat(250)], ["REPEAT('x', 251)", 'x'.repeat(251)], ["REPEAT('x', 65535)", 'x'.repeat(65_535)]] },
  { sql: 'LONGTEXT', cases: [["REPEAT('xy', 50000)", 'xy'.repeat(50_000)]] },
  { sql: 'VARCHAR(20) CHARACTER SET latin1', cases: [["_latin1 X'8093e9'", '€“é'], ["'plain'", 'plain']] },
  { sql: 'VARCHAR(20) CHARACTER SET cp1251', cases: [["'Привет'", 'Привет']] },
  { sql: 'VARCHAR(20) CHARACTER SET gbk', cases: [["'中文'", '中文']] },
  { sql: 'VARCHAR(20) CHARACTER SET sjis', cases: [["'日本ｱ'", '日本ｱ']] },
  { sql: 'VARCHAR(20) CHARACTER SET ucs2', cases: [["'é中'", 'é中'], ["''", '']] },
  { sql: 'VARCHAR(20) CHARACTER SET utf16', cases: [["'é😀'", 'é😀']] },
  { sql: 'VARCHAR(20) CHARACTER SET utf32', cases: [["'é😀'", 'é😀']] },
  { sql: 'VARCHAR(20) CHARACTER SET utf8mb3', cases: [["'é中'", 'é中']] },
  { sql: 'VARCHAR(20) CHARACTER SET ascii', cases: [["'plain'", 'plain']] },
  { sql: "ENUM('é','ü') CHARACTER SET latin1", cases: [["'ü'", 'ü']] },
  { sql: "SET('é','ü') CHARACTER SET cp1250", cases: [["'é,ü'", 'é,ü']] },
  { sql: 'VARCHAR(20) CHARACTER SET latin1', change: { type: { kind: 'bytes' } }, cases: [["_latin1 X'8093e9'", '8093e9']] },
  { sql: 'BINARY(4)', cases: [["'a'", '61000000']] },
  { sql: 'VARBINARY(300)', cases: [["''", ''], ["X'00ff0d0a27'", '00ff0d0a27'], ["REPEAT(X'ff', 300)", 'ff'.repeat(300)]] },
  { sql: 'LONGBLOB', cases: [["X'00fffe'", '00fffe']] },
  { sql: 'BINARY(16)', change: { type: { kind: 'uuid' } }, cases: [["X'00112233445566778899aabbccddeeff'", '00112233-4455-6677-8899-aabbccddeeff']] },
  { sql: 'CHAR(36)', change: { type: { kind: 'uuid' } }, cases: [["'00112233-4455-6677-8899-AABBCCDDEEFF'", '00112233-4455-6677-8899-aabbccddeeff'], ["'00112233445566778899aabbccddeeff'", '00112233-4455-6677-8899-aabbccddeeff']] },
  { sql: 'VARBINARY(20)', change: { type: text }, cases: [["'é'", 'é']] },
  { sql: 'LONGTEXT', change: { type: { kind: 'json' } }, cases: [['\'{"a" : 1, "a": 0.10}\'', '{"a" : 1, "a": 0.10}']] },
  { sql: 'GEOMETRY', cases: [["ST_GeomFromText('POINT(1 2)')", '0101000000000000000000f03f0000000000000040'], ["ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2))', 3857)", '0107000020110f0000010000000101000000000000000000f03f0000000000000040'], ['NULL', null]] },
]

// prettier-ignore
const mysqlOnly: readonly TypeTable[] = [
  // MariaDB stores 0 in its place.
  { sql: 'DOUBLE', cases: [["'-0'", '-0']] },
  { sql: 'FLOAT', cases: [["'-0'", '-0']] },
  { sql: 'JSON', cases: [['\'{"b": 18446744073709551615, "a": [1.5, null, "é"]}\'', '{"a": [1.5, null, "é"], "b": 18446744073709551615}'], ["'null'", 'null'], ['NULL', null]] },
  // Latitude comes first in the text of SRID 4326, and last in what is stored.
  { sql: 'POINT SRID 4326', cases: [["ST_GeomFromText('POINT(48 11)', 4326)", '0101000020e610000000000000000026400000000000004840']] },
  { sql: 'VECTOR(3)', cases: [["STRING_TO_VECTOR('[1,-0.5,1.1]')", '[1,-0.5,1.1]']] },
  { sql: 'VECTOR(1)', change: { type: { kind: 'bytes' } }, cases: [["STRING_TO_VECTOR('[1]')", '0000803f']] },
]

// prettier-ignore
const mariadbOnly: readonly TypeTable[] = [
  { sql: 'JSON', cases: [['\'{"b" : 1, "b":0.10}\'', '{"b" : 1, "b":0.10}'], ['NULL', null]] },
  { sql: 'UUID', cases: [["'00112233-4455-6677-8899-aabbccddeeff'", '00112233-4455-6677-8899-aabbccddeeff'], ['NULL', null]] },
  { sql: 'INET4', cases: [["'192.168.0.1'", '192.168.0.1']] },
  { sql: 'INET6', cases: [["'2001:db8::ff00:42:8329'", '2001:db8::ff00:42:8329'], ["'::ffff:1.2.3.4'", '::ffff:1.2.3.4']] },
  { sql: 'TEXT COMPRESSED', cases: [["REPEAT('é', 500)", 'é'.repeat(500)]] },
]

describeEngines(['mysql9', 'mariadb'], 'every type, read as it is', () => {
  describe.each(['mysql9', 'mariadb'] as const)('%s', (name) => {
    it('reads every type with its awkward values', { timeout: 60_000 }, async () => {
      await using database = await createDatabase(engineUrl(name), 'types')
      await using source = await openMysql(database.url)
      await database.query(`${invalidDates}; SET SESSION time_zone = '+00:00'`)
      const tables = [...common, ...(name === 'mysql9' ? mysqlOnly : mariadbOnly)]
      for (const [i, { sql, cases }] of tables.entries()) {
        const values = cases.map(([value], id) => `(${id}, ${value})`)
        await database.query(`CREATE TABLE t${i} (id INT PRIMARY KEY, v ${sql} ${/NULL/.test(sql) ? '' : 'NULL'});
          INSERT INTO t${i} VALUES ${values.join(', ')}`)
      }
      const reads = await planReads(source, tables)
      await using snapshot = await source.openSnapshot(1, reads, never)
      const found: [string, unknown][] = []
      for (const [i, read] of reads.entries()) {
        const [split] = await source.planSplits(read, { rowCount: 100, maxCount: 1 }, never)
        if (split === undefined) continue
        const { rows, rejects } = await readSplit(snapshot, read, split)
        found.push([`${i} ${tables[i]?.sql}`, { rows: rows.map(([, value]) => value), rejects }])
      }
      const expected = tables.map(({ sql, cases }, i) => {
        return [`${i} ${sql}`, { rows: cases.map(([, value]) => value), rejects: [] }]
      })
      expect(found).toEqual(expected)
    })

    it('takes every value back from what a reject keeps of it', { timeout: 60_000 }, async () => {
      await using database = await createDatabase(engineUrl(name), 'again')
      await using source = await openMysql(database.url)
      await database.query(`${invalidDates}; SET SESSION time_zone = '+00:00'`)
      const tables = [...common, ...(name === 'mysql9' ? mysqlOnly : mariadbOnly)]
      for (const [i, { sql, cases }] of tables.entries()) {
        const values = cases.map(([value], id) => `(${id}, ${value})`)
        await database.query(`CREATE TABLE t${i} (id INT PRIMARY KEY, v ${sql} ${/NULL/.test(sql) ? '' : 'NULL'});
          INSERT INTO t${i} VALUES ${values.join(', ')}`)
      }
      const reads = await planReads(source, tables)
      await using snapshot = await source.openSnapshot(1, reads, never)
      const found: [string, unknown][] = []
      for (const [i, read] of reads.entries()) {
        const [split] = await source.planSplits(read, { rowCount: 100, maxCount: 1 }, never)
        if (split === undefined) continue
        found.push([`${i} ${tables[i]?.sql}`, await readAgain(snapshot, source, read, split)])
      }
      const expected = tables.map(({ sql, cases }, i) => {
        const kept = sql.startsWith('VECTOR') ? notKept : undefined
        return [`${i} ${sql}`, cases.map(([, value]) => (value === null ? null : (kept ?? value)))]
      })
      expect(found).toEqual(expected)
    })

    it('keeps text from the session that set it, whatever mode the server is in', async () => {
      await using database = await createDatabase(engineUrl(name), 'pad')
      await database.query(`CREATE TABLE t (id INT PRIMARY KEY, v CHAR(5)); INSERT INTO t VALUES (1, 'a')`)
      const [before] = await database.query('SELECT @@GLOBAL.sql_mode AS mode')
      try {
        await database.query(`SET GLOBAL sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,ANSI_QUOTES,NO_BACKSLASH_ESCAPES'`)
        const { rows } = await readOne(database, {})
        expect(rows).toEqual([['1', 'a']])
      } finally {
        await database.query('SET GLOBAL sql_mode = ?', [before?.['mode']])
      }
    })
  })
})

const notKept = 'what is stored of v does not tell every value of its type from another'

async function planReads(source: Source, tables: readonly TypeTable[]): Promise<ReadPlan[]> {
  const catalog = await source.catalog(never)
  return tables.map(({ change }, i) => readOf(catalog, `t${i}`, change === undefined ? {} : { v: change }))
}

async function readOne(
  database: TestDatabase,
  changes: { readonly [column: string]: Partial<ReadColumn> },
): Promise<RowsRead> {
  await using source = await openMysql(database.url)
  const read = await planRead(source, 't', changes)
  return await readTable(source, read, await source.planSplits(read, { rowCount: 100, maxCount: 1 }, never))
}
