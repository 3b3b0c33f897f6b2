import type { LossCount, RejectedRow } from '../model/loss.ts'
import type { Cursor, Plain } from '../model/plain.ts'
import type { Split } from '../model/plan.ts'
import type { Consistency, RunStatus, SplitState, StoredRun } from '../model/run-state.ts'

/** What is stored with a batch. Counts are the batch's own; the store adds them up. */
export interface Checkpoint {
  readonly run: string
  readonly split: string
  readonly fence: number
  /** The batch's number in its split, from 0. */
  readonly sequence: number
  readonly after: Cursor | undefined
  /** The split has no rows after this batch. */
  readonly done: boolean
  /** Rows of frame 0. */
  readonly read: number
  /** Bytes of cells that were read. */
  readonly bytes: number
  /**
   * The batch is rejected rows of the split, which are sent again: their positions. Each of them leaves the rejects for
   * those that were replayed, and the split's count of rejected rows for that of what became of it, unless the receipt
   * rejects it anew: then it stays, with its new reason. The split was done before, and its cursor stays where it is.
   */
  readonly replayed?: readonly number[] | undefined
}

export interface OutputCount {
  readonly to: string
  readonly written: number
  readonly rejected: number
}

/** What one write came to. `written + merged + filtered + rejected + vanished = read`, by source row. */
export interface CommitReceipt {
  /**
   * `durable`: survives a crash of the target. `accepted`: it may not yet; where it does not, its checkpoint has not moved
   * either.
   */
  readonly durability: 'durable' | 'accepted'
  readonly written: number
  readonly merged: number
  readonly filtered: number
  readonly rejected: number
  readonly vanished: number
  readonly outputs: readonly OutputCount[]
  readonly losses: readonly LossCount[]
  readonly rejects: readonly RejectedRow[]
}

/** A statement that was to bring something back, and why it could not. */
export interface UnrestoredStatement {
  readonly statement: string
  readonly problem: string
}

/** What `clean` did, for people. */
export interface CleanOutcome {
  readonly removed: readonly string[]
  /** Statements that brought back what an unfinished run had set aside. */
  readonly restored: readonly string[]
  readonly notRestored: readonly UnrestoredStatement[]
}

/** Rows of a dataset that were rejected, and came to another end when they were sent again. */
export interface ReplayedCount {
  readonly dataset: string
  readonly count: number
}

/** A split that reads rejected rows again, and the rows, by the split that rejected them. */
export interface RetrySplit {
  readonly split: Split
  readonly rejects: readonly { readonly split: string; readonly position: number }[]
}

/**
 * A run's state, kept in the target, where it is the truth. For a store with transactions it commits in the rows' own
 * transaction, through the writer; what is here is everything else.
 */
export interface RunStateStore {
  /** The newest run with this plan identity that has not finished, or undefined. */
  findUnfinished(planIdentity: string, signal: AbortSignal): Promise<StoredRun | undefined>
  find(run: string, signal: AbortSignal): Promise<StoredRun | undefined>
  list(signal: AbortSignal): Promise<readonly StoredRun[]>
  /**
   * Creates the state schema where it is missing, stores run, plan and splits, and runs the plan's `prepare` statements,
   * all in one transaction: either everything stands or nothing does. The first fence is 1.
   */
  begin(
    run: { readonly run: string; readonly planIdentity: string; readonly plan: Plain; readonly startedAt: string },
    splits: readonly Split[],
    prepare: readonly string[],
    signal: AbortSignal,
  ): Promise<StoredRun>
  /**
   * Raises the fence and the count of attempts, waiting for or defeating any older backend of the run, and returns the
   * run as it stands. From then on a write under an older fence fails.
   */
  takeOver(run: string, signal: AbortSignal): Promise<StoredRun>
  /** Stores the source's moment before the first row is read. */
  storeConsistency(run: string, fence: number, consistency: Consistency, signal: AbortSignal): Promise<void>
  splits(run: string, signal: AbortSignal): Promise<readonly SplitState[]>
  losses(run: string, signal: AbortSignal): Promise<readonly (LossCount & { readonly dataset: string })[]>
  rejects(run: string, signal: AbortSignal): Promise<readonly RejectedRow[]>
  outputs(run: string, signal: AbortSignal): Promise<readonly (OutputCount & { readonly dataset: string })[]>
  /**
   * Makes rejected rows a run's work again, in one transaction: adds the splits that read them by key, takes each row out
   * of the rejects and of the counts of the split that rejected it, forgets that the finish steps `redo` are done, and
   * sets the run's status to `running`. @throws TL_K501 where the fence is an older one
   */
  retry(
    run: string,
    fence: number,
    retries: readonly RetrySplit[],
    redo: readonly string[],
    signal: AbortSignal,
  ): Promise<void>
  /**
   * Makes a run whose splits are done ready for its rejected rows to be sent again, in one transaction: forgets that the
   * finish steps `redo` are done, and sets the status to `loaded`. @throws TL_K501 where the fence is an older one
   */
  beginReplay(run: string, fence: number, redo: readonly string[], signal: AbortSignal): Promise<void>
  /** How many rejected rows were replayed, by dataset; none of those is left out of the rejects that are not. */
  replayed(run: string, signal: AbortSignal): Promise<readonly ReplayedCount[]>
  setStatus(run: string, fence: number, status: RunStatus, signal: AbortSignal): Promise<void>
  /**
   * Undoes what the state says the run made in the target (`--fresh`): its tables and types, nothing else. Refused with
   * TL_T308 where something outside the run depends on them.
   */
  discard(run: string, signal: AbortSignal): Promise<void>
  /**
   * Removes the state schema and staging tables, whatever version of transload made them, having brought back what
   * unfinished runs have set aside in tables that were there.
   */
  clean(signal: AbortSignal): Promise<CleanOutcome>
}
