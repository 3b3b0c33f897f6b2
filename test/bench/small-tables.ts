import type { Connection } from 'mysql2/promise'
import { Random } from '../../src/cli/sample-shop/random.ts'

/** The table's name; index from 1. */
export function smallTableName(index: number): string {
  return `small_${String(index).padStart(4, '0')}`
}

/**
 * Makes the tables `small_0001` and so on anew, each with a key, a unique key, an index and up to `maxRowCount` rows:
 * what a table costs when there is next to nothing in it. Every tenth is empty. Returns the rows of all together.
 */
export async function createSmallTables(
  connection: Connection,
  tableCount = 1_000,
  maxRowCount = 100,
): Promise<number> {
  let total = 0
  for (let index = 1; index <= tableCount; index += 1) {
    const name = smallTableName(index)
    const random = new Random(1, 'small', index)
    const rowCount = index % 10 === 0 ? 0 : random.between(1, maxRowCount)
    await connection.query(`DROP TABLE IF EXISTS ${name}`)
    await connection.query(
      `CREATE TABLE ${name} (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, code char(12) NOT NULL,
       name varchar(80) NOT NULL, price decimal(10,2), UNIQUE KEY (code), KEY (name)) DEFAULT CHARSET=utf8mb4`,
    )
    if (rowCount === 0) continue
    const rows = Array.from({ length: rowCount }, (_, at) => [
      at + 1,
      `${name}-${at.toString(36)}`.slice(-12),
      `${random.pick(['Größe', 'size', '尺寸', '📏'])} ${random.next()}`,
      random.below(5) === 0 ? null : random.below(1_000_000) / 100,
    ])
    await connection.query(`INSERT INTO ${name} VALUES ?`, [rows])
    total += rowCount
  }
  return total
}
