/**
 * What became of a source row. Every row that was read ends as exactly one of the five outcomes, and per dataset they
 * add up to the rows read.
 */
export const fate = {
  live: 0,
  written: 1,
  /** Folded into another row by key. */
  merged: 2,
  filtered: 3,
  rejected: 4,
  /** Its key was read, but its values were gone when they were fetched. */
  vanished: 5,
} as const

/** Rows by outcome. `read = written + merged + filtered + rejected + vanished`, or the run is red. */
export interface FateCounts {
  readonly read: number
  readonly written: number
  readonly merged: number
  readonly filtered: number
  readonly rejected: number
  readonly vanished: number
}
