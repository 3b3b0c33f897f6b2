import { Random } from './random.ts'
import { minRowCount, shopSize } from './shop-size.ts'
import type { ShopSize } from './shop-size.ts'

/** What is awkward about a value, by the outcome that a migration to PostgreSQL owes it. */
export type Oddity =
  | 'zero-date' //        a declared loss: becomes NULL
  | 'nul-byte' //         a declared loss: the NUL is removed
  | 'enum-index-zero' //  a declared loss: becomes NULL
  | 'orphan' //           kept: its foreign key stays NOT VALID
  | 'encoded-twice' //    kept, and flagged: UTF-8 that was once read as CP1252
  | 'beyond-int64' //     exact: more than 2^63 - 1
  | 'tinyint-two' //      exact: so the column is no boolean
  | 'no-time-of-day' //   exact: beyond 24 hours or negative, so the TIME is an interval
  | 'json-nul' //         exact: a \u0000 that jsonb cannot hold, so the column is json
  | 'duplicate-row' //    kept: a second copy of a whole row, in a table without a key

/** How many values of one column have one oddity. For a duplicate row, `column` is empty. */
export interface PlantedOddity {
  readonly table: string
  readonly column: string
  readonly oddity: Oddity
  readonly rowCount: number
}

export interface OrderLine {
  readonly productId: number
  readonly quantity: number
  readonly unitPriceCents: number
}

/** One product in 97 was deleted while foreign keys were not checked: its reviews are still there. */
const deletedEvery = 97

/** The facts on which two tables must agree, each derived from (seed, id) whenever it is asked for. */
export class Shop {
  readonly rowCount: number
  readonly seed: number
  readonly size: ShopSize
  readonly #planted = new Map<string, PlantedOddity>()

  constructor(rowCount: number, seed: number) {
    if (!Number.isSafeInteger(rowCount) || rowCount < minRowCount) {
      throw new RangeError(`A sample shop has a whole number of rows, ${minRowCount} or more, not ${rowCount}`)
    }
    this.rowCount = rowCount
    this.seed = seed
    this.size = shopSize(rowCount)
  }

  random(stream: string, index: number): Random {
    return new Random(this.seed, stream, index)
  }

  /** The id of a product that exists; index from 0 to size.products - 1. */
  productId(index: number): number {
    return index + 1 + Math.floor(index / (deletedEvery - 1))
  }

  /** The next free product id. */
  get nextProductId(): number {
    return this.productId(this.size.products - 1) + 1
  }

  /** An id that no product has any more. */
  deletedProductId(random: Random): number {
    const count = Math.max(1, Math.floor((this.nextProductId - 1) / deletedEvery))
    return deletedEvery * random.between(1, count)
  }

  priceCents(productId: number): number {
    const random = this.random('price', productId)
    return random.chance(80) ? random.between(99, 9_999) : random.between(10_000, 249_999)
  }

  /** One to four lines, no product twice. */
  orderLines(orderId: number): readonly OrderLine[] {
    const random = this.random('order-lines', orderId)
    const first = random.below(this.size.products)
    const step = random.between(1, 7)
    return Array.from({ length: random.pick([1, 1, 2, 2, 3, 4]) }, (_, at) => {
      const productId = this.productId((first + at * step) % this.size.products)
      return { productId, quantity: random.pick([1, 1, 1, 2, 3, 12]), unitPriceCents: this.priceCents(productId) }
    })
  }

  orderTotalCents(orderId: number): number {
    return this.orderLines(orderId).reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0)
  }

  plant(table: string, column: string, oddity: Oddity): void {
    const key = `${table}.${column}.${oddity}`
    this.#planted.set(key, { table, column, oddity, rowCount: (this.#planted.get(key)?.rowCount ?? 0) + 1 })
  }

  /** What the rows made so far contain. */
  get planted(): readonly PlantedOddity[] {
    return [...this.#planted.values()]
  }
}
