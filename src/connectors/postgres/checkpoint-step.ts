import type { Checkpoint, OutputCount } from '../../contract/checkpoint.ts'
import type { LossCount, RejectedRow } from '../../model/loss.ts'

/** What a checkpoint adds to the split's state. */
export interface CheckpointStep {
  readonly checkpoint: Checkpoint
  /** Batches of the split that the state must hold before: the writer's own count. */
  readonly sequenceBefore: number
  readonly read: number
  readonly bytes: number
  readonly written: number
  readonly merged: number
  readonly filtered: number
  readonly rejected: number
  readonly vanished: number
  readonly outputs: readonly OutputCount[]
  readonly losses: readonly LossCount[]
  readonly rejects: readonly RejectedRow[]
}

/** What the server's error says where a checkpoint found no row to advance. */
export const staleMark = 'transload: stale checkpoint'
