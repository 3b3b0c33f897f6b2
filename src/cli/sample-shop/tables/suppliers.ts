import { dayBetween } from '../calendar.ts'
import { ascii, ddl, innodb, unicode } from '../ddl.ts'
import { encodedTwice } from '../encoded-twice.ts'
import { decimal } from '../sql-literal.ts'
import { supplierName } from '../words/catalogue.ts'
import { person, westernPerson } from '../words/people.ts'
import type { Random } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** Ordinary times of day, floats, a date that defaults to zero, and names that were encoded twice. */
export const suppliers: ShopTable = {
  name: 'suppliers',
  create: (shop) => ddl`CREATE TABLE [suppliers] (
  [id] int unsigned NOT NULL AUTO_INCREMENT,
  [name] varchar(120) ${unicode} NOT NULL,
  [contact_name] varchar(120) ${unicode} NOT NULL,
  [country] char(2) ${ascii} NOT NULL,
  [contract_from] date NOT NULL DEFAULT '0000-00-00',
  [opens_at] time NOT NULL DEFAULT '08:00:00',
  [closes_at] time DEFAULT NULL,
  [founded] year DEFAULT NULL,
  [rating] float DEFAULT NULL,
  [discount] decimal(5,4) NOT NULL DEFAULT '0.0000',
  [payment] enum('prepaid','net 14','net 30','it''s complicated','cash, cheque') ${unicode} NOT NULL DEFAULT 'net 30',
  PRIMARY KEY ([id]),
  KEY [ix_suppliers_name] ([name])
) ${innodb(shop.size.suppliers + 1)}`,
  rows: (shop) => rows(shop),
}

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let id = 1; id <= shop.size.suppliers; id += 1) {
    const random = shop.random('suppliers', id)
    const hasHours = random.chance(90)
    yield [
      id,
      supplierName(random, person(random).family),
      contactOf(shop, id, random),
      random.pick(['DE', 'FR', 'PL', 'JP', 'CN', 'GB', 'ES']),
      contractFrom(shop, id, random),
      hasHours ? random.pick(['06:00:00', '08:00:00', '09:30:00']) : '00:00:00',
      hasHours ? random.pick(['16:00:00', '18:30:00', '23:59:59']) : null,
      random.chance(80) ? random.between(1901, 2025) : null,
      random.chance(80) ? random.between(10, 50) / 10 : null,
      decimal(random.pick([0, 250, 1_000, 1_250]), 4),
      random.pick(['prepaid', 'net 14', 'net 30', 'net 30', "it's complicated", 'cash, cheque']),
    ]
  }
}

/** `José` that went through latin1 once too often: the column is utf8mb4, and `JosÃ©` is what it really holds. */
function contactOf(shop: Shop, id: number, random: Random): string {
  const { given, family } = westernPerson(random)
  const name = id === 1 ? 'José García' : `${given} ${family}`
  if (id % 10 !== 1 || encodedTwice(name) === name) return name
  shop.plant('suppliers', 'contact_name', 'encoded-twice')
  return encodedTwice(name)
}

function contractFrom(shop: Shop, id: number, random: Random): string {
  if (id % 9 !== 2) return dayBetween(random, '2009-01-01', '2025-12-31')
  shop.plant('suppliers', 'contract_from', 'zero-date')
  return '0000-00-00'
}
