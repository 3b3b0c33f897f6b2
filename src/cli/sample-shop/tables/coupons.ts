import { ascii, ddl, innodb, unicode } from '../ddl.ts'
import type { ShopTable } from '../shop-table.ts'

/** Empty, with a default of every kind, and a next id that no row explains. */
export const coupons: ShopTable = {
  name: 'coupons',
  create: () => ddl`CREATE TABLE [coupons] (
  [id] bigint unsigned NOT NULL AUTO_INCREMENT,
  [code] varchar(24) ${unicode} NOT NULL,
  [token] char(36) ${ascii} NOT NULL DEFAULT (uuid()),
  [percent] decimal(5,2) NOT NULL DEFAULT '12.50',
  [minimumTotal] decimal(10,2) DEFAULT NULL,
  [valid_from] date NOT NULL DEFAULT '2000-01-01',
  [valid_from_hour] time NOT NULL DEFAULT '09:00:00',
  [season] year NOT NULL DEFAULT '2024',
  [channels] set('web','app','phone','shop') ${unicode} NOT NULL DEFAULT 'web,app',
  [kind] enum('percent','amount','free shipping') ${unicode} NOT NULL DEFAULT 'percent',
  [rules] json NOT NULL DEFAULT (json_array()),
  [note] text ${unicode},
  [label] varchar(60) ${unicode} NOT NULL DEFAULT '',
  [slogan] varchar(60) ${unicode} NOT NULL DEFAULT 'it''s a "gift"\\present, 100%',
  [greeting] varchar(60) ${unicode} NOT NULL DEFAULT 0x66C3BC72206469636820F09F8E81,
  [weight] double NOT NULL DEFAULT '0.1',
  [is_public] bit(1) NOT NULL DEFAULT b'1',
  [days] bit(8) NOT NULL DEFAULT b'1111110',
  [signature] binary(4) NOT NULL DEFAULT 0xCAFE0001,
  [created_at] datetime(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),
  PRIMARY KEY ([id]),
  UNIQUE KEY [uq_coupons_code] ([code])
) ${innodb(1_000)} COMMENT='Nobody has made one yet; the next is number 1000'`,
  rows: () => [],
}
