import { dayBetween } from '../calendar.ts'
import { ddl } from '../ddl.ts'
import { encodedTwice } from '../encoded-twice.ts'
import { decimal } from '../sql-literal.ts'
import { westernPerson } from '../words/people.ts'
import type { Random } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** A latin1 table, which for MySQL means CP1252. The dump is UTF-8 all the same: the server converts on the way. */
export const legacyCustomers: ShopTable = {
  name: 'legacy_customers',
  create: () => ddl`CREATE TABLE [legacy_customers] (
  [customer_no] varchar(12) NOT NULL,
  [name] varchar(80) NOT NULL,
  [city] varchar(60) DEFAULT NULL,
  [remark] varchar(200) DEFAULT NULL,
  [balance] decimal(10,2) unsigned NOT NULL DEFAULT '0.00',
  [imported_on] date NOT NULL DEFAULT '0000-00-00',
  PRIMARY KEY ([customer_no])
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COMMENT='The shop before 2009: CP1252 text, some of it encoded twice'`,
  rows: (shop) => rows(shop),
}

const cities = ['Köln', 'Besançon', 'A Coruña', 'Ystad', 'Ólafsvík', 'Århus', 'Genève', null] as const

const remarks = [
  null,
  '',
  'pays in €, always',
  '“very” good customer – since 1987…',
  'Œuvres complètes, ŠKODA, Žižkov, Ÿ',
  "doesn't answer the 'phone",
  '50% off ¿por qué?',
] as const

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let id = 1; id <= shop.size.legacyCustomers; id += 1) {
    const random = shop.random('legacy_customers', id)
    yield [
      `K-${String(id).padStart(7, '0')}`,
      nameOf(shop, id, random),
      random.pick(cities),
      random.pick(remarks),
      decimal(random.chance(70) ? 0 : random.below(1_000_000), 2),
      importedOn(shop, id, random),
    ]
  }
}

function nameOf(shop: Shop, id: number, random: Random): string {
  const { given, family } = westernPerson(random)
  const name = id === 2 ? 'Ángel Núñez' : `${given} ${family}`
  if (id % 12 !== 2 || encodedTwice(name) === name) return name
  shop.plant('legacy_customers', 'name', 'encoded-twice')
  return encodedTwice(name)
}

function importedOn(shop: Shop, id: number, random: Random): string {
  if (id % 20 !== 5) return dayBetween(random, '2001-05-01', '2008-12-31')
  shop.plant('legacy_customers', 'imported_on', 'zero-date')
  return '0000-00-00'
}
