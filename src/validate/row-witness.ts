import type { RowPlace } from './row-stream.ts'

/** Is told of every row that differs, as it was read at each end. No row is its own to keep. */
export interface RowWitness {
  /** @param copies How many such rows the source has: of the key, or, without one, of all values */
  missing(source: RowPlace, copies: number): void
  /** @param copies How many such rows the source has, none of which is this one */
  extra(target: RowPlace, copies: number): void
  /** @param slots Columns that differ by more than what the mapping declares */
  changed(source: RowPlace, target: RowPlace, slots: readonly number[]): void
}
