import type { Connection } from 'mysql2/promise'
import { Random } from '../../src/cli/sample-shop/random.ts'
import { loadRows } from './load-rows.ts'
import type { FieldValue } from './load-rows.ts'

/** The row count of the published figures. */
export const ordersRowCount = 2_000_000

const columns = `(
  id bigint unsigned NOT NULL,
  customer_id int NOT NULL,
  status enum('new','paid','sent','returned','cancelled') NOT NULL,
  amount decimal(12,2) NOT NULL,
  weight double NOT NULL,
  created_at datetime NOT NULL,
  updated_at timestamp(6) NOT NULL,
  active tinyint(1) NOT NULL,
  note text CHARACTER SET utf8mb4,
  attributes json,
  big bigint unsigned NOT NULL,
  tiny tinyint unsigned NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4`

/**
 * Makes the table `orders` anew and fills it: 12 columns of mixed types, about 198 bytes a row as text, a third
 * of the notes NULL, every 1,000th `big` at 2^63, which no signed bigint holds. The same rows on every server and
 * at every time. 2,000,000 rows take 16 to 25 s on two cores; the two secondary indexes are built at the end.
 */
export async function createOrdersTable(connection: Connection, rowCount: number = ordersRowCount): Promise<void> {
  await connection.query('DROP TABLE IF EXISTS orders')
  await connection.query(`CREATE TABLE orders ${columns}`)
  await loadRows(connection, 'orders', rowCount, orderOf)
  await connection.query('ALTER TABLE orders ADD KEY ix_customer (customer_id), ADD KEY ix_created (created_at)')
}

const statuses = ['new', 'paid', 'sent', 'sent', 'sent', 'returned', 'cancelled'] as const

const openings = [
  'Call first',
  'a\ttab and "quotes"',
  "it's C:\\new\\table",
  '注文を確認',
  'Grüße aus Köln',
  '请尽快发货',
] as const
const endings = [
  '',
  ' 🎁',
  ' (urgent)',
  '\nsecond line',
  " – 'sic'",
  ' 送り状 🚚📦',
  ' and a few more words to read',
] as const
const colours = ['red', 'sea green', 'écru', '桜色'] as const

/** One day's worth of seconds, as text: cheaper than a Date for each row. */
const days = Array.from({ length: 3_650 }, (_, day) => new Date(Date.UTC(2016, 0, 1 + day)).toISOString().slice(0, 10))

function orderOf(id: number): readonly FieldValue[] {
  const random = new Random(1, 'orders', id)
  const cents = random.below(10_000_000)
  const created = momentOf(random)
  return [
    id,
    random.below(250_000),
    random.pick(statuses),
    `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`,
    random.next() / 65_536 / 3,
    created,
    `${created}.${String(random.below(1_000_000)).padStart(6, '0')}`,
    random.below(2),
    random.below(3) === 0 ? null : `${random.pick(openings)} ${id}${random.pick(endings)}`,
    attributesOf(random),
    id % 1_000 === 0 ? 9_223_372_036_854_775_808n : random.uint64() >> 1n,
    random.below(256),
  ]
}

/** In the order of keys that MySQL's JSON puts them in, so that MariaDB, which keeps the text, has the same rows. */
function attributesOf(random: Random): string {
  return `{"size": ${random.below(60)}, "tags": ["a", "${random.below(9)}"], "colour": "${random.pick(colours)}"}`
}

function momentOf(random: Random): string {
  const second = random.below(86_400)
  const two = (value: number): string => (value < 10 ? `0${value}` : String(value))
  const time = `${two(Math.floor(second / 3_600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`
  return `${random.pick(days)} ${time}`
}
