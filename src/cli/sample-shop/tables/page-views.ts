import { secondsAfter } from '../calendar.ts'
import { ddl, innodb, unicode } from '../ddl.ts'
import type { Random } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** A log without any key, with rows that stand in it twice. */
export function pageViews(rowCount: number): ShopTable {
  return {
    name: 'page_views',
    create: () => ddl`CREATE TABLE [page_views] (
  [viewed_at] timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,
  [session_id] char(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  [address] varbinary(16) DEFAULT NULL,
  [url] varchar(255) ${unicode} NOT NULL,
  [referrer] varchar(255) ${unicode} DEFAULT NULL,
  [duration_ms] int unsigned DEFAULT NULL,
  KEY [ix_views_time] ([viewed_at])
) ${innodb()} COMMENT='A log: no key, and the proxy writes some lines twice'`,
    rows: (shop) => rows(shop, rowCount),
  }
}

const referrers = [
  null,
  null,
  'https://search.example/?q=teapot%20%22deluxe%22',
  'https://example.org/blog/tea?utm_source=news&utm_medium=mail',
  'https://例え.example/お茶',
  'android-app://example.shop/',
] as const

const sessionAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function* rows(shop: Shop, rowCount: number): Iterable<readonly Cell[]> {
  let before: readonly Cell[] | undefined
  for (let index = 0; index < rowCount; index += 1) {
    const isCopy = before !== undefined && index % 25 === 24
    if (isCopy) shop.plant('page_views', '', 'duplicate-row')
    const row: readonly Cell[] = isCopy && before !== undefined ? before : view(shop, index)
    yield row
    before = row
  }
}

function view(shop: Shop, index: number): readonly Cell[] {
  const random = shop.random('page_views', index)
  const productId = shop.productId(random.below(shop.size.products))
  return [
    secondsAfter('2026-01-24', index * 13 + random.below(13)),
    Array.from({ length: 22 }, () => sessionAlphabet[random.below(64)]).join(''),
    random.chance(95) ? address(random) : null,
    random.pick(['/', '/cart', `/p/${productId}`, `/p/${productId}?ref=おすすめ`, '/search?q=100%25%20wool']),
    random.pick(referrers),
    random.chance(90) ? random.below(120_000) : null,
  ]
}

/** An IPv4 or IPv6 address of the ranges kept for documentation, as INET6_ATON gives it. */
function address(random: Random): Uint8Array {
  if (random.chance(60)) return Uint8Array.of(192, 0, 2, random.below(256))
  return Uint8Array.of(0x20, 0x01, 0x0d, 0xb8, ...random.bytes(12))
}
