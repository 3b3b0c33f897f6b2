import type { Connection } from 'mysql2/promise'
import { Random } from '../../src/cli/sample-shop/random.ts'
import { loadRows } from './load-rows.ts'
import type { FieldValue } from './load-rows.ts'

export const wideColumnCount = 200

interface Kind {
  readonly type: string
  value(random: Random): FieldValue
}

const kinds: readonly Kind[] = [
  { type: 'int', value: (random) => random.next() - 0x8000_0000 },
  { type: 'bigint', value: (random) => (random.uint64() >> 1n) - 0x3fff_ffff_ffff_ffffn },
  { type: 'bigint unsigned', value: (random) => random.uint64() },
  { type: 'smallint unsigned', value: (random) => random.below(65_536) },
  { type: 'tinyint(1)', value: (random) => random.below(2) },
  { type: 'decimal(18,4)', value: (random) => `${random.next()}.${String(random.below(10_000)).padStart(4, '0')}` },
  { type: 'double', value: (random) => random.next() / 7 },
  { type: 'float', value: (random) => random.below(100_000) / 100 },
  { type: 'date', value: (random) => dayOf(random) },
  { type: 'datetime(6)', value: (random) => `${dayOf(random)} ${timeOf(random)}.${100_000 + random.below(900_000)}` },
  { type: 'timestamp NULL', value: (random) => `${dayOf(random)} ${timeOf(random)}` },
  { type: 'time', value: timeOf },
  { type: 'year', value: (random) => random.between(1901, 2155) },
  { type: 'char(8)', value: (random) => random.next().toString(16).padStart(8, '0') },
  { type: 'varchar(40)', value: (random) => `${random.pick(['名前', 'née', "d'or", 'plain'])} ${random.next()}` },
  { type: 'varbinary(16)', value: (random) => random.next().toString(36) },
  { type: `enum('a','b','it''s c')`, value: (random) => random.pick(['a', 'b', "it's c"]) },
  { type: `set('x','y','z')`, value: (random) => random.pick(['', 'x', 'x,y', 'x,y,z']) },
  { type: 'text', value: (random) => `line one\n\tline "two" ${random.pick(['🎁', '\\', '汉字'])} ${random.next()}` },
  { type: 'json', value: (random) => `{"n": ${random.next()}, "list": [1, null, "é"]}` },
]

/** Makes the table `wide` anew: 200 columns, a key and then 20 types in turn, one value in ten NULL. */
export async function createWideTable(connection: Connection, rowCount: number): Promise<void> {
  const columns = Array.from({ length: wideColumnCount - 1 }, (_, at) => ({
    name: `c${String(at + 1).padStart(3, '0')}`,
    kind: kindAt(at),
  }))
  const list = columns.map(({ name, kind }) => `${name} ${kind.type}`).join(', ')
  await connection.query('DROP TABLE IF EXISTS wide')
  await connection.query(
    `CREATE TABLE wide (id int NOT NULL PRIMARY KEY, ${list}) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`,
  )
  await loadRows(connection, 'wide', rowCount, (id) => {
    const random = new Random(1, 'wide', id)
    return [id, ...columns.map(({ kind }) => (random.below(10) === 0 ? null : kind.value(random)))]
  })
}

function kindAt(at: number): Kind {
  const kind = kinds[at % kinds.length]
  if (kind === undefined) throw new RangeError('The table of kinds is empty')
  return kind
}

function dayOf(random: Random): string {
  return `${random.between(1990, 2030)}-${twoDigits(random.between(1, 12))}-${twoDigits(random.between(1, 28))}`
}

function timeOf(random: Random): string {
  return [random.below(24), random.below(60), random.below(60)].map(twoDigits).join(':')
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
