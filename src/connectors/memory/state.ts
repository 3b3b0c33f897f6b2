import type {
  Checkpoint,
  CleanOutcome,
  CommitReceipt,
  OutputCount,
  ReplayedCount,
  RetrySplit,
  RunStateStore,
} from '../../contract/checkpoint.ts'
import type { MapEntry } from '../../batch/notes.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { LossCount, RejectedRow } from '../../model/loss.ts'
import type { Plain } from '../../model/plain.ts'
import type { Split } from '../../model/plan.ts'
import type { TableInfo } from '../../model/relation.ts'
import type { Consistency, RunStatus, SplitState, StoredRun } from '../../model/run-state.ts'
import { type MemoryDatabase, nameOf } from './database.ts'

type Writable<T> = { -readonly [key in keyof T]: T[key] }

interface MemoryRun {
  stored: StoredRun
  readonly splits: Map<string, Writable<SplitState>>
  readonly losses: (LossCount & { dataset: string })[]
  readonly outputs: (OutputCount & { dataset: string })[]
  readonly rejects: Map<string, RejectedRow>
  readonly replayed: RejectedRow[]
  readonly made: string[]
  readonly remembered: MapEntry[]
}

/** A run's state in this process. Whoever writes rows calls `commit` in the same turn of the event loop. */
export class MemoryState implements RunStateStore {
  readonly #runs = new Map<string, MemoryRun>()
  /** By map and key. */
  readonly ids = new Map<string, string>()
  readonly #database: MemoryDatabase

  /** `prepare` statements are tables as JSON: see `MemoryTarget.render`. */
  constructor(database: MemoryDatabase) {
    this.#database = database
  }

  async findUnfinished(planIdentity: string): Promise<StoredRun | undefined> {
    const runs = [...this.#runs.values()].map((run) => run.stored)
    return runs.findLast((run) => run.planIdentity === planIdentity && run.status !== 'finished')
  }

  async find(run: string): Promise<StoredRun | undefined> {
    return this.#runs.get(run)?.stored
  }

  async list(): Promise<readonly StoredRun[]> {
    return [...this.#runs.values()].map((run) => run.stored)
  }

  async begin(
    run: { readonly run: string; readonly planIdentity: string; readonly plan: Plain; readonly startedAt: string },
    splits: readonly Split[],
    prepare: readonly string[],
  ): Promise<StoredRun> {
    if ((await this.findUnfinished(run.planIdentity)) !== undefined)
      throw new TransloadError('TL_K501', { run: run.run })
    const tables = prepare.map((statement) => this.#parse(statement))
    for (const table of tables) this.#database.put(table, [])
    const stored: StoredRun = {
      ...run,
      status: 'running',
      fence: 1,
      attempts: 1,
      consistency: undefined,
      finishDone: [],
    }
    const states = splits.map((split): [string, SplitState] => [split.id, untouched(split)])
    this.#runs.set(run.run, {
      stored,
      splits: new Map(states),
      losses: [],
      outputs: [],
      rejects: new Map(),
      remembered: [],
      replayed: [],
      made: tables.map((table) => nameOf(table.name)),
    })
    return stored
  }

  async takeOver(run: string): Promise<StoredRun> {
    const found = this.#get(run)
    found.stored = { ...found.stored, fence: found.stored.fence + 1, attempts: found.stored.attempts + 1 }
    return found.stored
  }

  async storeConsistency(run: string, fence: number, consistency: Consistency): Promise<void> {
    const found = this.#fenced(run, fence)
    found.stored = { ...found.stored, consistency }
  }

  async splits(run: string): Promise<readonly SplitState[]> {
    return [...this.#get(run).splits.values()].map((state) => ({ ...state }))
  }

  async losses(run: string): Promise<readonly (LossCount & { readonly dataset: string })[]> {
    const { losses, splits } = this.#get(run)
    const order = [...splits.keys()]
    return losses.toSorted((a, b) => order.indexOf(a.first?.split ?? '') - order.indexOf(b.first?.split ?? ''))
  }

  async rejects(run: string): Promise<readonly RejectedRow[]> {
    return [...this.#get(run).rejects.values()]
  }

  async outputs(run: string): Promise<readonly (OutputCount & { readonly dataset: string })[]> {
    return this.#get(run).outputs
  }

  async retry(run: string, fence: number, retries: readonly RetrySplit[], redo: readonly string[]): Promise<void> {
    const found = this.#fenced(run, fence)
    for (const { split, rejects } of retries) {
      for (const reject of rejects) {
        found.rejects.delete(rejectId(reject.split, reject.position))
        const state = found.splits.get(reject.split)
        if (state === undefined) continue
        const { read, rejected } = state.counts
        state.counts = { ...state.counts, read: read - 1, rejected: rejected - 1 }
      }
      found.splits.set(split.id, untouched(split))
    }
    const finishDone = found.stored.finishDone.filter((step) => !redo.includes(step))
    found.stored = { ...found.stored, status: 'running', finishDone }
  }

  async beginReplay(run: string, fence: number, redo: readonly string[]): Promise<void> {
    const found = this.#fenced(run, fence)
    const finishDone = found.stored.finishDone.filter((step) => !redo.includes(step))
    found.stored = { ...found.stored, status: 'loaded', finishDone }
  }

  async replayed(run: string): Promise<readonly ReplayedCount[]> {
    const byDataset = Map.groupBy(this.#get(run).replayed, ({ dataset }) => dataset)
    return [...byDataset].map(([dataset, { length }]) => ({ dataset, count: length }))
  }

  async setStatus(run: string, fence: number, status: RunStatus): Promise<void> {
    const found = this.#fenced(run, fence)
    found.stored = { ...found.stored, status }
  }

  async discard(run: string): Promise<void> {
    for (const table of this.#get(run).made) this.#database.tables.delete(table)
    this.#runs.delete(run)
  }

  async clean(): Promise<CleanOutcome> {
    const removed = [...this.#runs.keys()]
    this.#runs.clear()
    return { removed, restored: [], notRestored: [] }
  }

  finishDone(run: string, fence: number, step: string): void {
    const found = this.#fenced(run, fence)
    const finishDone = new Set([...found.stored.finishDone, step])
    found.stored = { ...found.stored, finishDone: [...finishDone] }
  }

  /** @throws TL_K501 where the fence is an older one: nothing is to be written then. */
  assertFence(run: string, fence: number): void {
    this.#fenced(run, fence)
  }

  /** @throws TL_K501 where the batch is not the one that the split's checkpoint waits for: it never moves back. */
  assertNext(checkpoint: Checkpoint): void {
    const state = this.#split(checkpoint)
    if (checkpoint.replayed !== undefined) return this.#assertWaiting(checkpoint, checkpoint.replayed)
    if (state.done || state.sequence !== checkpoint.sequence)
      throw new TransloadError('TL_K501', { run: checkpoint.run })
  }

  #assertWaiting({ run, split }: Checkpoint, positions: readonly number[]): void {
    const { rejects } = this.#get(run)
    if (!positions.every((position) => rejects.has(rejectId(split, position)))) {
      throw new TransloadError('TL_K501', { run })
    }
  }

  commit(checkpoint: Checkpoint, receipt: CommitReceipt): void {
    this.assertNext(checkpoint)
    const run = this.#get(checkpoint.run)
    const state = this.#split(checkpoint)
    const { dataset } = state.split
    if (checkpoint.replayed !== undefined) this.#settle(run, state, checkpoint.split, checkpoint.replayed, receipt)
    else this.#advance(state, checkpoint, receipt)
    run.losses.push(...receipt.losses.map((loss) => ({ ...loss, dataset })))
    for (const reject of receipt.rejects) run.rejects.set(rejectId(reject.split, reject.position), reject)
    const outputs = receipt.outputs.map((output) => ({ ...output, dataset }))
    if (checkpoint.replayed === undefined) run.outputs.push(...outputs)
    else for (const output of outputs) run.outputs.push(fewerRejected(run.outputs, output, checkpoint.replayed.length))
  }

  /** Rejected rows of a split came to another end, but for those that are rejected anew. */
  #settle(
    run: MemoryRun,
    state: Writable<SplitState>,
    split: string,
    positions: readonly number[],
    receipt: CommitReceipt,
  ): void {
    const anew = new Set(receipt.rejects.map(({ position }) => position))
    for (const position of positions) {
      const id = rejectId(split, position)
      const reject = run.rejects.get(id)
      if (anew.has(position) || reject === undefined) continue
      run.rejects.delete(id)
      run.replayed.push(reject)
    }
    const { counts } = state
    state.counts = {
      read: counts.read,
      written: counts.written + receipt.written,
      merged: counts.merged + receipt.merged,
      filtered: counts.filtered + receipt.filtered,
      rejected: counts.rejected - positions.length + receipt.rejected,
      vanished: counts.vanished + receipt.vanished,
    }
  }

  #advance(state: Writable<SplitState>, checkpoint: Checkpoint, receipt: CommitReceipt): void {
    state.cursor = checkpoint.after
    state.done = checkpoint.done
    state.sequence = checkpoint.sequence + 1
    state.bytes += checkpoint.bytes
    state.counts = {
      read: state.counts.read + checkpoint.read,
      written: state.counts.written + receipt.written,
      merged: state.counts.merged + receipt.merged,
      filtered: state.counts.filtered + receipt.filtered,
      rejected: state.counts.rejected + receipt.rejected,
      vanished: state.counts.vanished + receipt.vanished,
    }
  }

  remember(run: string, entries: readonly MapEntry[]): void {
    this.#get(run).remembered.push(...entries)
  }

  /** By run, the newest first. */
  remembered(): readonly { readonly run: string; readonly plan: string; readonly entries: readonly MapEntry[] }[] {
    return [...this.#runs]
      .map(([run, { stored, remembered }]) => ({ run, plan: stored.planIdentity, entries: remembered }))
      .toReversed()
  }

  #split(checkpoint: Checkpoint): Writable<SplitState> {
    const state = this.#fenced(checkpoint.run, checkpoint.fence).splits.get(checkpoint.split)
    if (state === undefined) throw new TransloadError('TL_K504', { reason: `no split ${checkpoint.split}` })
    return state
  }

  #parse(statement: string): TableInfo {
    const fail = (reason: string): never => {
      throw new TransloadError('TL_T399', { endpoint: 'memory', reason })
    }
    if (!statement.startsWith('{')) return fail(`${statement} is no statement`)
    const table = JSON.parse(statement) as TableInfo
    return this.#database.get(table.name) === undefined ? table : fail(`${nameOf(table.name)} is there already`)
  }

  #get(run: string): MemoryRun {
    const found = this.#runs.get(run)
    if (found === undefined) throw new TransloadError('TL_K504', { reason: `no run ${run}` })
    return found
  }

  #fenced(run: string, fence: number): MemoryRun {
    const found = this.#get(run)
    if (found.stored.fence !== fence) throw new TransloadError('TL_K501', { run })
    return found
  }
}

type DatasetOutput = OutputCount & { readonly dataset: string }

/** What a replay adds to an output: of rows that were rejected before they came to it, it has counted none. */
function fewerRejected(held: readonly DatasetOutput[], output: DatasetOutput, replayed: number): DatasetOutput {
  const own = held.filter(({ dataset, to }) => dataset === output.dataset && to === output.to)
  const before = own.reduce((sum, { rejected }) => sum + rejected, 0)
  return { ...output, rejected: Math.max(-before, output.rejected - replayed) }
}

function rejectId(split: string, position: number): string {
  return `${split}\u0000${position}`
}

function untouched(split: Split): SplitState {
  return {
    split,
    cursor: undefined,
    done: false,
    counts: { read: 0, written: 0, merged: 0, filtered: 0, rejected: 0, vanished: 0 },
    bytes: 0,
    sequence: 0,
  }
}
