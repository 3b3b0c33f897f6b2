import type { Checkpoint, CommitReceipt } from '../contract/checkpoint.ts'
import type { FinishOutcome } from '../contract/target.ts'
import type { FinishStep, Plan } from '../model/plan.ts'
import { bytesText, counted, countText } from './amounts.ts'
import { CopyTally } from './copy-tally.ts'
import { copyLine } from './progress-lines.ts'

/** What shows how far a run is. Its methods are those of a run's events; none of them throws. */
export interface RunProgress extends Disposable {
  phase(name: string): void
  planned(plan: Plan, resumedFrom: string | undefined): void
  committed(dataset: string, checkpoint: Checkpoint, receipt: CommitReceipt): void
  finished(step: FinishStep, outcome: FinishOutcome): void
  /** A line for people, past what is drawn. */
  say(line: string): void
}

/** What is known of a run at any moment, whoever shows it. */
export class RunPicture {
  readonly tally = new CopyTally()
  phaseName = ''
  stepCount = 0
  stepDoneCount = 0

  phase(name: string, nowMs: number): void {
    this.phaseName = name
    if (name === 'copy') this.tally.start(nowMs)
  }

  /** Returns the plan in one line. */
  planned(plan: Plan, resumedFrom: string | undefined, nowMs: number): string {
    this.tally.begin(plan, resumedFrom !== undefined, nowMs)
    this.stepCount = plan.finish.length
    const { rows, bytes } = plan.estimate
    const size = `${counted(plan.datasets.length, 'dataset')}, about ${counted(rows, 'row')}, ${bytesText(bytes)}`
    return resumedFrom === undefined ? `planned: ${size}` : `going on with run ${resumedFrom}: ${size} in all`
  }

  /** The state of the phase that is under way, in one line; undefined where there is nothing to tell. */
  line(nowMs: number): string | undefined {
    if (this.phaseName === 'copy') return `copy: ${copyLine(this.tally.progress(nowMs))}`
    if (this.phaseName !== 'finish' || this.stepCount === 0) return undefined
    return `finish: ${countText(this.stepDoneCount)} of ${counted(this.stepCount, 'step')}`
  }
}
