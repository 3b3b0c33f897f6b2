/** A value of the column that tells apart the rows of a table which is filled from several. */
export type PartValue = string | number | boolean

/** Rows of a table that is filled from several: those that have a value in the column that tells them apart. */
export interface TablePart {
  /** As the target calls it. */
  readonly column: string
  readonly value: PartValue
}

/** Rows of such a table that are of none of these. */
export interface TableRest {
  readonly column: string
  readonly noneOf: readonly PartValue[]
}
