import pLimit from 'p-limit'
import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import { LostSeries, untried } from '../lost-series.ts'
import { CodeThread } from './code-thread.ts'
import type { Part, Question, ThreadSetup } from './messages.ts'

/** Rows of a batch that a function is asked about. */
export interface AskedRows {
  readonly rows: readonly number[]
  pack(rows: readonly number[]): Question
  take(rows: readonly number[], part: Part): void
  refuse(row: number, reason: string): void
}

/**
 * A function of a user's own, in a thread of its own that begins with the first rows. A row that costs the thread its life is
 * refused, and the others go to a new one.
 */
export class CodeWorker {
  readonly #setup: Omit<ThreadSetup, 'working'>
  readonly #timeoutMs: number
  /** Readers of a validation may share it. */
  readonly #one = pLimit(1)
  #thread: CodeThread | undefined

  constructor(setup: Omit<ThreadSetup, 'working'>, timeoutMs: number) {
    this.#setup = setup
    this.#timeoutMs = timeoutMs
  }

  async work(asked: AskedRows, signal: AbortSignal): Promise<void> {
    await this.#one(() => this.#work(asked, signal))
  }

  /** Ends the thread. Rows that come later begin another. */
  async close(): Promise<void> {
    await this.#one(async () => {
      await this.#thread?.close()
      this.#thread = undefined
    })
  }

  async #work(asked: AskedRows, signal: AbortSignal): Promise<void> {
    const series = new LostSeries()
    let waiting: readonly (readonly number[])[] = [asked.rows]
    while (waiting.length > 0) {
      assertNotAborted(signal)
      const [rows = [], ...others] = waiting
      if (rows.length === 0) {
        waiting = others
        continue
      }
      if (series.isLong) {
        const left = waiting.flat()
        const elsewhere = series.elsewhereFirst(left)
        if (elsewhere === undefined) return refuseAll(asked, left, untried('a worker its life'))
        waiting = [...elsewhere.first.map((row) => [row]), elsewhere.others]
        continue
      }
      const thread = await this.#alive()
      if (typeof thread === 'string') {
        return refuseAll(asked, waiting.flat(), `the module cannot be loaded again: ${thread}`)
      }
      let taken = 0
      const take = (part: Part): void => {
        asked.take(rows.slice(taken, taken + part.rowCount), part)
        taken += part.rowCount
      }
      const ending = await waitOrAbort(thread.ask(asked.pack(rows), this.#timeoutMs, take), signal, () => {
        void thread.close()
      })
      if (taken > 0) series.passed()
      waiting = others
      if (ending.is === 'answered') continue
      series.lost()
      const { row = rows.length, reason } = ending
      if (ending.row !== undefined) asked.refuse(rows[ending.row]!, reason)
      // What the thread had done and not told yet is done once more, by itself: the next row may be as bad as this one.
      waiting = [rows.slice(taken, row), rows.slice(row + 1), ...others]
    }
  }

  /** Or why there is none. */
  async #alive(): Promise<CodeThread | string> {
    if (this.#thread?.isAlive === true) return this.#thread
    const thread = new CodeThread(this.#setup)
    const readiness = await thread.ready()
    if (!readiness.ready) return readiness.reason
    this.#thread = thread
    return thread
  }
}

function refuseAll(asked: AskedRows, rows: readonly number[], reason: string): void {
  for (const row of rows) asked.refuse(row, reason)
}
