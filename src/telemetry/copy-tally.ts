import type { Checkpoint, CommitReceipt } from '../contract/checkpoint.ts'
import type { Plan } from '../model/plan.ts'

/** What goes back longer says nothing of the rate now. */
const rateWindowMs = 15_000

export interface DatasetProgress {
  readonly dataset: string
  /** Rows that this attempt has read. */
  readonly rowCount: number
  /** The plan's estimate, or what was read where that is more. */
  readonly rowEstimate: number
  readonly splitCount: number
  readonly doneCount: number
  /** Splits that were begun and are not done. */
  readonly activeCount: number
}

export interface CopyProgress {
  readonly datasets: readonly DatasetProgress[]
  readonly rowCount: number
  readonly rowEstimate: number
  readonly rejectedCount: number
  readonly activeCount: number
  /** 0 … 1; undefined where there is nothing to measure by: the rows before a resumed attempt are not known. */
  readonly share: number | undefined
  readonly rowsPerSecond: number
  readonly bytesPerSecond: number
  readonly secondsLeft: number | undefined
}

interface DatasetTally {
  readonly rowEstimate: number
  readonly splitCount: number
  rowCount: number
  readonly active: Set<string>
  readonly done: Set<string>
}

/** What a copy has come to, from the commits that it tells of. Never looks at the clock itself. */
export class CopyTally {
  readonly #datasets = new Map<string, DatasetTally>()
  readonly #samples: { readonly atMs: number; readonly rowCount: number; readonly bytes: number }[] = []
  #rejectedCount = 0
  #isResumed = false

  begin(plan: Plan, isResumed: boolean, nowMs: number): void {
    this.#isResumed = isResumed
    this.#datasets.clear()
    this.#samples.splice(0, Infinity, { atMs: nowMs, rowCount: 0, bytes: 0 })
    const estimates = new Map(plan.datasets.map(({ from, rowEstimate }) => [from, rowEstimate]))
    const passes = (plan.passes ?? []).map(({ name, dataset, splits }) => ({
      from: name,
      splits,
      rowEstimate: estimates.get(dataset) ?? 0,
    }))
    for (const { from, rowEstimate, splits } of [...passes, ...plan.datasets]) {
      this.#datasets.set(from, {
        rowEstimate,
        splitCount: splits.length,
        rowCount: 0,
        active: new Set(),
        done: new Set(),
      })
    }
  }

  /** The copy begins: until now there was nothing to measure. */
  start(nowMs: number): void {
    this.#samples.splice(0, Infinity, { atMs: nowMs, rowCount: 0, bytes: 0 })
  }

  commit(dataset: string, checkpoint: Checkpoint, receipt: CommitReceipt, nowMs: number): void {
    const tally = this.#datasets.get(dataset)
    if (tally === undefined) return
    tally.rowCount += checkpoint.read
    if (checkpoint.done) {
      tally.active.delete(checkpoint.split)
      tally.done.add(checkpoint.split)
    } else {
      tally.active.add(checkpoint.split)
    }
    this.#rejectedCount += receipt.rejected
    this.#sample(checkpoint, nowMs)
  }

  /** Sums over the window: one entry for every tenth of a second at most. */
  #sample({ read, bytes }: Checkpoint, nowMs: number): void {
    const last = this.#samples.at(-1)
    const sum = { atMs: nowMs, rowCount: (last?.rowCount ?? 0) + read, bytes: (last?.bytes ?? 0) + bytes }
    if (last !== undefined && this.#samples.length > 1 && nowMs - last.atMs < 100) this.#samples.pop()
    this.#samples.push(sum)
    while ((this.#samples[1]?.atMs ?? nowMs) < nowMs - rateWindowMs) this.#samples.shift()
  }

  progress(nowMs: number): CopyProgress {
    const datasets = [...this.#datasets].map(([dataset, tally]): DatasetProgress => {
      const isDone = tally.done.size >= tally.splitCount
      const rowEstimate = isDone && !this.#isResumed ? tally.rowCount : Math.max(tally.rowEstimate, tally.rowCount)
      return {
        dataset,
        rowCount: tally.rowCount,
        rowEstimate,
        splitCount: tally.splitCount,
        doneCount: tally.done.size,
        activeCount: tally.active.size,
      }
    })
    const rowCount = sum(datasets.map((one) => one.rowCount))
    const rowEstimate = sum(datasets.map((one) => one.rowEstimate))
    const { rowsPerSecond, bytesPerSecond } = this.#rate(nowMs)
    const isMeasured = !this.#isResumed && rowEstimate > 0
    const left = rowEstimate - rowCount
    return {
      datasets,
      rowCount,
      rowEstimate,
      rejectedCount: this.#rejectedCount,
      activeCount: sum(datasets.map((one) => one.activeCount)),
      share: isMeasured ? rowCount / rowEstimate : undefined,
      rowsPerSecond,
      bytesPerSecond,
      secondsLeft: isMeasured && rowsPerSecond > 0 ? left / rowsPerSecond : undefined,
    }
  }

  #rate(nowMs: number): { rowsPerSecond: number; bytesPerSecond: number } {
    const first = this.#samples[0]
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined) return { rowsPerSecond: 0, bytesPerSecond: 0 }
    const seconds = Math.max(nowMs - first.atMs, 1) / 1000
    return {
      rowsPerSecond: (last.rowCount - first.rowCount) / seconds,
      bytesPerSecond: (last.bytes - first.bytes) / seconds,
    }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
