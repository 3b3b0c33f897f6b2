import { ddl } from './ddl.ts'
import type { DumpFile } from './dump-file.ts'
import type { Shop } from './shop.ts'
import type { ShopTable } from './shop-table.ts'

/** mysqldump's --net_buffer_length: an INSERT is ended before the row that would make it longer than this. */
const maxInsertBytes = 1_046_528

/** Writes a table's rows as extended INSERTs and returns how many there were. */
export async function writeRows(
  file: DumpFile,
  table: ShopTable,
  shop: Shop,
  signal: AbortSignal | undefined,
): Promise<number> {
  const columns = table.insertColumns?.map((column) => ddl`[${column}]`).join(', ')
  const insert = `${ddl`INSERT INTO [${table.name}] `}${columns === undefined ? '' : `(${columns}) `}VALUES `
  const insertBytes = Buffer.byteLength(insert)
  let rowCount = 0
  let insertedBytes = 0
  for (const row of table.rows(shop)) {
    // A row is counted with two bytes more than it has, and an INSERT's head with four: mysqldump's own arithmetic.
    const rowBytes = file.row(row)
    const joins = rowCount > 0 && insertedBytes + rowBytes + 2 < maxInsertBytes
    file.before(rowBytes, joins ? ',' : rowCount === 0 ? insert : `;\n${insert}`)
    insertedBytes = (joins ? insertedBytes : insertBytes + 4) + rowBytes + 2
    rowCount += 1
    if (file.isFull) {
      signal?.throwIfAborted()
      await file.flush()
    }
  }
  if (rowCount > 0) file.text(';\n')
  return rowCount
}
