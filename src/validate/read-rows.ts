import type {
  ContentColumn,
  ContentKeys,
  ContentRange,
  ContentReader,
  Contents,
  KeyTexts,
} from '../contract/contents.ts'
import type { NativeType } from '../model/relation.ts'
import type { ComparedTable } from './compared-table.ts'
import { RowStream } from './row-stream.ts'
import { StagedReader } from './staged-reader.ts'

/** The two moments that are compared. */
export interface TwoContents {
  readonly source: Contents<NativeType>
  readonly target: Contents<string>
}

export type End = 'source' | 'target'

/** What is read of a table, and in which order. */
export interface RowsQuestion {
  /** Places of the table's columns that the rows are ordered by; empty: in any order. */
  readonly order: readonly number[]
  readonly range?: ContentRange | undefined
  /** Of the table's key: these rows alone. */
  readonly keys?: readonly KeyTexts[] | undefined
}

export function sourceColumn({ columns }: ComparedTable, slot: number): ContentColumn<NativeType> {
  const { from, sourceType, form } = columns[slot]!
  return { name: from, type: sourceType, form }
}

export function targetColumn({ columns }: ComparedTable, slot: number): ContentColumn<string> {
  const { to, targetType, form } = columns[slot]!
  return { name: to, type: targetType, form }
}

/** Memory for the rows of one end of a table, range after range. */
export function rowStreamOf({ from, columns }: ComparedTable): RowStream {
  return new RowStream(
    from,
    columns.map((column) => column.from),
  )
}

function staged(table: ComparedTable, reader: ContentReader): ContentReader {
  return table.staging === undefined ? reader : new StagedReader(reader, table, table.staging)
}

/**
 * Opens the rows of one end for `work`, and closes them whatever comes of it.
 * @param rows Memory that no other reading uses meanwhile; absent: its own
 */
export async function withRows<T>(
  table: ComparedTable,
  end: End,
  { order, range, keys }: RowsQuestion,
  { source, target }: TwoContents,
  signal: AbortSignal,
  work: (rows: RowStream) => Promise<T>,
  rows = rowStreamOf(table),
): Promise<T> {
  const { columns, index } = table
  const slots = [...columns.keys()]
  const keysOf = (name: 'from' | 'to'): ContentKeys | undefined =>
    keys && { columns: table.key.map((slot) => columns[slot]![name]), values: keys }
  const { staging } = table
  await using reader =
    end === 'source'
      ? staged(
          table,
          await source.openContents(
            {
              table: table.source,
              columns: staging?.read ?? slots.map((slot) => sourceColumn(table, slot)),
              order: order.map((slot) => columns[slot]!.from),
              index,
              range,
              keys: keysOf('from'),
              read: table.read,
            },
            signal,
          ),
        )
      : await target.openContents(
          {
            table: table.target,
            part: table.part,
            columns: slots.map((slot) => targetColumn(table, slot)),
            order: order.map((slot) => columns[slot]!.to),
            range,
            keys: keysOf('to'),
          },
          signal,
        )
  rows.open(reader)
  return await work(rows)
}
