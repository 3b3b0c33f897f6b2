import type { Db } from 'mongodb'
import { TransloadError } from '../../../errors/transload-error.ts'
import type { LossCount, RejectedRow } from '../../../model/loss.ts'
import type { Cursor, Plain } from '../../../model/plain.ts'
import type { Split } from '../../../model/plan.ts'
import type { Consistency, RunStatus, SplitState, StoredRun } from '../../../model/run-state.ts'
import type { OutputCount } from '../../../contract/checkpoint.ts'
import { type RunDocument, type SplitDocument, stateOf } from './state-collections.ts'

/** UTF-16 units of a plan in one document: at most three bytes each. */
const pieceLength = 4 * 2 ** 20

export async function storePlan(db: Db, run: string, plan: Plain): Promise<void> {
  const text = JSON.stringify(plan)
  const pieces: { _id: { run: string; piece: number }; run: string; text: string }[] = []
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + pieceLength)
    // Between the halves of a pair no piece would be text.
    const isHigh = (text.charCodeAt(end - 1) & 0xfc00) === 0xd800
    if (end < text.length && isHigh) end--
    pieces.push({ _id: { run, piece: pieces.length }, run, text: text.slice(start, end) })
    start = end
  }
  for (const piece of pieces) await stateOf(db).plans.insertOne(piece)
}

export async function readRun(db: Db, document: RunDocument): Promise<StoredRun> {
  const pieces = await stateOf(db).plans.find({ run: document._id }).toArray()
  const text = pieces
    .toSorted((one, other) => one._id.piece - other._id.piece)
    .map((piece) => piece.text)
    .join('')
  return {
    run: document._id,
    planIdentity: document.planIdentity,
    plan: JSON.parse(text === '' ? 'null' : text) as Plain,
    status: document.status as RunStatus,
    fence: document.fence,
    attempts: document.attempts,
    startedAt: document.startedAt,
    consistency: document.consistency === undefined ? undefined : (JSON.parse(document.consistency) as Consistency),
    finishDone: document.finishDone,
  }
}

/** @throws TL_K504 */
export async function mustFindRun(db: Db, run: string): Promise<RunDocument> {
  const found = await stateOf(db).runs.findOne({ _id: run, status: { $ne: 'beginning' } })
  if (found === null) throw new TransloadError('TL_K504', { reason: `it has no run ${run}` })
  return found
}

/** @throws TL_K504, TL_K501 where the fence is an older one */
export async function mustOwnRun(db: Db, run: string, fence: number): Promise<RunDocument> {
  const found = await mustFindRun(db, run)
  if (found.fence !== fence) throw new TransloadError('TL_K501', { run })
  return found
}

export function newSplit(run: string, split: Split, place: number, fence: number): SplitDocument {
  return {
    _id: { run, split: split.id },
    run,
    place,
    definition: JSON.stringify(split),
    fence,
    version: 0,
    sequence: 0,
    done: false,
    bytes: 0,
    counts: { read: 0, written: 0, merged: 0, filtered: 0, rejected: 0, vanished: 0 },
    losses: '[]',
    outputs: '[]',
  }
}

export function splitOf({ definition }: SplitDocument): Split {
  return JSON.parse(definition) as Split
}

export function readSplit(document: SplitDocument): SplitState {
  const { checkpoint, done, counts, bytes, sequence } = document
  return {
    split: splitOf(document),
    cursor: checkpoint === undefined ? undefined : (JSON.parse(checkpoint) as Cursor),
    done,
    counts: { ...counts },
    bytes,
    sequence,
  }
}

export function lossesOf({ losses }: SplitDocument): LossCount[] {
  return JSON.parse(losses) as LossCount[]
}

export function outputsOf({ outputs }: SplitDocument): OutputCount[] {
  return JSON.parse(outputs) as OutputCount[]
}

export function readReject(text: string): RejectedRow {
  return JSON.parse(text) as RejectedRow
}
