import { ascii, ddl, innodb, unicode } from '../ddl.ts'
import { place, postalCodeOf, streetOf } from '../words/places.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** A name in mixed case, a composite unique key, and coordinates as doubles. */
export const customerAddresses: ShopTable = {
  name: 'customerAddresses',
  create: (shop) => ddl`CREATE TABLE [customerAddresses] (
  [id] bigint unsigned NOT NULL AUTO_INCREMENT,
  [customerId] bigint unsigned NOT NULL,
  [label] varchar(20) ${unicode} NOT NULL DEFAULT 'home',
  [street] varchar(120) ${unicode} NOT NULL,
  [postalCode] varchar(12) ${ascii} NOT NULL DEFAULT '',
  [city] varchar(80) ${unicode} NOT NULL,
  [country] char(2) ${ascii} NOT NULL DEFAULT 'DE',
  [latitude] double DEFAULT NULL,
  [longitude] double DEFAULT NULL,
  [isDefault] tinyint(1) NOT NULL DEFAULT '0',
  PRIMARY KEY ([id]),
  UNIQUE KEY [uq_address_label] ([customerId],[label]),
  KEY [ix_address_city] ([country],[city]),
  CONSTRAINT [fk_address_customer] FOREIGN KEY ([customerId]) REFERENCES [customers] ([id]) ON DELETE CASCADE
) ${innodb(shop.size.addresses + 1)}`,
  rows: (shop) => rows(shop),
}

const labels = ['home', 'work', 'parents', 'Ferienhaus 🏖️', '実家'] as const

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let id = 1; id <= shop.size.addresses; id += 1) {
    const random = shop.random('customerAddresses', id)
    const at = place(random)
    const nth = Math.floor((id - 1) / shop.size.customers)
    const located = random.chance(80)
    const near = (degrees: number): number => degrees + random.between(-5_000, 5_000) / 100_000
    yield [
      id,
      ((id - 1) % shop.size.customers) + 1,
      labels[nth % labels.length] ?? 'home',
      streetOf(at, random),
      random.chance(97) ? postalCodeOf(at, random) : '',
      at.city,
      at.country,
      located ? near(at.latitude) : null,
      located ? near(at.longitude) : null,
      nth === 0 ? 1 : 0,
    ]
  }
}
