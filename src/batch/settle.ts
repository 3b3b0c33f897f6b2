import { fate } from '../model/fate.ts'
import { type LossCount, maxSampleKeys, type RejectedRow, type RowKey } from '../model/loss.ts'
import type { Batch } from './batch.ts'
import type { MapEntry } from './notes.ts'
import { encodeRow, printedColumns, rejectReason, rowKey } from './row-text.ts'

/** How the rows of frame 0 ended, once no more will be rejected. */
export interface Settlement {
  readonly written: number
  readonly merged: number
  readonly filtered: number
  readonly rejected: number
  readonly vanished: number
  /** Losses of the rows that went over: a rejected row has lost nothing. */
  readonly losses: readonly LossCount[]
  readonly rejects: readonly RejectedRow[]
  /** What is kept of rows that are not rejected. */
  readonly remembered: readonly MapEntry[]
}

const fateCount = Object.keys(fate).length

/** Adds up fates, losses and rejects of a batch. Rows that are still live count as written. */
export function settle(batch: Batch): Settlement {
  const frame = batch.frames[0]
  const fates = frame?.fate ?? new Uint8Array()
  const counts = countFates(fates, frame?.rowCount ?? 0)
  return {
    written: (counts[fate.live] ?? 0) + (counts[fate.written] ?? 0),
    merged: counts[fate.merged] ?? 0,
    filtered: counts[fate.filtered] ?? 0,
    rejected: counts[fate.rejected] ?? 0,
    vanished: counts[fate.vanished] ?? 0,
    losses: countLosses(batch, fates),
    rejects: listRejects(batch),
    remembered: batch.remembered.filter(({ row }) => fates[row] !== fate.rejected).map(({ entry }) => entry),
  }
}

/** By fate. A function of its own: with code behind it V8 threw its optimised loop away after every batch (measured). */
function countFates(fates: Uint8Array, rowCount: number): Int32Array {
  const counts = new Int32Array(fateCount)
  for (let row = 0; row < rowCount; row++) counts[fates[row]!]!++
  return counts
}

function countLosses(batch: Batch, fates: Uint8Array): LossCount[] {
  const { split, readBefore, replayed } = batch
  const losses: LossCount[] = []
  for (const note of batch.losses) {
    const sampleKeys: RowKey[] = []
    let [count, first, last] = [0, Infinity, -1]
    for (const row of note.rows) {
      const f = fates[row]
      if (f === fate.rejected || f === fate.filtered || f === fate.vanished || batch.withoutLosses.has(row)) continue
      count++
      const position = replayed?.[row]?.position ?? readBefore + row
      first = Math.min(first, position)
      last = Math.max(last, position)
      if (sampleKeys.length < maxSampleKeys) sampleKeys.push(rowKey(batch, row))
    }
    if (count === 0) continue
    const [begins, ends] = [first, last].map((position) => ({ split, position }))
    losses.push({ column: note.column, rule: note.rule, count, sampleKeys, first: begins, last: ends })
  }
  return losses
}

function listRejects(batch: Batch): RejectedRow[] {
  return batch.rejects.map((note) => {
    const { stage, column, code } = note
    const reason = rejectReason(batch, note)
    const before = batch.replayed?.[note.row]
    // Sent again it may have come with less: what was kept of the source's own row stays.
    if (before !== undefined) return { ...before, stage, column, code, reason, printed: printedOf(before) }
    return {
      dataset: batch.frames[0]?.layout.dataset ?? '',
      split: batch.split,
      position: batch.readBefore + note.row,
      stage,
      column,
      code,
      reason,
      key: rowKey(batch, note.row),
      row: encodeRow(batch, note.row),
      printed: printedColumns(batch, note.row),
    }
  })
}

/** Columns that are not in canonical text: before that was written down, the one that was refused as it was read. */
export function printedOf({ printed, stage, column }: RejectedRow): readonly string[] {
  return printed ?? (stage === 'read' && column !== undefined ? [column] : [])
}
