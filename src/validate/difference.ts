import type { RowKey, ShownValue } from '../model/loss.ts'

/** Why a row differs. A contract: people and programs go by these words. */
export type DifferenceReason =
  | 'MISSING'
  | 'EXTRA'
  | 'TZ_SHIFT'
  | 'TRUNCATED'
  | 'PRECISION_REDUCED'
  | 'PAD_STRIPPED'
  | 'CASE_FOLD'
  | 'NULL_VS_EMPTY'
  | 'NUL_REMOVED'
  | 'ENCODING'
  | 'JSON_ORDER'
  | 'JSON_NUMBER'
  | 'TYPE_DRIFT'
  | 'FLOAT_ULP'
  | 'BOOL_RANGE'
  | 'VALUE'

/** One row that one end has alone, or one column of a row that both have. */
export interface Difference {
  readonly from: string
  readonly to: string
  readonly key: RowKey
  readonly reason: DifferenceReason
  /** What many differences may share, such as `-02:00`. */
  readonly detail?: string | undefined
  /** The source's name of the column; absent where the whole row is on one end alone. */
  readonly column?: string | undefined
  readonly source?: ShownValue | undefined
  readonly target?: ShownValue | undefined
  /** The row kept changing while it was looked at. */
  readonly transient?: boolean | undefined
}
