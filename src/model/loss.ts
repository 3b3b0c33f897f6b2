/** Values that one rule changed in one column: declared by the plan, counted by the decoder. */
export interface LossCount {
  readonly column: string
  readonly rule: string
  readonly count: number
  /** Keys of the first rows, in canonical text. At most {@link maxSampleKeys}. */
  readonly sampleKeys: readonly RowKey[]
  /** Where the first and the last of the rows stand, in the order of splits; absent where an earlier version counted. */
  readonly first?: RowPlace | undefined
  readonly last?: RowPlace | undefined
}

/** A row by its number in its split, from 0. */
export interface RowPlace {
  readonly split: string
  readonly position: number
}

/** Counts of one column and rule as one; `before` is of the same split, or of an earlier one. */
export function addLosses(before: LossCount, after: LossCount): LossCount {
  const places = [before.first, before.last, after.first, after.last].filter((place) => place !== undefined)
  const [first, last] = [places[0], places.at(-1)]
  return {
    column: after.column,
    rule: after.rule,
    count: before.count + after.count,
    sampleKeys: [...before.sampleKeys, ...after.sampleKeys].slice(0, maxSampleKeys),
    first: first && { ...first, position: Math.min(...positionsIn(first.split, places)) },
    last: last && { ...last, position: Math.max(...positionsIn(last.split, places)) },
  }
}

/** A replay comes back to rows of a split that were passed by. */
function positionsIn(split: string, places: readonly RowPlace[]): number[] {
  return places.flatMap((place) => (place.split === split ? [place.position] : []))
}

/** Column names and canonical text of the key's values; `null` for NULL. */
export type RowKey = { readonly [column: string]: string | null }

/** Whether the row can be found by it. */
export function isWholeKey(key: RowKey): boolean {
  const values = Object.values(key)
  return values.length > 0 && !values.includes(null)
}

export const maxSampleKeys = 5

/** A value without loss: text where it is valid UTF-8, else base64 of its bytes. */
export type EncodedValue = null | { readonly text: string } | { readonly base64: string }

/** A value, or in its place a hash that says nothing of it, such as `hmac:0123456789abcdef`. */
export type ShownValue = EncodedValue | { readonly masked: string }

/** A row that did not go over. Keyed by run, dataset, split and position. */
export interface RejectedRow {
  readonly dataset: string
  readonly split: string
  /** The row's number in its split, from 0. */
  readonly position: number
  readonly stage: 'read' | 'transform' | 'write' | 'target'
  readonly column?: string | undefined
  /** A `TL_…` code. */
  readonly code: string
  readonly reason: string
  readonly key: RowKey
  /** Every column as the source gave it, in canonical text but for those in `printed`; a value over 16 MiB is left out. */
  readonly row: { readonly [column: string]: EncodedValue }
  /** Columns that could not be read as they are, or that a declared loss has changed: as the source itself prints them. */
  readonly printed?: readonly string[] | undefined
}
