import type { IndexInfo, IndexPart } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { parseServerExpression, unwrapServerText } from '../expression-text.ts'
import { quoteLiteral } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'
import { compareText, groupBy, type InformationRow, readInformation } from './information-rows.ts'

const statisticsColumns = [
  'TABLE_SCHEMA',
  'TABLE_NAME',
  'NON_UNIQUE',
  'INDEX_NAME',
  'SEQ_IN_INDEX',
  'COLUMN_NAME',
  'COLLATION',
  'SUB_PART',
  'INDEX_TYPE',
  'INDEX_COMMENT',
  'IS_VISIBLE',
  'IGNORED',
  'EXPRESSION',
] as const
type Statistic = InformationRow<(typeof statisticsColumns)[number]>

/** Indexes by table: the primary key first, then in the order of their names. */
export async function readIndexes(
  session: TextSession,
  server: ServerFacts,
  database: string,
): Promise<ReadonlyMap<string, readonly IndexInfo[]>> {
  const where = `TABLE_SCHEMA = ${quoteLiteral(database)}`
  const rows = await readInformation(session, server, 'STATISTICS', statisticsColumns, where)
  const byTable = groupBy(
    rows.filter((row) => row.TABLE_SCHEMA === database),
    (row) => row.TABLE_NAME ?? '',
  )
  return new Map([...byTable].map(([table, parts]) => [table, tableIndexes(parts)]))
}

function tableIndexes(rows: readonly Statistic[]): readonly IndexInfo[] {
  const indexes = [...groupBy(rows, (row) => row.INDEX_NAME ?? '')].map(([name, parts]) => toIndex(name, parts))
  return indexes.toSorted((a, b) => rank(a) - rank(b) || compareText(a.name, b.name))
}

function rank(index: IndexInfo): number {
  return index.kind === 'primary' ? 0 : 1
}

function toIndex(name: string, rows: readonly Statistic[]): IndexInfo {
  const ordered = rows.toSorted((a, b) => Number(a.SEQ_IN_INDEX) - Number(b.SEQ_IN_INDEX))
  const first = ordered[0]
  const method = (first?.INDEX_TYPE ?? '').toLowerCase()
  const kind = toKind(name, method, first?.NON_UNIQUE === '0')
  return {
    name,
    kind,
    parts: ordered.map((row) => toPart(row, kind)),
    visible: first?.IS_VISIBLE !== 'NO' && first?.IGNORED !== 'YES',
    method,
    comment: first?.INDEX_COMMENT ?? '',
  }
}

function toKind(name: string, method: string, unique: boolean): IndexInfo['kind'] {
  if (method === 'fulltext' || method === 'spatial' || method === 'vector') return method
  // MyISAM calls the method of its spatial indexes by the structure.
  if (method === 'rtree') return 'spatial'
  if (!unique) return 'index'
  return name === 'PRIMARY' ? 'primary' : 'unique'
}

function toPart(row: Statistic, kind: IndexInfo['kind']): IndexPart {
  const descending = row.COLLATION === 'D'
  if (row.EXPRESSION !== null) {
    const sql = unwrapServerText(row.EXPRESSION)
    return { expression: parseServerExpression(sql, 'mysql'), sql, descending }
  }
  // A spatial index gives the length of its bounding box there.
  const hasPrefix = row.SUB_PART !== null && kind !== 'spatial' && kind !== 'fulltext'
  return {
    column: row.COLUMN_NAME ?? '',
    ...(hasPrefix ? { prefixLength: Number(row.SUB_PART) } : {}),
    descending,
  }
}
