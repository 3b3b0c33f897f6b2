import type { FateCounts } from './fate.ts'
import type { Cursor, Plain } from './plain.ts'
import type { Split } from './plan.ts'

/** How much of one moment the readers saw. */
export type ConsistencyLevel = 'snapshot' | 'per-connection' | 'mixed' | 'none'

/** The source's moment. Two runs saw the same one if and only if `position` is present and equal in both. */
export interface Consistency {
  readonly level: ConsistencyLevel
  /** A log's position, GTID set or file hash, in the engine's own canonical text. */
  readonly position?: string | undefined
  /** What people can read of it, such as the time and the log file. */
  readonly moments: readonly string[]
}

export interface SplitState {
  readonly split: Split
  readonly cursor: Cursor | undefined
  readonly done: boolean
  readonly counts: FateCounts
  readonly bytes: number
  /** Batches committed. */
  readonly sequence: number
}

export type RunStatus = 'running' | 'loaded' | 'finished' | 'failed' | 'interrupted'

/** A run as the target's state schema has it. `plan` is the stored Plan document. */
export interface StoredRun {
  readonly run: string
  readonly planIdentity: string
  readonly plan: Plain
  readonly status: RunStatus
  readonly fence: number
  readonly attempts: number
  readonly startedAt: string
  readonly consistency: Consistency | undefined
  readonly finishDone: readonly string[]
}
