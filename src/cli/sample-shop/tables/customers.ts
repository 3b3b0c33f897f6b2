import { dayBetween, lastDay, momentBetween } from '../calendar.ts'
import { ddl, innodb, unicode } from '../ddl.ts'
import { mysqlJson } from '../mysql-json.ts'
import { colours } from '../words/catalogue.ts'
import { person } from '../words/people.ts'
import type { Random } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** Zero dates in a nullable column and as a default, integers at and beyond the edge of 64 bits, a generated name. */
export const customers: ShopTable = {
  name: 'customers',
  create: (shop) => ddl`CREATE TABLE [customers] (
  [id] bigint unsigned NOT NULL AUTO_INCREMENT,
  [public_id] binary(16) NOT NULL COMMENT 'UUID, as bytes',
  [email] varchar(190) ${unicode} NOT NULL,
  [firstName] varchar(60) ${unicode} NOT NULL,
  [lastName] varchar(60) ${unicode} NOT NULL,
  [fullName] varchar(121) ${unicode} GENERATED ALWAYS AS (concat([firstName],_utf8mb4' ',[lastName])) STORED,
  [birth_date] date DEFAULT NULL COMMENT '0000-00-00: "asked, not told"',
  [last_login_at] datetime NOT NULL DEFAULT '0000-00-00 00:00:00',
  [language] enum('de','en','es','fr','hu','ja','pl','tr','zh') ${unicode} DEFAULT NULL,
  [newsletter] tinyint(1) DEFAULT NULL,
  [is_vip] bit(1) NOT NULL DEFAULT b'0',
  [loyalty_points] int NOT NULL DEFAULT '0',
  [balance_micros] bigint NOT NULL DEFAULT '0',
  [loyalty_card] bigint unsigned DEFAULT NULL COMMENT 'Up to 2^64 - 1: the card maker''s number',
  [customer_since] year DEFAULT NULL,
  [preferences] json DEFAULT NULL,
  [created_at] datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
  [updated_at] timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  PRIMARY KEY ([id]),
  UNIQUE KEY [uq_customers_email] ([email]),
  UNIQUE KEY [uq_customers_public_id] ([public_id]),
  KEY [ix_customers_name] ([lastName],[firstName]),
  CONSTRAINT [customers_points_positive] CHECK (([loyalty_points] >= 0))
) ${innodb(shop.size.customers + 1)}`,
  insertColumns: [
    'id',
    'public_id',
    'email',
    'firstName',
    'lastName',
    'birth_date',
    'last_login_at',
    'language',
    'newsletter',
    'is_vip',
    'loyalty_points',
    'balance_micros',
    'loyalty_card',
    'customer_since',
    'preferences',
    'created_at',
    'updated_at',
  ],
  rows: (shop) => rows(shop),
}

/** The ends of a signed bigint, and the first integer that a double cannot tell from its neighbour. */
const edgeBalances: Readonly<Record<number, bigint>> = {
  2: -9_223_372_036_854_775_808n,
  3: 9_223_372_036_854_775_807n,
  4: 9_007_199_254_740_993n,
}

/** The ends of YEAR, and its zero. */
const edgeYears: Readonly<Record<number, string>> = { 5: '0000', 6: '1901', 7: '2155' }

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let id = 1; id <= shop.size.customers; id += 1) {
    const random = shop.random('customers', id)
    const { language, given, family, handle } = person(random)
    const created = momentBetween(random, '2012-03-01', lastDay)
    yield [
      id,
      random.bytes(16),
      `${handle}${id}@example.${random.pick(['com', 'net', 'org'])}`,
      given,
      family,
      birthDate(shop, id, random),
      lastLogin(shop, id, created.slice(0, 10), random),
      random.chance(90) ? language : null,
      random.pick([0, 1, 1, null]),
      Uint8Array.of(random.chance(5) ? 1 : 0),
      random.chance(60) ? 0 : random.below(25_000),
      edgeBalances[id] ?? (random.chance(70) ? 0 : random.between(-2_000_000_000, 2_000_000_000)),
      loyaltyCard(shop, id, random),
      { digits: edgeYears[id] ?? created.slice(0, 4) },
      random.chance(70) ? preferences(random) : null,
      created,
      momentBetween(random, created.slice(0, 10), lastDay),
    ]
  }
}

function birthDate(shop: Shop, id: number, random: Random): string | null {
  if (id % 40 === 3) {
    shop.plant('customers', 'birth_date', 'zero-date')
    return '0000-00-00'
  }
  return random.chance(30) ? null : dayBetween(random, '1931-01-01', '2009-12-31')
}

function lastLogin(shop: Shop, id: number, created: string, random: Random): string {
  if (id % 15 !== 4) return momentBetween(random, created, lastDay)
  shop.plant('customers', 'last_login_at', 'zero-date')
  return '0000-00-00 00:00:00'
}

function loyaltyCard(shop: Shop, id: number, random: Random): bigint | null {
  if (id % 11 === 1) {
    shop.plant('customers', 'loyalty_card', 'beyond-int64')
    return id === 1 ? 18_446_744_073_709_551_615n : random.uint64() | 0x8000_0000_0000_0000n
  }
  return random.chance(50) ? null : random.uint64() >> 1n
}

const topics = [[], ['sale'], ['sale', 'new in'], ['日本', 'čaj', '🎁']] as const

function preferences(random: Random): string {
  return mysqlJson({
    colour: random.pick(colours),
    newsletter: { topics: random.pick(topics), perMonth: random.below(5) },
    zoom: random.pick([1, 1.25, 0.1, { digits: '1.0' }]),
    'dark mode': random.chance(40),
    lastSearch: random.pick([null, '"quoted"', 'back\\slash', 'line\nbreak', 'tab\there', 'a/b']),
  })
}
