import type { Checkpoint, CommitReceipt } from '../contract/checkpoint.ts'
import type { Plan } from '../model/plan.ts'
import { RunPicture, type RunProgress } from './run-progress.ts'

const intervalMs = 5_000

export interface PlainOptions {
  /** Takes one line, without its end. */
  readonly say: (line: string) => void
  /** Milliseconds of any clock that never goes back. */
  readonly now: () => number
}

/** Progress where there is no terminal: a line for each phase, and one every five seconds where something moved. */
export class PlainProgress implements RunProgress {
  readonly #options: PlainOptions
  readonly #picture = new RunPicture()
  readonly #timer: NodeJS.Timeout
  #lastLine: string | undefined
  #hasMoved = false
  #toldAtMs: number

  constructor(options: PlainOptions) {
    this.#options = options
    this.#toldAtMs = options.now()
    this.#timer = setInterval(() => this.tick(), intervalMs).unref()
  }

  phase(name: string): void {
    if (this.#picture.phaseName === 'copy' && name !== 'copy') this.tick()
    this.#picture.phase(name, this.#options.now())
    this.say(name)
  }

  planned(plan: Plan, resumedFrom: string | undefined): void {
    this.say(this.#picture.planned(plan, resumedFrom, this.#options.now()))
  }

  committed(dataset: string, checkpoint: Checkpoint, receipt: CommitReceipt): void {
    this.#picture.tally.commit(dataset, checkpoint, receipt, this.#options.now())
    this.#hasMoved = true
    // A run that leaves no time to timers tells by itself.
    if (this.#options.now() - this.#toldAtMs >= intervalMs) this.tick()
  }

  finished(): void {
    this.#picture.stepDoneCount++
    this.#hasMoved = true
  }

  say(line: string): void {
    this.#options.say(line)
  }

  /** What the timer does. */
  tick(): void {
    if (!this.#hasMoved) return
    const line = this.#picture.line(this.#options.now())
    if (line === undefined || line === this.#lastLine) return
    this.#hasMoved = false
    this.#lastLine = line
    this.#toldAtMs = this.#options.now()
    this.say(line)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}
