import { ascii, ddl, innodb, unicode } from '../ddl.ts'
import { corners, departments } from '../words/catalogue.ts'
import { asciiLetters } from '../words/people.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** A tree of three levels, and a row with id 0, which an auto-increment column holds only by NO_AUTO_VALUE_ON_ZERO. */
export const categories: ShopTable = {
  name: 'categories',
  create: () => ddl`CREATE TABLE [categories] (
  [id] int unsigned NOT NULL AUTO_INCREMENT,
  [parent_id] int unsigned DEFAULT NULL COMMENT 'NULL at the top of the tree',
  [name] varchar(80) ${unicode} NOT NULL,
  [slug] varchar(80) ${ascii} NOT NULL,
  [position] smallint NOT NULL DEFAULT '-1',
  [isVisible] tinyint(1) NOT NULL DEFAULT '1',
  PRIMARY KEY ([id]),
  UNIQUE KEY [uq_categories_slug] ([slug]),
  KEY [ix_categories_parent] ([parent_id],[position]),
  CONSTRAINT [fk_categories_parent] FOREIGN KEY ([parent_id]) REFERENCES [categories] ([id]) ON DELETE SET NULL
) ${innodb(lastCategoryId + 1)} COMMENT='Tree of departments, shelves and "corners"'`,
  rows: (shop) => rows(shop),
}

const shelfCount = departments.reduce((count, { shelves }) => count + shelves.length, 0)

/** Ids run from 0 to this. */
export const lastCategoryId = departments.length + shelfCount * (1 + corners.length)

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  const row = (id: number, parent: number | null, name: string, position: number): readonly Cell[] => {
    const visible = shop.random('categories', id).chance(90) ? 1 : 0
    return [id, parent, name, `${asciiLetters(name) || 'c'}-${id}`, position, visible]
  }
  yield row(0, null, 'Uncategorised', -1)
  const shelves = departments.flatMap((department, at) => department.shelves.map((name) => ({ name, parent: at + 1 })))
  for (const [at, { name }] of departments.entries()) yield row(at + 1, null, name, at)
  for (const [at, { name, parent }] of shelves.entries()) yield row(departments.length + 1 + at, parent, name, at % 5)
  const places = shelves.flatMap(({ name }, shelfAt) =>
    corners.map((corner) => ({ name: `${name}: ${corner}`, shelfAt })),
  )
  for (const [at, { name, shelfAt }] of places.entries()) {
    const id = departments.length + shelfCount + 1 + at
    yield row(id, departments.length + 1 + shelfAt, name, at % corners.length)
  }
}
