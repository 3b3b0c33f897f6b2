import type { DifferenceReason } from '../../src/index.ts'

/** Rows of the planted table, where each difference is alone. */
export const rowCount = 2_000

type Key = { readonly [column: string]: string | null }

/** One difference, as it is told of. */
export interface Found {
  readonly key: Key
  readonly column?: string | undefined
  /** Absent: any. */
  readonly reason?: DifferenceReason | undefined
}

/** What is changed in the target, and how it is to be found. */
export interface Plant {
  readonly name: string
  readonly sql: string
  readonly table?: 'things' | 'words' | 'loose' | undefined
  readonly reason: DifferenceReason
  readonly column?: string | undefined
  /** Key of one row that has it. */
  readonly key: Key
  readonly detail?: string | undefined
  /** Differences that it makes of this reason and column; one where it is left out. */
  readonly count?: number | undefined
  /** All differences that it makes, where these are others than the one above. */
  readonly found?: readonly Found[] | undefined
  /** It makes differences of other kinds too. */
  readonly hasMore?: boolean | undefined
  /** Where the target's JSON is text. */
  readonly needs?: 'json-text' | undefined
}

/** Where plants go. */
interface Ground {
  readonly rowCount: number
  /** The row, or word, that a plant takes in place of the one that it takes where it is alone. */
  readonly row: (usual: number) => number
  /** What is changed everywhere is changed from this row on, to the last one that `to` names. */
  readonly from: number
  readonly to: number
}

type Planting = (ground: Ground) => Plant

/** Columns of `things` behind its key. */
const columns = [
  'raw',
  'txt',
  'chr',
  'note',
  'amount',
  'wide',
  'narrow',
  'clock',
  'moment',
  'day',
  'span',
  'flag',
  'doc',
  'kind',
  'tags',
  'mask',
  'big',
] as const
type Column = (typeof columns)[number]

/** The source, in MySQL's and MariaDB's own SQL: rows, each a little different, and three in a thousand of them odd. */
export const sourceSql = `
  CREATE TABLE things (id int NOT NULL PRIMARY KEY, raw blob, txt varchar(100), chr char(10), note text,
    amount decimal(12,4), wide double, narrow float, clock datetime(6), moment timestamp(6) NULL, day date, span time(6),
    flag tinyint(1), doc json, kind enum('a','b','c'), tags set('x','y','z'), mask bit(8), big bigint unsigned);
  CREATE TABLE words (word varchar(30) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, n int);
  CREATE TABLE loose (a int, b varchar(20))`

const ten =
  'SELECT 0 AS d UNION SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4 UNION SELECT 5 UNION SELECT 6 UNION SELECT 7 UNION SELECT 8 UNION SELECT 9'

/** The numbers from 1 on, as `n.i`. */
function numbers(count: number): string {
  const places = Array.from({ length: String(count - 1).length }, (_, place) => `p${place}`)
  const sum = places.map((name, place) => `${10 ** place} * ${name}.d`).join(' + ')
  const digits = places.map((name) => `(${ten}) AS ${name}`).join(', ')
  return `(SELECT 1 + ${sum} AS i FROM ${digits} HAVING i <= ${count}) AS n`
}

/** Fills the source by its own means. @param count Rows of `things`; `words` and `loose` have at most 100,000 */
export function fillSql(count: number): string {
  const others = numbers(Math.min(count, 100_000))
  return `
  INSERT INTO things
  SELECT i, UNHEX(SHA2(i, 256)), CONCAT('Text ', i, ' é 漢字 😀'), CONCAT('c', i), CONCAT('note ', i, ' with\\ttab'),
    i * 1.2345, i / 7, i / 8, TIMESTAMPADD(MICROSECOND, i * 1234567, '2020-01-01 00:00:00'),
    TIMESTAMPADD(SECOND, i % 100000 * 3601, '2021-03-01 00:00:00'), DATE_ADD('2000-02-28', INTERVAL i DAY),
    SEC_TO_TIME(i % 2000 * 43), i % 2, CONCAT('{"a": ', i, ', "b": [1, 2.5, "x"], "c": null}'),
    ELT(1 + i % 3, 'a', 'b', 'c'), ELT(1 + i % 3, 'x', 'x,y', 'y,z'), i % 256, 18446744073708549000 + i
  FROM ${numbers(count)};
  UPDATE things SET txt = NULL, note = '', raw = '' WHERE id % 1000 = 7;
  UPDATE things SET wide = 0, narrow = 0, amount = 0 WHERE id % 1000 = 8;
  UPDATE things SET wide = 0.1, doc = '{"n": 1}' WHERE id % 1000 = 9;
  UPDATE things SET note = CONCAT('nul', CHAR(0 USING utf8mb4), 'byte') WHERE id % 1000 = 10;
  INSERT INTO words SELECT CONCAT('word', i), i FROM ${others};
  INSERT INTO words VALUES ('Éa', -1), ('éb', -2);
  INSERT INTO loose SELECT i DIV 4, CONCAT('v', i DIV 4) FROM ${others};
  INSERT INTO loose VALUES (NULL, NULL), (NULL, ''), (1, NULL)`
}

type Cell = readonly [
  name: string,
  column: Column,
  assignment: string | ((id: number) => string),
  reason: DifferenceReason,
  usual?: number,
  more?: Pick<Plant, 'detail' | 'needs'>,
]

/** One cell of `things` that is another; in the row 5 where no other is named. */
function cell([name, column, assignment, reason, usual = 5, more]: Cell): Planting {
  return ({ row }) => {
    const id = row(usual)
    const text = typeof assignment === 'string' ? assignment : assignment(id)
    return { name, sql: `UPDATE things SET ${text} WHERE id = ${id}`, reason, column, key: { id: String(id) }, ...more }
  }
}

function nextFloat32(value: number): number {
  const bits = new DataView(new ArrayBuffer(4))
  bits.setFloat32(0, value)
  bits.setInt32(0, bits.getInt32(0) + 1)
  return bits.getFloat32(0)
}

const cells: readonly Cell[] = [
  ['one bit of a blob', 'raw', 'raw = set_bit(raw, 77, 1 - get_bit(raw, 77))', 'VALUE'],
  ['a blob cut short', 'raw', 'raw = substr(raw, 1, 31)', 'TRUNCATED'],
  ['a blob that is NULL for empty', 'raw', 'raw = NULL', 'NULL_VS_EMPTY', 7],
  ['a blank at the end', 'txt', "txt = txt || ' '", 'PAD_STRIPPED'],
  ['a blank at the beginning', 'txt', "txt = ' ' || txt", 'VALUE'],
  ['a blank for a tab', 'note', "note = replace(note, E'\\t', ' ')", 'VALUE'],
  ['é as two code points', 'txt', "txt = replace(txt, 'é', E'e\\u0301')", 'ENCODING'],
  ['an emoji cut to ?', 'txt', "txt = replace(txt, '😀', '?')", 'ENCODING'],
  ['an emoji cut to ????', 'txt', "txt = replace(txt, '😀', '????')", 'ENCODING'],
  ['UTF-8 read as Latin-1', 'txt', "txt = convert_from(convert_to(txt, 'UTF8'), 'LATIN1')", 'ENCODING'],
  ['another case', 'txt', 'txt = upper(txt)', 'CASE_FOLD'],
  ['a text cut short', 'txt', 'txt = left(txt, 9)', 'TRUNCATED'],
  ['another text', 'chr', "chr = 'other'", 'VALUE'],
  ['the empty text for NULL', 'txt', "txt = ''", 'NULL_VS_EMPTY', 7],
  ['NULL for the empty text', 'note', 'note = NULL', 'NULL_VS_EMPTY', 7],
  ['the text NULL for NULL', 'txt', "txt = 'NULL'", 'VALUE', 7],
  ['NULL for a number', 'amount', 'amount = NULL', 'VALUE'],
  ['a decimal rounded', 'amount', 'amount = round(amount, 1)', 'PRECISION_REDUCED'],
  ['the last digit of a decimal', 'amount', 'amount = amount + 0.0001', 'VALUE'],
  ['0.1 through 32 bits', 'wide', 'wide = 0.1::real', 'PRECISION_REDUCED', 9],
  ['the last bit of a double', 'wide', 'wide = 0.10000000000000002', 'FLOAT_ULP', 9],
  ['the last bit of a float', 'narrow', (id) => `narrow = ${nextFloat32(id / 8)}`, 'FLOAT_ULP'],
  ['a zero below zero', 'wide', "wide = '-0'", 'VALUE', 8],
  ['a double that is infinite', 'wide', "wide = 'Infinity'", 'VALUE'],
  ['a double that is no number', 'wide', "wide = 'NaN'", 'VALUE'],
  ['a microsecond', 'clock', "clock = clock + interval '1 microsecond'", 'VALUE'],
  ['a clock without its fraction', 'clock', "clock = date_trunc('second', clock)", 'PRECISION_REDUCED'],
  ['an hour', 'moment', "moment = moment + interval '1 hour'", 'TZ_SHIFT', 5, { detail: '+01:00' }],
  ['five hours and three quarters', 'clock', "clock = clock - interval '5:45'", 'TZ_SHIFT', 5, { detail: '-05:45' }],
  ['a moment that never ends', 'moment', "moment = 'infinity'", 'VALUE'],
  ['a day in the year 1', 'day', "day = '0001-01-01'", 'VALUE'],
  ['a day before the year 1', 'day', "day = (to_char(day, 'YYYY-MM-DD') || ' BC')::date", 'VALUE'],
  ['the day after', 'day', 'day = day + 1', 'VALUE'],
  ['a second of a time', 'span', "span = span + interval '1 second'", 'VALUE'],
  ['the other truth', 'flag', 'flag = NOT flag', 'VALUE'],
  ['another number in JSON', 'doc', `doc = '{"n": 2}'`, 'VALUE', 9],
  ['1.0 for 1 in JSON', 'doc', `doc = '{"n": 1.0}'`, 'JSON_NUMBER', 9],
  ['a text for a number in JSON', 'doc', `doc = '{"n": "1"}'`, 'TYPE_DRIFT', 9],
  [
    'a text for a number within a document of JSON',
    'doc',
    (id) => `doc = '{"a": ${id}, "b": [1, "2.5", "x"], "c": null}'`,
    'TYPE_DRIFT',
  ],
  ['a text for null in JSON', 'doc', (id) => `doc = '{"a": ${id}, "b": [1, 2.5, "x"], "c": "null"}'`, 'TYPE_DRIFT'],
  [
    'keys of JSON in another order',
    'doc',
    (id) => `doc = '{"c": null, "a": ${id}, "b": [1, 2.5, "x"]}'`,
    'JSON_ORDER',
    5,
    { needs: 'json-text' },
  ],
  ['items of JSON in another order', 'doc', (id) => `doc = '{"a": ${id}, "b": [2.5, 1, "x"], "c": null}'`, 'VALUE'],
  ['another label', 'kind', "kind = CASE kind WHEN 'a' THEN 'b' ELSE 'a' END::things_kind", 'VALUE'],
  ['a member less', 'tags', 'tags = tags[2:]', 'VALUE'],
  ['a bit', 'mask', "mask = mask # B'00000001'", 'VALUE'],
  ['one, beyond what a float can tell', 'big', 'big = big + 1', 'VALUE'],
]

const rows: readonly Planting[] = [
  ({ from, to }) => ({
    name: 'two hours everywhere',
    sql: `UPDATE things SET clock = clock - interval '2 hours' WHERE id BETWEEN ${from} AND ${to}`,
    reason: 'TZ_SHIFT',
    column: 'clock',
    key: { id: String(from) },
    detail: '-02:00',
    count: to - from + 1,
    found: Array.from({ length: to - from + 1 }, (_, place) => {
      return { key: { id: String(from + place) }, column: 'clock', reason: 'TZ_SHIFT' }
    }),
  }),
  () => ({ name: 'the first row gone', sql: 'DELETE FROM things WHERE id = 1', reason: 'MISSING', key: { id: '1' } }),
  ({ row }) => ({
    name: 'a row gone',
    sql: `DELETE FROM things WHERE id = ${row(1000)}`,
    reason: 'MISSING',
    key: { id: String(row(1000)) },
  }),
  ({ rowCount: last }) => ({
    name: 'the last row gone',
    sql: `DELETE FROM things WHERE id = ${last}`,
    reason: 'MISSING',
    key: { id: String(last) },
  }),
  ({ rowCount: last }) => ({
    name: 'a row beyond the last',
    sql: `INSERT INTO things (id) VALUES (${last + 1})`,
    reason: 'EXTRA',
    key: { id: String(last + 1) },
  }),
  () => ({
    name: 'a row before the first',
    sql: 'INSERT INTO things (id) VALUES (-1)',
    reason: 'EXTRA',
    key: { id: '-1' },
  }),
  ({ row, rowCount: last }) => ({
    name: 'a key that became another',
    hasMore: true,
    sql: `UPDATE things SET id = ${last + 70_000} WHERE id = ${row(5)}`,
    reason: 'MISSING',
    key: { id: String(row(5)) },
    found: [
      { key: { id: String(row(5)) }, reason: 'MISSING' },
      { key: { id: String(last + 70_000) }, reason: 'EXTRA' },
    ],
  }),
  ({ row }) => {
    const [one, other] = [row(20), row(21)]
    return {
      name: 'two rows that changed places',
      hasMore: true,
      sql: `UPDATE things SET id = -id WHERE id IN (${one}, ${other});
        UPDATE things SET id = ${one + other} + id WHERE id IN (-${one}, -${other})`,
      reason: 'VALUE',
      column: 'raw',
      key: { id: String(one) },
      count: 2,
      found: [one, other].flatMap((id) => columns.map((column) => ({ key: { id: String(id) }, column }))),
    }
  },
  ({ row }) => {
    const [one, other] = [row(20), row(21)]
    return {
      name: 'values of a column that changed places between rows',
      sql: `UPDATE things AS t SET chr = o.chr FROM things AS o
        WHERE (t.id, o.id) IN ((${one}, ${other}), (${other}, ${one}))`,
      reason: 'VALUE',
      column: 'chr',
      key: { id: String(other) },
      count: 2,
      found: [one, other].map((id) => ({ key: { id: String(id) }, column: 'chr', reason: 'VALUE' })),
    }
  },
  ({ row }) => {
    const key = { id: String(row(5)) }
    return {
      name: 'values of a row that changed columns',
      hasMore: true,
      sql: `UPDATE things SET txt = chr, chr = left(txt, 10) WHERE id = ${row(5)}`,
      reason: 'VALUE',
      column: 'txt',
      key,
      found: [
        { key, column: 'txt', reason: 'VALUE' },
        { key, column: 'chr', reason: 'VALUE' },
      ],
    }
  },
]

const words: readonly Planting[] = [
  ({ row }) => ({
    name: 'a key of text gone',
    table: 'words',
    sql: `DELETE FROM words WHERE word = 'word${row(17)}'`,
    reason: 'MISSING',
    key: { word: `word${row(17)}` },
  }),
  ({ row }) => ({
    name: 'a key of text more',
    table: 'words',
    sql: `INSERT INTO words VALUES ('word${row(17)} ', 17)`,
    reason: 'EXTRA',
    key: { word: `word${row(17)} ` },
  }),
  ({ row }) => ({
    name: 'a key in another case',
    table: 'words',
    sql: `UPDATE words SET word = 'WORD${row(17)}' WHERE word = 'word${row(17)}'`,
    reason: 'CASE_FOLD',
    column: 'word',
    key: { word: `word${row(17)}` },
  }),
  () => ({
    name: 'a key composed otherwise',
    table: 'words',
    sql: `UPDATE words SET word = E'e\\u0301b' WHERE word = 'éb'`,
    reason: 'ENCODING',
    column: 'word',
    key: { word: 'éb' },
  }),
  ({ row }) => ({
    name: 'a value beside a key of text',
    table: 'words',
    sql: `UPDATE words SET n = n + 1 WHERE word = 'word${row(17)}'`,
    reason: 'VALUE',
    column: 'n',
    key: { word: `word${row(17)}` },
  }),
]

const loose: readonly Planting[] = [
  ({ row }) => ({
    name: 'a row without a key once more',
    table: 'loose',
    sql: `INSERT INTO loose VALUES (${row(3)}, 'v${row(3)}')`,
    reason: 'EXTRA',
    key: { a: String(row(3)), b: `v${row(3)}` },
  }),
  ({ row }) => {
    const key = { a: String(row(3)), b: `v${row(3)}` }
    return {
      name: 'a row without a key twice more',
      table: 'loose',
      sql: `INSERT INTO loose VALUES (${key.a}, '${key.b}'), (${key.a}, '${key.b}')`,
      reason: 'EXTRA',
      key,
      count: 2,
      found: [
        { key, reason: 'EXTRA' },
        { key, reason: 'EXTRA' },
      ],
    }
  },
  ({ row }) => ({
    name: 'a row without a key once less',
    table: 'loose',
    sql: `DELETE FROM loose WHERE ctid = (SELECT ctid FROM loose WHERE a = ${row(3)} LIMIT 1)`,
    reason: 'MISSING',
    key: { a: String(row(3)), b: `v${row(3)}` },
  }),
  () => ({
    name: 'NULL for the empty text in a row without a key',
    hasMore: true,
    table: 'loose',
    sql: "UPDATE loose SET b = NULL WHERE a IS NULL AND b = ''",
    reason: 'MISSING',
    key: { a: null, b: '' },
    found: [
      { key: { a: null, b: '' }, reason: 'MISSING' },
      { key: { a: null, b: null }, reason: 'EXTRA' },
    ],
  }),
  () => ({
    name: 'values that moved from one column of a row without a key to the other',
    hasMore: true,
    table: 'loose',
    sql: "UPDATE loose SET a = NULL, b = '1' WHERE a = 1 AND b IS NULL",
    reason: 'MISSING',
    key: { a: '1', b: null },
    found: [
      { key: { a: '1', b: null }, reason: 'MISSING' },
      { key: { a: null, b: '1' }, reason: 'EXTRA' },
    ],
  }),
]

const plantings: readonly Planting[] = [...cells.map((one) => cell(one)), ...rows, ...words, ...loose]

/** Each for itself, into rows that are as they were. */
export const plants: readonly Plant[] = plantings.map((planting) =>
  planting({ rowCount, row: (usual) => usual, from: 1, to: rowCount }),
)

/**
 * All at once in a table of so many rows, each in rows of its own; 5,312 rows are two hours off.
 * @param count 300,000 at least
 */
export function plantsTogether(count: number): readonly Plant[] {
  const from = count * 0.9 + 1
  const plant = (planting: Planting, place: number): Plant => {
    const row = (usual: number): number => usual + 1_000 * (1 + place) * (usual === 3 ? 0.25 : 1)
    return planting({ rowCount: count, row, from, to: from + 5_311 })
  }
  return plantings.map(plant)
}
