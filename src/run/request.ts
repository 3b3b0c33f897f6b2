import type { Pipeline } from '../config/pipeline.ts'
import type { Registry } from '../contract/connector.ts'
import type { Checkpoint, CommitReceipt } from '../contract/checkpoint.ts'
import type { FinishOutcome } from '../contract/target.ts'
import type { CensusMode } from '../model/census.ts'
import type { FinishStep, Plan } from '../model/plan.ts'
import type { RunPhases } from '../model/run-summary.ts'

/** What a run is told besides its pipeline. None of it decides the rows. */
export interface RunFlags {
  /** Discards what an unfinished run of this plan made, then starts over. */
  readonly fresh: boolean
  /** The user vouches that nobody wrote to the source since the run began. */
  readonly sourceQuiet: boolean
  /** Goes on with rows of more than one moment; the run records it. */
  readonly resumeMixed: boolean
  readonly schemaOnly: boolean
  readonly dataOnly: boolean
  readonly finishOnly: boolean
  /** Also: create the target's schema where it is missing. */
  readonly yes: boolean
  readonly validate: boolean
  readonly laneCount: number
  readonly maxBytesPerSecond: number | undefined
  readonly census: CensusMode
  /** Rows above which a table gets the safe type in place of a census. */
  readonly censusLimit: number
  /** What is done with triggers of tables that are there. */
  readonly triggers?: 'keep' | 'disable' | undefined
}

/** What is told while a run works. Nothing here may throw. */
export interface RunEvents {
  phase(name: keyof RunPhases | 'connect'): void
  /** The plan that will be run, whether made now or stored before. `resumedFrom`: the run that goes on. */
  planned(plan: Plan, resumedFrom: string | undefined): void
  /** The run is in the target's state: from now on it can be gone on with. */
  begun(run: string): void
  committed(dataset: string, checkpoint: Checkpoint, receipt: CommitReceipt): void
  finished(step: FinishStep, outcome: FinishOutcome): void
  notice(message: string): void
  warning(message: string): void
}

export interface RunRequest {
  readonly pipeline: Pipeline
  readonly flags: RunFlags
  readonly registry: Registry
  readonly events: RunEvents
  /** A plan that was saved before: run as it is, refusing drift. */
  readonly savedPlan: Plan | undefined
  /** transload's own version, for the summary. */
  readonly version: string
  /** Ends the run after the batches that are under way. Its reason is the error to end with. */
  readonly stop: AbortSignal
  /** Ends the run now. */
  readonly signal: AbortSignal
}
