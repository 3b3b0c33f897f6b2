import type { CheckSyntax, ForeignKeySyntax, TableSyntax } from '../../../../format/sql-text/table-syntax.ts'
import { tokenize } from '../../../../format/sql-text/tokens.ts'
import type { CheckInfo, ForeignKeyInfo, TableInfo } from '../../../../model/relation.ts'
import { compareText } from '../../catalog/information-rows.ts'
import { parseServerExpression } from '../../expression-text.ts'
import { quoteName } from '../../quote.ts'
import { isJsonCheck, toColumnInfo } from './column-info.ts'
import type { DumpServer } from './dump-server.ts'
import { toIndexes } from './index-info.ts'
import { resolveText } from './native-type.ts'
import type { TableDraft } from './table-draft.ts'

/**
 * A table as a live server's catalog would have it, but for two things: rows and bytes are exact, and the table counts as
 * part of the snapshot whatever its storage engine, since everything in a file is.
 */
export function toTableInfo(draft: TableDraft, server: DumpServer): TableInfo {
  const { syntax, columns, keys, checks } = draft
  const { options, periods, partitions } = syntax
  const text = resolveText(options.charset, options.collation, draft.databaseText, server)
  const storage = options.engine ?? 'InnoDB'
  const primary = new Set(
    keys.filter(({ kind }) => kind === 'primary').flatMap(({ parts }) => parts.map((part) => part.column ?? '')),
  )
  const context = { server, text, primary, checks }
  const isCounted = columns.some(({ autoIncrement }) => autoIncrement)
  return {
    name: draft.name,
    columns: columns.map((column) => toColumnInfo(column, context)),
    indexes: toIndexes(keys, { server, storage, periods }),
    foreignKeys: toForeignKeys(draft, server),
    checks: toChecks(draft, server),
    comment: options.comment ?? '',
    storage,
    transactional: true,
    rowEstimate: draft.rowCount,
    byteEstimate: draft.byteCount,
    ...(isCounted && draft.autoIncrement !== undefined ? { nextAutoIncrement: draft.autoIncrement } : {}),
    partitionCount: partitions === undefined ? 0 : countPartitions(partitions),
    systemVersioned: options.systemVersioning,
  }
}

function toForeignKeys({ name, foreignKeys }: TableDraft, server: DumpServer): readonly ForeignKeyInfo[] {
  // What is not written: MySQL 8 prints RESTRICT, the others NO ACTION.
  const unwritten = server.flavor === 'mysql' && server.version[0] >= 8 ? 'no action' : 'restrict'
  const infos = foreignKeys.map((key: ForeignKeySyntax, at): ForeignKeyInfo => ({
    name: key.name ?? `${name.name}_ibfk_${at + 1}`,
    columns: key.columns,
    references: { schema: key.referencedDatabase ?? name.schema, name: key.referencedTable },
    referencedColumns: key.referencedColumns,
    onUpdate: key.onUpdate ?? unwritten,
    onDelete: key.onDelete ?? unwritten,
  }))
  return infos.toSorted((a, b) => compareText(a.name, b.name))
}

function toChecks({ name, syntax, columns, checks }: TableDraft, server: DumpServer): readonly CheckInfo[] {
  const written = checks.filter((check) => !columns.some((column) => isJsonCheck(check, column)))
  const infos = [...written, ...periodChecks(syntax)].map((check, at): CheckInfo => {
    const sql = check.expression
    return {
      name: check.name ?? unnamedCheck(name.name, check, at, server),
      sql,
      enforced: check.enforced,
      expression: parseServerExpression(sql, server.flavor),
    }
  })
  return infos.toSorted((a, b) => compareText(a.name, b.name) || compareText(a.sql, b.sql))
}

/** MariaDB checks of each period that it ends after it began. */
function periodChecks({ periods }: TableSyntax): readonly CheckSyntax[] {
  return periods
    .filter(({ name }) => name.toUpperCase() !== 'SYSTEM_TIME')
    .map(({ name, start, end }) => {
      return { name, expression: `${quoteName(start)} < ${quoteName(end)}`, enforced: true, column: undefined }
    })
}

function unnamedCheck(table: string, check: CheckSyntax, at: number, server: DumpServer): string {
  if (server.flavor === 'mysql') return `${table}_chk_${at + 1}`
  return check.column ?? `CONSTRAINT_${at + 1}`
}

/** Counts `PARTITION name` in the list behind PARTITION BY; without a list, what `PARTITIONS n` says. */
function countPartitions(text: string): number {
  const tokens = tokenize(text)
  let depth = 0
  let listed = 0
  let written = 1
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'symbol' && token.text === '(') depth++
    else if (token.kind === 'symbol' && token.text === ')') depth--
    else if (depth === 1 && token.keyword === 'PARTITION') listed++
    else if (depth === 0 && token.keyword === 'PARTITIONS') written = Number(tokens[at + 1]?.text ?? 1)
  }
  return listed > 0 ? listed : written
}
