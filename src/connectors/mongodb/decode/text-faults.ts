import type { DocumentNotes } from './document-notes.ts'
import { showValue } from './document-notes.ts'

/** In place of a JSON text's length. */
export const noText = {
  /** By a policy. */
  null: -1,
  invalidText: -2,
  nul: -3,
} as const

/** Rejects the row for a value whose text cannot be JSON by the policies of its column. */
export function rejectText(
  notes: DocumentNotes,
  found: number,
  column: string,
  type: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): void {
  const original = showValue(type, bytes, start, end)
  if (found === noText.nul) notes.reject(column, 'TL_D408', '\\u0000 in the JSON text', original)
  else notes.reject(column, 'TL_D404', 'bytes that are no UTF-8', original)
}
