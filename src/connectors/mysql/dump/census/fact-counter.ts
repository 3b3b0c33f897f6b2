import type { CensusFact } from '../../../../model/census.ts'
import type { LiteralBytes } from '../literal-bytes.ts'

/** What is found out of one column. */
export interface FactCounter {
  /** A value that is not NULL. */
  add(literal: LiteralBytes, flags: number): void
  /** Undefined where the fact makes no sense for the column. */
  answer(fact: CensusFact): string | null | undefined
}
