import type { Checkpoint, CommitReceipt } from '../contract/checkpoint.ts'
import type { Target } from '../contract/target.ts'
import type { Plan } from '../model/plan.ts'
import type { Consistency, RunStatus, SplitState, StoredRun } from '../model/run-state.ts'
import { Tally } from './tally.ts'

/** One process's hold on a run: its fence, and what it knows of the target's state. */
export class RunSession {
  readonly plan: Plan
  tally = new Tally([])
  /** Commits of this process: a sign that an attempt got somewhere. */
  commitCount = 0
  #stored: StoredRun

  constructor(stored: StoredRun, plan: Plan) {
    this.#stored = stored
    this.plan = plan
  }

  get run(): string {
    return this.#stored.run
  }

  get fence(): number {
    return this.#stored.fence
  }

  get attempts(): number {
    return this.#stored.attempts
  }

  get startedAt(): string {
    return this.#stored.startedAt
  }

  get status(): RunStatus {
    return this.#stored.status
  }

  get consistency(): Consistency | undefined {
    return this.#stored.consistency
  }

  get finishDone(): readonly string[] {
    return this.#stored.finishDone
  }

  /** Takes the target's word for what was committed, whatever this process saw answered. */
  load(states: readonly SplitState[], timesOf?: Tally): void {
    this.tally = new Tally(
      states.filter(({ split }) => !this.#isPass(split.dataset)),
      timesOf,
    )
  }

  commit(dataset: string, checkpoint: Checkpoint, receipt: CommitReceipt): void {
    this.commitCount++
    // Rows that a pass only looks at are no rows of the run.
    if (!this.#isPass(dataset)) this.tally.commit(dataset, checkpoint, receipt)
  }

  #isPass(name: string): boolean {
    return this.plan.passes?.some((pass) => pass.name === name) === true
  }

  async takeOver(target: Target, signal: AbortSignal): Promise<void> {
    this.#stored = await target.state.takeOver(this.run, signal)
  }

  async storeConsistency(target: Target, consistency: Consistency, signal: AbortSignal): Promise<void> {
    await target.state.storeConsistency(this.run, this.fence, consistency, signal)
    this.#stored = { ...this.#stored, consistency }
  }

  async setStatus(target: Target, status: RunStatus, signal: AbortSignal): Promise<void> {
    await target.state.setStatus(this.run, this.fence, status, signal)
    this.#stored = { ...this.#stored, status }
  }
}
