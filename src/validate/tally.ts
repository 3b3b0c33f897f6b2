/** What went by of one end; all of it, unless the comparison was stopped. */
export interface Seen {
  readonly rows: number
  /** By column. */
  readonly nulls: ArrayLike<number>
}

/** The same, plain. */
export interface SeenRows {
  readonly rows: number
  readonly nulls: readonly number[]
}

/** Adds up what went by. */
export class Tally {
  rows = 0
  readonly nulls: number[]

  constructor(columnCount: number) {
    this.nulls = Array.from({ length: columnCount }, () => 0)
  }

  add({ rows, nulls }: Seen): void {
    this.rows += rows
    for (let column = 0; column < this.nulls.length; column++) this.nulls[column]! += nulls[column] ?? 0
  }
}
