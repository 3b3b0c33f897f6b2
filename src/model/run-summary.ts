import type { CheckStates } from './check.ts'
import type { RangeAnswer } from './count.ts'
import type { LossCount, RowKey, ShownValue } from './loss.ts'
import type { NotCarried, Warning } from './plan.ts'
import type { ConsistencyLevel } from './run-state.ts'
import type { PartValue } from './table-part.ts'

/** Seconds of wall time. */
export interface RunPhases {
  readonly plan: number
  readonly prepare: number
  readonly copy: number
  readonly finish: number
  readonly validate: number
}

export interface DatasetSummary {
  readonly from: string
  readonly read: number
  readonly written: number
  readonly merged: number
  readonly filtered: number
  readonly rejected: number
  readonly vanished: number
  /** Of cells. */
  readonly bytes: number
  readonly seconds: number
  readonly outputs: readonly { readonly to: string; readonly written: number; readonly rejected: number }[]
  readonly losses: readonly LossCount[]
  /** Rows that were rejected first and came to another end in a replay; absent: none. They are counted by that end. */
  readonly replayed?: number | undefined
}

export interface NotValidated {
  readonly kind: string
  readonly name: string
  readonly reason: string
}

/** What `--json` of `run` prints: a contract (DESIGN §2). Fields may be added within a version, none renamed or removed. */
export interface RunSummary {
  readonly schema: 'transload.run/1'
  readonly version: string
  /** Absent where the command failed before there was a run. */
  readonly run: string | null
  readonly status: 'ok' | 'failed' | 'interrupted'
  readonly exitCode: number
  readonly resumable: boolean
  readonly attempts: number
  readonly startedAt: string
  readonly finishedAt: string
  readonly seconds: number
  readonly phases: RunPhases
  /** Labels, without secrets. */
  readonly source: string
  readonly target: string
  readonly consistency: {
    readonly level: ConsistencyLevel
    readonly position: string | null
    readonly moments: readonly string[]
  }
  readonly datasets: readonly DatasetSummary[]
  readonly objects: {
    readonly created: number
    readonly notCarried: readonly Pick<NotCarried, 'kind' | 'name' | 'reason'>[]
    readonly notValidated: readonly NotValidated[]
  }
  readonly rejects: {
    readonly count: number
    readonly file: string | null
    readonly byReason: { readonly [code: string]: number }
    /** Rows that were rejected first and are no more, after a replay; absent: none. */
    readonly replayed?: number | undefined
  }
  readonly warnings: readonly Warning[]
  readonly validation: ValidationSummary | null
  readonly error?: ErrorSummary | undefined
}

export interface ErrorSummary {
  readonly code: string
  readonly message: string
  readonly hint: string
}

/** `equal`: every column compared. `counted`: nothing differs in what was compared, and not every value was. */
export type ValidationStatus = 'equal' | 'counted' | 'different' | 'transient' | 'unproven' | 'skipped'

/** When both ends were looked at, and where their logs stood; `null`: not told. */
export interface ValidationMoment {
  /** In UTC. */
  readonly at: string
  readonly source: string | null
  readonly target: string | null
}

export interface ValidationSummary {
  readonly schema: 'transload.validation/1'
  /** transload's own. This and the other facts are absent where the validation is a part of a run: its summary has them. */
  readonly version?: string | undefined
  readonly status: ValidationStatus
  /** ISO 8601, UTC. */
  readonly startedAt?: string | undefined
  readonly finishedAt?: string | undefined
  /** Of wall time. */
  readonly seconds?: number | undefined
  /** Labels, without secrets. */
  readonly source?: string | undefined
  readonly target?: string | undefined
  readonly datasets: readonly DatasetValidation[]
  /** Tables of the source that the target does not have. */
  readonly unpaired?: readonly { readonly from: string; readonly to: string }[] | undefined
  /** Rows of tables that datasets are merged into, which are of none of them; absent: there are none. */
  readonly strays?: readonly StrayRows[] | undefined
  /** What was checked at all; absent in a run's own validation. */
  readonly checks?: CheckStates | undefined
  /** The first is that of the rows; more: it went on from an earlier one, or looked at rows again. */
  readonly moments?: readonly ValidationMoment[] | undefined
  /** Sentences for people: what this validation does not prove. */
  readonly coverage?: readonly string[] | undefined
}

/** How contents of a table were compared, and why in this way. */
export interface ValidationWay {
  readonly mode: 'ordered' | 'digest' | 'buckets'
  readonly reason: string
  /** Of a table that was compared range by range; fewer compared than there are: a sample. */
  readonly ranges?:
    | {
        readonly total: number
        readonly compared: number
        /** Those whose digests were the same. */
        readonly equal: number
        /** Rows of the source that were read because the digests of a range differed. */
        readonly rowsRead: number
      }
    | undefined
}

/** Rows of a table that datasets are merged into, by what they do not have in the column that tells those apart. */
export interface StrayRows {
  readonly to: string
  readonly column: string
  readonly noneOf: readonly PartValue[]
  readonly rows: number
}

export interface DatasetValidation {
  readonly from: string
  readonly to: string
  /** Null: not counted. */
  readonly sourceRows: number | null
  /** Of the source's rows: those that it was asked to leave out, since a filter would leave them out. Absent: none was. */
  readonly leftOut?: number | undefined
  readonly targetRows: number | null
  /** Others write to the target's table too: rows that only it has were not looked for. */
  readonly ignoresExtra?: boolean | undefined
  readonly nulls: readonly {
    readonly column: { readonly from: string; readonly to: string }
    readonly source: number
    readonly target: number
    /** What the target is to have, where the mapping makes some; null: counting cannot tell. Absent: as many as the source. */
    readonly expected?: number | null | undefined
  }[]
  readonly orphans: readonly {
    readonly constraint: { readonly from: string; readonly to: string }
    /** As each end itself compares keys. */
    readonly source: number
    readonly target: number
    /** Those of the target that the source has not; the others were there before. */
    readonly new?: number | undefined
    /** Rows whose parent only the source's collation finds, and the target does not; absent where keys are no texts. */
    readonly byCollation?: number | undefined
    /** True: the pipeline declares the relation. */
    readonly declared?: boolean | undefined
  }[]
  /**
   * Keys, and how many of their values are there more than once. Null: not counted, since `index` of the target sees to
   * it, or an end cannot tell.
   */
  readonly unique?:
    | readonly {
        readonly key: string
        readonly columns: readonly { readonly from: string; readonly to: string }[]
        readonly source: number | null
        readonly target: number | null
        readonly index?: string | undefined
      }[]
    | undefined
  /** Least and largest values and exact sums, by column. */
  readonly ranges?:
    | readonly {
        readonly column: { readonly from: string; readonly to: string }
        readonly source: RangeAnswer
        readonly target: RangeAnswer
        readonly same: boolean
      }[]
    | undefined
  /** Null: not checked. Never a 0 that was not counted. `stopped`: more were not looked for. */
  readonly differences: null | {
    readonly missing: number
    readonly extra: number
    readonly changed: number
    readonly stopped?: boolean | undefined
  }
  /** Rows of the source that its stages filter, and that they refuse: they are none that the target is to have. Absent: no stages. */
  readonly left?: { readonly filtered: number; readonly refused: number } | undefined
  /** Rows that kept changing while they were looked at. */
  readonly transient?: number | undefined
  /** What is otherwise about the table than about the source's; absent: not compared. */
  readonly schema?: readonly { readonly kind: string; readonly name: string; readonly problem: string }[] | undefined
  readonly way?: ValidationWay | undefined
  /** Differences by reason and column, the most frequent first; `detail` is what all of them share. */
  readonly reasons?:
    | readonly {
        readonly reason: string
        readonly column?: string | undefined
        readonly detail?: string | undefined
        readonly count: number
      }[]
    | undefined
  /** Values that were changed as the mapping declares: no differences. */
  readonly declared?: readonly { readonly column: string; readonly rule: string; readonly count: number }[] | undefined
  readonly columns: readonly {
    readonly from: string
    readonly to: string
    readonly strength: 'exact' | 'normalised' | 'weak' | 'skipped'
    readonly reason?: string | undefined
    /** True: its values were compared by digests that the servers made. */
    readonly digested?: boolean | undefined
  }[]
  readonly samples: readonly {
    readonly key: RowKey
    readonly column?: string | undefined
    readonly source?: ShownValue | undefined
    readonly target?: ShownValue | undefined
    readonly reason: string
  }[]
}
