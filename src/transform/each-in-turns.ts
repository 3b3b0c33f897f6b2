import { setImmediate } from 'node:timers/promises'
import { assertNotAborted } from '../async/abort.ts'
import { LostSeries, untried } from './lost-series.ts'
import type { StageRows } from './stage-rows.ts'

/** What is done in one go: nothing else of this process has a turn meanwhile, no signal of the terminal either. */
const turnMs = 100

/** Rows between two looks at the clock. */
const rowsPerLook = 8

/** What a row is rejected with that has cost all the work that a row may. */
const workCode = 'TL_D414'

/**
 * As `rows.each`, for work that may take long: it ends where the signal aborts, and the rows of a batch of which each
 * costs all the work that a row may are not tried to the last. Waits for nothing where it is done in one go.
 */
export function eachInTurns(rows: StageRows, work: (row: number) => void, signal: AbortSignal): void | Promise<void> {
  const turns = new Turns(rows, work)
  return turns.goOn() ? undefined : takeTurns(turns, signal)
}

async function takeTurns(turns: Turns, signal: AbortSignal): Promise<void> {
  do {
    await setImmediate()
    assertNotAborted(signal)
  } while (!turns.goOn())
}

class Turns {
  readonly #rows: StageRows
  readonly #work: (row: number) => void
  readonly #series = new LostSeries()
  /** Absent: one row behind the other. */
  #order: readonly number[] | undefined
  #place = 0
  #count: number

  constructor(rows: StageRows, work: (row: number) => void) {
    this.#rows = rows
    this.#work = work
    this.#count = rows.count
  }

  /** Goes on for one turn. True: all is done. */
  goOn(): boolean {
    const end = performance.now() + turnMs
    for (let looked = 0; this.#place < this.#count; looked++) {
      if (this.#series.isLong && !this.#goElsewhere()) return true
      const row = this.#order === undefined ? this.#place : this.#order[this.#place]!
      this.#place++
      if (!this.#rows.isLive(row)) continue
      if (this.#rows.attempt(row, this.#work) === workCode) this.#series.lost()
      else this.#series.passed()
      if (looked % rowsPerLook === 0 && performance.now() > end) return this.#place === this.#count
    }
    return true
  }

  /** False: nothing is tried any more. */
  #goElsewhere(): boolean {
    const left: number[] = []
    for (let place = this.#place; place < this.#count; place++) {
      const row = this.#order === undefined ? place : this.#order[place]!
      if (this.#rows.isLive(row)) left.push(row)
    }
    const elsewhere = this.#series.elsewhereFirst(left)
    if (elsewhere === undefined) {
      for (const row of left) this.#rows.reject(row, undefined, untried('all the work that a row may'), workCode)
      return false
    }
    this.#order = [...elsewhere.first, ...elsewhere.others]
    this.#place = 0
    this.#count = this.#order.length
    return this.#count > 0
  }
}
