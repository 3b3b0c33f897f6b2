import { TransloadError } from '../../../errors/transload-error.ts'
import type { RowKey } from '../../../model/loss.ts'
import type { Cursor } from '../../../model/plain.ts'
import type { ReadColumn, ReadPlan, Split } from '../../../model/plan.ts'
import { quoteLiteral, quoteName, quoteQualified } from '../quote.ts'
import { type ColumnWay, columnWay } from './decode/column-way.ts'
import { parseBounds, parseKeyValues } from '../../sql/key-bounds.ts'
import { SplitKey } from './split-key.ts'

/** The statement that reads a split, and what its fields are. */
export interface SplitQuery {
  readonly sql: string
  /** By column of the plan. */
  readonly ways: readonly ColumnWay[]
  /** Absent: rows come in no order, and there are no cursors. */
  readonly key: SplitKey | undefined
}

/** The rows of a split after `from`, in the order of the key. @throws TL_C105 where a column cannot be read */
export function splitQuery(read: ReadPlan, split: Split, from: Cursor | undefined, isUtf8: boolean): SplitQuery {
  const key = split.atomic ? undefined : SplitKey.of(read, isUtf8)
  if (key === undefined && !split.atomic) {
    throw new TransloadError('TL_K504', { reason: `the split ${split.id} has no cursors` })
  }
  const ways = read.columns.map((column) => columnWay(column, isUtf8))
  const fields = read.columns.map(({ name }, place) => ways[place]!.select(`t.${quoteName(name)}`))
  const bounds = parseBounds(split.bounds)
  const conditions = 'keys' in bounds ? [keysCondition(read, bounds.keys)] : []
  // An atomic split is read whole, whatever it is asked.
  if (key !== undefined) {
    const range = 'keys' in bounds ? {} : bounds
    const after = from === undefined ? range.after : parseKeyValues(from)
    const condition = key.rangeCondition('t', after, range.upTo)
    if (condition !== undefined) conditions.push(condition)
  }
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  // A name alone would be that of the field, which may be another type's.
  const order = key === undefined ? '' : ` ORDER BY ${key.names('t').join(', ')}`
  const select = `SELECT ${fields.join(', ')} FROM ${quoteQualified(read.table)} AS t${where}${order}`
  return { sql: `COPY (${select}) TO STDOUT (FORMAT binary)`, ways, key }
}

/** The rows with these keys, whose values are canonical text: the few rows that are read again by name. */
function keysCondition(read: ReadPlan, keys: readonly RowKey[]): string {
  const rows = keys.map((key) => {
    const parts = Object.entries(key).map(([name, text]) => {
      const column = read.columns.find((candidate) => candidate.name === name)
      if (column === undefined) throw new TransloadError('TL_K504', { reason: `${read.dataset} has no column ${name}` })
      return text === null ? `t.${quoteName(name)} IS NULL` : equalSql(column, text)
    })
    return parts.length === 0 ? 'false' : `(${parts.join(' AND ')})`
  })
  return rows.length === 0 ? 'false' : `(${rows.join(' OR ')})`
}

/** Types that have an equality without looking for it in other schemas, and whose constants are canonical text. */
const comparable: ReadonlySet<string> = new Set(
  [
    'bool int2 int4 int8 oid numeric float4 float8 text varchar bpchar name enum',
    'date time timestamp timestamptz interval uuid bit varbit inet cidr',
  ].flatMap((names) => names.split(' ')),
)

function equalSql({ name, native, type }: ReadColumn, text: string): string {
  const column = `t.${quoteName(name)}`
  // The server knows no sign in front of a whole duration.
  if (native.name === 'interval' && text.startsWith('-P')) {
    return `${column} = -${quoteLiteral(text.slice(1))}::pg_catalog.interval`
  }
  if (native.name === 'bytea') return `${column} = ${quoteLiteral(`\\x${text}`)}`
  const isNative = type.kind !== 'bytes' && comparable.has(native.name)
  return isNative ? `${column} = ${quoteLiteral(text)}` : `${column}::pg_catalog.text = ${quoteLiteral(text)}`
}
