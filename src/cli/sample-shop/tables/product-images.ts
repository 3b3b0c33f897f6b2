import { createHash } from 'node:crypto'
import { fraction, momentBetween, lastDay } from '../calendar.ts'
import { ddl, innodb, unicode } from '../ddl.ts'
import { colours } from '../words/catalogue.ts'
import type { Random } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** Bytes of every value, in a blob and in a binary column of fixed length. */
export const productImages: ShopTable = {
  name: 'product_images',
  create: (shop) => ddl`CREATE TABLE [product_images] (
  [id] bigint unsigned NOT NULL AUTO_INCREMENT,
  [product_id] bigint unsigned NOT NULL,
  [position] tinyint unsigned NOT NULL DEFAULT '1',
  [mime] enum('image/png','image/jpeg','image/webp') ${unicode} NOT NULL DEFAULT 'image/jpeg',
  [width] smallint unsigned NOT NULL,
  [height] smallint unsigned NOT NULL,
  [sha256] binary(32) NOT NULL,
  [thumbnail] mediumblob NOT NULL,
  [alt] varchar(200) ${unicode} DEFAULT NULL,
  [taken_at] timestamp(3) NULL DEFAULT NULL,
  PRIMARY KEY ([id]),
  UNIQUE KEY [uq_image_position] ([product_id],[position]),
  CONSTRAINT [fk_images_product] FOREIGN KEY ([product_id]) REFERENCES [products] ([id]) ON DELETE CASCADE
) ${innodb(shop.size.productImages + 1)}`,
  rows: (shop) => rows(shop),
}

const jpegStart = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46, 0x49, 0x46, 0x00, 0x01)

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let id = 1; id <= shop.size.productImages; id += 1) {
    const random = shop.random('product_images', id)
    const thumbnail = thumbnailOf(id, random)
    yield [
      id,
      shop.productId((id - 1) % shop.size.products),
      Math.floor((id - 1) / shop.size.products) + 1,
      random.pick(['image/jpeg', 'image/jpeg', 'image/png', 'image/webp']),
      random.between(320, 6_000),
      id === 1 ? 65_535 : random.between(240, 4_000),
      createHash('sha256').update(thumbnail).digest(),
      thumbnail,
      random.chance(60) ? `${random.pick(colours)}, ${random.pick(['from the left 🫖', '(photo)', '"front"'])}` : null,
      random.chance(50) ? `${momentBetween(random, '2010-01-01', lastDay)}${fraction(random, 3)}` : null,
    ]
  }
}

/** Image 1 is every byte once, in order; image 2 is empty. */
function thumbnailOf(id: number, random: Random): Uint8Array {
  if (id === 1) return Uint8Array.from({ length: 256 }, (_, byte) => byte)
  if (id === 2) return new Uint8Array(0)
  return Buffer.concat([jpegStart, random.bytes(random.between(300, 1_800))])
}
