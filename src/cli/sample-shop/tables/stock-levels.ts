import { lastDay, momentBetween } from '../calendar.ts'
import { ascii, ddl, innodb, unicode } from '../ddl.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** A primary key of text and number, and a unique key of which one column may be NULL. */
export const stockLevels: ShopTable = {
  name: 'stock_levels',
  create: () => ddl`CREATE TABLE [stock_levels] (
  [warehouse] char(4) ${ascii} NOT NULL,
  [product_id] bigint unsigned NOT NULL,
  [shelf] varchar(12) ${unicode} DEFAULT NULL,
  [quantity] int unsigned NOT NULL DEFAULT '0',
  [counted_at] datetime DEFAULT NULL,
  PRIMARY KEY ([warehouse],[product_id]),
  UNIQUE KEY [uq_stock_shelf] ([warehouse],[shelf]),
  KEY [ix_stock_product] ([product_id]),
  CONSTRAINT [fk_stock_product] FOREIGN KEY ([product_id]) REFERENCES [products] ([id]) ON DELETE CASCADE
) ${innodb()}`,
  rows: (shop) => rows(shop),
}

const warehouses = ['BER1', 'KYO1', 'LYO2', 'WAW1'] as const

/** How many rows the table will have. */
export function stockLevelCount(shop: Shop): number {
  return warehouses.reduce((count, _, at) => count + [...productIndexes(shop, at)].length, 0)
}

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (const [at, warehouse] of warehouses.entries()) {
    for (const index of productIndexes(shop, at)) {
      const random = shop.random(warehouse, index)
      yield [
        warehouse,
        shop.productId(index),
        random.chance(80) ? `${random.pick(['A', 'B', 'Ö'])}-${String(index).padStart(6, '0')}` : null,
        at === 0 && index === 0 ? 4_294_967_295 : random.below(900),
        random.chance(60) ? momentBetween(random, '2025-01-01', lastDay) : null,
      ]
    }
  }
}

/** Each warehouse keeps every third product, starting at another one. */
function* productIndexes(shop: Shop, warehouseAt: number): Iterable<number> {
  for (let index = warehouseAt % 3; index < shop.size.products; index += 3) yield index
}
