import type { KeyTexts } from '../contract/contents.ts'
import type { LogState } from './difference-log.ts'
import type { SeenRows } from './tally.ts'

/** How far the comparison of a table has come, range by range; plain, so that it can be stored. */
export interface TableProgress {
  /** The last key of the ranges that are done; absent: none is, or all are. */
  readonly after?: KeyTexts | undefined
  readonly source: SeenRows
  readonly target: SeenRows
  readonly log: LogState
  /** Ranges that are done. */
  readonly done: number
  readonly equal: number
  readonly rowsRead: number
}
