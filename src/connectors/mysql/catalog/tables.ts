import { TransloadError } from '../../../errors/transload-error.ts'
import { parseCreateTable } from '../../../format/sql-text/create-table.ts'
import { SqlTextError } from '../../../format/sql-text/sql-text-error.ts'
import type { TableSyntax } from '../../../format/sql-text/table-syntax.ts'
import type { CheckInfo, IndexInfo, QualifiedName, TableInfo } from '../../../model/relation.ts'
import type { TextSession } from '../../sql/session.ts'
import { parseServerExpression } from '../expression-text.ts'
import { quoteLiteral, quoteName } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'
import { type RawCheck, readChecks } from './checks.ts'
import { isRowPeriod, mayHaveSpoiltDefault, readColumns, readSrids } from './columns.ts'
import { completeForeignKey, readForeignKeys, type RawForeignKey } from './foreign-keys.ts'
import { readIndexes } from './indexes.ts'
import { compareText, readInformation } from './information-rows.ts'
import type { RawTable } from './raw-table.ts'
import { showCreate } from './show-create.ts'

/** The tables of one database in the order of their names, views and sequences left out. */
export async function readTables(
  session: TextSession,
  server: ServerFacts,
  database: string,
  raw: readonly RawTable[],
): Promise<readonly TableInfo[]> {
  const own = raw.filter(({ info }) => info.TABLE_TYPE === 'BASE TABLE' || info.TABLE_TYPE === 'SYSTEM VERSIONED')
  if (own.length === 0) return []
  const indexes = await readIndexes(session, server, database)
  const foreignKeys = await readForeignKeys(session, server, database)
  const checks = await readChecks(session, server, database)
  const srids = await readSrids(session, server, database)
  const partitionCounts = await readPartitionCounts(session, server, database, own)
  const transactional = await readTransactionalEngines(session, server)
  const tables: TableInfo[] = []
  for (const table of own) {
    const name = table.info.TABLE_NAME ?? ''
    const parts: TableParts = {
      indexes: indexes.get(name) ?? [],
      foreignKeys: foreignKeys.get(name) ?? [],
      checks: checks.get(name) ?? [],
      srids: srids.get(name),
      partitionCount: partitionCounts.get(name) ?? 0,
      transactional: transactional.has((table.info.ENGINE ?? '').toLowerCase()),
    }
    tables.push(await assemble(session, server, { schema: database, name }, table, parts))
  }
  return tables.toSorted((a, b) => compareText(a.name.name, b.name.name))
}

interface TableParts {
  readonly indexes: readonly IndexInfo[]
  readonly foreignKeys: readonly RawForeignKey[]
  readonly checks: readonly RawCheck[]
  readonly srids: ReadonlyMap<string, number> | undefined
  readonly partitionCount: number
  readonly transactional: boolean
}

async function assemble(
  session: TextSession,
  server: ServerFacts,
  name: QualifiedName,
  table: RawTable,
  parts: TableParts,
): Promise<TableInfo> {
  const { info } = table
  const statement = needsStatement(server, table, parts) ? await readStatement(session, name) : undefined
  const jsonChecks = server.flavor === 'mariadb' ? findJsonChecks(table, parts.checks) : new Map<RawCheck, string>()
  const jsonColumns = new Set(jsonChecks.values())
  const context = { table: name, jsonColumns, srids: parts.srids, statement }
  const columns = await readColumns(session, server, table.columns, context)
  const counted = columns.some((column) => column.autoIncrement)
  return {
    name,
    columns,
    indexes: withoutRowPeriods(table, parts.indexes),
    foreignKeys: parts.foreignKeys.map((key) => completeForeignKey(key, statement)),
    checks: parts.checks.filter((check) => !jsonChecks.has(check)).map((check) => toCheck(server, check, statement)),
    comment: info.TABLE_COMMENT ?? '',
    storage: info.ENGINE ?? '',
    transactional: parts.transactional,
    rowEstimate: Number(info.TABLE_ROWS ?? 0),
    byteEstimate: Number(info.DATA_LENGTH ?? 0),
    ...(counted && info.AUTO_INCREMENT !== null ? { nextAutoIncrement: info.AUTO_INCREMENT } : {}),
    partitionCount: parts.partitionCount,
    systemVersioned: info.TABLE_TYPE === 'SYSTEM VERSIONED',
  }
}

/**
 * Whether information_schema has left something out that SHOW CREATE TABLE has: the actions of a foreign key; on MySQL,
 * part of a constant; on MariaDB, characters beyond U+FFFF of an expression, which it shows as question marks.
 */
function needsStatement(server: ServerFacts, table: RawTable, parts: TableParts): boolean {
  if (parts.foreignKeys.some((key) => key.actions === undefined)) return true
  if (server.flavor === 'mysql') return table.columns.some(mayHaveSpoiltDefault)
  const isConstant = /^'(?:[^'\\]|\\[^]|'')*'$/
  return (
    parts.checks.some(({ sql }) => sql.includes('?')) ||
    table.columns.some(({ GENERATION_EXPRESSION: sql }) => sql?.includes('?')) ||
    table.columns.some(({ COLUMN_DEFAULT: sql }) => sql?.includes('?') && !isConstant.test(sql))
  )
}

async function readStatement(session: TextSession, name: QualifiedName): Promise<TableSyntax> {
  const text = (await showCreate(session, 'TABLE', name)) ?? ''
  try {
    return parseCreateTable(text)
  } catch (error) {
    if (!(error instanceof SqlTextError)) throw error
    const reason = `SHOW CREATE TABLE of ${name.schema}.${name.name} cannot be read: ${error.message}`
    throw new TransloadError('TL_X901', { reason }, error)
  }
}

/** The checks that stand for a column's type, each with its column. */
function findJsonChecks(table: RawTable, checks: readonly RawCheck[]): Map<RawCheck, string> {
  const found = new Map<RawCheck, string>()
  for (const { COLUMN_NAME: column, COLUMN_TYPE: type } of table.columns) {
    if (column === null || !/^longtext\b/i.test(type ?? '')) continue
    const check = checks.find(({ name, sql }) => name === column && sql === `json_valid(${quoteName(column)})`)
    if (check !== undefined) found.set(check, column)
  }
  return found
}

function toCheck(server: ServerFacts, check: RawCheck, statement: TableSyntax | undefined): CheckInfo {
  const written = statement?.checks.find(({ name, column }) => (name ?? column) === check.name)
  const sql = server.flavor === 'mariadb' ? (written?.expression ?? check.sql) : check.sql
  return { ...check, sql, expression: parseServerExpression(sql, server.flavor) }
}

/**
 * A system-versioned table's unique keys as they were written: MariaDB adds the end of the row's period to each, by which
 * the rows of the past differ. Only current rows are read, and those differ without it.
 */
function withoutRowPeriods(table: RawTable, indexes: readonly IndexInfo[]): readonly IndexInfo[] {
  const periods = new Set(table.columns.filter(isRowPeriod).map((column) => column.COLUMN_NAME ?? ''))
  if (periods.size === 0) return indexes
  return indexes.map((index) => {
    const isUnique = index.kind === 'primary' || index.kind === 'unique'
    const parts = index.parts.filter(({ column }) => column === undefined || !periods.has(column))
    return isUnique && parts.length > 0 ? { ...index, parts } : index
  })
}

async function readPartitionCounts(
  session: TextSession,
  server: ServerFacts,
  database: string,
  tables: readonly RawTable[],
): Promise<ReadonlyMap<string, number>> {
  if (!tables.some(({ info }) => /\bpartitioned\b/i.test(info.CREATE_OPTIONS ?? ''))) return new Map()
  const columns = ['TABLE_SCHEMA', 'TABLE_NAME', 'PARTITION_NAME'] as const
  const where = `TABLE_SCHEMA = ${quoteLiteral(database)} AND PARTITION_NAME IS NOT NULL`
  const names = new Map<string, Set<string>>()
  for (const row of await readInformation(session, server, 'PARTITIONS', columns, where)) {
    if (row.TABLE_SCHEMA !== database) continue
    const table = row.TABLE_NAME ?? ''
    // A partition with subpartitions has a row for each of them.
    names.set(table, (names.get(table) ?? new Set()).add(row.PARTITION_NAME ?? ''))
  }
  return new Map([...names].map(([table, partitions]) => [table, partitions.size]))
}

async function readTransactionalEngines(session: TextSession, server: ServerFacts): Promise<ReadonlySet<string>> {
  const rows = await readInformation(session, server, 'ENGINES', ['ENGINE'] as const, "TRANSACTIONS = 'YES'")
  return new Set(rows.map((row) => (row.ENGINE ?? '').toLowerCase()))
}
