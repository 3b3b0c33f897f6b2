import type { BsonBuilder } from '../../../../format/bson/bson-builder.ts'

/**
 * Puts a cell as the value of the element that was added last, and says what it is. Returns why it cannot: the document
 * is given up then.
 *
 * @param bytes The batch's, in which the cell lies at [start, start + length); `view` is over all of them
 */
export type PutCell = (
  to: BsonBuilder,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  length: number,
) => string | undefined

export interface CellEncoder {
  readonly put: PutCell
  /** What may become less of a value, counted by row. Absent: nothing. */
  readonly loss?: { readonly rule: string; readonly isLost: (view: DataView, start: number) => boolean } | undefined
}

export type EncoderChoice = CellEncoder | { readonly refused: string }

export function isEncoder(choice: EncoderChoice): choice is CellEncoder {
  return 'put' in choice
}
