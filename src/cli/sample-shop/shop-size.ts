/** How many rows each table gets. Ids run from 1 to the count, but for products, where every 97th was deleted. */
export interface ShopSize {
  readonly suppliers: number
  readonly products: number
  readonly productImages: number
  readonly customers: number
  readonly addresses: number
  readonly employees: number
  readonly orders: number
  readonly reviews: number
  readonly legacyCustomers: number
}

/** Below this the tables of fixed size would leave no room for the others. */
export const minRowCount = 5_000

/**
 * Shares the rows out. The log of page views is not here: it gets what the other tables leave, so that the total is
 * `rowCount` exactly.
 */
export function shopSize(rowCount: number): ShopSize {
  const share = (perHundredThousand: number): number => Math.floor((rowCount * perHundredThousand) / 100_000)
  return {
    suppliers: Math.max(20, share(120)),
    products: share(4_000),
    productImages: share(1_500),
    customers: share(9_000),
    addresses: share(11_500),
    employees: Math.min(20_000, Math.max(24, share(220))),
    orders: share(15_000),
    reviews: share(7_500),
    legacyCustomers: share(1_500),
  }
}
