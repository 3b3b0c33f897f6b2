import type { Batch } from '../batch/batch.ts'
import { pointCell, putText } from '../batch/put-cell.ts'
import { cellAsForm } from '../canonical/cell-as-form.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { DigestForm } from '../model/digest-form.ts'
import { maxInt64TextBytes, putInt64 } from './integer-text.ts'

/**
 * Puts a cell as a server would write it in the form behind all others, as `cellAsForm` tells it. Whole numbers are
 * written without a string: V8 remembers the strings of some thousand numbers, and so makes old garbage of each.
 * @param cells Where the cell lies at [start, start + length)
 * @param place As that of `putCell`
 */
export function putCellAsForm(
  into: Batch,
  frame: number,
  place: number,
  type: CanonicalType,
  form: DigestForm,
  cells: Buffer,
  start: number,
  length: number,
): void {
  if (type.kind !== 'int') return putText(into, frame, place, cellAsForm(type, form, cells, start, length))
  const low = lowBits(cells, start, length, type.signed)
  const high = length === 8 ? cells.readInt32LE(start + 4) : type.signed ? low >> 31 : 0
  if (!type.signed && high < 0) return putText(into, frame, place, cellAsForm(type, form, cells, start, length))
  const at = into.reserve(maxInt64TextBytes)
  const end = putInt64(into.bytes, at, high, low)
  into.used = end
  pointCell(into, frame, place, at, end - at)
}

/** The lower 32 bits of a whole number of so many bytes, with its sign spread over those that it has not. */
function lowBits(cells: Buffer, start: number, length: number, isSigned: boolean): number {
  if (length >= 4) return cells.readInt32LE(start)
  return isSigned ? cells.readIntLE(start, length) : cells.readUIntLE(start, length)
}
