import { type Cursor, isPlainObject } from '../../model/plain.ts'
import { type KeyValues, parseKeyValues, rangeCondition, unreadable } from '../sql/key-bounds.ts'
import type { KeyColumn } from './key-column.ts'

/** The place after the last row of a split, where that row's key cannot be written as a literal. */
export const endCursor = { end: true } as const

/** Undefined: nothing is left to read. @throws TL_K504 */
export function parseCursor(cursor: Cursor): KeyValues | undefined {
  return isPlainObject(cursor) && cursor['end'] === true ? undefined : parseKeyValues(cursor)
}

/** The condition of a range, or undefined where it is the whole table. */
export function keyRange(
  key: readonly KeyColumn[],
  after: KeyValues | undefined,
  upTo: KeyValues | undefined,
): string | undefined {
  return rangeCondition(after && compareAll(key, after), upTo && compareAll(key, upTo))
}

export function compareAll(key: readonly KeyColumn[], values: KeyValues): ReturnType<KeyColumn['compare']>[] {
  if (values.length > key.length) throw unreadable(values)
  return values.map((value, i) => key[i]!.compare(value))
}
