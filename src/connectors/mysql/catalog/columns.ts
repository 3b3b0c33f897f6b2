import type { TableSyntax } from '../../../format/sql-text/table-syntax.ts'
import type { ColumnInfo, DefaultValue, GeneratedColumn, NativeType, QualifiedName } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { parseMysqlDefault, parseSqlDefault, toDefault } from '../default-value.ts'
import { parseServerExpression, unwrapServerText } from '../expression-text.ts'
import { parseNativeType } from '../native-type.ts'
import { quoteLiteral } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'
import { askDefaults, isDoubtful } from './exact-defaults.ts'
import { readExactLabels } from './exact-labels.ts'
import { readInformation } from './information-rows.ts'
import type { RawColumn } from './raw-table.ts'

/** What is known of a table beside its columns' own rows. */
export interface ColumnContext {
  readonly table: QualifiedName
  /** Columns that MariaDB checks with `json_valid` and prints as `longtext`: it has no JSON type of its own. */
  readonly jsonColumns: ReadonlySet<string>
  /** MariaDB's spatial references, by column. MySQL has them in the column's row. */
  readonly srids: ReadonlyMap<string, number> | undefined
  /** The table's own statement, where it was asked for. */
  readonly statement: TableSyntax | undefined
}

/** A table's columns, in order. Asks the server only about labels and constants that it has not printed in full. */
export async function readColumns(
  session: TextSession,
  server: ServerFacts,
  rows: readonly RawColumn[],
  context: ColumnContext,
): Promise<readonly ColumnInfo[]> {
  const columns: ColumnInfo[] = []
  for (const row of rows) columns.push(await readColumn(session, server, row, context))
  return server.flavor === 'mariadb' ? await askDefaults(session, context.table, columns) : columns
}

async function readColumn(
  session: TextSession,
  server: ServerFacts,
  row: RawColumn,
  context: ColumnContext,
): Promise<ColumnInfo> {
  const name = row.COLUMN_NAME ?? ''
  const extra = row.EXTRA ?? ''
  const printed = readNative(row, context)
  const native = await readExactLabels(session, server, context.table, name, printed)
  const generated = readGenerated(server, row, context)
  const value = generated === undefined ? readDefault(server, native, row, context) : undefined
  const onUpdate = /\bon update (?:current_timestamp|now)(?:\((\d*)\))?/i.exec(extra)
  return {
    name,
    native,
    nullable: row.IS_NULLABLE === 'YES',
    ...(value === undefined ? {} : { default: value }),
    ...(generated === undefined ? {} : { generated }),
    autoIncrement: /\bauto_increment\b/i.test(extra),
    ...(onUpdate === null ? {} : { onUpdateNow: Number(onUpdate[1] ?? 0) }),
    invisible: /\bINVISIBLE\b/i.test(extra),
    comment: row.COLUMN_COMMENT ?? '',
  }
}

function readNative(row: RawColumn, context: ColumnContext): NativeType {
  const name = row.COLUMN_NAME ?? ''
  const srid = row.SRS_ID === null ? context.srids?.get(name) : Number(row.SRS_ID)
  const native = parseNativeType(row.COLUMN_TYPE ?? '', {
    charset: row.CHARACTER_SET_NAME ?? undefined,
    collation: row.COLLATION_NAME ?? undefined,
    srid,
  })
  return context.jsonColumns.has(name) && native.name === 'longtext' ? { ...native, name: 'json' } : native
}

function readDefault(
  server: ServerFacts,
  native: NativeType,
  row: RawColumn,
  context: ColumnContext,
): DefaultValue | undefined {
  const text = row.COLUMN_DEFAULT
  const written = context.statement?.columns.find(({ name }) => name === row.COLUMN_NAME)?.default
  if (server.flavor === 'mariadb') {
    return parseSqlDefault(native, written?.kind === 'expression' ? written.text : text, 'mariadb')
  }
  const printed = parseMysqlDefault(native, text, row.EXTRA ?? '')
  return written !== undefined && hasSpoiltDefault(native, row) ? toDefault(native, written, 'mysql') : printed
}

/** Whether MySQL has printed a constant that may not be what it reads as; its SHOW CREATE TABLE has it whole. */
function hasSpoiltDefault(native: NativeType, row: RawColumn): boolean {
  const extra = row.EXTRA ?? ''
  const isExpression = /\bDEFAULT_GENERATED\b/i.test(extra)
  return !isExpression && isDoubtful(native, parseMysqlDefault(native, row.COLUMN_DEFAULT, extra))
}

/** The same before the column's labels are known. */
export function mayHaveSpoiltDefault(row: RawColumn): boolean {
  return (
    row.COLUMN_DEFAULT !== null &&
    hasSpoiltDefault({ ...parseNativeType(row.COLUMN_TYPE ?? ''), labels: undefined }, row)
  )
}

function readGenerated(server: ServerFacts, row: RawColumn, context: ColumnContext): GeneratedColumn | undefined {
  const kind = /\b(VIRTUAL|STORED|PERSISTENT) GENERATED\b/i.exec(row.EXTRA ?? '')?.[1]
  if (kind === undefined) return undefined
  const stored = kind.toUpperCase() !== 'VIRTUAL'
  const printed = row.GENERATION_EXPRESSION ?? ''
  if (isRowPeriod(row)) return { stored, sql: printed }
  const written = context.statement?.columns.find(({ name }) => name === row.COLUMN_NAME)?.generated
  const sql = server.flavor === 'mysql' ? unwrapServerText(printed) : (written?.expression ?? printed)
  return { stored, sql, expression: parseServerExpression(sql, server.flavor) }
}

/** A column of MariaDB that says from when or until when a version of its row was the current one. */
export function isRowPeriod(row: RawColumn): boolean {
  return /^ROW (START|END)$/i.test(row.GENERATION_EXPRESSION ?? '')
}

/** Spatial references by table and column, where they are not in the columns' own rows. */
export async function readSrids(
  session: TextSession,
  server: ServerFacts,
  database: string,
): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const byTable = new Map<string, Map<string, number>>()
  if (server.catalogHas('COLUMNS', 'SRS_ID') || !server.catalogHas('GEOMETRY_COLUMNS', 'SRID')) return byTable
  const columns = ['G_TABLE_SCHEMA', 'G_TABLE_NAME', 'G_GEOMETRY_COLUMN', 'SRID'] as const
  const where = `G_TABLE_SCHEMA = ${quoteLiteral(database)}`
  for (const row of await readInformation(session, server, 'GEOMETRY_COLUMNS', columns, where)) {
    // 0 is what a column without REF_SYSTEM_ID has.
    if (row.G_TABLE_SCHEMA !== database || row.SRID === null || row.SRID === '0') continue
    const table = row.G_TABLE_NAME ?? ''
    const known = byTable.get(table) ?? new Map<string, number>()
    byTable.set(table, known.set(row.G_GEOMETRY_COLUMN ?? '', Number(row.SRID)))
  }
  return byTable
}
