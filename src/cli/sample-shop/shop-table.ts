import type { Shop } from './shop.ts'
import type { Cell } from './sql-literal.ts'

/** One table of the sample shop: what mysqldump prints of it. */
export interface ShopTable {
  readonly name: string
  /** As MySQL 9's SHOW CREATE TABLE prints it, to the byte; `nextId` is its AUTO_INCREMENT. */
  create(shop: Shop): string
  /** Set where the table has generated columns: mysqldump then names the columns that an INSERT may fill. */
  readonly insertColumns?: readonly string[] | undefined
  /** The rows in the order of the primary key, which is the order in which InnoDB stores and mysqldump reads them. */
  rows(shop: Shop): Iterable<readonly Cell[]>
  /** `TRIGGER … BEFORE …`, by name. */
  readonly triggers?: readonly string[] | undefined
}
