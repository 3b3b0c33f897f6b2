import type { SourceEngine } from './migrate.ts'

/** SQL of a value at the source, and the text that PostgreSQL prints for it; `null` for NULL. */
export type ValueCase = readonly [sql: string, expected: string | null]

/** One type with awkward values: a column of the table that the test makes of its group. */
export interface TypeRow {
  /** As CREATE TABLE takes it. */
  readonly type: string
  /** PostgreSQL's type, as its catalog prints it. */
  readonly becomes: string
  readonly values: readonly ValueCase[]
  /** Absent: both. */
  readonly only?: SourceEngine
  /** What the pipeline says of the column, as `columns: {v: {type}}`. */
  readonly says?: string
}

const families = '👨‍👩‍👧‍👦'
const members = Array.from({ length: 64 }, (_, i) => `m${i + 1}`)
const nulled: ValueCase = ['NULL', null]
const ones = (count: number): string => '1'.repeat(count)

// prettier-ignore
const integers: readonly TypeRow[] = [
  { type: 'TINYINT', becomes: 'smallint', values: [['-128', '-128'], ['127', '127'], ['0', '0'], nulled] },
  { type: 'TINYINT UNSIGNED', becomes: 'smallint', values: [['255', '255'], ['0', '0'], nulled] },
  { type: 'TINYINT(1)', becomes: 'boolean', values: [['0', 'false'], ['1', 'true'], nulled] },
  { type: 'TINYINT(1)', becomes: 'smallint', values: [['2', '2'], ['-1', '-1'], ['127', '127'], nulled] },
  { type: 'BOOLEAN', becomes: 'boolean', values: [['TRUE', 'true'], ['FALSE', 'false'], nulled] },
  { type: 'SMALLINT', becomes: 'smallint', values: [['-32768', '-32768'], ['32767', '32767'], ['0', '0'], nulled] },
  { type: 'SMALLINT UNSIGNED', becomes: 'integer', values: [['65535', '65535'], ['0', '0'], nulled] },
  { type: 'MEDIUMINT', becomes: 'integer', values: [['-8388608', '-8388608'], ['8388607', '8388607'], nulled] },
  { type: 'MEDIUMINT UNSIGNED', becomes: 'integer', values: [['16777215', '16777215'], ['0', '0'], nulled] },
  { type: 'INT', becomes: 'integer', values: [['-2147483648', '-2147483648'], ['2147483647', '2147483647'], ['0', '0'], nulled] },
  { type: 'INT UNSIGNED', becomes: 'bigint', values: [['4294967295', '4294967295'], ['0', '0'], nulled] },
  { type: 'INT(5) ZEROFILL', becomes: 'bigint', values: [['42', '42'], ['4294967295', '4294967295'], nulled] },
  { type: 'BIGINT', becomes: 'bigint', values: [['-9223372036854775808', '-9223372036854775808'], ['9223372036854775807', '9223372036854775807'], ['9007199254740993', '9007199254740993'], nulled] },
  { type: 'BIGINT UNSIGNED', becomes: 'numeric(20,0)', values: [['18446744073709551615', '18446744073709551615'], ['9223372036854775808', '9223372036854775808'], ['0', '0'], nulled] },
  { type: 'BIGINT UNSIGNED', becomes: 'bigint', values: [['9223372036854775807', '9223372036854775807'], ['0', '0'], nulled] },
  { type: 'BIGINT(20) UNSIGNED ZEROFILL', becomes: 'bigint', values: [['7', '7'], nulled] },
  { type: 'YEAR', becomes: 'smallint', values: [['0', '0'], ['1901', '1901'], ['2155', '2155'], nulled] },
  { type: 'BIGINT', becomes: 'text', says: 'text', values: [['-9223372036854775808', '-9223372036854775808'], nulled] },
]

// prettier-ignore
const fractions: readonly TypeRow[] = [
  { type: 'DECIMAL', becomes: 'numeric(10,0)', values: [['-9999999999', '-9999999999'], ['0', '0'], nulled] },
  { type: 'DECIMAL(5,2)', becomes: 'numeric(5,2)', values: [['1.10', '1.10'], ['-0.5', '-0.50'], ['0', '0.00'], ['999.99', '999.99'], nulled] },
  { type: 'DECIMAL(65,30)', becomes: 'numeric(65,30)', values: [[`${'9'.repeat(35)}.${'9'.repeat(30)}`, `${'9'.repeat(35)}.${'9'.repeat(30)}`], [`-0.${'0'.repeat(29)}1`, `-0.${'0'.repeat(29)}1`], ['0', `0.${'0'.repeat(30)}`], nulled] },
  { type: 'DECIMAL(65,0)', becomes: 'numeric(65,0)', values: [[`-${'9'.repeat(65)}`, `-${'9'.repeat(65)}`], nulled] },
  { type: 'DECIMAL(30,30)', becomes: 'numeric(30,30)', values: [[`0.${'9'.repeat(30)}`, `0.${'9'.repeat(30)}`], nulled] },
  { type: 'DECIMAL(8,2) ZEROFILL', becomes: 'numeric(8,2)', values: [['42.5', '42.50'], ['0', '0.00'], nulled] },
  { type: 'DECIMAL(8,2) UNSIGNED', becomes: 'numeric(8,2)', values: [['0', '0.00'], ['999999.99', '999999.99'], nulled] },
  { type: 'FLOAT', becomes: 'real', values: [['16777216', '1.6777216e+07'], ['1.17549435e-38', '1.1754944e-38'], ['3.4028234e38', '3.4028235e+38'], ['0.1', '0.1'], ['-1e-45', '-1e-45'], nulled] },
  { type: 'FLOAT UNSIGNED', becomes: 'real', values: [['0.5', '0.5'], nulled] },
  { type: 'FLOAT(7,3)', becomes: 'real', values: [['1234.567', '1234.567'], nulled] },
  { type: 'FLOAT(53)', becomes: 'double precision', values: [['0.1', '0.1'], nulled] },
  { type: 'DOUBLE', becomes: 'double precision', values: [['0.1', '0.1'], ['1.2345678901234567', '1.2345678901234567'], ['1.7976931348623157e308', '1.7976931348623157e+308'], ['2.2250738585072014e-308', '2.2250738585072014e-308'], ['-4.9e-324', '-5e-324'], ['9007199254740993', '9.007199254740992e+15'], nulled] },
  { type: 'DOUBLE(10,2)', becomes: 'double precision', values: [['-12345678.9', '-12345678.9'], nulled] },
  { type: 'REAL', becomes: 'double precision', values: [['1e300', '1e+300'], nulled] },
  // MariaDB stores 0 in its place.
  { type: 'FLOAT', only: 'mysql9', becomes: 'real', values: [["'-0'", '-0']] },
  { type: 'DOUBLE', only: 'mysql9', becomes: 'double precision', values: [["'-0'", '-0']] },
  { type: 'BIT(1)', becomes: 'boolean', values: [["b'1'", 'true'], ["b'0'", 'false'], nulled] },
  { type: 'BIT(2)', becomes: 'bit(2)', values: [["b'01'", '01'], ["b'0'", '00'], nulled] },
  { type: 'BIT(8)', becomes: 'bit(8)', values: [["b'00000001'", '00000001'], ["b'10000000'", '10000000'], nulled] },
  { type: 'BIT(64)', becomes: 'bit(64)', values: [[`b'${ones(64)}'`, ones(64)], ['0', '0'.repeat(64)], nulled] },
]

// prettier-ignore
const times: readonly TypeRow[] = [
  { type: 'DATE', becomes: 'date', values: [["'1000-01-01'", '1000-01-01'], ["'9999-12-31'", '9999-12-31'], ["'0001-01-01'", '0001-01-01'], ["'2000-02-29'", '2000-02-29'], nulled] },
  { type: 'DATETIME', becomes: 'timestamp(0) without time zone', values: [["'1000-01-01 00:00:00'", '1000-01-01 00:00:00'], ["'9999-12-31 23:59:59'", '9999-12-31 23:59:59'], ["'2024-03-10 02:30:00'", '2024-03-10 02:30:00'], nulled] },
  ...[1, 2, 3, 4, 5].map((digits): TypeRow => ({ type: `DATETIME(${digits})`, becomes: `timestamp(${digits}) without time zone`, values: [[`'2024-06-01 12:34:56.${ones(digits)}'`, `2024-06-01 12:34:56.${ones(digits)}`], nulled] })),
  { type: 'DATETIME(6)', becomes: 'timestamp(6) without time zone', values: [["'9999-12-31 23:59:59.999999'", '9999-12-31 23:59:59.999999'], ["'1999-12-31 23:59:59.999999'", '1999-12-31 23:59:59.999999'], ["'2000-01-01 00:00:00.000001'", '2000-01-01 00:00:00.000001'], ["'1714-06-01 12:00:00.123456'", '1714-06-01 12:00:00.123456'], nulled] },
  { type: 'TIMESTAMP NULL', becomes: 'timestamp(0) with time zone', values: [["'1970-01-01 00:00:01'", '1970-01-01 00:00:01+00'], ["'2038-01-19 03:14:07'", '2038-01-19 03:14:07+00'], nulled] },
  ...[1, 3].map((digits): TypeRow => ({ type: `TIMESTAMP(${digits}) NULL`, becomes: `timestamp(${digits}) with time zone`, values: [[`'2024-06-01 12:34:56.${ones(digits)}'`, `2024-06-01 12:34:56.${ones(digits)}+00`], nulled] })),
  { type: 'TIMESTAMP(6) NULL', becomes: 'timestamp(6) with time zone', values: [["'2038-01-19 03:14:07.999999'", '2038-01-19 03:14:07.999999+00'], ["'2024-03-10 02:30:00.5'", '2024-03-10 02:30:00.5+00'], nulled] },
  { type: 'TIME', becomes: 'time(0) without time zone', values: [["'00:00:00'", '00:00:00'], ["'23:59:59'", '23:59:59'], nulled] },
  { type: 'TIME(3)', becomes: 'time(3) without time zone', values: [["'12:34:56.789'", '12:34:56.789'], nulled] },
  { type: 'TIME(6)', becomes: 'time(6) without time zone', values: [["'23:59:59.999999'", '23:59:59.999999'], nulled] },
  { type: 'TIME', becomes: 'interval(0)', values: [["'838:59:59'", '838:59:59'], ["'-838:59:59'", '-838:59:59'], ["'00:00:00'", '00:00:00'], nulled] },
  { type: 'TIME(6)', becomes: 'interval(6)', values: [["'24:00:00.000001'", '24:00:00.000001'], ["'-00:00:00.5'", '-00:00:00.5'], ["'838:59:58.999999'", '838:59:58.999999'], nulled] },
]

// prettier-ignore
const texts: readonly TypeRow[] = [
  { type: 'CHAR(10)', becomes: 'character varying(10)', values: [["'a  '", 'a'], ["''", ''], ["' x'", ' x'], nulled] },
  { type: 'CHAR(0)', becomes: 'text', values: [["''", ''], nulled] },
  { type: 'CHAR(255)', becomes: 'character varying(255)', values: [["REPEAT('é', 255)", 'é'.repeat(255)], nulled] },
  { type: 'NCHAR(4)', becomes: 'character varying(4)', values: [["'äö'", 'äö'], nulled] },
  { type: 'VARCHAR(0)', becomes: 'text', values: [["''", ''], nulled] },
  { type: 'VARCHAR(200)', becomes: 'character varying(200)', values: [["'a  '", 'a  '], ["'NULL'", 'NULL'], ["'\\\\N'", '\\N'], ["''", ''], [`'${families} é e\u0301 \u{10FFFF}'`, `${families} é e\u0301 \u{10FFFF}`], ["_utf8mb4 X'EFBBBF78'", '\ufeffx'], nulled] },
  { type: 'VARCHAR(300) CHARACTER SET ascii', becomes: 'character varying(300)', values: [["'plain'", 'plain'], nulled] },
  { type: 'VARCHAR(20) CHARACTER SET latin1', becomes: 'character varying(20)', values: [["_latin1 X'8093e9'", '€“é'], nulled] },
  { type: 'VARCHAR(20) CHARACTER SET utf8mb3', becomes: 'character varying(20)', values: [["'é中'", 'é中'], nulled] },
  { type: 'TINYTEXT', becomes: 'text', values: [["REPEAT('x', 255)", 'x'.repeat(255)], ["''", ''], nulled] },
  { type: 'TEXT', becomes: 'text', values: [["REPEAT('x', 65535)", 'x'.repeat(65_535)], ["REPEAT('x', 250)", 'x'.repeat(250)], ["REPEAT('x', 251)", 'x'.repeat(251)], nulled] },
  { type: 'MEDIUMTEXT', becomes: 'text', values: [["REPEAT('x', 65536)", 'x'.repeat(65_536)], nulled] },
  { type: 'LONGTEXT', becomes: 'text', values: [["REPEAT('äx', 100000)", 'äx'.repeat(100_000)], nulled] },
  { type: "ENUM('small','it''s','a,b','back\\\\slash','größer','日本','😀')", becomes: 'enum', values: [["'small'", 'small'], ["'it''s'", "it's"], ["'a,b'", 'a,b'], ["'back\\\\slash'", 'back\\slash'], ["'größer'", 'größer'], ["'😀'", '😀'], nulled] },
  { type: "ENUM('','x')", becomes: 'enum', values: [["''", ''], ["'x'", 'x'], nulled] },
  { type: "SET('a','b','c')", becomes: 'text[]', values: [["''", '{}'], ["'c,a'", '{a,c}'], nulled] },
  { type: `SET(${members.map((member) => `'${member}'`).join(',')})`, becomes: 'text[]', values: [[`'${members.toReversed().join(',')}'`, `{${members.join(',')}}`], nulled] },
]

// prettier-ignore
const bytes: readonly TypeRow[] = [
  { type: 'BINARY(4)', becomes: 'bytea', values: [["'a'", '\\x61000000'], nulled] },
  { type: 'BINARY(0)', becomes: 'bytea', values: [["''", '\\x'], nulled] },
  { type: 'BINARY(16)', becomes: 'uuid', says: 'uuid', values: [["X'00112233445566778899aabbccddeeff'", '00112233-4455-6677-8899-aabbccddeeff'], nulled] },
  { type: 'VARBINARY(300)', becomes: 'bytea', values: [["''", '\\x'], ["X'00ff0d0a27'", '\\x00ff0d0a27'], ["REPEAT(X'ff', 300)", `\\x${'ff'.repeat(300)}`], nulled] },
  { type: 'TINYBLOB', becomes: 'bytea', values: [["REPEAT(X'00', 255)", `\\x${'00'.repeat(255)}`], nulled] },
  { type: 'BLOB', becomes: 'bytea', values: [["REPEAT(X'5c', 65535)", `\\x${'5c'.repeat(65_535)}`], nulled] },
  { type: 'MEDIUMBLOB', becomes: 'bytea', values: [["REPEAT(X'80', 65536)", `\\x${'80'.repeat(65_536)}`], nulled] },
  { type: 'LONGBLOB', becomes: 'bytea', values: [["X'00fffe'", '\\x00fffe'], nulled] },
  { type: 'POINT', becomes: 'bytea', says: 'bytes', values: [["ST_GeomFromText('POINT(1 2)')", '\\x0101000000000000000000f03f0000000000000040'], nulled] },
  { type: 'JSON', only: 'mysql9', becomes: 'jsonb', values: [['\'{"b": 18446744073709551615, "a": [1.5, null, "é"]}\'', '{"a": [1.5, null, "é"], "b": 18446744073709551615}'], ["'null'", 'null'], ["'\"\"'", '""'], nulled] },
  { type: 'JSON', only: 'mysql9', becomes: 'json', values: [['JSON_OBJECT("k", "a\\0b")', '{"k": "a\\u0000b"}'], nulled] },
  { type: 'VECTOR(3)', only: 'mysql9', becomes: 'real[]', values: [["STRING_TO_VECTOR('[1,-0.5,1.1]')", '{1,-0.5,1.1}'], ["STRING_TO_VECTOR('[3.4028235e38,1.2e-38,0]')", '{3.4028235e+38,1.2e-38,0}'], nulled] },
  { type: 'JSON', only: 'mariadb', becomes: 'json', values: [['\'{"b" : 1, "b":0.10}\'', '{"b" : 1, "b":0.10}'], nulled] },
  { type: 'UUID', only: 'mariadb', becomes: 'uuid', values: [["'00112233-4455-6677-8899-AABBCCDDEEFF'", '00112233-4455-6677-8899-aabbccddeeff'], nulled] },
  { type: 'INET4', only: 'mariadb', becomes: 'inet', values: [["'192.168.0.1'", '192.168.0.1/32'], ["'255.255.255.255'", '255.255.255.255/32'], nulled] },
  { type: 'INET6', only: 'mariadb', becomes: 'inet', values: [["'2001:db8::ff00:42:8329'", '2001:db8::ff00:42:8329/128'], ["'::ffff:1.2.3.4'", '::ffff:1.2.3.4/128'], ["'::'", '::/128'], nulled] },
  { type: 'TEXT COMPRESSED', only: 'mariadb', becomes: 'text', values: [["REPEAT('é', 500)", 'é'.repeat(500)], nulled] },
  { type: 'BLOB COMPRESSED', only: 'mariadb', becomes: 'bytea', values: [["REPEAT(X'e9', 500)", `\\x${'e9'.repeat(500)}`], nulled] },
]

/** Every type by the table that holds it: one column each, one row a value. */
export const typeTables: { readonly [table: string]: readonly TypeRow[] } = { integers, fractions, times, texts, bytes }
