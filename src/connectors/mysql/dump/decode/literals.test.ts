import { describe, expect, it } from 'vitest'
import { dumpStart, readDumped } from '../../../../../test/support/dump-source.ts'
import type { CanonicalType } from '../../../../model/canonical-type.ts'
import type { ReadColumn } from '../../../../model/plan.ts'

/** A literal as it stands in a dump, and the canonical text that it is to be read as; `null` for NULL. */
type Case = readonly [literal: string, text: string | null]

interface TypeTable {
  readonly sql: string
  readonly change?: Partial<ReadColumn>
  readonly cases: readonly Case[]
}

const text: CanonicalType = { kind: 'text' }
const int = (bits: 8 | 16 | 32 | 64, signed = true): CanonicalType => ({ kind: 'int', bits, signed })

// prettier-ignore
const tables: readonly TypeTable[] = [
  { sql: 'tinyint', cases: [['-128', '-128'], ['127', '127'], ['0', '0'], ['NULL', null], ["'12'", '12'], ['0x7F', '127'], ["b'11'", '3'], ['TRUE', '1'], ['false', '0'], ['+5', '5'], ['-0', '0']] },
  { sql: 'tinyint unsigned', cases: [['255', '255']] },
  { sql: 'smallint', cases: [['-32768', '-32768'], ['32767', '32767']] },
  { sql: 'int(5) unsigned zerofill', cases: [['00042', '42'], ['4294967295', '4294967295'], ['0000000000000000000000042', '42']] },
  { sql: 'bigint', cases: [['-9223372036854775808', '-9223372036854775808'], ['9223372036854775807', '9223372036854775807'], ['9007199254740993', '9007199254740993'], ['-4294967296', '-4294967296'], ['999999999', '999999999'], ['1000000000', '1000000000'], ["X'7FFFFFFFFFFFFFFF'", '9223372036854775807']] },
  { sql: 'bigint unsigned', cases: [['18446744073709551615', '18446744073709551615'], ['9223372036854775808', '9223372036854775808']] },
  { sql: 'bigint unsigned', change: { type: { kind: 'decimal', precision: 20, scale: 0 } }, cases: [['18446744073709551615', '18446744073709551615'], ['0', '0']] },
  { sql: 'bigint', change: { type: text }, cases: [['-9223372036854775808', '-9223372036854775808'], ['7', '7']] },
  { sql: 'smallint', change: { type: int(64) }, cases: [['-32768', '-32768']] },
  { sql: 'tinyint(1)', change: { type: { kind: 'bool' } }, cases: [['0', 'false'], ['1', 'true'], ['NULL', null]] },
  { sql: 'decimal(65,30)', cases: [['-0.000000000000000000000000000001', '-0.000000000000000000000000000001'], ['99999999999999999999999999999999999.999999999999999999999999999999', '99999999999999999999999999999999999.999999999999999999999999999999']] },
  { sql: 'decimal(8,2)', cases: [['1.10', '1.10'], ["'-0.50'", '-0.50'], ['.5', '0.5'], ['+5', '5'], ['1.5e3', '1500'], ['25E-1', '2.5'], ['7.', '7']] },
  { sql: 'decimal(8,2) unsigned zerofill', cases: [['000042.50', '42.50'], ['000000.00', '0.00']] },
  { sql: 'float', cases: [['16777200', '16777200'], ['0.1', '0.1'], ['1.17549e-38', '1.17549e-38'], ['-3.40282e38', '-3.40282e+38']] },
  { sql: 'float', change: { type: { kind: 'float64' } }, cases: [['0.1', '0.10000000149011612']] },
  { sql: 'double', cases: [['0.1', '0.1'], ['1.2345678901234567', '1.2345678901234567'], ['-1.7976931348623157e308', '-1.7976931348623157e+308'], ['5e-324', '5e-324'], ['-0', '-0'], ['123456789012345678', '123456789012345680'], ["'2.5'", '2.5'], ['.5', '0.5']] },
  { sql: 'bit(1)', cases: [["b'1'", 'true'], ['0x00', 'false'], ["'\\0'", 'false'], ["_binary '\u0001'", 'true'], ['1', 'true']] },
  { sql: 'bit(13)', cases: [["b'1000000000001'", '1000000000001'], ['0x1001', '1000000000001'], ['5', '0000000000101'], ["b'0'", '0000000000000']] },
  { sql: 'bit(64)', cases: [['0xFFFFFFFFFFFFFFFF', '1'.repeat(64)], ['18446744073709551615', '1'.repeat(64)]] },
  { sql: 'bit(20)', change: { type: { kind: 'bytes' } }, cases: [["b'1'", '000001'], ['0x0FFFFF', '0fffff']] },
  { sql: 'year(4)', cases: [['1901', '1901'], ['0000', '0'], ['2155', '2155']] },
  { sql: 'date', cases: [["'1000-01-01'", '1000-01-01'], ["'9999-12-31'", '9999-12-31'], ["'2000-02-29'", '2000-02-29'], ["'2024-1-5'", '2024-01-05'], ["'2024/01/05'", '2024-01-05'], ["'2024-01-05 00:00:00'", '2024-01-05']] },
  { sql: 'date', change: { type: text }, cases: [["'2024-00-10'", '2024-00-10'], ["'0000-00-00'", '0000-00-00'], ["'2024-02-31'", '2024-02-31']] },
  { sql: 'datetime(6)', cases: [["'2024-03-10 02:30:00.123456'", '2024-03-10 02:30:00.123456'], ["'9999-12-31 23:59:59.999999'", '9999-12-31 23:59:59.999999'], ["'1714-06-01 12:00:00.000001'", '1714-06-01 12:00:00.000001']] },
  { sql: 'datetime', cases: [["'2024-03-10 02:30:00'", '2024-03-10 02:30:00'], ["'2024-03-10'", '2024-03-10 00:00:00'], ["'2024-03-10T2:30'", '2024-03-10 02:30:00']] },
  { sql: 'datetime(3)', change: { type: text }, cases: [["'0000-00-00 00:00:00.000'", '0000-00-00 00:00:00.000'], ["'2024-01-02 03:04:05.6'", '2024-01-02 03:04:05.600']] },
  { sql: 'timestamp(6) NULL', cases: [["'2038-01-19 03:14:07.999999'", '2038-01-19 03:14:07.999999+00'], ["'1970-01-01 00:00:01.000000'", '1970-01-01 00:00:01.000000+00']] },
  { sql: 'time(6)', cases: [["'838:59:59.000000'", 'PT838H59M59S'], ["'-838:59:59.000000'", '-PT838H59M59S'], ["'24:00:00.000001'", 'PT24H0M0.000001S'], ["'-00:00:00.500000'", '-PT0H0M0.5S'], ["'00:00:00.000000'", 'PT0H0M0S'], ["'1:2'", 'PT1H2M0S'], ["'123:04:05'", 'PT123H4M5S']] },
  { sql: 'time(3)', change: { type: { kind: 'time', precision: 3 } }, cases: [["'12:34:56.789'", '12:34:56.789'], ["'24:00:00.000'", '24:00:00.000']] },
  { sql: 'time(3)', change: { type: text }, cases: [["'-838:59:59.000'", '-838:59:59.000'], ["'01:02:03.500'", '01:02:03.500']] },
  { sql: "enum('it''s','a,b','back\\\\slash','😀','')", cases: [["'it\\'s'", "it's"], ["'it''s'", "it's"], ["'back\\\\slash'", 'back\\slash'], ["'😀'", '😀'], ["''", ''], ['NULL', null]] },
  { sql: "set('a','b','c')", cases: [["''", ''], ["'a,c'", 'a,c']] },
  { sql: 'varchar(200)', cases: [["'a  '", 'a  '], ["'NULL'", 'NULL'], ["'\\\\N'", '\\N'], ["'tab\there'", 'tab\there'], ["'\\0\\n\\r\\t\\b\\Z\\%\\_\\x\\\"'", '\0\n\r\t\b\u001a\\%\\_x"'], ['"double ""quoted"" \\" it\'s"', 'double "quoted" " it\'s'], ["'👨‍👩‍👧‍👦 é'", '👨‍👩‍👧‍👦 é'], ['0x4142', 'AB'], ["X'c3a9'", 'é'], ["N'é'", 'é'], ["_utf8mb4'é'", 'é'], ["_binary 'é'", 'é'], ['12', '12'], ['-1.50', '-1.50']] },
  { sql: 'varchar(20) CHARACTER SET latin1', cases: [["'€“é'", '€“é'], ["_latin1 0x8093E9", '€“é'], ['0xE9', 'é'], ["_binary 'x'", 'x']] },
  { sql: 'text', cases: [[`'${'äx'.repeat(20_000)}'`, 'äx'.repeat(20_000)], [`'${"it\\'s ".repeat(3000)}'`, "it's ".repeat(3000)], ["''", ''], [`'${'x'.repeat(64)}'`, 'x'.repeat(64)], [`'${'x'.repeat(65)}'`, 'x'.repeat(65)], [`'${'x'.repeat(4096)}'`, 'x'.repeat(4096)]] },
  { sql: 'varchar(20)', change: { type: { kind: 'bytes' } }, cases: [["'é'", 'c3a9']] },
  { sql: 'binary(4)', cases: [["_binary 'a\\0\\0\\0'", '61000000'], ['0x61000000', '61000000']] },
  { sql: 'varbinary(300)', cases: [["''", ''], ["_binary '\\\\\\'\\\"'", '5c2722'], ['0x00FF0D0A27', '00ff0d0a27'], ['0xF', '0f'], ["x'0f'", '0f']] },
  { sql: 'binary(16)', change: { type: { kind: 'uuid' } }, cases: [['0x00112233445566778899AABBCCDDEEFF', '00112233-4455-6677-8899-aabbccddeeff']] },
  { sql: 'char(36)', change: { type: { kind: 'uuid' } }, cases: [["'00112233-4455-6677-8899-AABBCCDDEEFF'", '00112233-4455-6677-8899-aabbccddeeff']] },
  { sql: 'uuid', cases: [["'00112233-4455-6677-8899-aabbccddeeff'", '00112233-4455-6677-8899-aabbccddeeff']] },
  { sql: 'inet6', cases: [["'2001:db8::ff00:42:8329'", '2001:db8::ff00:42:8329']] },
  { sql: 'varbinary(20)', change: { type: text }, cases: [["_binary 'é'", 'é']] },
  { sql: 'json', cases: [[`'{\\"b\\": 1, \\"a\\": [1.50, null, \\"é\\"]}'`, '{"b": 1, "a": [1.50, null, "é"]}'], ["'null'", 'null'], ['NULL', null]] },
  { sql: 'longtext', change: { type: { kind: 'json' } }, cases: [[`'{"a" : 1, "a": 0.10}'`, '{"a" : 1, "a": 0.10}']] },
  { sql: 'point', cases: [['0x000000000101000000000000000000F03F0000000000000040', '0101000000000000000000f03f0000000000000040'], ['0xE6100000010100000000000000000026400000000000004840', '0101000020e610000000000000000026400000000000004840']] },
  { sql: 'vector(3)', cases: [['0x0000803F000000BFCDCC8C3F', '[1,-0.5,1.1]']] },
]

describe('literals', () => {
  it.each(tables.map((table) => [table.sql, table.change?.type?.kind ?? '', table] as const))(
    '%s %s',
    async (_, __, { sql, change, cases }) => {
      const values = cases.map(([literal], id) => `(${id},${literal})`)
      const dump = `${dumpStart}CREATE TABLE t (id int NOT NULL, v ${sql}, PRIMARY KEY (id));\nINSERT INTO t VALUES ${values.join(',')};\n`
      const { rows, rejects } = await readDumped(dump, 't', change === undefined ? {} : { v: change })
      expect(rejects).toEqual([])
      expect(rows.map(([, value], i) => [cases[i]?.[0], value])).toEqual(cases)
    },
  )

  it.each([
    ['tinyint', '128', 'TL_D402'],
    ['tinyint unsigned', '-1', 'TL_D402'],
    ['int', '1.5', 'TL_D402'],
    ['int', "'12x'", 'TL_D402'],
    ['bigint', '9223372036854775808', 'TL_D402'],
    ['bigint', '-9223372036854775809', 'TL_D402'],
    ['bigint unsigned', '18446744073709551616', 'TL_D402'],
    ['bigint unsigned', '99999999999999999999', 'TL_D402'],
    ['bigint', '0x8000000000000000', 'TL_D402'],
    ['bigint unsigned', '0x10000000000000000', 'TL_D402'],
    ['int', 'NOW()', 'TL_D402'],
    ['int', 'DEFAULT', 'TL_D402'],
    ['year(4)', '70', 'TL_D402'],
    ['decimal(8,2)', "'x'", 'TL_D402'],
    ['double', '1e', 'TL_D402'],
    ['float', '1e39', 'TL_D402'],
    ['bit(3)', "b'1000'", 'TL_D402'],
    ['date', '20240101', 'TL_D402'],
    ['date', "'2024-01-05 01:00:00'", 'TL_D402'],
    ['date', "'2024-13-01'", 'TL_D402'],
    ['date', "'0000-00-00'", 'TL_D406'],
    ['date', "'2023-02-29'", 'TL_D406'],
    ['datetime', "'2024-01-01 24:00:00'", 'TL_D402'],
    ['datetime', "'2024-01-01 00:00:00+05:30'", 'TL_D402'],
    ['time', "'839:00:00'", 'TL_D402'],
    ['time', "'10:60:00'", 'TL_D402'],
    ["enum('a')", "''", 'TL_D407'],
    ["enum('a')", '1', 'TL_D402'],
    ['varchar(9)', "CONCAT('a','b')", 'TL_D402'],
    ['varchar(9)', '007', 'TL_D402'],
    ['varchar(9) CHARACTER SET ascii', '0xFF', 'TL_D404'],
    ['uuid', "'nope'", 'TL_D402'],
  ])('%s: %s is a reject, %s', async (sql, literal, code) => {
    const dump = `${dumpStart}CREATE TABLE t (id int NOT NULL, v ${sql}, PRIMARY KEY (id));\nINSERT INTO t VALUES (1,${literal}),(2,NULL);\n`
    const { rows, rejects } = await readDumped(dump, 't')
    expect(rows).toHaveLength(2)
    expect(rejects.map((reject) => [reject.key, reject.column, reject.code])).toEqual([[{ id: '1' }, 'v', code]])
  })

  it('shows a value that it cannot read as it is written', async () => {
    const dump = `${dumpStart}CREATE TABLE t (id int NOT NULL, v int, w date);\nINSERT INTO t VALUES (1,UNIX_TIMESTAMP('x'),'0000-00-00');\n`
    const { rejects } = await readDumped(dump, 't')
    expect(rejects[0]?.row).toEqual({
      id: { text: '1' },
      v: { text: "UNIX_TIMESTAMP('x')" },
      w: { text: '0000-00-00' },
    })
  })

  it('rejects bytes that are no text, and mends them where the policy says so', async () => {
    const dump = Buffer.concat([
      Buffer.from(`${dumpStart}CREATE TABLE t (id int, v varchar(9));\nINSERT INTO t VALUES (1,'a`),
      Buffer.of(0xff),
      Buffer.from("b'),(2,'c\\0d');\n"),
    ])
    const { rejects } = await readDumped(dump, 't')
    expect(rejects.map(({ code, original }) => [code, original])).toEqual([
      ['TL_D404', { base64: Buffer.from('61ff62', 'hex').toString('base64') }],
    ])
    const { rows, losses } = await readDumped(dump, 't', {
      v: {
        policies: {
          'invalid-text': { do: 'replace', rule: 'bytes', text: '?' },
          'nul-byte': { do: 'remove', rule: 'nul' },
        },
      },
    })
    expect(rows).toEqual([
      ['1', 'a?b'],
      ['2', 'cd'],
    ])
    expect(losses).toEqual([
      { column: 'v', rule: 'bytes', rowCount: 1 },
      { column: 'v', rule: 'nul', rowCount: 1 },
    ])
  })

  it('finds a NUL in a text of any length, and only there', async () => {
    const lengths = [0, 1, 63, 64, 65, 500, 4095, 4096, 70_000]
    const values = lengths.flatMap((length) => {
      const plain = 'x'.repeat(length)
      return [`(1,'${plain}')`, `(2,'${plain}\\0')`]
    })
    const dump = `${dumpStart}CREATE TABLE t (id int, v longtext);\nINSERT INTO t VALUES ${values.join(',')};\n`
    const { rows, losses } = await readDumped(dump, 't', {
      v: { policies: { 'nul-byte': { do: 'remove', rule: 'nul' } } },
    })
    expect(rows.map(([id, v]) => [id, v?.length])).toEqual(lengths.flatMap((n) => [['1', n], ['2', n]])) // prettier-ignore
    expect(losses).toEqual([{ column: 'v', rule: 'nul', rowCount: lengths.length }])
  })
})

describe('what the session of a dump decides', () => {
  it.each([
    ['+00:00', '2024-01-01 12:00:00+00'],
    ['+05:30', '2024-01-01 06:30:00+00'],
    ['-09:30', '2024-01-01 21:30:00+00'],
    ['+14:00', '2023-12-31 22:00:00+00'],
    ['UTC', '2024-01-01 12:00:00+00'],
    ['SYSTEM', '2024-01-01 12:00:00+00'],
  ])('TIMESTAMPs of the zone %s', async (zone, moment) => {
    const dump = `SET TIME_ZONE='${zone}';CREATE TABLE t (a timestamp NULL, b datetime, c timestamp NULL);INSERT INTO t VALUES ('2024-01-01 12:00:00','2024-01-01 12:00:00','0000-00-00 00:00:00');`
    const { rows } = await readDumped(dump, 't', { c: { policies: { 'zero-date': { do: 'null', rule: 'zero' } } } })
    expect(rows).toEqual([[moment, '2024-01-01 12:00:00', null]])
  })

  it('refuses a zone that is a name', async () => {
    const dump =
      "SET TIME_ZONE='Europe/Berlin';CREATE TABLE t (a timestamp NULL);INSERT INTO t VALUES ('2024-01-01 12:00:00');"
    await expect(readDumped(dump, 't')).rejects.toMatchObject({ code: 'TL_S208' })
  })

  it('the charset of its text, from one INSERT to the next', async () => {
    const dump = Buffer.concat([
      Buffer.from('CREATE TABLE t (a varchar(9), b varchar(9) CHARACTER SET latin1, c varbinary(9));SET NAMES latin1;'),
      Buffer.from("INSERT INTO t VALUES ('\u00e9','\u00e9','\u00e9');SET NAMES binary;", 'latin1'),
      Buffer.from("INSERT INTO t VALUES ('é','"),
      Buffer.of(0xe9),
      Buffer.from("','é');SET NAMES utf8mb4;INSERT INTO t VALUES ('é','é','é');"),
      Buffer.from('SET NAMES gbk;'),
      Buffer.from("INSERT INTO t VALUES ('\u00d5\u005c','','\u00d5\u005c\u005c\u005c');", 'latin1'),
    ])
    const { rows, rejects } = await readDumped(dump, 't')
    expect(rejects).toEqual([])
    expect(rows).toEqual([
      ['é', 'é', 'e9'],
      ['é', 'é', 'c3a9'],
      ['é', 'é', 'c3a9'],
      ['誠', '', 'd55c5c'],
    ])
  })

  it('whether a backslash escapes, and what double quotes are', async () => {
    const dump =
      "SET sql_mode='NO_BACKSLASH_ESCAPES';CREATE TABLE t (a varchar(9));INSERT INTO t VALUES ('a\\n'),('it''s'),(\"x\");" +
      'SET sql_mode=\'ANSI_QUOTES\';INSERT INTO "t" ("a") VALUES (\'a\\n\');'
    const { rows } = await readDumped(dump, 't')
    expect(rows).toEqual([['a\\n'], ["it's"], ['x'], ['a\n']])
  })
})

describe('columns that an INSERT leaves out', () => {
  const create = `${dumpStart}CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, a varchar(9) NOT NULL DEFAULT 'é', b int DEFAULT '7',
    c binary(3) DEFAULT 0x41, d bit(4) DEFAULT b'101', e date, f tinyint(1) NOT NULL DEFAULT TRUE, g int GENERATED ALWAYS AS (b + 1) VIRTUAL,
    h int INVISIBLE DEFAULT 3, PRIMARY KEY (id));\n`

  it('have their defaults', async () => {
    const dump = `${create}INSERT INTO t (id) VALUES (1);INSERT INTO t (e,id,a) VALUES ('2024-01-01',2,'x');`
    const { rows } = await readDumped(dump, 't', {}, ['g'])
    expect(rows).toEqual([
      ['1', 'é', '7', '410000', '0101', null, '1', '3'],
      ['2', 'x', '7', '410000', '0101', '2024-01-01', '1', '3'],
    ])
  })

  it('without a list, are the invisible ones', async () => {
    const dump = `${create}INSERT INTO t VALUES (1,'a',2,'abc',1,NULL,0,3);`
    const { rows } = await readDumped(dump, 't')
    expect(rows).toEqual([['1', 'a', '2', '616263', '0001', null, '0', '3', '3']])
  })

  it('are missed where only the server knows their values', async () => {
    const counted = readDumped(`${create}INSERT INTO t (b) VALUES (1);`, 't', {}, ['g'])
    await expect(counted).rejects.toMatchObject({ code: 'TL_S208' })
    const generated = readDumped(`${create}INSERT INTO t (id) VALUES (1);`, 't')
    await expect(generated).rejects.toMatchObject({ code: 'TL_S208' })
  })
})
