import type { Connection, RowDataPacket } from 'mysql2/promise'

const blockBytes = 1024

/**
 * Makes the table `huge_rows` anew, with one text of exactly `rowBytes` bytes a row (a multiple of 1,024; 64 MiB by
 * default, of 100 rows): what must not show in the memory of the mover. Each text repeats a block with the row's id
 * in it, and characters of one to four bytes. The server makes the text; its `max_allowed_packet` must exceed
 * `rowBytes` by a little. Rejects where a text came out otherwise.
 */
export async function createHugeRows(
  connection: Connection,
  rowCount = 100,
  rowBytes: number = 64 * 1024 * 1024,
): Promise<void> {
  if (rowBytes % blockBytes !== 0) throw new RangeError(`A huge row is a multiple of ${blockBytes} bytes: ${rowBytes}`)
  await connection.query('DROP TABLE IF EXISTS huge_rows')
  await connection.query(
    `CREATE TABLE huge_rows (id int NOT NULL PRIMARY KEY, name varchar(40) NOT NULL, body longtext NOT NULL)
     DEFAULT CHARSET=utf8mb4`,
  )
  for (let id = 1; id <= rowCount; id += 1) {
    await connection.query('INSERT INTO huge_rows VALUES (?, ?, REPEAT(?, ?))', [
      id,
      `row ${id}`,
      blockOf(id),
      rowBytes / blockBytes,
    ])
  }
  const [wrong] = await connection.query<RowDataPacket[]>('SELECT id FROM huge_rows WHERE LENGTH(body) <> ? LIMIT 1', [
    rowBytes,
  ])
  if (wrong.length > 0) throw new Error(`huge_rows: row ${String(wrong[0]?.['id'])} is not ${rowBytes} bytes long`)
}

function blockOf(id: number): string {
  const head = `row ${id}:\ttab, "quote", back\\slash, é, 汉字, 🎁\n`
  const rest = blockBytes - Buffer.byteLength(head)
  return head + 'the quick brown fox jumps over the lazy dog; '.repeat(blockBytes).slice(0, rest)
}
