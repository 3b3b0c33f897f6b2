import type { DigestForm } from './digest-form.ts'
import type { ReadPlan, ValueFault } from './plan.ts'
import type { QualifiedName } from './relation.ts'
import type { TablePart, TableRest } from './table-part.ts'

export interface OrphanQuestion {
  readonly constraint: string
  readonly columns: readonly string[]
  readonly references: QualifiedName
  readonly referencedColumns: readonly string[]
  /** Only such rows of `references` are parents; absent: all are. */
  readonly parents?: TablePart | undefined
  /**
   * Those of `columns` whose texts find a parent of the very same characters only, in a second count: a collation finds
   * `ABC` for `abc`. Absent: there is no second count.
   */
  readonly byBytes?: readonly string[] | undefined
}

/** What is asked of a column's values. `Type`: a source's own, or, at a target, the text that it prints of it. */
export interface MeasureQuestion<Type> {
  readonly column: string
  readonly type: Type
  readonly form: DigestForm
  /** Faulty values that are taken for NULL; each fault is counted. */
  readonly faults: readonly ValueFault[]
  /** Whether the least and the largest value are asked for, and of numbers the sum. */
  readonly range: boolean
}

/** What the counting validation asks of one table, on either side. */
export interface CountQuestion<Type = never> {
  readonly table: QualifiedName
  /** The rows that are asked about; absent: all of them. */
  readonly part?: TablePart | TableRest | undefined
  readonly columns: readonly string[]
  readonly orphans: readonly OrphanQuestion[]
  readonly measures?: readonly MeasureQuestion<Type>[] | undefined
  /** Columns whose values together ought to be there once. */
  readonly keys?: readonly (readonly string[])[] | undefined
  /** As the table is read, where that leaves rows out: they are counted besides. */
  readonly read?: ReadPlan | undefined
}

/** Texts of the form that was asked for; `null` where there is no value. */
export interface RangeAnswer {
  readonly min: string | null
  readonly max: string | null
  /** Exact to the last digit; absent where the engine cannot add the values so. */
  readonly sum?: string | null | undefined
}

export interface MeasureAnswer {
  /** Values with each of the faults, in the order of the question; undefined where the engine cannot tell. */
  readonly faults: readonly (number | undefined)[]
  readonly range?: RangeAnswer | undefined
}

/** `measures` and the like are absent where they were not asked for, or this kind of end cannot tell. */
export interface CountAnswer {
  readonly table: QualifiedName
  readonly rows: number
  /** Of those, the rows that reading the table as asked leaves out. */
  readonly leftOut?: number | undefined
  /** In the order of the question's columns. */
  readonly nulls: readonly number[]
  /** Rows whose non-NULL key has no parent, as the engine itself compares. In the order of the question. */
  readonly orphans: readonly number[]
  /** The same with `byBytes`, where the question has it. */
  readonly orphansByBytes?: readonly (number | undefined)[] | undefined
  readonly measures?: readonly MeasureAnswer[] | undefined
  /** Values of each key that are there more than once, as the engine itself compares. With a NULL in it none is. */
  readonly duplicates?: readonly number[] | undefined
}
