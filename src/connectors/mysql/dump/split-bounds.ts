import { TransloadError } from '../../../errors/transload-error.ts'
import type { DumpCursor } from '../../../format/sql-text/dump-event.ts'
import { ValueKind } from '../../../format/sql-text/row-scanner.ts'
import type { RowKey } from '../../../model/loss.ts'
import { type Cursor, isPlainObject, type Plain } from '../../../model/plain.ts'
import type { ReadPlan, Split } from '../../../model/plan.ts'
import type { ColumnInfo, QualifiedName } from '../../../model/relation.ts'
import type { DumpTable } from './catalog/read-index.ts'
import type { Constant } from './decode/literal-row-decoder.ts'

/** A literal, as plain data: its `ValueKind`, and what is between the quotes. */
interface PlainLiteral {
  readonly kind: number
  readonly text: string
}

/** Where a table's rows are and how they are to be read, as it is stored with the split. */
export interface TableBounds {
  /** Of the file that the places are in. */
  readonly hash: string
  readonly table: QualifiedName
  /** Null: there are no rows. */
  readonly first: DumpCursor | null
  readonly end: number
  /** The database of statements that name none. */
  readonly database: string
  readonly valueColumns: readonly string[]
  /** Values of columns that some INSERT leaves out. */
  readonly defaults: { readonly [column: string]: PlainLiteral }
}

/** All rows of a table, or those with certain keys, wherever they are. */
export type SplitBounds = TableBounds | { readonly keys: readonly RowKey[] }

export function tableBounds(table: DumpTable, read: ReadPlan, database: string, hash: string): TableBounds {
  const defaults: Record<string, PlainLiteral> = {}
  for (const column of leftOut(table, read)) {
    const literal = defaultLiteral(column)
    if (literal !== undefined) defaults[column.name] = literal
  }
  return {
    hash,
    table: table.info.name,
    first: table.first ?? null,
    end: table.end,
    database,
    valueColumns: table.valueColumns,
    defaults,
  }
}

/** Columns to be read that some INSERT of the table gives no value. */
export function leftOut(table: DumpTable, read: ReadPlan): readonly ColumnInfo[] {
  return table.info.columns.filter(
    ({ name }) =>
      read.columns.some((column) => column.name === name) && table.shapes.some((shape) => !shape.includes(name)),
  )
}

/** What the server would put into a column that an INSERT leaves out; undefined where only the server knows. */
export function defaultLiteral(column: ColumnInfo): PlainLiteral | undefined {
  if (column.generated !== undefined || column.autoIncrement) return undefined
  const value = column.default
  if (value === undefined) return column.nullable ? { kind: ValueKind.null, text: '' } : undefined
  switch (value.kind) {
    case 'literal':
      return { kind: ValueKind.text, text: value.text }
    case 'number':
      return { kind: ValueKind.number, text: value.text }
    case 'bytes':
      return { kind: ValueKind.hex, text: value.hex }
    case 'bits':
      return { kind: ValueKind.bits, text: value.text }
    case 'now':
    case 'expression':
      return undefined
  }
}

export function toConstant({ kind, text }: PlainLiteral): Constant {
  const charset = kind === ValueKind.text ? 'utf8mb4' : undefined
  return { bytes: Buffer.from(text, 'utf8'), flags: kind, charset }
}

/** @throws TL_K504 */
export function parseBounds(split: Split): SplitBounds {
  const { bounds } = split
  if (isPlainObject(bounds)) {
    if (Array.isArray(bounds['keys'])) return bounds as unknown as { readonly keys: readonly RowKey[] }
    if (typeof bounds['end'] === 'number' && Array.isArray(bounds['valueColumns']))
      return bounds as unknown as TableBounds
  }
  throw unreadable(bounds)
}

/** @throws TL_K504 */
export function parseCursor(cursor: Cursor): DumpCursor {
  if (isPlainObject(cursor) && typeof cursor['position'] === 'number' && isPlainObject(cursor['session'])) {
    return cursor as unknown as DumpCursor
  }
  throw unreadable(cursor)
}

function unreadable(value: Plain): TransloadError {
  return new TransloadError('TL_K504', { reason: `${JSON.stringify(value).slice(0, 100)} is no place in a dump` })
}
