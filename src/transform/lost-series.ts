/** Rows that are lost one behind the other for what they cost, before others are tried that stand elsewhere. */
const maxInSeries = 20

/** Rows from all over those that are left: where they are lost too, no other is tried. */
const maxElsewhere = 5

/**
 * Watches for a batch in which each row costs as much as a row may: hours of it would bring nothing but rejects. It is given up
 * once rows are lost in series, and others behind them as well.
 */
export class LostSeries {
  #lost = 0
  #mayLose = maxInSeries

  passed(): void {
    this.#lost = 0
    this.#mayLose = maxInSeries
  }

  lost(): void {
    this.#lost++
  }

  /** Whether the next row is to be one of those that stand elsewhere, or none. */
  get isLong(): boolean {
    return this.#lost >= this.#mayLose
  }

  /** The rows that are left, with those first that stand elsewhere; undefined where these were lost too. */
  elsewhereFirst(rows: readonly number[]): { readonly first: number[]; readonly others: number[] } | undefined {
    if (this.#mayLose > maxInSeries) return undefined
    const count = Math.min(maxElsewhere, rows.length)
    const first = new Set(
      Array.from({ length: count }, (_, place) => rows[Math.floor(((place + 1) * rows.length) / count) - 1]!),
    )
    this.#mayLose += count
    return { first: [...first], others: rows.filter((row) => !first.has(row)) }
  }
}

/** Why a row is rejected that was not tried. @param cost Of each of those that were */
export function untried(cost: string): string {
  return `it was not tried: ${maxInSeries} rows before it, and others behind it, have each cost ${cost}`
}
