import type { Contents } from '../contract/contents.ts'
import type { NativeType } from '../model/relation.ts'
import { compareBuckets } from './compare-buckets.ts'
import { compareOrdered } from './compare-ordered.ts'
import type { ComparedTable } from './compared-table.ts'
import { DifferenceLog, type LogOptions } from './difference-log.ts'
import { RowStream } from './row-stream.ts'

/** Rows of one table that differ before no more are looked for, where nobody says otherwise. */
export const defaultMaxDifferences = 100_000

export interface CompareOptions extends LogOptions {
  readonly source: Contents<NativeType>
  readonly target: Contents<string>
  /** Rows that differ before no more are looked for. */
  readonly maxDifferences: number
  /** Awaited every so often, so that whoever is told can keep up. */
  readonly pause: () => Promise<void>
  /** What was told of this table is not so: it is compared once more, in another way. */
  readonly retract: () => Promise<void>
  readonly signal: AbortSignal
}

/** What went by of one end; all of it, unless the comparison was stopped. */
export interface Seen {
  readonly rows: number
  /** By column. */
  readonly nulls: readonly number[]
}

export interface TableComparison {
  readonly table: ComparedTable
  readonly mode: 'ordered' | 'buckets'
  /** Why in this way, for people. */
  readonly reason: string
  readonly source: Seen
  readonly target: Seen
  readonly log: DifferenceLog
  /** More differences were not looked for. */
  readonly isStopped: boolean
}

/** Compares all rows of two tables, by reading both whole. @throws TransloadError where an end cannot be read */
export async function compareTable(table: ComparedTable, options: CompareOptions): Promise<TableComparison> {
  if (table.isOrdered) {
    const found = await compareInOrder(table, options)
    if (found !== undefined) return found
    await options.retract()
  }
  const log = new DifferenceLog(options)
  let source: Seen = { rows: 0, nulls: [] }
  let target: Seen = { rows: 0, nulls: [] }
  const end = await compareBuckets(
    table,
    {
      source: (work, signal) =>
        withRows(table, 'source', [], { ...options, signal }, async (rows) => {
          const result = await work(rows)
          source = seenOf(rows)
          return result
        }),
      target: (work, signal) =>
        withRows(table, 'target', [], { ...options, signal }, async (rows) => {
          const result = await work(rows)
          target = seenOf(rows)
          return result
        }),
    },
    log,
    options.maxDifferences,
    options.pause,
    options.signal,
  )
  const reason = reasonForBuckets(table)
  return { table, mode: 'buckets', reason, source, target, log, isStopped: end === 'enough' }
}

function seenOf({ count, nulls }: RowStream): Seen {
  return { rows: count, nulls: [...nulls] }
}

function reasonForBuckets(table: ComparedTable): string {
  if (table.key.length === 0) return 'there is no key: rows are compared as a multiset'
  return table.isOrdered
    ? 'an end does not order the key as the other does'
    : 'the order of the key hangs on the engine and its collation'
}

async function compareInOrder(table: ComparedTable, options: CompareOptions): Promise<TableComparison | undefined> {
  const log = new DifferenceLog(options)
  const order = table.key
  return await withRows(table, 'source', order, options, async (source) => {
    return await withRows(table, 'target', order, options, async (target) => {
      const { maxDifferences, pause, signal } = options
      const end = await compareOrdered(table, source, target, log, maxDifferences, pause, signal)
      if (end === 'unordered') return undefined
      const reason = 'both ends order the key alike'
      const isStopped = end === 'enough'
      return { table, mode: 'ordered', reason, source: seenOf(source), target: seenOf(target), log, isStopped }
    })
  })
}

async function withRows<T>(
  table: ComparedTable,
  end: 'source' | 'target',
  order: readonly number[],
  { source, target, signal }: CompareOptions,
  work: (rows: RowStream) => Promise<T>,
): Promise<T> {
  const { columns } = table
  await using reader =
    end === 'source'
      ? await source.openContents(
          {
            table: table.source,
            columns: columns.map(({ from, sourceType, form }) => ({ name: from, type: sourceType, form })),
            order: order.map((slot) => columns[slot]!.from),
            index: table.index,
          },
          signal,
        )
      : await target.openContents(
          {
            table: table.target,
            columns: columns.map(({ to, targetType, form }) => ({ name: to, type: targetType, form })),
            order: order.map((slot) => columns[slot]!.to),
          },
          signal,
        )
  const rows = new RowStream(
    reader,
    table.from,
    columns.map(({ from }) => from),
  )
  return await work(rows)
}
