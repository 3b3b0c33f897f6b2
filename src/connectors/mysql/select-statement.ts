import { TransloadError } from '../../errors/transload-error.ts'
import type { Cursor } from '../../model/plain.ts'
import type { ReadPlan, Split } from '../../model/plan.ts'
import { parseBounds } from '../sql/key-bounds.ts'
import { keyRange, parseCursor } from './bounds.ts'
import { KeyColumn } from './key-column.ts'
import { keyListCondition } from './key-list.ts'
import { quoteName, quoteQualified } from './quote.ts'

/** The statement that reads a split, and what its fields are. */
export interface SplitQuery {
  /** Undefined: the cursor stands at the split's end, and nothing is left. */
  readonly sql: string | undefined
  /** Undefined: the rows come in no order, and there are no cursors. */
  readonly key: readonly KeyColumn[] | undefined
  /** Columns whose ordinals follow the plan's columns as extra fields. */
  readonly ordinals: readonly string[]
}

/** The key of a plan, where it can be split by. */
export function splitKey(read: ReadPlan): readonly KeyColumn[] | undefined {
  return read.key === undefined ? undefined : KeyColumn.ofKey(read.columns, read.key.columns)
}

/**
 * The rows of a split after `from`, in the order of the key's index.
 *
 * @param where SQL: other rows are left out, but of single keys
 */
export function splitQuery(read: ReadPlan, split: Split, from: Cursor | undefined, where?: string): SplitQuery {
  const key = split.atomic ? undefined : splitKey(read)
  if (key === undefined && from !== undefined) {
    throw new TransloadError('TL_K504', { reason: `the split ${split.id} has no cursors` })
  }
  const ordinals = read.columns.filter((column) => needsOrdinal(column, key)).map(({ name }) => name)
  const bounds = parseBounds(split.bounds)
  let after = 'after' in bounds ? bounds.after : undefined
  if (from !== undefined) {
    after = parseCursor(from)
    if (after === undefined) return { sql: undefined, key, ordinals }
  }
  const conditions: string[] = []
  if ('keys' in bounds) conditions.push(keyListCondition(read, bounds.keys))
  else if (where !== undefined) conditions.push(where)
  if (key !== undefined) {
    const range = keyRange(key, after, 'upTo' in bounds ? bounds.upTo : undefined)
    if (range !== undefined) conditions.push(range)
  }
  const fields = [
    ...read.columns.map(({ name }) => quoteName(name)),
    ...ordinals.map((name) => `CAST(${quoteName(name)} AS UNSIGNED)`),
  ]
  const all = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  const order = key === undefined ? '' : ` ORDER BY ${key.map(({ name }) => quoteName(name)).join(', ')}`
  return { sql: `SELECT ${fields.join(', ')} FROM ${fromIndex(read, key)}${all}${order}`, key, ordinals }
}

/** The table, read through the key's index where there is one: in its order, and never by sorting. */
export function fromIndex(
  read: ReadPlan,
  key: readonly KeyColumn[] | undefined,
  hint: 'FORCE' | 'USE' = 'FORCE',
): string {
  const table = quoteQualified(read.table)
  return key === undefined || read.key === undefined ? table : `${table} ${hint} INDEX (${quoteName(read.key.index)})`
}

/** An ENUM that has the label '' besides the index 0, which reads the same; and keys that are compared by ordinal. */
function needsOrdinal(column: ReadPlan['columns'][number], key: readonly KeyColumn[] | undefined): boolean {
  if (column.native.name === 'enum' && column.native.labels?.includes('') === true) return true
  return key?.some(({ name, byOrdinal }) => byOrdinal && name === column.name) === true
}
