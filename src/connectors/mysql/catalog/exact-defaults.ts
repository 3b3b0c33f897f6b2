import { TransloadError } from '../../../errors/transload-error.ts'
import type { ColumnInfo, DefaultValue, NativeType, QualifiedName } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { bytesDefault, isByteType, textDefault } from '../default-value.ts'
import { quoteName, quoteQualified } from '../quote.ts'

/**
 * Whether a constant may not be what it reads as: in `information_schema` a character beyond U+FFFF, or a byte that is
 * not UTF-8, is a question mark, and MySQL cuts bytes at the first NUL. An ENUM's or SET's labels, which are known as
 * they are, tell a question mark of their own.
 */
export function isDoubtful(native: NativeType, value: DefaultValue | undefined): boolean {
  if (value?.kind === 'bytes') return true
  if (value?.kind !== 'literal' || !value.text.includes('?')) return false
  const { labels } = native
  if (labels === undefined) return true
  return !(native.name === 'set' ? value.text.split(',') : [value.text]).every((label) => labels.includes(label))
}

/**
 * MariaDB's columns with the constants of their defaults as they are: its SHOW CREATE TABLE spoils them just as much, so
 * they are asked for by DEFAULT(), which of a column that is NOT NULL tells only beside a row. A default that cannot be
 * found out, in an empty table or for want of a privilege, becomes an expression that cannot be translated.
 */
export async function askDefaults(
  session: TextSession,
  table: QualifiedName,
  columns: readonly ColumnInfo[],
): Promise<readonly ColumnInfo[]> {
  const doubtful = columns.filter((column) => isSpoilt(column))
  if (doubtful.length === 0) return columns
  const cells = await readCells(session, table, doubtful)
  return columns.map((column) => {
    const at = doubtful.indexOf(column)
    return at === -1 ? column : { ...column, default: exactDefault(column, cells[at] ?? null) }
  })
}

/** MariaDB does not cut bytes. */
function isSpoilt({ native, default: value }: ColumnInfo): boolean {
  if (value?.kind === 'bytes') return Buffer.from(value.hex, 'hex').includes('?')
  return isDoubtful(native, value)
}

function exactDefault({ native, default: printed }: ColumnInfo, hex: string | null): DefaultValue {
  if (hex === null) return { kind: 'expression', sql: printed?.sql ?? '' }
  const bytes = Buffer.from(hex, 'hex')
  return isByteType(native) ? bytesDefault(native, bytes) : textDefault(native, bytes.toString('utf8'))
}

async function readCells(
  session: TextSession,
  table: QualifiedName,
  columns: readonly ColumnInfo[],
): Promise<readonly (string | null)[]> {
  const list = columns.map(({ name, native }) => {
    const value = `DEFAULT(t.${quoteName(name)})`
    return isByteType(native) ? `HEX(${value})` : `HEX(CONVERT(${value} USING utf8mb4))`
  })
  const from = `(SELECT 1) AS one LEFT JOIN ${quoteQualified(table)} AS t ON TRUE`
  try {
    const [row] = await session.rows(`SELECT ${list.join(', ')} FROM ${from} LIMIT 1`)
    return row ?? []
  } catch (error) {
    if (!(error instanceof TransloadError) || error.code !== 'TL_S204') throw error
    return []
  }
}
