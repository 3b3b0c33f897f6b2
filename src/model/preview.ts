import type { Plan } from './plan.ts'

/** Canonical text of a value; `cut`: there is more of it. Null stands for NULL, `hidden` for what nobody is to see. */
export type PreviewValue = null | { readonly text: string; readonly cut?: true | undefined } | { readonly hidden: true }

export type PreviewValues = { readonly [column: string]: PreviewValue }

/** One row, as it was read and as it would be written. */
export interface PreviewRow {
  /** Its number among the rows that were read, from 1. */
  readonly row: number
  readonly before: PreviewValues
  /** What would be written of it, those of the dataset's own table first. Target columns by their names there. */
  readonly after: readonly { readonly to: string; readonly values: PreviewValues }[]
  /** Rows of it that would be written besides those that `after` has. */
  readonly moreAfter: number
  readonly outcome: 'written' | 'filtered' | 'rejected'
  /** Where it was filtered or rejected: `read`, or the stage; `clean #2` is the second of that name. Absent: not known. */
  readonly stage?: string | undefined
  /** Of a rejected row: the column that it is rejected for. */
  readonly column?: string | undefined
  /** Of a rejected row: a `TL_…` code. */
  readonly code?: string | undefined
  /** Of a rejected row; absent where it might tell a value that nobody is to see. */
  readonly reason?: string | undefined
  /** Rules that changed a value of a row that is written. */
  readonly losses: readonly { readonly column: string; readonly rule: string }[]
}

/** What would become of the rows of one dataset that were read, and some of them. */
export interface DatasetPreview {
  readonly from: string
  readonly to: string
  /** Rows that were read, from the dataset's first one on. */
  readonly read: number
  /** Whether the dataset has no others. */
  readonly isWhole: boolean
  readonly written: number
  readonly filtered: number
  readonly rejected: number
  /** Of all rows that were read and would be written. */
  readonly losses: readonly { readonly column: string; readonly rule: string; readonly count: number }[]
  readonly rows: readonly PreviewRow[]
}

/** What a run would make of some rows. The target has not seen them: what it may refuse itself is not known. */
export interface Preview {
  /** Rows of each dataset that were asked for, at the most. */
  readonly rowCount: number
  readonly datasets: readonly DatasetPreview[]
}

/** A plan with what it would make of some rows, where that was asked for. */
export type PreviewedPlan = Plan & { readonly preview?: Preview | undefined }
