import type {
  CheckSyntax,
  ColumnSyntax,
  DefaultSyntax,
  GeneratedSyntax,
} from '../../../../format/sql-text/table-syntax.ts'
import type { ColumnInfo, DefaultValue, GeneratedColumn, NativeType } from '../../../../model/relation.ts'
import { parseSqlDefault, toDefault } from '../../default-value.ts'
import { parseServerExpression } from '../../expression-text.ts'
import { quoteName } from '../../quote.ts'
import type { DumpServer } from './dump-server.ts'
import { type TextDefaults, toNativeType } from './native-type.ts'

export interface ColumnContext {
  readonly server: DumpServer
  readonly text: TextDefaults
  /** Columns of the primary key, which are NOT NULL also where nobody wrote it. */
  readonly primary: ReadonlySet<string>
  readonly checks: readonly CheckSyntax[]
}

export function toColumnInfo(column: ColumnSyntax, context: ColumnContext): ColumnInfo {
  const { server } = context
  const native = readNative(column, context)
  const generated = readGenerated(column, server)
  const value = generated === undefined ? readDefault(native, column.default, server) : undefined
  return {
    name: column.name,
    native,
    // The ends of a row's period are never NULL, and nobody writes that.
    nullable: column.nullable && !context.primary.has(column.name) && !isRowPeriod(column),
    ...(value === undefined ? {} : { default: value }),
    ...(generated === undefined ? {} : { generated }),
    autoIncrement: column.autoIncrement,
    ...(column.onUpdatePrecision === undefined ? {} : { onUpdateNow: column.onUpdatePrecision }),
    invisible: column.invisible,
    comment: column.comment ?? '',
  }
}

/** Whether a check stands for a column's type: MariaDB has no JSON type of its own, and prints `longtext`. */
export function isJsonCheck(check: CheckSyntax, column: Pick<ColumnSyntax, 'name' | 'type'>): boolean {
  return (
    column.type.name === 'longtext' &&
    check.column === column.name &&
    check.name === undefined &&
    [column.name, quoteName(column.name)].some((name) => check.expression === `json_valid(${name})`)
  )
}

/** A column of MariaDB that says from when or until when a version of its row was the current one. */
export function isRowPeriod(column: Pick<ColumnSyntax, 'versioning'>): boolean {
  return column.versioning === 'start' || column.versioning === 'end'
}

function readNative(column: ColumnSyntax, { text, server, checks }: ColumnContext): NativeType {
  const native = toNativeType(column.type, column.srid, text, server)
  return checks.some((check) => isJsonCheck(check, column)) ? { ...native, name: 'json' } : native
}

function readDefault(
  native: NativeType,
  syntax: DefaultSyntax | undefined,
  server: DumpServer,
): DefaultValue | undefined {
  if (syntax === undefined) return undefined
  if (syntax.kind === 'currentTimestamp' && server.flavor === 'mariadb') {
    return parseSqlDefault(native, `current_timestamp(${syntax.precision === 0 ? '' : syntax.precision})`, 'mariadb')
  }
  if (syntax.kind === 'expression' && /^(true|false)$/i.test(syntax.text)) {
    return toDefault(native, { kind: 'number', text: /^t/i.test(syntax.text) ? '1' : '0' }, server.flavor)
  }
  const value = toDefault(native, syntax, server.flavor)
  const isOperation = value?.kind === 'expression' && value.expression !== undefined && value.expression.kind !== 'call'
  // MariaDB shows the parentheses of an expression that is more than a call.
  if (server.flavor === 'mariadb' && syntax.kind === 'expression' && isOperation) {
    return { ...value, sql: `(${value.sql})` }
  }
  return value
}

function readGenerated(column: ColumnSyntax, server: DumpServer): GeneratedColumn | undefined {
  if (isRowPeriod(column)) return { stored: true, sql: column.versioning === 'start' ? 'ROW START' : 'ROW END' }
  const syntax: GeneratedSyntax | undefined = column.generated
  if (syntax === undefined) return undefined
  const { expression: sql, stored } = syntax
  return { stored, sql, expression: parseServerExpression(sql, server.flavor) }
}
