import type { DigestForm } from '../model/digest-form.ts'
import type { QualifiedName, ReferentialAction } from '../model/relation.ts'

/** A table whose shape is asked for, with the forms that its columns are compared in. */
export interface ShapeQuestion {
  readonly table: QualifiedName
  readonly columns: readonly { readonly name: string; readonly form: DigestForm }[]
}

export interface ColumnShape {
  readonly name: string
  readonly nullable: boolean
  readonly generated: boolean
  /** Absent where there is none. `text`: its value in the column's form, where it is the same for every row. */
  readonly default?: { readonly sql: string; readonly text?: string | undefined } | undefined
  /**
   * What the column's sequence gives next, and the largest value that is in the table, in decimal digits: `null` where
   * there is none, or the sequence counts down. `isExhausted`: it has no next one.
   */
  readonly sequence?:
    | { readonly next: string; readonly largest: string | null; readonly isExhausted: boolean }
    | undefined
}

export interface IndexShape {
  readonly name: string
  readonly primary: boolean
  readonly unique: boolean
  /** False: it was not built to its end, and is not used. */
  readonly valid: boolean
  /** Over some of the rows. */
  readonly partial: boolean
  /** `null`: an expression. */
  readonly columns: readonly (string | null)[]
}

export interface ForeignKeyShape {
  readonly name: string
  readonly columns: readonly string[]
  readonly references: QualifiedName
  readonly referencedColumns: readonly string[]
  readonly onUpdate: ReferentialAction
  readonly onDelete: ReferentialAction
  /** Whether it was held against the rows that are there. */
  readonly validated: boolean
}

export interface CheckShape {
  readonly name: string
  /** That it speaks of. */
  readonly columns: readonly string[]
  /** Whether it was held against the rows that are there. */
  readonly validated: boolean
  /** False: it is there, and nothing is held against it. */
  readonly enforced: boolean
}

/** What a table is like besides its rows. */
export interface TableShape {
  readonly name: QualifiedName
  readonly columns: readonly ColumnShape[]
  readonly indexes: readonly IndexShape[]
  readonly foreignKeys: readonly ForeignKeyShape[]
  readonly checks: readonly CheckShape[]
}
