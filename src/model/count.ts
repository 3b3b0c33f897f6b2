import type { QualifiedName } from './relation.ts'

export interface OrphanQuestion {
  readonly constraint: string
  readonly columns: readonly string[]
  readonly references: QualifiedName
  readonly referencedColumns: readonly string[]
}

/** What the counting validation asks of one table, on either side. */
export interface CountQuestion {
  readonly table: QualifiedName
  readonly columns: readonly string[]
  readonly orphans: readonly OrphanQuestion[]
}

export interface CountAnswer {
  readonly table: QualifiedName
  readonly rows: number
  /** In the order of the question's columns. */
  readonly nulls: readonly number[]
  /** Rows whose non-NULL key has no parent, as the engine itself compares. In the order of the question. */
  readonly orphans: readonly number[]
}
