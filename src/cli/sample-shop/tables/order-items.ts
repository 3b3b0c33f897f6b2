import { ddl, innodb } from '../ddl.ts'
import { decimal } from '../sql-literal.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** A primary key of two columns, and a total that the server computes. */
export const orderItems: ShopTable = {
  name: 'order_items',
  create: () => ddl`CREATE TABLE [order_items] (
  [order_id] bigint unsigned NOT NULL,
  [line_no] smallint unsigned NOT NULL,
  [product_id] bigint unsigned NOT NULL,
  [quantity] int NOT NULL DEFAULT '1',
  [unit_price] decimal(10,2) NOT NULL,
  [line_total] decimal(14,2) GENERATED ALWAYS AS (([quantity] * [unit_price])) STORED,
  PRIMARY KEY ([order_id],[line_no]),
  KEY [ix_items_product] ([product_id]),
  CONSTRAINT [fk_items_order] FOREIGN KEY ([order_id]) REFERENCES [order] ([id]) ON DELETE CASCADE,
  CONSTRAINT [fk_items_product] FOREIGN KEY ([product_id]) REFERENCES [products] ([id]),
  CONSTRAINT [items_quantity_positive] CHECK (([quantity] > 0))
) ${innodb()}`,
  insertColumns: ['order_id', 'line_no', 'product_id', 'quantity', 'unit_price'],
  rows: (shop) => rows(shop),
}

/** How many rows the table will have. */
export function orderItemCount(shop: Shop): number {
  let count = 0
  for (let id = 1; id <= shop.size.orders; id += 1) count += shop.orderLines(id).length
  return count
}

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let id = 1; id <= shop.size.orders; id += 1) {
    for (const [at, { productId, quantity, unitPriceCents }] of shop.orderLines(id).entries()) {
      yield [id, at + 1, productId, quantity, decimal(unitPriceCents, 2)]
    }
  }
}
