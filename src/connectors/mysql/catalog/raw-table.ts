import type { TextSession } from '../../sql/session.ts'
import { quoteLiteral } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'
import { groupBy, type InformationRow, readInformation } from './information-rows.ts'

const tableColumns = [
  'TABLE_SCHEMA',
  'TABLE_NAME',
  'TABLE_TYPE',
  'ENGINE',
  'TABLE_ROWS',
  'DATA_LENGTH',
  'AUTO_INCREMENT',
  'CREATE_OPTIONS',
  'TABLE_COMMENT',
] as const
const columnColumns = [
  'TABLE_SCHEMA',
  'TABLE_NAME',
  'COLUMN_NAME',
  'ORDINAL_POSITION',
  'COLUMN_DEFAULT',
  'IS_NULLABLE',
  'CHARACTER_SET_NAME',
  'COLLATION_NAME',
  'COLUMN_TYPE',
  'EXTRA',
  'COLUMN_COMMENT',
  'GENERATION_EXPRESSION',
  'SRS_ID',
] as const

export type RawColumn = InformationRow<(typeof columnColumns)[number]>

/** A table, view or sequence as `information_schema` has it. */
export interface RawTable {
  readonly info: InformationRow<(typeof tableColumns)[number]>
  readonly columns: readonly RawColumn[]
}

/**
 * What is in one database. The database is compared with `=`, never `IN`: it is what lets MySQL 5.7 and MariaDB open
 * the tables of one database only. The rows are compared once more here, since the server may ignore case.
 */
export async function readRawTables(
  session: TextSession,
  server: ServerFacts,
  database: string,
): Promise<readonly RawTable[]> {
  const where = `TABLE_SCHEMA = ${quoteLiteral(database)}`
  const tables = await readInformation(session, server, 'TABLES', tableColumns, where)
  const columns = await readInformation(session, server, 'COLUMNS', columnColumns, where)
  const byTable = groupBy(
    columns.filter((column) => column.TABLE_SCHEMA === database),
    (column) => column.TABLE_NAME ?? '',
  )
  return tables
    .filter((info) => info.TABLE_SCHEMA === database)
    .map((info) => ({
      info,
      columns: (byTable.get(info.TABLE_NAME ?? '') ?? []).toSorted(
        (a, b) => Number(a.ORDINAL_POSITION) - Number(b.ORDINAL_POSITION),
      ),
    }))
}
