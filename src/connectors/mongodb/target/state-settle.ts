import type { Db } from 'mongodb'
import type { RetrySplit } from '../../../contract/checkpoint.ts'
import { type RunDocument, stateOf } from './state-collections.ts'
import { mustFindRun, newSplit } from './state-runs.ts'

/** Rejected rows that are to be work again, and finish steps to be done again. */
export interface PendingRetry {
  /** Tells it from others. */
  readonly id: string
  readonly retries: readonly RetrySplit[]
}

/** Marks rejected rows as come to another end, and forgets that this was still to be done. */
export async function markSettled(db: Db, run: string, split: string, positions: readonly number[]): Promise<void> {
  const { rejects, splits } = stateOf(db)
  await rejects.updateMany({ run, split, position: { $in: [...positions] } }, { $set: { replayed: true } })
  await splits.updateOne({ _id: { run, split } }, { $unset: { settled: '' } })
}

/**
 * Brings to its end what an earlier process was in the middle of: changes of several documents, each of which was written
 * down first, and does nothing the second time.
 */
export async function settleRun(db: Db, run: string): Promise<void> {
  const { splits } = stateOf(db)
  for (const { _id, settled } of await splits.find({ run, settled: { $exists: true } }).toArray()) {
    if (settled !== undefined) await markSettled(db, run, _id.split, JSON.parse(settled) as number[])
  }
  const found = await mustFindRun(db, run)
  if (found.retry !== undefined) await carryOutRetry(db, found, JSON.parse(found.retry) as PendingRetry)
}

async function carryOutRetry(db: Db, { _id: run, fence }: RunDocument, { id, retries }: PendingRetry): Promise<void> {
  const { runs, splits, rejects } = stateOf(db)
  const places = await splits.countDocuments({ run })
  for (const [at, { split }] of retries.entries()) {
    const { _id, ...fresh } = newSplit(run, split, places + at, fence)
    await splits.updateOne({ _id }, { $setOnInsert: fresh }, { upsert: true })
  }
  const bySplit = Map.groupBy(
    retries.flatMap((retry) => retry.rejects),
    ({ split }) => split,
  )
  for (const [split, list] of bySplit) {
    // Counted once, whoever comes back to this.
    await splits.updateOne(
      { _id: { run, split }, retried: { $ne: id } },
      { $inc: { 'counts.read': -list.length, 'counts.rejected': -list.length, version: 1 }, $set: { retried: id } },
    )
    await rejects.deleteMany({ run, split, position: { $in: list.map(({ position }) => position) } })
  }
  await runs.updateOne({ _id: run }, { $unset: { retry: '' } })
}
