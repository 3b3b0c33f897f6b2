import { compareBuckets } from './compare-buckets.ts'
import { compareInOrder, type OrderedTable } from './compare-in-order.ts'
import type { CompareOptions } from './compare-options.ts'
import type { ComparedTable } from './compared-table.ts'
import { DifferenceLog } from './difference-log.ts'
import { withRows } from './read-rows.ts'
import type { RowStream } from './row-stream.ts'
import type { SeenRows } from './tally.ts'

/** How a table was compared, for people. */
export type TableWay = 'ordered' | 'digest' | 'buckets'

export interface TableComparison {
  readonly table: ComparedTable
  readonly mode: TableWay
  /** Why in this way, for people. */
  readonly reason: string
  readonly source: SeenRows
  readonly target: SeenRows
  readonly log: DifferenceLog
  /** Rows that kept changing, so that nobody can tell whether the target would have them. */
  readonly transient?: DifferenceLog | undefined
  /** More differences were not looked for. */
  readonly isStopped: boolean
  /** Of a table that was compared range by range. */
  readonly ranges?: OrderedTable['ranges'] | undefined
}

/** Compares all rows of two tables. @throws TransloadError where an end cannot be read */
export async function compareTable(table: ComparedTable, options: CompareOptions): Promise<TableComparison> {
  forgetLeft(table)
  if (table.isOrdered) {
    const found = await compareInOrder(table, options)
    if (found !== undefined) return { ...found, table }
    await options.retract()
  }
  const log = new DifferenceLog(options)
  const { maxDifferences, pause, signal } = options
  let source: SeenRows = { rows: 0, nulls: [] }
  let target: SeenRows = { rows: 0, nulls: [] }
  const end = await compareBuckets(
    table,
    {
      source: (work, either) => {
        forgetLeft(table)
        return withRows(table, 'source', { order: [] }, options, either, async (rows) => {
          const result = await work(rows)
          source = seenOf(rows)
          return result
        })
      },
      target: (work, either) =>
        withRows(table, 'target', { order: [] }, options, either, async (rows) => {
          const result = await work(rows)
          target = seenOf(rows)
          return result
        }),
    },
    log,
    maxDifferences,
    async () => {
      await pause()
      await options.rest?.()
    },
    signal,
  )
  const reason = reasonForBuckets(table)
  return { table, mode: 'buckets', reason, source, target, log, isStopped: end === 'enough' }
}

/** Rows that stages leave out are counted while all are read: once more means from the beginning. */
function forgetLeft({ staging }: ComparedTable): void {
  if (staging !== undefined) Object.assign(staging.left, { filtered: 0, refused: 0 })
}

function seenOf({ count, nulls }: RowStream): SeenRows {
  return { rows: count, nulls: [...nulls] }
}

function reasonForBuckets(table: ComparedTable): string {
  if (table.key.length === 0) return 'there is no key: rows are compared as a multiset'
  return table.isOrdered
    ? 'an end does not order the key as the other does'
    : 'the order of the key hangs on the engine and its collation'
}
