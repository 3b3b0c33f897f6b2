import { lastDay, secondsAfter, dayBetween } from './calendar.ts'
import type { Random } from './random.ts'
import type { Shop } from './shop.ts'

/** What is awkward about a value of a document, by what a run reports of it. */
export type DocumentOddity =
  | 'nul-byte' //       a declared loss: the NUL is removed
  | 'type-drift' //     kept in _rest: of another type than nearly all values at its path
  | 'out-of-range' //   kept in _rest: a date that no timestamp of PostgreSQL is
  | 'exponent' //       a declared loss: 1E+3 is 1000

/** How many values at one path have one oddity. */
export interface PlantedInDocuments {
  readonly path: string
  readonly oddity: DocumentOddity
  readonly documents: number
}

/** A visit to the shop's web site, as its JSON is written: Extended JSON v2. */
export interface Session {
  readonly document: object
  /** Elements that become rows of tables of their own. */
  readonly pages: number
  readonly searches: number
  readonly tags: number
  readonly basket: number
}

/** At least so many, that what is odd in one of them is rare. */
const leastSessions = 2_000
/** Less than one in a thousand: what is as rare does not decide what a column is made for. */
const oddEvery = 2_000

export function sessionCount(shop: Shop): number {
  return Math.max(leastSessions, Math.floor(shop.rowCount / 50))
}

const agents = ['Mozilla/5.0 (X11; Linux x86_64)', 'curl/8.5.0', '📱 app/2.1', 'Mozilla/5.0 (“smart” quotes)'] as const
const words = ['teapot', 'wool', 'お茶', '100%', 'Tür', 'size "M"'] as const
const tags = ['newsletter', 'sale', 'returning', 'gift', 'bot?'] as const

/** The visit of that number, from 0. @param plant Told of each oddity in it */
export function session(shop: Shop, index: number, plant: (path: string, oddity: DocumentOddity) => void): Session {
  const random = shop.random('web_sessions', index)
  const isOdd = (path: string, oddity: DocumentOddity, remainder: number): boolean => {
    if (index % oddEvery !== remainder) return false
    plant(path, oddity)
    return true
  }
  const day = dayBetween(random, '2025-11-01', lastDay)
  const startedAt = random.below(86_000)
  const pages = Array.from({ length: random.between(1, 5) }, (_, place) => page(shop, random, place))
  const ownTags = tags.filter(() => random.chance(30))
  const basket = basketOf(shop, random)
  const document = {
    _id: { $oid: hex(random, 12) },
    started_at: {
      $date: `${secondsAfter(day, startedAt).replace(' ', 'T')}.${String(random.below(1000)).padStart(3, '0')}Z`,
    },
    // A page of the office wrote it as text.
    customer_id: isOdd('customer_id', 'type-drift', 71)
      ? String(random.between(1, shop.size.customers))
      : random.chance(60)
        ? random.between(1, shop.size.customers)
        : null,
    visitor: { $binary: { base64: Buffer.from(uuid(random)).toString('base64'), subType: '04' } },
    device: {
      agent: isOdd('device.agent', 'nul-byte', 311) ? `${random.pick(agents)}\0` : random.pick(agents),
      kind: random.pick(['phone', 'desktop', 'tablet']),
      ...(random.chance(80)
        ? { screen: { width: random.pick([390, 1280, 1920]), height: random.pick([844, 800, 1080]) } }
        : {}),
    },
    // A text at first, an object since somebody counted campaigns.
    referrer: random.chance(50)
      ? random.pick(['', 'https://search.example/?q=tea', 'https://例え.example/お茶'])
      : { campaign: random.pick(['news', 'spring']), medium: 'mail', clicks: random.below(9) },
    pages: pages.map(({ document: one }) => one),
    tags: ownTags,
    ...(Object.keys(basket).length === 0 && random.chance(50) ? {} : { basket }),
    total: {
      $numberDecimal: isOdd('total', 'exponent', 733) ? '1E+3' : `${random.below(500)}.${10 + random.below(90)}`,
    },
    score: random.below(1_000) / 8 + 0.0625,
    expires_at: isOdd('expires_at', 'out-of-range', 929)
      ? { $date: { $numberLong: '9223372036854775807' } }
      : { $date: `${day}T23:59:59Z` },
  }
  return {
    document,
    pages: pages.length,
    searches: pages.reduce((sum, { searches }) => sum + searches, 0),
    tags: ownTags.length,
    basket: Object.keys(basket).length,
  }
}

function page(shop: Shop, random: Random, place: number): { readonly document: object; readonly searches: number } {
  const productId = shop.productId(random.below(shop.size.products))
  const searches = random.chance(20) ? Array.from({ length: random.between(1, 3) }, () => random.pick(words)) : []
  return {
    document: {
      path: place === 0 ? '/' : `/p/${productId}`,
      ...(place === 0 ? {} : { product_id: productId }),
      seconds: random.below(600),
      ...(searches.length === 0 ? {} : { searches }),
    },
    searches: searches.length,
  }
}

/** By the number of the product: names that are data. */
function basketOf(shop: Shop, random: Random): { readonly [product: string]: object } {
  const lines = Array.from({ length: random.pick([0, 0, 0, 1, 2, 3]) }, () => {
    const productId = shop.productId(random.below(shop.size.products))
    return [String(productId), { quantity: random.between(1, 3), gift: random.chance(10) }] as const
  })
  return Object.fromEntries(lines)
}

function hex(random: Random, byteCount: number): string {
  return Buffer.from(random.bytes(byteCount)).toString('hex')
}

function uuid(random: Random): Uint8Array {
  const bytes = random.bytes(16)
  bytes[6] = 0x40 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  return bytes
}
