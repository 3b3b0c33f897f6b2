import { lastDay, momentBetween } from '../calendar.ts'
import { ddl, innodb, unicode } from '../ddl.ts'
import { mysqlJson } from '../mysql-json.ts'
import { awkwardBodies, reviewBody, reviewTitle } from '../words/opinions.ts'
import type { Random } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** Free text in ten languages, some of it awkward; reviews of products that are gone; two triggers. */
export const reviews: ShopTable = {
  name: 'reviews',
  create: (shop) => ddl`CREATE TABLE [reviews] (
  [id] bigint unsigned NOT NULL AUTO_INCREMENT,
  [product_id] bigint unsigned NOT NULL,
  [customer_id] bigint unsigned DEFAULT NULL,
  [stars] tinyint NOT NULL,
  [title] varchar(120) ${unicode} NOT NULL,
  [body] mediumtext ${unicode},
  [helpful_votes] int unsigned NOT NULL DEFAULT '0',
  [is_verified] tinyint(1) NOT NULL DEFAULT '0',
  [payload] json DEFAULT NULL COMMENT 'As the browser sent it',
  [created_at] datetime NOT NULL,
  PRIMARY KEY ([id]),
  KEY [ix_reviews_product] ([product_id],[stars]),
  KEY [ix_reviews_customer] ([customer_id]),
  KEY [ix_reviews_title] ([title](20)),
  CONSTRAINT [fk_reviews_customer] FOREIGN KEY ([customer_id]) REFERENCES [customers] ([id]) ON DELETE SET NULL,
  CONSTRAINT [fk_reviews_product] FOREIGN KEY ([product_id]) REFERENCES [products] ([id]) ON DELETE CASCADE,
  CONSTRAINT [reviews_stars] CHECK (([stars] between 1 and 5))
) ${innodb(shop.size.reviews + 1)}`,
  rows: (shop) => rows(shop),
  triggers: [
    ddl`TRIGGER [reviews_before_insert] BEFORE INSERT ON [reviews] FOR EACH ROW SET NEW.title = TRIM(NEW.title)`,
    ddl`TRIGGER [reviews_before_update] BEFORE UPDATE ON [reviews] FOR EACH ROW SET NEW.title = TRIM(NEW.title)`,
  ],
}

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let id = 1; id <= shop.size.reviews; id += 1) {
    const random = shop.random('reviews', id)
    yield [
      id,
      productOf(shop, id, random),
      random.chance(90) ? random.between(1, shop.size.customers) : null,
      random.pick([1, 2, 3, 4, 4, 5, 5, 5]),
      reviewTitle(random),
      bodyOf(shop, id, random),
      id === 1 ? 4_294_967_295 : random.below(40),
      random.chance(70) ? 1 : 0,
      random.chance(25) || id % 1_500 === 22 ? payloadOf(shop, id, random) : null,
      momentBetween(random, '2016-01-01', lastDay),
    ]
  }
}

function productOf(shop: Shop, id: number, random: Random): number {
  if (id % 250 !== 21) return shop.productId(random.below(shop.size.products))
  shop.plant('reviews', 'product_id', 'orphan')
  return shop.deletedProductId(random)
}

function bodyOf(shop: Shop, id: number, random: Random): string | null {
  const awkward = awkwardBodies[id - 1]
  if (awkward !== undefined) return awkward
  if (id % 2_500 === 20) {
    shop.plant('reviews', 'body', 'nul-byte')
    return `Copied from an old till:\0${reviewBody(random)}`
  }
  return random.chance(93) ? reviewBody(random) : null
}

function payloadOf(shop: Shop, id: number, random: Random): string {
  if (id % 1_500 === 22) shop.plant('reviews', 'payload', 'json-nul')
  return mysqlJson({
    agent: random.pick(['Mozilla/5.0 (X11; Linux x86_64)', 'curl/8.5.0', '📱 app/2.1']),
    typed: id % 1_500 === 22 ? 'cut off \u0000 here' : random.pick(['é', 'e\u0301', '\u007f', '</script>', '日本']),
    keys: random.below(4_000),
    spell: random.pick([null, { fixed: 2, words: ['recieve', 'adress'] }, [], {}]),
  })
}
