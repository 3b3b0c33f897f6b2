import type { CanonicalType } from '../model/canonical-type.ts'

export interface Column {
  readonly name: string
  readonly type: CanonicalType
  readonly nullable: boolean
}

/**
 * Slots of a dataset's rows: what the source fills, then what stages add. Rename, drop, keep and reorder move no byte:
 * they choose which slots the sink reads.
 */
export interface Layout {
  readonly dataset: string
  readonly columns: readonly Column[]
  /** Slots that tell a row from another in reports. */
  readonly identify: readonly number[]
  /** Columns of frame 0 whose values stand in nothing that is kept or told of a row; absent: none. */
  readonly hidden?: readonly string[] | undefined
}

/** Length of a cell that is NULL. */
export const nullLength = -1
