import { allowedBytes, moveAlone } from '../support/move-alone.ts'
import { Move, type SourceEngine } from './migrate.ts'

const wideBytes = 64_000_000

export interface WideRowMove {
  readonly rowCount: number
  /** Whether the wide text is the same on both sides. */
  readonly exact: boolean
  readonly peakBytes: number
  /** DESIGN §10: 128 MiB, 48 MiB a lane, and four times the largest row. */
  readonly limitBytes: number
}

/** Moves a table of narrow rows with one text of 64 MB in the middle, in a process of its own, whose memory is taken. */
export async function moveWideRow(engine: SourceEngine, rowCount: number): Promise<WideRowMove> {
  await using move = await Move.between(engine)
  await move.source.query(narrowRows(rowCount))
  await move.source.query(
    `UPDATE wide SET v = REPEAT('text é😀 ', ${wideBytes} / 12) WHERE id = ${Math.floor(rowCount / 2)}`,
  )
  const { exitCode, error, peakBytes } = await moveAlone(move.source.url, move.target.url)
  if (exitCode !== 0) throw new Error(error?.message)
  const [before] = await move.source.query(
    'SELECT LOWER(SHA2(v, 256)) AS hash, LENGTH(v) AS bytes FROM wide ORDER BY LENGTH(v) DESC LIMIT 1',
  )
  const [after] = await move.target.query(
    `SELECT encode(sha256(convert_to(v, 'UTF8')), 'hex') AS hash, octet_length(v) AS bytes FROM wide ORDER BY 2 DESC LIMIT 1`,
  )
  const [count] = await move.target.query('SELECT count(*)::int AS rows FROM wide')
  return {
    rowCount: Number(count?.['rows']),
    exact: before?.['hash'] === after?.['hash'] && Number(after?.['bytes']) >= wideBytes - 12,
    peakBytes,
    limitBytes: allowedBytes(wideBytes),
  }
}

/** Rows are doubled until there are enough: the server does it in seconds, also a million. */
function narrowRows(count: number): string {
  const statements = ['CREATE TABLE wide (id INT PRIMARY KEY, v LONGTEXT)', `INSERT INTO wide VALUES (1, 'narrow 1')`]
  for (let have = 1; have < count; have *= 2) {
    const more = Math.min(have, count - have)
    statements.push(
      `INSERT INTO wide SELECT id + ${have}, CONCAT('narrow ', id + ${have}) FROM wide WHERE id <= ${more}`,
    )
  }
  return statements.join(';\n')
}
