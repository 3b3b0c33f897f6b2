import { TransloadError } from '../../errors/transload-error.ts'
import type { RowKey } from '../../model/loss.ts'
import type { Cursor, Plain } from '../../model/plain.ts'
import { keyAfter, keyUpTo } from '../sql/keyset.ts'
import type { KeyColumn } from './key-column.ts'

/** The values of a key, in the order of its columns; see {@link KeyColumn} for their spelling. */
export type KeyValues = readonly string[]

/**
 * What a split holds, as it is stored: the rows after one key up to and with another, either of which may be absent; or
 * the rows of single keys; or, without a key, everything.
 */
export type SplitBounds =
  | { readonly after?: KeyValues | undefined; readonly upTo?: KeyValues | undefined }
  | { readonly keys: readonly RowKey[] }

/** The place after the last row of a split, where that row's key cannot be written as a literal. */
export const endCursor = { end: true } as const

/** @throws TL_K504 */
export function parseBounds(bounds: Plain): SplitBounds {
  if (isPlainObject(bounds)) {
    const { after, upTo, keys } = bounds
    if (Array.isArray(keys)) return { keys: keys.map(parseRowKey) }
    if (isOptionalKey(after) && isOptionalKey(upTo)) return { after, upTo }
  }
  throw unreadable(bounds)
}

/** Undefined: nothing is left to read. @throws TL_K504 */
export function parseCursor(cursor: Cursor): KeyValues | undefined {
  if (isPlainObject(cursor) && cursor['end'] === true) return undefined
  if (isKey(cursor)) return cursor
  throw unreadable(cursor)
}

/** The condition of a range, or undefined where it is the whole table. */
export function rangeCondition(
  key: readonly KeyColumn[],
  after: KeyValues | undefined,
  upTo: KeyValues | undefined,
): string | undefined {
  const parts: string[] = []
  if (after !== undefined) parts.push(`(${keyAfter(compareAll(key, after))})`)
  if (upTo !== undefined) parts.push(`(${keyUpTo(compareAll(key, upTo))})`)
  return parts.length === 0 ? undefined : parts.join(' AND ')
}

export function compareAll(key: readonly KeyColumn[], values: KeyValues): ReturnType<KeyColumn['compare']>[] {
  if (values.length > key.length) throw unreadable(values)
  return values.map((value, i) => key[i]!.compare(value))
}

function parseRowKey(key: Plain): RowKey {
  if (!isPlainObject(key)) throw unreadable(key)
  const parsed: Record<string, string | null> = {}
  for (const [name, value] of Object.entries(key)) {
    if (value !== null && typeof value !== 'string') throw unreadable(key)
    parsed[name] = value
  }
  return parsed
}

function isPlainObject(value: Plain): value is { readonly [key: string]: Plain | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOptionalKey(value: Plain | undefined): value is KeyValues | undefined {
  return value === undefined || isKey(value)
}

function isKey(value: Plain): value is KeyValues {
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string')
}

function unreadable(value: Plain): TransloadError {
  return new TransloadError('TL_K504', { reason: `${JSON.stringify(value).slice(0, 100)} is no place in a table` })
}
