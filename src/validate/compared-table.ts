import type { ContentColumn, DocumentDifference, TimeCut } from '../contract/contents.ts'
import type { KeyMaps } from '../contract/key-maps.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import type { DigestForm } from '../model/digest-form.ts'
import type { Plain } from '../model/plain.ts'
import type { ReadPlan, ValuePolicies } from '../model/plan.ts'
import type { NativeType, QualifiedName } from '../model/relation.ts'
import type { TablePart } from '../model/table-part.ts'
import type { BoundStages } from '../transform/bind-stages.ts'
import type { Shape, ShapeColumn } from '../transform/shape.ts'

/** What a comparison of a column proves. */
export type Strength = 'exact' | 'normalised' | 'weak' | 'skipped'

export interface ComparedColumn {
  readonly from: string
  readonly to: string
  readonly sourceType: NativeType
  /** As the target prints it. */
  readonly targetType: string
  /** As a run reads it, which may hold less than the target's type; absent: nobody knows. */
  readonly readType?: CanonicalType | undefined
  readonly form: DigestForm
  readonly strength: Strength
  /** Why it is not `exact`, for people. */
  readonly reason?: string | undefined
  /** What a run does with values that the target cannot hold: a loss that was declared is no difference. */
  readonly policies: ValuePolicies
  /** What a run cuts off times; absent: nothing. */
  readonly cut?: TimeCut | undefined
  /** A stage made it or may change its values: the source has it only once its rows have gone through the stages. */
  readonly isStaged?: boolean | undefined
  /** A stage made it: a column of the source that has its name is another. */
  readonly isMade?: boolean | undefined
  /** Columns of the source that its values hang on; absent: its own alone. */
  readonly madeOf?: readonly string[] | undefined
  /** Where two of its values differ, which are too large to be shown; undefined where they do not. Absent: they are shown. */
  readonly whereOf?: ((source: Buffer, target: Buffer) => DocumentDifference | undefined) | undefined
}

/** Whether the source tells rows by the values that are compared. */
export function isKeyable({ isStaged, sourceType }: ComparedColumn): boolean {
  return isStaged !== true && sourceType.readAs === undefined
}

/** Whether a policy may make one of the column's values NULL. */
export function mayBecomeNull({ policies }: ComparedColumn): boolean {
  return Object.values(policies).some((policy) => policy?.do === 'null')
}

export interface SkippedColumn {
  readonly from: string
  readonly to: string
  readonly reason: string
  /** One end does not have it at all. */
  readonly isMissing: boolean
}

/** Two tables that ought to hold the same, and how that is found out. */
export interface ComparedTable {
  readonly from: string
  readonly to: string
  readonly source: QualifiedName
  readonly target: QualifiedName
  /** The rows of the target's table that are its own; absent: all of them. */
  readonly part?: TablePart | undefined
  readonly columns: readonly ComparedColumn[]
  readonly skipped: readonly SkippedColumn[]
  /** Places of `columns` that tell a row from another; empty: the rows are a multiset. */
  readonly key: readonly number[]
  /** Whether both ends order the key alike, and it is there to be read in order. */
  readonly isOrdered: boolean
  /** The source's index of that order. */
  readonly index?: string | undefined
  /** Rows that only the target has are not looked for: others write to the table too. */
  readonly ignoresExtra: boolean
  /** Of a collection: how a run reads it. */
  readonly read?: ReadPlan | undefined
  /** What the source's rows go through before they are compared; absent: nothing. */
  readonly staging?: Staging | undefined
  /** Stages make its rows out of those of another: the source has no such table to be counted, or like it. */
  readonly isMade?: boolean | undefined
  /** Its rows are whole documents. */
  readonly rebuilt?: RebuiltCounts | undefined
}

/** Documents, the last time that all of them were made again of the target's rows. */
export interface RebuiltCounts {
  documents: number
  /** Those of which `$original` has the bytes: their other columns tell less. */
  originals: number
}

/** A column that is read at the source for the stages of its table. */
export interface StagedRead extends ContentColumn<NativeType> {
  readonly canonical: CanonicalType
  readonly nullable: boolean
  readonly policies: ValuePolicies
}

/** The stages that a run takes the rows of a table through. */
export interface Staging {
  readonly read: readonly StagedRead[]
  /** As the pipeline writes them: what is gone on with is of the same ones. */
  readonly configs: readonly Plain[]
  readonly stages: BoundStages
  /** What they look up. */
  readonly maps: KeyMaps
  /** Of the rows that are compared, which may be those of a table of their own. */
  readonly shape: Shape
  /** Whether a row of the source, by the texts of what is read, went nowhere: what stages would make of it is not there. */
  readonly leavesOut?: ((textOf: (slot: number) => string | null) => boolean) | undefined
  /** Rows of the source, the last time that all of them were read, that stages left out. */
  readonly left: { filtered: number; refused: number }
  /** By column of the table: its own in the shape that the stages leave. */
  readonly columns: readonly ShapeColumn[]
}
