import type { Checkpoint, CommitReceipt, OutputCount } from '../contract/checkpoint.ts'
import type { FateCounts } from '../model/fate.ts'
import { addLosses, type LossCount } from '../model/loss.ts'
import type { SplitState } from '../model/run-state.ts'

interface DatasetTally {
  counts: FateCounts
  bytes: number
  beganMs: number | undefined
  lastCommitMs: number | undefined
}

const noRows: FateCounts = { read: 0, written: 0, merged: 0, filtered: 0, rejected: 0, vanished: 0 }

/** The five outcomes per dataset, as the target's state has them plus what this process has committed since. */
export class Tally {
  readonly #datasets = new Map<string, DatasetTally>()

  /** Begins with what the state holds; `timesOf` lends the times that this process has measured. */
  constructor(splits: readonly SplitState[], timesOf?: Tally) {
    for (const { split, counts, bytes } of splits) {
      const tally = this.#add(split.dataset, counts, bytes)
      const times = timesOf === undefined ? undefined : timesOf.#datasets.get(split.dataset)
      tally.beganMs = times?.beganMs
      tally.lastCommitMs = times?.lastCommitMs
    }
  }

  commit(dataset: string, checkpoint: Checkpoint, receipt: CommitReceipt): void {
    const tally = this.#add(dataset, { ...receipt, read: checkpoint.read }, checkpoint.bytes)
    tally.lastCommitMs = performance.now()
  }

  /** A lane begins to read the dataset. */
  begin(dataset: string): void {
    this.#find(dataset).beganMs ??= performance.now()
  }

  counts(dataset: string): FateCounts {
    return this.#datasets.get(dataset)?.counts ?? noRows
  }

  bytes(dataset: string): number {
    return this.#datasets.get(dataset)?.bytes ?? 0
  }

  /** From the dataset's first read in this process to its last commit. */
  seconds(dataset: string): number {
    const tally = this.#datasets.get(dataset)
    if (tally?.beganMs === undefined || tally.lastCommitMs === undefined) return 0
    return (tally.lastCommitMs - tally.beganMs) / 1000
  }

  total(): FateCounts {
    let total = noRows
    for (const { counts } of this.#datasets.values()) total = addCounts(total, counts)
    return total
  }

  #add(dataset: string, counts: FateCounts, bytes: number): DatasetTally {
    const tally = this.#find(dataset)
    tally.counts = addCounts(tally.counts, counts)
    tally.bytes += bytes
    return tally
  }

  #find(dataset: string): DatasetTally {
    let tally = this.#datasets.get(dataset)
    if (tally === undefined) {
      tally = { counts: noRows, bytes: 0, beganMs: undefined, lastCommitMs: undefined }
      this.#datasets.set(dataset, tally)
    }
    return tally
  }
}

function addCounts(a: FateCounts, b: FateCounts): FateCounts {
  return {
    read: a.read + b.read,
    written: a.written + b.written,
    merged: a.merged + b.merged,
    filtered: a.filtered + b.filtered,
    rejected: a.rejected + b.rejected,
    vanished: a.vanished + b.vanished,
  }
}

/** Losses of one dataset over all its splits, which are in their order, by column and rule. */
export function mergeLosses(losses: readonly LossCount[]): LossCount[] {
  const merged = new Map<string, LossCount>()
  for (const loss of losses) {
    const id = `${loss.column}\u0000${loss.rule}`
    const before = merged.get(id)
    merged.set(id, before === undefined ? loss : addLosses(before, loss))
  }
  return [...merged.values()].map(({ column, rule, count, sampleKeys, first, last }) => {
    return { column, rule, count, sampleKeys, first, last }
  })
}

export function mergeOutputs(outputs: readonly OutputCount[]): OutputCount[] {
  const merged = new Map<string, OutputCount>()
  for (const { to, written, rejected } of outputs) {
    const before = merged.get(to)
    merged.set(to, { to, written: written + (before?.written ?? 0), rejected: rejected + (before?.rejected ?? 0) })
  }
  return [...merged.values()]
}
