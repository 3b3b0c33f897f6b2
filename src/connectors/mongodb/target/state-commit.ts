import type { Db } from 'mongodb'
import type { Checkpoint, CommitReceipt, OutputCount } from '../../../contract/checkpoint.ts'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { MapEntry } from '../../../batch/notes.ts'
import { addLosses, type LossCount, type RejectedRow } from '../../../model/loss.ts'
import type { MongoDatabase } from './client.ts'
import { type SplitDocument, stateOf } from './state-collections.ts'
import { lossesOf, outputsOf } from './state-runs.ts'
import { markSettled } from './state-settle.ts'

/** What batches came to, and what is kept of them. */
export interface Committed {
  readonly checkpoint: Checkpoint
  readonly receipt: CommitReceipt
  readonly remembered: readonly MapEntry[]
}

/** Documents of one command. */
const storedAtOnce = 500

/**
 * The split that a batch is of. Nothing may be written where this throws.
 *
 * @throws TL_K501 where the checkpoint waits for another batch, or another process holds the run
 */
export async function expectedSplit(
  database: MongoDatabase,
  checkpoint: Checkpoint,
  signal: AbortSignal,
): Promise<SplitDocument> {
  const { run, split, fence, sequence, replayed } = checkpoint
  return await database.call(signal, async (db) => {
    const { splits, rejects } = stateOf(db)
    const found = await splits.findOne({ _id: { run, split } })
    if (found === null) throw new TransloadError('TL_K504', { reason: `it has no split ${split} of a run ${run}` })
    const isStale = found.fence !== fence
    if (replayed === undefined) {
      if (isStale || found.done || found.sequence !== sequence) throw new TransloadError('TL_K501', { run })
      return found
    }
    if (isStale || !found.done || found.settled !== undefined) throw new TransloadError('TL_K501', { run })
    const waiting = await rejects.countDocuments({ run, split, position: { $in: [...replayed] }, replayed: false })
    if (waiting !== replayed.length) throw new TransloadError('TL_K501', { run })
    return found
  })
}

/** Takes away what batches that were never committed have left. */
export async function forgetUncommitted(
  database: MongoDatabase,
  { _id: { run, split }, sequence }: SplitDocument,
  signal: AbortSignal,
): Promise<void> {
  await database.call(signal, async (db) => {
    const { rejects, remembered } = stateOf(db)
    await rejects.deleteMany({ run, split, sequence: { $gte: sequence } })
    await remembered.deleteMany({ run, split, sequence: { $gte: sequence } })
  })
}

/** Stores rejects and what is kept of the rows: nobody takes them for more than they are before the checkpoint moves. */
export async function storeNotes(
  database: MongoDatabase,
  { checkpoint, receipt, remembered: entries }: Committed,
  signal: AbortSignal,
): Promise<void> {
  const { run, split, sequence, replayed } = checkpoint
  await database.call(signal, async (db) => {
    const { rejects, remembered } = stateOf(db)
    for (const part of parts(receipt.rejects)) {
      await rejects.bulkWrite(
        part.map((reject) => ({
          updateOne: {
            filter: { _id: { run, split: reject.split, position: reject.position } },
            update: {
              $set: {
                run,
                split: reject.split,
                dataset: reject.dataset,
                position: reject.position,
                reject: JSON.stringify(reject),
                replayed: false,
                // Those of a replay belong to no batch that is written again.
                sequence: replayed === undefined ? sequence : -1,
              },
            },
            upsert: true,
          },
        })),
        { ordered: false },
      )
    }
    for (const part of parts(entries)) {
      await remembered.insertMany(part.map((entry) => ({ run, split, sequence, ...entry })))
    }
  })
}

/**
 * Moves the checkpoint over all of the batches, in one change of one document, and adds their counts.
 *
 * @throws TL_K501 where another process was first: what was written of rows stands then, and that one writes them again
 */
export async function moveCheckpoint(
  database: MongoDatabase,
  before: SplitDocument,
  batches: readonly Committed[],
  signal: AbortSignal,
): Promise<void> {
  const last = batches.at(-1)?.checkpoint
  if (last === undefined) return
  const { run, split, fence, replayed } = last
  const counts = { ...before.counts }
  let { bytes } = before
  let losses = lossesOf(before)
  let outputs = outputsOf(before)
  for (const { checkpoint, receipt } of batches) {
    counts.written += receipt.written
    counts.merged += receipt.merged
    counts.filtered += receipt.filtered
    counts.vanished += receipt.vanished
    counts.rejected += receipt.rejected - (replayed?.length ?? 0)
    if (replayed === undefined) {
      counts.read += checkpoint.read
      bytes += checkpoint.bytes
    }
    losses = withLosses(losses, receipt.losses)
    outputs = withOutputs(outputs, receipt.outputs, replayed?.length ?? 0)
  }
  const settled =
    replayed &&
    positionsSettled(
      replayed,
      batches.flatMap(({ receipt }) => receipt.rejects),
    )
  await database.call(signal, async (db) => {
    const { splits } = stateOf(db)
    const moved = await splits.updateOne(
      { _id: { run, split }, fence, version: before.version },
      {
        $set: {
          counts,
          losses: JSON.stringify(losses),
          outputs: JSON.stringify(outputs),
          version: before.version + 1,
          ...(settled === undefined
            ? {
                bytes,
                sequence: last.sequence + 1,
                done: last.done,
                ...(last.after !== undefined && { checkpoint: JSON.stringify(last.after) }),
              }
            : { settled: JSON.stringify(settled) }),
        },
      },
      { writeConcern: { w: 'majority' } },
    )
    if (moved.matchedCount === 0) throw new TransloadError('TL_K501', { run })
  })
  if (settled !== undefined) await settle(database, run, split, settled, signal)
}

async function settle(
  database: MongoDatabase,
  run: string,
  split: string,
  positions: readonly number[],
  signal: AbortSignal,
): Promise<void> {
  await database.call(signal, (db: Db) => markSettled(db, run, split, positions))
}

function positionsSettled(replayed: readonly number[], rejects: readonly RejectedRow[]): number[] {
  const anew = new Set(rejects.map(({ position }) => position))
  return replayed.filter((position) => !anew.has(position))
}

function withLosses(before: readonly LossCount[], more: readonly LossCount[]): LossCount[] {
  const all = [...before]
  for (const loss of more) {
    const at = all.findIndex(({ column, rule }) => column === loss.column && rule === loss.rule)
    const held = all[at]
    if (held === undefined) all.push(loss)
    else all[at] = addLosses(held, loss)
  }
  return all
}

/** Of rows that were rejected before they came to an output, it has counted none. */
function withOutputs(before: readonly OutputCount[], more: readonly OutputCount[], replayed: number): OutputCount[] {
  const all = [...before]
  for (const { to, written, rejected } of more) {
    const at = all.findIndex((output) => output.to === to)
    const held = all[at] ?? { to, written: 0, rejected: 0 }
    const sum = { to, written: held.written + written, rejected: Math.max(0, held.rejected + rejected - replayed) }
    if (at < 0) all.push(sum)
    else all[at] = sum
  }
  return all
}

function* parts<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += storedAtOnce) yield list.slice(start, start + storedAtOnce)
}
