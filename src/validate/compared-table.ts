import type { DigestForm } from '../model/digest-form.ts'
import type { ValuePolicies } from '../model/plan.ts'
import type { NativeType, QualifiedName } from '../model/relation.ts'

/** What a comparison of a column proves. */
export type Strength = 'exact' | 'normalised' | 'weak' | 'skipped'

export interface ComparedColumn {
  readonly from: string
  readonly to: string
  readonly sourceType: NativeType
  /** As the target prints it. */
  readonly targetType: string
  readonly form: DigestForm
  readonly strength: Strength
  /** Why it is not `exact`, for people. */
  readonly reason?: string | undefined
  /** What a run does with values that the target cannot hold: a loss that was declared is no difference. */
  readonly policies: ValuePolicies
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
}
