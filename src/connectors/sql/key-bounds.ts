import { TransloadError } from '../../errors/transload-error.ts'
import type { RowKey } from '../../model/loss.ts'
import { isPlainObject, type Plain } from '../../model/plain.ts'
import { keyAfter, type KeyComparison, keyUpTo } from './keyset.ts'

/** The values of a key in the order of its columns, as the engine spells them. */
export type KeyValues = readonly string[]

/**
 * What a split holds, as it is stored: the rows after one key up to and with another, either of which may be absent; or
 * the rows of single keys, in canonical text; or, without a key, everything.
 */
export type SplitBounds =
  | { readonly after?: KeyValues | undefined; readonly upTo?: KeyValues | undefined }
  | { readonly keys: readonly RowKey[] }

/** @throws TL_K504 */
export function parseBounds(bounds: Plain): SplitBounds {
  if (isPlainObject(bounds)) {
    const { after, upTo, keys } = bounds
    if (Array.isArray(keys)) return { keys: keys.map(parseRowKey) }
    if (isOptionalKey(after) && isOptionalKey(upTo)) return { after, upTo }
  }
  throw unreadable(bounds)
}

/** @throws TL_K504 */
export function parseKeyValues(values: Plain): KeyValues {
  if (isKey(values)) return values
  throw unreadable(values)
}

/** The condition of a range between two keys, or undefined where it is the whole table. */
export function rangeCondition(
  after: readonly KeyComparison[] | undefined,
  upTo: readonly KeyComparison[] | undefined,
): string | undefined {
  const parts: string[] = []
  if (after !== undefined) parts.push(`(${keyAfter(after)})`)
  if (upTo !== undefined) parts.push(`(${keyUpTo(upTo)})`)
  return parts.length === 0 ? undefined : parts.join(' AND ')
}

export function unreadable(value: Plain): TransloadError {
  return new TransloadError('TL_K504', { reason: `${JSON.stringify(value).slice(0, 100)} is no place in a table` })
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

function isOptionalKey(value: Plain | undefined): value is KeyValues | undefined {
  return value === undefined || isKey(value)
}

function isKey(value: Plain): value is KeyValues {
  return Array.isArray(value) && value.length > 0 && value.every((part) => typeof part === 'string')
}
