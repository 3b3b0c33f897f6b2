import { dayBetween, fraction, lastDay, momentBetween } from '../calendar.ts'
import { ddl, innodb, unicode } from '../ddl.ts'
import { mysqlJson } from '../mysql-json.ts'
import { decimal } from '../sql-literal.ts'
import { colours, productDescription, productName } from '../words/catalogue.ts'
import { lastCategoryId } from './categories.ts'
import type { Random } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell, Digits } from '../sql-literal.ts'

/** Numbers of every kind at their edges, an enum with awkward labels, sets, JSON, and indexes PostgreSQL has not. */
export const products: ShopTable = {
  name: 'products',
  create: (shop) => ddl`CREATE TABLE [products] (
  [id] bigint unsigned NOT NULL AUTO_INCREMENT,
  [sku] varchar(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  [category_id] int unsigned DEFAULT NULL,
  [supplier_id] int unsigned NOT NULL,
  [name] varchar(160) ${unicode} NOT NULL,
  [description] text ${unicode},
  [price] decimal(10,2) NOT NULL,
  [cost] decimal(14,4) DEFAULT NULL,
  [exchangeRate] decimal(30,15) DEFAULT NULL COMMENT 'At the day of purchase',
  [weight_kg] double DEFAULT NULL,
  [rating] float DEFAULT NULL,
  [stock] mediumint NOT NULL DEFAULT '0',
  [min_age] tinyint unsigned NOT NULL DEFAULT '0',
  [ean] bigint unsigned DEFAULT NULL COMMENT '13 digits: fits a signed bigint',
  [status] enum('draft','on sale','it''s back','2 for 1, while it lasts','⭐ staff pick') ${unicode} NOT NULL DEFAULT 'draft',
  [labels] set('new','bio','fragile','heavy','left-handed') ${unicode} NOT NULL DEFAULT '',
  [handling] bit(8) NOT NULL DEFAULT b'0',
  [is_active] tinyint(1) NOT NULL DEFAULT '1',
  [attributes] json DEFAULT NULL,
  [discontinued_on] date DEFAULT NULL,
  [restocked_at] timestamp NOT NULL DEFAULT '0000-00-00 00:00:00' COMMENT '0: never',
  [created_at] datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  [updated_at] timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY ([id]),
  UNIQUE KEY [uq_products_sku] ([sku]),
  KEY [ix_products_category] ([category_id],[price]),
  KEY [ix_products_supplier] ([supplier_id]),
  KEY [ix_products_description] ([description](32)),
  FULLTEXT KEY [ft_products] ([name],[description]),
  CONSTRAINT [fk_products_category] FOREIGN KEY ([category_id]) REFERENCES [categories] ([id]) ON DELETE SET NULL,
  CONSTRAINT [fk_products_supplier] FOREIGN KEY ([supplier_id]) REFERENCES [suppliers] ([id]),
  CONSTRAINT [products_cost_sane] CHECK ((([cost] is null) or ([cost] <= [price]))),
  CONSTRAINT [products_price_positive] CHECK (([price] >= 0))
) ${innodb(shop.nextProductId)} COMMENT='Everything that was ever on sale'`,
  rows: (shop) => rows(shop),
}

/** Doubles that a text protocol or a rounding step changes. */
const edgeWeights: Readonly<Record<number, Digits>> = {
  1: { digits: '1.7976931348623157e308' },
  2: { digits: '2.2250738585072014e-308' },
  3: { digits: '1.2345678901234567' },
  4: { digits: '0.1' },
}

/** The ends of MEDIUMINT. */
const edgeStocks: Readonly<Record<number, number>> = { 1: 8_388_607, 2: -8_388_608 }

const labels = ['new', 'bio', 'fragile', 'heavy', 'left-handed'] as const
const statuses = ['draft', 'on sale', 'on sale', "it's back", '2 for 1, while it lasts', '⭐ staff pick'] as const

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let index = 0; index < shop.size.products; index += 1) {
    const id = shop.productId(index)
    const random = shop.random('products', id)
    const cents = shop.priceCents(id)
    const created = momentBetween(random, '2012-03-01', lastDay)
    yield [
      id,
      `${random.pick(['TEA', 'tea', 'KÜ', 'L-'])}${id.toString(36).padStart(5, '0')}`,
      random.chance(96) ? random.between(0, lastCategoryId) : null,
      random.between(1, shop.size.suppliers),
      productName(random),
      random.chance(92) ? productDescription(random) : null,
      decimal(cents, 2),
      random.chance(90) ? decimal(cents * random.between(30, 95), 4) : null,
      random.chance(20) ? decimal(random.uint64() >> 1n, 15) : null,
      edgeWeights[id] ?? (random.chance(85) ? random.between(1, 400_000) / 1_000 : null),
      random.chance(75) ? random.between(100, 500) / 100 : null,
      edgeStocks[id] ?? random.between(-3, 2_500),
      id === 1 ? 255 : random.pick([0, 0, 0, 3, 18]),
      random.chance(88) ? 4_006_381_000_000 + random.below(999_999) : null,
      random.pick(statuses),
      labels.filter(() => random.chance(20)).join(','),
      Uint8Array.of(random.chance(50) ? 0 : random.below(256)),
      random.chance(85) ? 1 : 0,
      random.chance(80) ? attributes(id, random) : null,
      discontinuedOn(shop, id, created.slice(0, 10), random),
      restockedAt(shop, id, created.slice(0, 10), random),
      `${created}${fraction(random, 6)}`,
      momentBetween(random, created.slice(0, 10), lastDay),
    ]
  }
}

function discontinuedOn(shop: Shop, id: number, created: string, random: Random): string | null {
  if (id % 30 === 5) {
    shop.plant('products', 'discontinued_on', 'zero-date')
    return '0000-00-00'
  }
  return random.chance(85) ? null : dayBetween(random, created, lastDay)
}

function restockedAt(shop: Shop, id: number, created: string, random: Random): string {
  if (id % 5 !== 1) return momentBetween(random, created, lastDay)
  shop.plant('products', 'restocked_at', 'zero-date')
  return '0000-00-00 00:00:00'
}

function attributes(id: number, random: Random): string {
  return mysqlJson({
    colour: random.pick(colours),
    size: { width: random.between(1, 900) / 10, depth: random.between(1, 300), unit: 'cm' },
    materials: random.pick([['oak'], ['cork', 'linen'], [], ['竹', 'wełna', { recycled: true, percent: 40 }]]),
    'care ⚠️': random.pick(['30 °C', null, "don't wash", 'a "dry" place']),
    ...(id % 20 === 1 ? edgeNumbers : {}),
  })
}

/** Beyond a double, at the ends of 64 bits, and with an exponent; the key holds a control character. */
const edgeNumbers = {
  serial: 18_446_744_073_709_551_615n,
  lowest: -9_223_372_036_854_775_808n,
  odd: 9_007_199_254_740_993n,
  far: { digits: '1e25' },
  near: { digits: '0.30000000000000004' },
  'unit\u001fseparator': [[[[{ deep: '\u0001' }]]]],
} as const
