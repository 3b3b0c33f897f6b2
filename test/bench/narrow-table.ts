import type { Connection } from 'mysql2/promise'
import { Random } from '../../src/cli/sample-shop/random.ts'
import { loadRows } from './load-rows.ts'

/** Makes the table `narrow` anew, of two integers: what a row costs when there is next to nothing in it. */
export async function createNarrowTable(connection: Connection, rowCount: number): Promise<void> {
  await connection.query('DROP TABLE IF EXISTS narrow')
  await connection.query('CREATE TABLE narrow (id int NOT NULL PRIMARY KEY, value int NOT NULL) ENGINE=InnoDB')
  await loadRows(connection, 'narrow', rowCount, (id) => [id, new Random(1, 'narrow', id).next() - 0x8000_0000])
}
