import type { NativeType, QualifiedName } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { quoteName, quoteQualified } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'

/**
 * Labels of an ENUM or SET as they are. Types are printed in three-byte UTF-8, where a character beyond U+FFFF is a
 * question mark, in SHOW CREATE TABLE too, so a label with one is asked for by its number: a recursive query takes the
 * column's type from its first part, of which no row is read, and its second part puts the numbers in. Labels without
 * a question mark are not asked about. MySQL 5.7 has no such queries: its labels stay as printed.
 */
export async function readExactLabels(
  session: TextSession,
  server: ServerFacts,
  table: QualifiedName,
  column: string,
  native: NativeType,
): Promise<NativeType> {
  const { labels } = native
  if (labels === undefined || !labels.some((label) => label.includes('?')) || server.version[0] < 8) return native
  const wanted = [...labels.keys()].filter((at) => labels[at]?.includes('?'))
  const numberOf = (at: number): bigint => (native.name === 'set' ? 1n << BigInt(at) : BigInt(at) + 1n)
  const numbers = wanted.map((at) => `SELECT ${numberOf(at)}${at === wanted[0] ? ' AS n' : ''}`).join(' UNION ALL ')
  const rows = await session.rows(
    `WITH RECURSIVE found (n, label) AS (
       SELECT CAST(0 AS UNSIGNED), t.${quoteName(column)}
         FROM (SELECT 1) AS one LEFT JOIN ${quoteQualified(table)} AS t ON FALSE
       UNION ALL SELECT numbers.n, numbers.n FROM found JOIN (${numbers}) AS numbers ON found.n = 0)
     SELECT n, HEX(CONVERT(label USING utf8mb4)) FROM found WHERE n > 0`,
  )
  const exact = new Map(rows.map(([number, hex]) => [number ?? '', Buffer.from(hex ?? '', 'hex').toString('utf8')]))
  return { ...native, labels: labels.map((label, at) => exact.get(String(numberOf(at))) ?? label) }
}
