import type { Finding, OutputPlan, TableDefinition, TargetColumn } from '../../model/plan.ts'
import { targetType, type TargetType } from './ddl/target-type.ts'
import { quoteQualified } from './quote.ts'

/** A row and its values that are not moved out have to fit into one page of 8 KiB (htup_details.h: MaxHeapTupleSize). */
const maxRowBytes = 8160
const headerBytes = 23
/** What stays in a row of a value that is moved out of it (postgres.h: TOAST_POINTER_SIZE). */
const pointerBytes = 18

/** What a value takes in a row. `least` is of the smallest value, `most` of any, once all that can be is moved out. */
interface Size {
  readonly least: number
  readonly most: number
  readonly alignment: number
}

/**
 * Rows that cannot fit into a page, found out from the types alone: an error where not one row would, a warning where
 * those would not whose columns are full. Such a row is rejected when it comes.
 */
export function rowSizeFindings({ table }: Pick<OutputPlan, 'table'>): readonly Finding[] {
  const own = quoteQualified(table.name)
  const cure = 'Split the table, leave columns out (columns: {NAME: {drop: true}}), or make several of them one.'
  const least = rowBytes(table, 'least')
  if (least > maxRowBytes) {
    const message = `A row of ${own} takes at least ${least} bytes, and PostgreSQL keeps no more than ${maxRowBytes} in a page`
    return [{ level: 'error', code: 'TL_T308', message, cure }]
  }
  const most = rowBytes(table, 'most')
  if (most <= maxRowBytes) return []
  const message = `A row of ${own} whose columns are all full takes ${most} bytes, over the ${maxRowBytes} of a page: it would be rejected`
  return [{ level: 'warning', code: 'TL_T308', message, cure }]
}

/** Of the smallest row there can be, or of one without a NULL whose values are all as large as they get. */
function rowBytes(table: TableDefinition, which: 'least' | 'most'): number {
  const keys = new Set(table.primaryKey?.columns)
  const bound = table.columns.filter((column) => !column.nullable || keys.has(column.name))
  const whole = bytesOf(table, table.columns, which, headerBytes)
  if (which === 'most' || bound.length === table.columns.length) return whole
  // A bit for each column says which of them are NULL.
  return Math.min(whole, bytesOf(table, bound, which, headerBytes + Math.ceil(table.columns.length / 8)))
}

function bytesOf(
  table: TableDefinition,
  columns: readonly TargetColumn[],
  which: 'least' | 'most',
  headBytes: number,
): number {
  let bytes = align(headBytes, 8)
  for (const column of columns) {
    const size = sizeOf(targetType(column.type, table.enumTypes))
    bytes = align(bytes, size.alignment) + size[which]
  }
  return align(bytes, 8)
}

function align(bytes: number, to: number): number {
  return Math.ceil(bytes / to) * to
}

function sizeOf(type: TargetType): Size {
  const [length, scale = 0] = type.args
  switch (type.class) {
    case 'bool':
      return fixed(1, 1)
    case 'int':
      return /big|int8/.test(type.text) ? fixed(8, 8) : /small|int2/.test(type.text) ? fixed(2, 2) : fixed(4, 4)
    case 'float':
      return /real|float4/.test(type.text) ? fixed(4, 4) : fixed(8, 8)
    case 'date':
    case 'enum':
      return fixed(4, 4)
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return fixed(8, 8)
    case 'interval':
      return fixed(16, 8)
    case 'uuid':
      return fixed(16, 1)
    case 'numeric':
      // Four digits in two bytes, whole ones and those of the fraction apart.
      return varying(
        3,
        length === undefined ? undefined : 3 + 2 * (Math.ceil((length - scale) / 4) + Math.ceil(scale / 4)),
      )
    case 'bits':
      return varying(5, 5 + Math.ceil((length ?? 1) / 8))
    case 'text':
    case 'padded text':
      return varying(1, length === undefined ? undefined : 1 + 4 * length)
    case 'inet':
      return varying(7, 19)
    default:
      return varying(1, undefined)
  }
}

function fixed(bytes: number, alignment: number): Size {
  return { least: bytes, most: bytes, alignment }
}

/** A value of a length of its own: moved out of the row where that is shorter. */
function varying(least: number, most: number | undefined): Size {
  return { least, most: Math.min(pointerBytes, most ?? pointerBytes), alignment: 1 }
}
