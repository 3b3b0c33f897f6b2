import type { RowKey } from '../model/loss.ts'
import type { Difference } from './difference.ts'
import type { TwoContents } from './read-rows.ts'
import type { TableProgress } from './table-progress.ts'

/** How contents are compared; `sample`: so many ranges of a table alone. */
export type CompareWay = 'auto' | 'stream' | 'digest' | { readonly sample: number }

/** Rows of one table that differ before no more are looked for, where nobody says otherwise. */
export const defaultMaxDifferences = 100_000

export interface CompareOptions extends TwoContents {
  /** Absent: `stream`. */
  readonly way?: CompareWay | undefined
  /** Rows of a range of a table that is compared in the order of its key; absent: what is fast. */
  readonly rangeRows?: number | undefined
  /** Rows that differ before no more are looked for. */
  readonly maxDifferences: number
  /** Told of every difference, in order. */
  readonly onDifference: (difference: Difference) => void
  /** Awaited every so often, so that whoever is told can keep up. */
  readonly pause: () => Promise<void>
  /** What was told of this table is not so: it is compared once more, in another way. */
  readonly retract: () => Promise<void>
  /** Whether a row of the source is missing for a reason that is known; asked once for each that is. Absent: none is. */
  readonly isExpected?: ((key: RowKey) => boolean) | undefined
  /** Awaited between ranges of a table that is compared in the order of its key. */
  readonly between?: ((progress: TableProgress) => Promise<void>) | undefined
  /** Awaited between reads of a table that is compared otherwise, where load is limited. */
  readonly rest?: (() => Promise<void>) | undefined
  /** Where an earlier comparison of the table came to. */
  readonly from?: TableProgress | undefined
  readonly signal: AbortSignal
}
