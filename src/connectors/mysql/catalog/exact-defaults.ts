import { TransloadError } from '../../../errors/transload-error.ts'
import type { ColumnInfo, DefaultValue, QualifiedName } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { bytesDefault, constantDefault, isByteType } from '../default-value.ts'
import { quoteName, quoteQualified } from '../quote.ts'

/**
 * The columns with the constants of their defaults as they are. `information_schema` cuts bytes at the first NUL (MySQL)
 * or shows those that are not UTF-8 as question marks (MariaDB), and characters beyond U+FFFF as question marks (both):
 * such a default is asked for by DEFAULT(), over a join that reads no row; MySQL refuses that for expressions, which
 * `isConstant` tells apart. Where the user may not read the column, its
 * default becomes an expression that cannot be translated.
 */
export async function readExactDefaults(
  session: TextSession,
  table: QualifiedName,
  columns: readonly ColumnInfo[],
  isConstant: (column: ColumnInfo) => boolean,
): Promise<readonly ColumnInfo[]> {
  const doubtful = columns.filter((column) => isConstant(column) && isDoubtful(column.default))
  if (doubtful.length === 0) return columns
  const exact = await askDefaults(session, table, doubtful)
  return columns.map((column) => {
    const at = doubtful.indexOf(column)
    return at === -1 ? column : { ...column, default: exact[at] }
  })
}

function isDoubtful(value: DefaultValue | undefined): boolean {
  return value?.kind === 'bytes' || (value?.kind === 'literal' && value.text.includes('?'))
}

async function askDefaults(
  session: TextSession,
  table: QualifiedName,
  columns: readonly ColumnInfo[],
): Promise<readonly DefaultValue[]> {
  const list = columns.map((column) => {
    const value = `DEFAULT(t.${quoteName(column.name)})`
    return isByteType(column.native) ? `HEX(${value})` : `HEX(CONVERT(${value} USING utf8mb4))`
  })
  const from = `(SELECT 1) AS one LEFT JOIN ${quoteQualified(table)} AS t ON FALSE`
  try {
    const [row] = await session.rows(`SELECT ${list.join(', ')} FROM ${from}`)
    return columns.map((column, at) => {
      const bytes = Buffer.from(row?.[at] ?? '', 'hex')
      return isByteType(column.native)
        ? bytesDefault(column.native, bytes)
        : constantDefault(column.native, bytes.toString('utf8'))
    })
  } catch (error) {
    if (!(error instanceof TransloadError) || error.code !== 'TL_S204') throw error
    return columns.map((column) => ({ kind: 'expression', sql: column.default?.sql ?? '' }))
  }
}
