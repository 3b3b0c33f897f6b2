import { dayBetween, lastDay, timeOf } from '../calendar.ts'
import { ddl, innodb } from '../ddl.ts'
import { decimal } from '../sql-literal.ts'
import { person } from '../words/people.ts'
import type { Random } from '../random.ts'
import type { Shop } from '../shop.ts'
import type { ShopTable } from '../shop-table.ts'
import type { Cell } from '../sql-literal.ts'

/** A tree through a foreign key to itself, some of it pointing forward, and a TIME that is no time of day. */
export const employees: ShopTable = {
  name: 'employees',
  create: (shop) => ddl`CREATE TABLE [employees] (
  [id] smallint unsigned NOT NULL AUTO_INCREMENT,
  [manager_id] smallint unsigned DEFAULT NULL,
  [name] varchar(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  [role] enum('director','buyer','clerk','driver','packer') CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL,
  [shift_starts_at] time NOT NULL DEFAULT '06:30:00',
  [hours_balance] time NOT NULL DEFAULT '00:00:00' COMMENT 'Overtime: beyond a day, or owed',
  [salary] decimal(9,2) DEFAULT NULL,
  [hired_on] date NOT NULL,
  [left_on] date DEFAULT NULL,
  PRIMARY KEY ([id]),
  KEY [ix_employees_manager] ([manager_id]),
  CONSTRAINT [fk_employees_manager] FOREIGN KEY ([manager_id]) REFERENCES [employees] ([id]) ON DELETE SET NULL
) ${innodb(shop.size.employees + 1, 'utf8mb4_general_ci')}`,
  rows: (shop) => rows(shop),
}

/** The ends of MySQL's TIME: 838:59:59 either way. */
const edgeBalances: Readonly<Record<number, number>> = { 3: 3_020_399, 4: -3_020_399 }

function* rows(shop: Shop): Iterable<readonly Cell[]> {
  for (let id = 1; id <= shop.size.employees; id += 1) {
    const random = shop.random('employees', id)
    const { given, family } = person(random)
    const hired = dayBetween(random, '1998-01-01', lastDay)
    yield [
      id,
      managerOf(shop, id),
      `${given} ${family}`,
      id === 1 ? 'director' : random.pick(['buyer', 'clerk', 'driver', 'packer']),
      random.pick(['06:00:00', '06:30:00', '14:00:00', '22:00:00', '00:00:00', '23:59:59']),
      hoursBalance(shop, id, random),
      random.chance(90) ? decimal(random.between(180_000, 900_000), 2) : null,
      hired,
      leftOn(hired, random),
    ]
  }
}

/** Employee 2 answers to the one who is stored last, so that the order of the rows satisfies no foreign key. */
function managerOf(shop: Shop, id: number): number | null {
  if (id === 1) return null
  return id === 2 ? shop.size.employees : Math.max(1, Math.floor(id / 6))
}

function hoursBalance(shop: Shop, id: number, random: Random): string {
  const seconds = edgeBalances[id] ?? random.between(-60 * 60, id % 7 === 5 ? 700 * 60 : 20 * 60) * 60
  if (seconds < 0 || seconds >= 86_400) shop.plant('employees', 'hours_balance', 'no-time-of-day')
  return timeOf(seconds)
}

function leftOn(hired: string, random: Random): string | null {
  return random.pick([null, null, null, '9999-12-31', dayBetween(random, hired, lastDay)])
}
