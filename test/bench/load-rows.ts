import { Readable } from 'node:stream'
import type { Connection, ResultSetHeader, RowDataPacket } from 'mysql2/promise'

/** One value of a row for LOAD DATA: text is escaped, null is NULL. */
export type FieldValue = string | number | bigint | null

/** A statement loads this many bytes: mysql2 reads its input without waiting for the socket, so this bounds memory. */
const statementBytes = 16 * 1024 * 1024
const pieceBytes = 256 * 1024

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r', '\0': '\\0' }
// oxlint-disable-next-line no-control-regex -- NUL is one of the five
const SPECIAL = /[\\\t\n\r\0]/g

/**
 * Fills a table by LOAD DATA LOCAL, in a session that checks nothing it need not and writes no binary log (the user
 * must be allowed to leave it off), and puts the session back as it was. `rowOf` is asked for row 1 to `rowCount`,
 * its values in the order of the table's columns. Rejects where the server cut, skipped or changed anything.
 */
export async function loadRows(
  connection: Connection,
  table: string,
  rowCount: number,
  rowOf: (id: number) => readonly FieldValue[],
): Promise<void> {
  await withLoadSession(connection, async () => {
    let next = 1
    while (next <= rowCount) {
      const pieces: Buffer[] = []
      let byteCount = 0
      const first = next
      while (next <= rowCount && byteCount < statementBytes) {
        let text = ''
        for (; next <= rowCount && text.length < pieceBytes; next += 1) text += lineOf(rowOf(next))
        const piece = Buffer.from(text)
        pieces.push(piece)
        byteCount += piece.length
      }
      await loadPieces(connection, table, pieces, next - first)
    }
  })
}

async function loadPieces(
  connection: Connection,
  table: string,
  pieces: readonly Buffer[],
  rowCount: number,
): Promise<void> {
  const [loaded] = await connection.query<ResultSetHeader>({
    sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE \`${table}\` CHARACTER SET utf8mb4`,
    infileStreamFactory: () => Readable.from(pieces),
  })
  if (loaded.affectedRows === rowCount && loaded.warningStatus === 0) return
  const [warnings] = await connection.query<RowDataPacket[]>('SHOW WARNINGS LIMIT 3')
  const messages = warnings.map((warning) => String(warning['Message'])).join('; ')
  throw new Error(
    `${table}: ${loaded.affectedRows} of ${rowCount} rows loaded, ${loaded.warningStatus} warnings: ${messages}`,
  )
}

function lineOf(values: readonly FieldValue[]): string {
  let line = ''
  for (const value of values) line += `${fieldOf(value)}\t`
  return `${line.slice(0, -1)}\n`
}

function fieldOf(value: FieldValue): string {
  if (value === null) return '\\N'
  if (typeof value !== 'string') return String(value)
  return value.replace(SPECIAL, (character) => ESCAPES[character] ?? '')
}

/** What the session keeps in user variables meanwhile, so that no client type comes between. */
const loadSession: Readonly<Record<string, string>> = {
  sql_mode: `'STRICT_ALL_TABLES'`,
  time_zone: `'+00:00'`,
  unique_checks: '0',
  foreign_key_checks: '0',
  sql_log_bin: '0',
}

async function withLoadSession(connection: Connection, load: () => Promise<void>): Promise<void> {
  const names = Object.keys(loadSession)
  await connection.query(`SET ${names.map((name) => `@bench_${name} = @@${name}`).join(', ')}`)
  await connection.query(`SET ${names.map((name) => `SESSION ${name} = ${loadSession[name]}`).join(', ')}`)
  try {
    await load()
  } finally {
    await connection.query(`SET ${names.map((name) => `SESSION ${name} = @bench_${name}`).join(', ')}`)
  }
}
