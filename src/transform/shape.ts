import type { Column } from '../batch/layout.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { DeclaredLoss } from '../model/plan.ts'

/** A column as a stage finds it. */
export interface ShapeColumn {
  /** As stages and their messages call it: the source's name, until a stage gives it another. */
  readonly name: string
  /** Of the frame that stages work on. */
  readonly slot: number
  readonly type: CanonicalType
  readonly nullable: boolean
  /** The source's column that it stands for, whose keys, indexes and default it has. Absent: a stage made it. */
  readonly source?: string | undefined
  /** Stages that made it or may change its values, in their order; none: it is as it was read. */
  readonly changedBy: readonly string[]
  /** Columns of the source that its values hang on. */
  readonly madeOf: readonly string[]
  /** Whether a stage has given it its name: the target's rule for names leaves it alone. */
  readonly isNamed: boolean
  /** What stages may change of its values beside what they are for; absent: nothing. */
  readonly losses?: readonly DeclaredLoss[] | undefined
}

/** The frame that stages begin with: frame 0 keeps the rows as they were read. */
export const workFrame = 1

/** The columns of a dataset's rows between two stages. */
export interface Shape {
  /** Of the batch: the one that the rows are in. */
  readonly frame: number
  readonly columns: readonly ShapeColumn[]
  /** Slots of the columns that tell a row from another, where a stage has made rows of which the source's key says nothing. */
  readonly key?: readonly number[] | undefined
  /** Every slot there is: what the source fills, then what stages have added. A column that is gone keeps its own. */
  readonly slots: readonly Column[]
}

/** What the source reads, before any stage. */
export function shapeOf(read: readonly Column[]): Shape {
  return {
    frame: workFrame,
    slots: read,
    columns: read.map(({ name, type, nullable }, slot) => ({
      name,
      slot,
      type,
      nullable,
      source: name,
      changedBy: [],
      madeOf: [name],
      isNamed: false,
    })),
  }
}

/** A column that a stage makes, behind the others: none has its name. @param from What it is made of */
export function withColumn(
  shape: Shape,
  made: { readonly name: string; readonly type: CanonicalType; readonly nullable: boolean },
  stage: string,
  from: readonly ShapeColumn[],
): { readonly shape: Shape; readonly column: ShapeColumn } {
  const madeOf = [...new Set(from.flatMap((one) => one.madeOf))]
  const column: ShapeColumn = { ...made, slot: shape.slots.length, changedBy: [stage], madeOf, isNamed: true }
  return { shape: { ...shape, columns: [...shape.columns, column], slots: [...shape.slots, made] }, column }
}

/**
 * A column whose values a stage changes, `by` others where they have to do with it. Where the type stays, so does the slot: the rows of frame 0 keep what was read.
 */
export function withChanged(
  shape: Shape,
  column: ShapeColumn,
  change: {
    readonly type?: CanonicalType | undefined
    readonly nullable?: boolean | undefined
    readonly losses?: readonly DeclaredLoss[] | undefined
  },
  stage: string,
  by: readonly ShapeColumn[] = [],
): { readonly shape: Shape; readonly column: ShapeColumn } {
  const { type = column.type, nullable = column.nullable } = change
  const changed: ShapeColumn = {
    ...column,
    type,
    nullable,
    slot: change.type === undefined ? column.slot : shape.slots.length,
    changedBy: [...column.changedBy, stage],
    madeOf: [...new Set([column, ...by].flatMap((one) => one.madeOf))],
    ...(change.losses === undefined ? {} : { losses: [...(column.losses ?? []), ...change.losses] }),
  }
  const slots = change.type === undefined ? shape.slots : [...shape.slots, { name: column.name, type, nullable }]
  const columns = shape.columns.map((one) => (one === column ? changed : one))
  return { shape: { ...shape, columns, slots }, column: changed }
}

/** Rows that a stage makes out of others, in a frame of their own. */
export function shapeOfMade(frame: number, columns: readonly Omit<ShapeColumn, 'slot'>[]): Shape {
  return {
    frame,
    columns: columns.map((column, slot) => ({ ...column, slot })),
    slots: columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
  }
}
