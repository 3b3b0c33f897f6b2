import { dayBetween, fraction, lastDay, momentBetween } from '../calendar.ts'
import { ascii, ddl, innodb, unicode } from '../ddl.ts'
import { decimal } from '../sql-literal.ts'
import type { Random } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** Reserved words as names, an enum with invalid (index 0) values, and a tinyint(1) that is no boolean. */
export const order: ShopTable = {
  name: 'order',
  create: (shop) => ddl`CREATE TABLE [order] (
  [id] bigint unsigned NOT NULL AUTO_INCREMENT,
  [customer_id] bigint unsigned DEFAULT NULL,
  [packed_by] smallint unsigned DEFAULT NULL,
  [status] enum('cart','paid','sent','returned') ${unicode} DEFAULT 'cart' COMMENT 'Old imports left an empty one',
  [group] varchar(16) ${unicode} NOT NULL DEFAULT 'web',
  [is_gift] tinyint(1) NOT NULL DEFAULT '0' COMMENT '2: gift wrapped',
  [currency] char(3) ${ascii} NOT NULL DEFAULT 'EUR',
  [total] decimal(12,2) NOT NULL DEFAULT '0.00',
  [note] varchar(500) ${unicode} DEFAULT NULL,
  [placed_at] datetime(6) NOT NULL,
  [paid_at] datetime(3) DEFAULT NULL,
  [delivered_on] date DEFAULT NULL,
  [updated_at] timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  PRIMARY KEY ([id]),
  KEY [ix_order_customer] ([customer_id],[placed_at] DESC),
  KEY [ix_order_packed_by] ([packed_by]),
  KEY [ix_order_status] ([status],[group]),
  CONSTRAINT [fk_order_customer] FOREIGN KEY ([customer_id]) REFERENCES [customers] ([id]) ON DELETE SET NULL,
  CONSTRAINT [fk_order_employee] FOREIGN KEY ([packed_by]) REFERENCES [employees] ([id]) ON DELETE SET NULL ON UPDATE CASCADE
) ${innodb(shop.size.orders + 1)}`,
  rows: (shop) => rows(shop),
  triggers: [
    ddl`TRIGGER [order_before_update] BEFORE UPDATE ON [order] FOR EACH ROW BEGIN
  -- it's set once; a later change of the status leaves it
  IF NEW.status = 'paid' AND NEW.paid_at IS NULL THEN
    SET NEW.paid_at = CURRENT_TIMESTAMP(3);
  END IF;
END`,
  ],
}

/** An hour that a summer time skips, and the ends of DATETIME(6). */
const edgeMoments: Readonly<Record<number, string>> = {
  1: '2024-03-10 02:30:00.000001',
  2: '1000-01-01 00:00:00.000000',
  3: '9999-12-31 23:59:59.999999',
}

const notes = [
  'Please ring twice.',
  'Bitte beim Nachbarn abgeben, 3. Stock links',
  "Don't bend!",
  '置き配希望',
  'Gift: "Happy birthday, Zoë 🎂"',
  'C:\\orders\\2019\nsecond line',
] as const

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let id = 1; id <= shop.size.orders; id += 1) {
    const random = shop.random('order', id)
    const status = statusOf(shop, id, random)
    const placed = edgeMoments[id] ?? `${momentBetween(random, '2015-01-01', lastDay)}${fraction(random, 6)}`
    const isPaid = id > 3 && status !== 'cart' && status !== null
    yield [
      id,
      random.chance(98) ? random.between(1, shop.size.customers) : null,
      isPaid ? random.between(1, shop.size.employees) : null,
      status,
      random.pick(['web', 'web', 'app', 'phone']),
      giftOf(shop, id, random),
      random.pick(['EUR', 'EUR', 'EUR', 'GBP', 'JPY', 'PLN']),
      decimal(shop.orderTotalCents(id), 2),
      random.chance(15) ? random.pick(notes) : null,
      placed,
      isPaid ? `${momentBetween(random, placed.slice(0, 10), lastDay)}${fraction(random, 3)}` : null,
      deliveredOn(shop, id, isPaid ? placed.slice(0, 10) : null, random),
      `${momentBetween(random, '2024-01-01', lastDay)}${fraction(random, 6)}`,
    ]
  }
}

/** What a lax server stored for labels that the enum does not have is its index 0, and reads as ''. */
function statusOf(shop: Shop, id: number, random: Random): string | null {
  if (id % 1_500 === 7) {
    shop.plant('order', 'status', 'enum-index-zero')
    return ''
  }
  return random.pick(['cart', 'paid', 'sent', 'sent', 'sent', 'sent', 'sent', 'returned', null])
}

function giftOf(shop: Shop, id: number, random: Random): number {
  if (id % 50 === 8) {
    shop.plant('order', 'is_gift', 'tinyint-two')
    return 2
  }
  return random.chance(10) ? 1 : 0
}

function deliveredOn(shop: Shop, id: number, placed: string | null, random: Random): string | null {
  if (id % 60 === 9) {
    shop.plant('order', 'delivered_on', 'zero-date')
    return '0000-00-00'
  }
  return placed === null ? null : dayBetween(random, placed, lastDay)
}
