import type { Checkpoint, CommitReceipt } from '../contract/checkpoint.ts'
import type { Plan } from '../model/plan.ts'
import { durationText } from './amounts.ts'
import { LiveBlock, type Screen } from './live-block.ts'
import { type BarGlyphs, datasetLines } from './progress-lines.ts'
import { RunPicture, type RunProgress } from './run-progress.ts'

/** Ten times a second at most. */
const redrawMs = 100
/** Without news, for the clock. */
const idleRedrawMs = 1_000

export interface LiveOptions {
  readonly screen: Screen
  /** Makes text out of data harmless to a terminal. */
  readonly visible: (text: string) => string
  readonly now: () => number
  readonly glyphs: BarGlyphs
}

/** Progress on a terminal: one block of lines at its end, redrawn in place. */
export class LiveProgress implements RunProgress {
  readonly #options: LiveOptions
  readonly #picture = new RunPicture()
  readonly #block: LiveBlock
  readonly #timer: NodeJS.Timeout
  readonly #startedMs: number
  #drawnAtMs = 0
  #isStale = true

  constructor(options: LiveOptions) {
    this.#options = options
    this.#block = new LiveBlock(options.screen)
    this.#startedMs = options.now()
    this.#timer = setInterval(() => this.tick(), redrawMs).unref()
  }

  phase(name: string): void {
    this.#picture.phase(name, this.#options.now())
    this.#isStale = true
    this.#drawIfDue()
  }

  planned(plan: Plan, resumedFrom: string | undefined): void {
    this.say(this.#picture.planned(plan, resumedFrom, this.#options.now()))
  }

  committed(dataset: string, checkpoint: Checkpoint, receipt: CommitReceipt): void {
    this.#picture.tally.commit(dataset, checkpoint, receipt, this.#options.now())
    this.#isStale = true
    this.#drawIfDue()
  }

  finished(): void {
    this.#picture.stepDoneCount++
    this.#isStale = true
  }

  say(line: string): void {
    this.#block.clear()
    this.#options.screen.write(`${this.#options.visible(line)}\n`)
    this.#isStale = true
  }

  /** What the timer does. */
  tick(): void {
    const nowMs = this.#options.now()
    if (!this.#isStale && nowMs - this.#drawnAtMs < idleRedrawMs) return
    this.#isStale = false
    this.#drawnAtMs = nowMs
    this.#block.draw(this.#lines(nowMs))
  }

  /** A run that leaves no time to timers draws by itself. */
  #drawIfDue(): void {
    if (this.#options.now() - this.#drawnAtMs >= redrawMs) this.tick()
  }

  #lines(nowMs: number): string[] {
    const { visible, screen, glyphs } = this.#options
    const elapsed = durationText(Math.floor((nowMs - this.#startedMs) / 1000))
    const name = this.#picture.phaseName
    const line = this.#picture.line(nowMs) ?? name
    const head = visible(line === '' ? elapsed : `${line} · ${elapsed}`)
    if (name !== 'copy') return [head]
    const progress = this.#picture.tally.progress(nowMs)
    const datasets = progress.datasets.map((one) => ({ ...one, dataset: visible(one.dataset) }))
    return [head, ...datasetLines({ ...progress, datasets }, screen.rows - 3, screen.columns - 1, glyphs)]
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    this.#block.clear()
  }
}
