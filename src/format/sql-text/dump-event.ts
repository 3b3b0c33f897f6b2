import type { InsertHead } from './insert-head.ts'
import type { SessionState } from './session-settings.ts'

/** What `next` found; the scanner's fields tell the rest. */
export const DumpEvent = {
  /** All that was fed is read: feed more, or say that there is no more. */
  needMore: 0,
  /** A whole statement that is no INSERT … VALUES: `text`, `start`. SET and USE are applied already, and given too. */
  statement: 1,
  /** An INSERT or REPLACE … VALUES begins: `insert`, `start`. Its rows follow. */
  insertStart: 2,
  /** One row: `bytes`, `values`, `valueCount`, `start`. */
  row: 3,
  /** The INSERT ends. */
  insertEnd: 4,
  /** A statement that makes something other than a table: `skipped`, `text`, `start`. */
  skipped: 5,
  /** The dump cannot be read on: `failure`. Every later call says the same. */
  failed: 6,
  /** The whole dump was read: see `headerCount` and `trailerCount`. */
  end: 7,
} as const
export type DumpEvent = (typeof DumpEvent)[keyof typeof DumpEvent]

/**
 * `truncated`: the file ends inside a statement. `not-sql`: no statement where one should be. `dump-failed`: the dump
 * tool's own error message stands in the file. `too-long`: a statement or row over the limit. `malformed`: a row or
 * statement that cannot be read. `setting`: a SET whose effect on the text that follows cannot be told.
 */
export type FailureKind = 'truncated' | 'not-sql' | 'dump-failed' | 'too-long' | 'malformed' | 'setting'

export interface ScanFailure {
  readonly kind: FailureKind
  readonly message: string
  /** In bytes from the start of the dump. */
  readonly position: number
}

/** Where to go on, as plain JSON: after the event that was given last. */
export interface DumpCursor {
  /** In bytes from the start of the (unpacked) dump: the first byte to feed. */
  readonly position: number
  readonly session: SessionState
  readonly delimiter: string
  readonly headerCount: number
  readonly trailerCount: number
  /** Set inside an INSERT, with the number of its rows that were given. */
  readonly insert?: (InsertHead & { readonly rowCount: number }) | undefined
}

export interface ScannerOptions {
  /** Go on from there; feeding starts at its position. */
  readonly from?: DumpCursor | undefined
  /** Longest statement other than an INSERT. Default: 64 MiB. */
  readonly maxStatementBytes?: number | undefined
  /** Longest row, as written. Default and limit: 2³¹ − 16. */
  readonly maxRowBytes?: number | undefined
}
