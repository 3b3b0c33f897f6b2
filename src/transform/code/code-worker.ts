import pLimit from 'p-limit'
import { assertNotAborted, waitOrAbort } from '../../async/abort.ts'
import { CodeThread } from './code-thread.ts'
import type { Part, Question, ThreadSetup } from './messages.ts'

/** Threads that are lost one behind the other, without a row that went through: no other row is tried then. */
const maxLostInSeries = 20

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
    const waiting = asked.rows.length === 0 ? [] : [asked.rows]
    let lostInSeries = 0
    for (let rows = waiting.shift(); rows !== undefined; rows = waiting.shift()) {
      assertNotAborted(signal)
      const thread = await this.#alive()
      if (typeof thread === 'string' || lostInSeries === maxLostInSeries) {
        const reason =
          typeof thread === 'string'
            ? `the module cannot be loaded again: ${thread}`
            : `it was not tried: ${maxLostInSeries} rows before it have each cost a worker its life`
        for (const row of [rows, ...waiting].flat()) asked.refuse(row, reason)
        return
      }
      const asking = rows
      let taken = 0
      const take = (part: Part): void => {
        asked.take(asking.slice(taken, taken + part.rowCount), part)
        taken += part.rowCount
      }
      const ending = await waitOrAbort(thread.ask(asked.pack(asking), this.#timeoutMs, take), signal, () => {
        void thread.close()
      })
      if (ending.is === 'answered') continue
      if (taken > 0) lostInSeries = 0
      lostInSeries++
      const { row = asking.length, reason } = ending
      if (ending.row !== undefined) asked.refuse(asking[ending.row]!, reason)
      // What the thread had done and not told yet is done once more, by itself: the next row may be as bad as this one.
      const left = [asking.slice(taken, row), asking.slice(row + 1)].filter(({ length }) => length > 0)
      waiting.unshift(...left)
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
