import type { Batch } from '../batch/batch.ts'
import type { Layout } from '../batch/layout.ts'
import type { Cursor, Plain } from '../model/plain.ts'
import type { ReadPlan, Split, WritePlan } from '../model/plan.ts'
import type { Checkpoint, CommitReceipt } from './checkpoint.ts'

/** The configuration of one stage, as plain data. */
export type StageConfig = Plain

/** All that a lane needs, as plain data: it can be sent to a worker. */
export interface LanePlan {
  readonly run: string
  readonly split: Split
  /** The cursor that the target's checkpoint holds; absent at the split's start. */
  readonly from: Cursor | undefined
  /** Rows of the split that were read up to `from`. */
  readonly readBefore: number
  /** Batches of the split that were committed up to `from`. */
  readonly sequence: number
  /** The run's fence when the lane began. A write under an older one fails. */
  readonly fence: number
  readonly read: ReadPlan
  readonly layouts: readonly Layout[]
  readonly stages: readonly StageConfig[]
  readonly writes: readonly WritePlan[]
}

/** Reads one split. */
export interface Reader extends AsyncDisposable {
  /**
   * Fills `into` with the rows after those of the call before, up to about `fullBatchBytes`, sets `into.after` to the
   * cursor of its last row, and resolves to false once there is nothing after this batch (which may itself be empty).
   *
   * - Pull is backpressure: nothing is asked of the source until `read` is called, save what the driver already has in
   *   one socket chunk or reply.
   * - A row is in exactly one batch, whole, in the order of the split's key.
   * - A value that its column's layout cannot hold never reaches a cell: the column's policy decides, `into.lose` or
   *   `into.reject` notes it.
   * - The cursor moves on with every batch that has rows; a reader that would stand still throws TL_K505.
   * - A result that ends without the server's own word that it ended is an error, never an end.
   *
   * @throws `signal.reason` within 5 s of an abort, having cancelled the query in the server.
   */
  read(into: Batch, signal: AbortSignal): Promise<boolean>
}

/** Changes a batch in place, between reader and writer. */
export interface Stage {
  run(batch: Batch, signal: AbortSignal): void | Promise<void>
}

/** Writes the batches of one split, in order. */
export interface Writer extends AsyncDisposable {
  /**
   * Writes the live rows of the batch's frames and the checkpoint.
   *
   * - Where the target has transactions, rows, checkpoint, losses and rejects commit together. Where it has none, rows
   *   are keyed upserts, flushed before the checkpoint.
   * - Marks every live row of the frames as written, merged or rejected: one bad row costs one rejected row, never its
   *   batch. What the target column's actual type cannot hold exactly is rejected before it is sent, since servers
   *   round, pad and cut in silence.
   * - A fence older than the target's makes the write fail as a whole with TL_K501.
   * - After a lost answer to a commit the caller opens a new writer and reads the checkpoint before it writes anything.
   * - An empty batch with `checkpoint.done` stores the checkpoint alone.
   *
   * Resolves once nothing reads the batch any more. A receipt may be `accepted`: at the next one, at the latest, what it
   * stands for is durable, but for an atomic split, where all waits for the last. The last one of a split
   * (`checkpoint.done`) is always `durable`, and all before it with it.
   *
   * @throws `signal.reason` within 5 s of an abort, having cancelled the statement in the server.
   */
  write(batch: Batch, checkpoint: Checkpoint, signal: AbortSignal): Promise<CommitReceipt>
}
