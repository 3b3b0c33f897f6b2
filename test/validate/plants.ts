import type { DifferenceReason } from '../../src/index.ts'

/** Rows of the planted table. */
export const rowCount = 2_000

/** What is changed in the target, alone, and how it is to be found. */
export interface Plant {
  readonly name: string
  readonly sql: string
  readonly table?: 'things' | 'words' | 'loose'
  readonly reason: DifferenceReason
  readonly column?: string
  /** Key of one row that has it. */
  readonly key: { readonly [column: string]: string | null }
  readonly detail?: string
  /** Differences that it makes. */
  readonly count?: number
  /** It makes differences of other kinds too. */
  readonly hasMore?: boolean
  /** Where the target's JSON is text. */
  readonly needs?: 'json-text'
}

/** The source, in MySQL's and MariaDB's own SQL: two thousand rows, each a little different, and three of them odd. */
export const sourceSql = `
  CREATE TABLE things (id int NOT NULL PRIMARY KEY, raw blob, txt varchar(100), chr char(10), note text,
    amount decimal(12,4), wide double, narrow float, clock datetime(6), moment timestamp(6) NULL, day date, span time(6),
    flag tinyint(1), doc json, kind enum('a','b','c'), tags set('x','y','z'), mask bit(8), big bigint unsigned);
  CREATE TABLE words (word varchar(30) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, n int);
  CREATE TABLE loose (a int, b varchar(20))`

const ten =
  'SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9'
const numbers = `(SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * t.d AS i FROM (${ten}) AS a, (${ten}) AS b, (${ten}) AS c,
  (SELECT 0 AS d UNION SELECT 1) AS t) AS n`

export const fillSql = `
  INSERT INTO things
  SELECT i, UNHEX(SHA2(i, 256)), CONCAT('Text ', i, ' é 漢字 😀'), CONCAT('c', i), CONCAT('note ', i, ' with\\ttab'),
    i * 1.2345, i / 7, i / 8, TIMESTAMPADD(MICROSECOND, i * 1234567, '2020-01-01 00:00:00'),
    TIMESTAMPADD(SECOND, i * 3601, '2021-03-01 00:00:00'), DATE_ADD('2000-02-28', INTERVAL i DAY),
    SEC_TO_TIME(i * 43), i % 2, CONCAT('{"a": ', i, ', "b": [1, 2.5, "x"], "c": null}'),
    ELT(1 + i % 3, 'a', 'b', 'c'), ELT(1 + i % 3, 'x', 'x,y', 'y,z'), i % 256, 18446744073709549000 + i FROM ${numbers};
  UPDATE things SET txt = NULL, note = '', raw = '' WHERE id = 7;
  UPDATE things SET wide = 0, narrow = 0, amount = 0 WHERE id = 8;
  UPDATE things SET wide = 0.1, doc = '{"n": 1}' WHERE id = 9;
  UPDATE things SET note = CONCAT('nul', CHAR(0 USING utf8mb4), 'byte') WHERE id = 10;
  INSERT INTO words SELECT CONCAT('word', i), i FROM ${numbers};
  INSERT INTO words VALUES ('Éa', -1), ('éb', -2);
  INSERT INTO loose SELECT i % 500, CONCAT('v', i % 500) FROM ${numbers};
  INSERT INTO loose VALUES (NULL, NULL), (NULL, ''), (1, NULL)`

const set = (assignment: string, id: number): string => `UPDATE things SET ${assignment} WHERE id = ${id}`

export const plants: readonly Plant[] = [
  {
    name: 'one bit of a blob',
    sql: set('raw = set_bit(raw, 77, 1 - get_bit(raw, 77))', 5),
    reason: 'VALUE',
    column: 'raw',
    key: { id: '5' },
  },
  {
    name: 'a blob cut short',
    sql: set('raw = substr(raw, 1, 31)', 5),
    reason: 'TRUNCATED',
    column: 'raw',
    key: { id: '5' },
  },
  {
    name: 'a blob that is NULL for empty',
    sql: set('raw = NULL', 7),
    reason: 'NULL_VS_EMPTY',
    column: 'raw',
    key: { id: '7' },
  },
  {
    name: 'a blank at the end',
    sql: set("txt = txt || ' '", 5),
    reason: 'PAD_STRIPPED',
    column: 'txt',
    key: { id: '5' },
  },
  {
    name: 'a blank at the beginning',
    sql: set("txt = ' ' || txt", 5),
    reason: 'VALUE',
    column: 'txt',
    key: { id: '5' },
  },
  {
    name: 'a blank for a tab',
    sql: set("note = replace(note, E'\\t', ' ')", 5),
    reason: 'VALUE',
    column: 'note',
    key: { id: '5' },
  },
  {
    name: 'é as two code points',
    sql: set("txt = replace(txt, 'é', E'e\\u0301')", 5),
    reason: 'ENCODING',
    column: 'txt',
    key: { id: '5' },
  },
  {
    name: 'an emoji cut to ?',
    sql: set("txt = replace(txt, '😀', '?')", 5),
    reason: 'ENCODING',
    column: 'txt',
    key: { id: '5' },
  },
  {
    name: 'an emoji cut to ????',
    sql: set("txt = replace(txt, '😀', '????')", 5),
    reason: 'ENCODING',
    column: 'txt',
    key: { id: '5' },
  },
  {
    name: 'UTF-8 read as Latin-1',
    sql: set("txt = convert_from(convert_to(txt, 'UTF8'), 'LATIN1')", 5),
    reason: 'ENCODING',
    column: 'txt',
    key: { id: '5' },
  },
  { name: 'another case', sql: set('txt = upper(txt)', 5), reason: 'CASE_FOLD', column: 'txt', key: { id: '5' } },
  { name: 'a text cut short', sql: set('txt = left(txt, 9)', 5), reason: 'TRUNCATED', column: 'txt', key: { id: '5' } },
  { name: 'another text', sql: set("chr = 'other'", 5), reason: 'VALUE', column: 'chr', key: { id: '5' } },
  {
    name: 'the empty text for NULL',
    sql: set("txt = ''", 7),
    reason: 'NULL_VS_EMPTY',
    column: 'txt',
    key: { id: '7' },
  },
  {
    name: 'NULL for the empty text',
    sql: set('note = NULL', 7),
    reason: 'NULL_VS_EMPTY',
    column: 'note',
    key: { id: '7' },
  },
  { name: 'the text NULL for NULL', sql: set("txt = 'NULL'", 7), reason: 'VALUE', column: 'txt', key: { id: '7' } },
  { name: 'NULL for a number', sql: set('amount = NULL', 5), reason: 'VALUE', column: 'amount', key: { id: '5' } },
  {
    name: 'a decimal rounded',
    sql: set('amount = round(amount, 1)', 5),
    reason: 'PRECISION_REDUCED',
    column: 'amount',
    key: { id: '5' },
  },
  {
    name: 'the last digit of a decimal',
    sql: set('amount = amount + 0.0001', 5),
    reason: 'VALUE',
    column: 'amount',
    key: { id: '5' },
  },
  {
    name: '0.1 through 32 bits',
    sql: set('wide = 0.1::real', 9),
    reason: 'PRECISION_REDUCED',
    column: 'wide',
    key: { id: '9' },
  },
  {
    name: 'the last bit of a double',
    sql: set('wide = 0.10000000000000002', 9),
    reason: 'FLOAT_ULP',
    column: 'wide',
    key: { id: '9' },
  },
  {
    name: 'the last bit of a float',
    sql: set('narrow = 0.62500006', 5),
    reason: 'FLOAT_ULP',
    column: 'narrow',
    key: { id: '5' },
  },
  { name: 'a zero below zero', sql: set("wide = '-0'", 8), reason: 'VALUE', column: 'wide', key: { id: '8' } },
  {
    name: 'a double that is infinite',
    sql: set("wide = 'Infinity'", 5),
    reason: 'VALUE',
    column: 'wide',
    key: { id: '5' },
  },
  {
    name: 'a double that is no number',
    sql: set("wide = 'NaN'", 5),
    reason: 'VALUE',
    column: 'wide',
    key: { id: '5' },
  },
  {
    name: 'a microsecond',
    sql: set("clock = clock + interval '1 microsecond'", 5),
    reason: 'VALUE',
    column: 'clock',
    key: { id: '5' },
  },
  {
    name: 'a clock without its fraction',
    sql: set("clock = date_trunc('second', clock)", 5),
    reason: 'PRECISION_REDUCED',
    column: 'clock',
    key: { id: '5' },
  },
  {
    name: 'an hour',
    sql: set("moment = moment + interval '1 hour'", 5),
    reason: 'TZ_SHIFT',
    column: 'moment',
    key: { id: '5' },
    detail: '+01:00',
  },
  {
    name: 'five hours and three quarters',
    sql: set("clock = clock - interval '5:45'", 5),
    reason: 'TZ_SHIFT',
    column: 'clock',
    key: { id: '5' },
    detail: '-05:45',
  },
  {
    name: 'two hours everywhere',
    sql: "UPDATE things SET clock = clock - interval '2 hours'",
    reason: 'TZ_SHIFT',
    column: 'clock',
    key: { id: '1' },
    detail: '-02:00',
    count: rowCount,
  },
  {
    name: 'a moment that never ends',
    sql: set("moment = 'infinity'", 5),
    reason: 'VALUE',
    column: 'moment',
    key: { id: '5' },
  },
  { name: 'a day in the year 1', sql: set("day = '0001-01-01'", 5), reason: 'VALUE', column: 'day', key: { id: '5' } },
  {
    name: 'a day before the year 1',
    sql: set("day = (to_char(day, 'YYYY-MM-DD') || ' BC')::date", 5),
    reason: 'VALUE',
    column: 'day',
    key: { id: '5' },
  },
  { name: 'the day after', sql: set('day = day + 1', 5), reason: 'VALUE', column: 'day', key: { id: '5' } },
  {
    name: 'a second of a time',
    sql: set("span = span + interval '1 second'", 5),
    reason: 'VALUE',
    column: 'span',
    key: { id: '5' },
  },
  { name: 'the other truth', sql: set('flag = NOT flag', 5), reason: 'VALUE', column: 'flag', key: { id: '5' } },
  { name: 'another number in JSON', sql: set(`doc = '{"n": 2}'`, 9), reason: 'VALUE', column: 'doc', key: { id: '9' } },
  {
    name: '1.0 for 1 in JSON',
    sql: set(`doc = '{"n": 1.0}'`, 9),
    reason: 'JSON_NUMBER',
    column: 'doc',
    key: { id: '9' },
  },
  {
    name: 'a text for a number in JSON',
    sql: set(`doc = '{"n": "1"}'`, 9),
    reason: 'TYPE_DRIFT',
    column: 'doc',
    key: { id: '9' },
  },
  {
    name: 'a text for a number within a document of JSON',
    sql: set(`doc = '{"a": 5, "b": [1, "2.5", "x"], "c": null}'`, 5),
    reason: 'TYPE_DRIFT',
    column: 'doc',
    key: { id: '5' },
  },
  {
    name: 'a text for null in JSON',
    sql: set(`doc = '{"a": 5, "b": [1, 2.5, "x"], "c": "null"}'`, 5),
    reason: 'TYPE_DRIFT',
    column: 'doc',
    key: { id: '5' },
  },
  {
    name: 'keys of JSON in another order',
    sql: set(`doc = '{"c": null, "a": 5, "b": [1, 2.5, "x"]}'`, 5),
    reason: 'JSON_ORDER',
    column: 'doc',
    key: { id: '5' },
    needs: 'json-text',
  },
  {
    name: 'items of JSON in another order',
    sql: set(`doc = '{"a": 5, "b": [2.5, 1, "x"], "c": null}'`, 5),
    reason: 'VALUE',
    column: 'doc',
    key: { id: '5' },
  },
  {
    name: 'another label',
    sql: set("kind = CASE kind WHEN 'a' THEN 'b' ELSE 'a' END::things_kind", 5),
    reason: 'VALUE',
    column: 'kind',
    key: { id: '5' },
  },
  { name: 'a member less', sql: set('tags = tags[2:]', 5), reason: 'VALUE', column: 'tags', key: { id: '5' } },
  { name: 'a bit', sql: set("mask = mask # B'00000001'", 5), reason: 'VALUE', column: 'mask', key: { id: '5' } },
  {
    name: 'one, beyond what a float can tell',
    sql: set('big = big + 1', 5),
    reason: 'VALUE',
    column: 'big',
    key: { id: '5' },
  },
  { name: 'the first row gone', sql: 'DELETE FROM things WHERE id = 1', reason: 'MISSING', key: { id: '1' } },
  { name: 'a row gone', sql: 'DELETE FROM things WHERE id = 1000', reason: 'MISSING', key: { id: '1000' } },
  {
    name: 'the last row gone',
    sql: `DELETE FROM things WHERE id = ${rowCount}`,
    reason: 'MISSING',
    key: { id: String(rowCount) },
  },
  {
    name: 'a row beyond the last',
    sql: `INSERT INTO things (id) VALUES (${rowCount + 1})`,
    reason: 'EXTRA',
    key: { id: String(rowCount + 1) },
  },
  { name: 'a row before the first', sql: 'INSERT INTO things (id) VALUES (-1)', reason: 'EXTRA', key: { id: '-1' } },
  { name: 'a key that became another', hasMore: true, sql: set('id = 70000', 5), reason: 'MISSING', key: { id: '5' } },
  {
    name: 'two rows that changed places',
    hasMore: true,
    sql: 'UPDATE things SET id = -id WHERE id IN (20, 21); UPDATE things SET id = 41 + id WHERE id < 0',
    reason: 'VALUE',
    column: 'raw',
    key: { id: '20' },
    count: 2,
  },
  {
    name: 'values of a column that changed places between rows',
    sql: 'UPDATE things AS t SET chr = o.chr FROM things AS o WHERE (t.id, o.id) IN ((20, 21), (21, 20))',
    reason: 'VALUE',
    column: 'chr',
    key: { id: '21' },
    count: 2,
  },
  {
    name: 'values of a row that changed columns',
    hasMore: true,
    sql: set('txt = chr, chr = left(txt, 10)', 5),
    reason: 'VALUE',
    column: 'txt',
    key: { id: '5' },
  },
  {
    name: 'a key of text gone',
    table: 'words',
    sql: "DELETE FROM words WHERE word = 'word17'",
    reason: 'MISSING',
    key: { word: 'word17' },
  },
  {
    name: 'a key of text more',
    table: 'words',
    sql: "INSERT INTO words VALUES ('word17 ', 17)",
    reason: 'EXTRA',
    key: { word: 'word17 ' },
  },
  {
    name: 'a key in another case',
    table: 'words',
    sql: "UPDATE words SET word = 'WORD17' WHERE word = 'word17'",
    reason: 'CASE_FOLD',
    column: 'word',
    key: { word: 'word17' },
  },
  {
    name: 'a key composed otherwise',
    table: 'words',
    sql: `UPDATE words SET word = E'e\\u0301b' WHERE word = 'éb'`,
    reason: 'ENCODING',
    column: 'word',
    key: { word: 'éb' },
  },
  {
    name: 'a value beside a key of text',
    table: 'words',
    sql: "UPDATE words SET n = 18 WHERE word = 'word17'",
    reason: 'VALUE',
    column: 'n',
    key: { word: 'word17' },
  },
  {
    name: 'a row without a key once more',
    table: 'loose',
    sql: "INSERT INTO loose VALUES (3, 'v3')",
    reason: 'EXTRA',
    key: { a: '3', b: 'v3' },
  },
  {
    name: 'a row without a key twice more',
    table: 'loose',
    sql: "INSERT INTO loose VALUES (3, 'v3'), (3, 'v3')",
    reason: 'EXTRA',
    key: { a: '3', b: 'v3' },
    count: 2,
  },
  {
    name: 'a row without a key once less',
    table: 'loose',
    sql: 'DELETE FROM loose WHERE ctid = (SELECT ctid FROM loose WHERE a = 3 LIMIT 1)',
    reason: 'MISSING',
    key: { a: '3', b: 'v3' },
  },
  {
    name: 'NULL for the empty text in a row without a key',
    hasMore: true,
    table: 'loose',
    sql: "UPDATE loose SET b = NULL WHERE a IS NULL AND b = ''",
    reason: 'MISSING',
    key: { a: null, b: '' },
  },
  {
    name: 'values that moved from one column of a row without a key to the other',
    hasMore: true,
    table: 'loose',
    sql: "UPDATE loose SET a = NULL, b = '1' WHERE a = 1 AND b IS NULL",
    reason: 'MISSING',
    key: { a: '1', b: null },
  },
]
