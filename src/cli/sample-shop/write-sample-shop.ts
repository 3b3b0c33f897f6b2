import { DumpFile } from './dump-file.ts'
import {
  dumpFooter,
  dumpHeader,
  routineSection,
  routinesHeader,
  tableEnd,
  tableStart,
  triggerSection,
  viewPlaceholder,
  viewSection,
} from './dump-sections.ts'
import { Shop } from './shop.ts'
import { categories, lastCategoryId } from './tables/categories.ts'
import { coupons } from './tables/coupons.ts'
import { customerAddresses } from './tables/customer-addresses.ts'
import { customers } from './tables/customers.ts'
import { employees } from './tables/employees.ts'
import { legacyCustomers } from './tables/legacy-customers.ts'
import { order } from './tables/order.ts'
import { orderItemCount, orderItems } from './tables/order-items.ts'
import { pageViews } from './tables/page-views.ts'
import { productImages } from './tables/product-images.ts'
import { products } from './tables/products.ts'
import { reviews } from './tables/reviews.ts'
import { stockLevelCount, stockLevels } from './tables/stock-levels.ts'
import { suppliers } from './tables/suppliers.ts'
import { orderSummary, routines } from './view-and-routines.ts'
import { writeRows } from './write-rows.ts'
import type { PlantedOddity } from './shop.ts'
import type { ShopTable } from './shop-table.ts'

export interface SampleShopOptions {
  /** Rows of all tables together, exactly; 100,000 by default, 5,000 at least. */
  readonly rowCount?: number | undefined
  /** Another seed gives another shop of the same size; 1 by default. */
  readonly seed?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export interface SampleShop {
  readonly path: string
  readonly rowCount: number
  /** Length of the file. */
  readonly bytes: number
  /** Rows by table, in the order of the file. */
  readonly tables: Record<string, number>
  /** The awkward values in it: what a migration must report, no more and no less. */
  readonly planted: readonly PlantedOddity[]
}

/**
 * Writes the dump of a shop that does not exist, as mysqldump of MySQL 9 would print it: 14 tables, a view, triggers
 * and routines, with the oddities that real shops gather over the years. Every value can be carried to PostgreSQL
 * exactly or with a loss that has a default policy; none has to be rejected. MySQL 8 and 9 and MariaDB 10.11 load it
 * under any sql_mode, the dump setting its own.
 *
 * The same options give the same bytes, on every machine and day. The file appears under its name when it is whole.
 * Throws RangeError for a row count under 5,000, and the signal's reason when it is aborted.
 */
export async function writeSampleShop(path: string, options: SampleShopOptions = {}): Promise<SampleShop> {
  const shop = new Shop(options.rowCount ?? 100_000, options.seed ?? 1)
  const tables: Record<string, number> = {}
  await using file = await DumpFile.open(path)
  file.text(dumpHeader)
  for (const table of tablesOf(shop)) {
    tables[table.name] = await writeTable(file, table, shop, options.signal)
    // mysqldump goes by name, and the view's comes after this table's.
    if (table === orderItems) file.text(viewPlaceholder(orderSummary.name, orderSummary.columns))
  }
  file.text(routinesHeader)
  for (const { kind, name, create } of routines) file.text(routineSection(kind, name, create))
  file.text(viewSection(orderSummary.name, orderSummary.select))
  file.text(dumpFooter)
  options.signal?.throwIfAborted()
  const bytes = await file.finish()
  const rowCount = Object.values(tables).reduce((sum, count) => sum + count, 0)
  return { path, rowCount, bytes, tables, planted: shop.planted }
}

/** All tables in the order of their names. The log of page views is as long as the others leave room for. */
function tablesOf(shop: Shop): readonly ShopTable[] {
  const { size } = shop
  const others =
    lastCategoryId +
    1 +
    size.suppliers +
    size.products +
    size.productImages +
    size.customers +
    size.addresses +
    size.employees +
    size.orders +
    size.reviews +
    size.legacyCustomers +
    orderItemCount(shop) +
    stockLevelCount(shop)
  return [
    categories,
    coupons,
    customerAddresses,
    customers,
    employees,
    legacyCustomers,
    order,
    orderItems,
    pageViews(shop.rowCount - others),
    productImages,
    products,
    reviews,
    stockLevels,
    suppliers,
  ]
}

async function writeTable(
  file: DumpFile,
  table: ShopTable,
  shop: Shop,
  signal: AbortSignal | undefined,
): Promise<number> {
  file.text(tableStart(table.name, table.create(shop)))
  const rowCount = await writeRows(file, table, shop, signal)
  file.text(tableEnd(table.name))
  for (const trigger of table.triggers ?? []) file.text(triggerSection(trigger))
  return rowCount
}
