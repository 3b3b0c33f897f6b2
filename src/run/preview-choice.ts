import type { PreviewRow } from '../model/preview.ts'

/** What decides whether a row is worth showing. */
export type RowTold = Pick<PreviewRow, 'outcome' | 'stage' | 'column' | 'code' | 'losses'>

/** In which order places are given away: one row of each trouble, one that each stage filters, more trouble, and others. */
const rank = { trouble: 0, filtered: 1, moreTrouble: 2, ordinary: 3, moreFiltered: 4 } as const

/** Chooses the rows that are shown among many. None is made that is not kept for the time being. */
export class PreviewChoice {
  readonly #rowCount: number
  readonly #kinds = new Set<string>()
  readonly #kept: PreviewRow[][] = Object.keys(rank).map(() => [])

  /** @param rowCount Rows that are shown at the most */
  constructor(rowCount: number) {
    this.#rowCount = rowCount
  }

  offer(told: RowTold, make: (told: RowTold) => PreviewRow): void {
    const kept = this.#kept[this.#rankOf(told)]!
    if (kept.length < this.#rowCount) kept.push(make(told))
  }

  /** Rejected rows, those that lose something, filtered ones, and the others; each as they were read. */
  rows(): PreviewRow[] {
    const chosen = this.#kept.flat().slice(0, this.#rowCount)
    return chosen.toSorted((one, other) => placeOf(one) - placeOf(other) || one.row - other.row)
  }

  #rankOf(told: RowTold): number {
    const { outcome, stage, column, code, losses } = told
    if (outcome === 'filtered') return this.#isNew(['filtered', stage]) ? rank.filtered : rank.moreFiltered
    if (outcome === 'rejected') {
      return this.#isNew(['rejected', stage, column, code]) ? rank.trouble : rank.moreTrouble
    }
    if (losses.length === 0) return rank.ordinary
    // All are noted, also where the first is new already.
    const isNew = losses.map((loss) => this.#isNew(['loss', loss.column, loss.rule]))
    return isNew.includes(true) ? rank.trouble : rank.moreTrouble
  }

  #isNew(kind: readonly (string | undefined)[]): boolean {
    const id = JSON.stringify(kind)
    const isNew = !this.#kinds.has(id)
    this.#kinds.add(id)
    return isNew
  }
}

function placeOf({ outcome, losses }: PreviewRow): number {
  if (outcome === 'rejected') return 0
  if (outcome === 'filtered') return 2
  return losses.length > 0 ? 1 : 3
}
