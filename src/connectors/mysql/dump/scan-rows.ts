import { DumpEvent, type DumpCursor } from '../../../format/sql-text/dump-event.ts'
import type { InsertHead } from '../../../format/sql-text/insert-head.ts'
import type { SessionSettings } from '../../../format/sql-text/session-settings.ts'
import { defaultDatabase, type DumpIndex, type DumpTable, tableId } from './catalog/read-index.ts'
import { DumpScan } from './dump-scan.ts'
import type { DumpFile } from './input/dump-file.ts'

/** How the rows of one INSERT are written. */
export interface InsertShape {
  /** In the order of the values. */
  readonly columns: readonly string[]
  readonly session: SessionSettings
  /** What a value's flags hold an index of; grows as rows come. */
  readonly introducers: readonly string[]
}

/** Looks at the rows of one table. */
export interface RowVisitor {
  /** An INSERT begins. */
  begin(insert: InsertShape): void
  /** @param values The scanner's value table, of offsets in `bytes`; valid during the call. */
  row(bytes: Buffer, values: Int32Array): void
}

/** Visitors of several kinds, as one of each table. */
export function visitAll(
  ...maps: readonly ReadonlyMap<string, RowVisitor | readonly RowVisitor[]>[]
): ReadonlyMap<string, RowVisitor> {
  const byTable = new Map<string, RowVisitor[]>()
  for (const [id, visitors] of maps.flatMap((map) => [...map])) {
    byTable.set(id, [...(byTable.get(id) ?? []), ...[visitors].flat()])
  }
  return new Map([...byTable].map(([id, visitors]) => [id, visitors.length === 1 ? visitors[0]! : together(visitors)]))
}

function together(visitors: readonly RowVisitor[]): RowVisitor {
  return {
    begin: (insert) => {
      for (const visitor of visitors) visitor.begin(insert)
    },
    row: (bytes, values) => {
      for (const visitor of visitors) visitor.row(bytes, values)
    },
  }
}

/**
 * Shows every row of some tables to their visitors: of a plain dump only those tables are read, a packed one is unpacked
 * once.
 *
 * @param visitors By `tableId`.
 * @param afterPiece Called between pieces, when no row is under way.
 */
export async function scanRows(
  file: DumpFile,
  index: DumpIndex,
  visitors: ReadonlyMap<string, RowVisitor>,
  signal: AbortSignal,
  afterPiece?: () => Promise<void>,
): Promise<void> {
  const tables = [...visitors.keys()]
    .map((id) => index.tables.get(id))
    .filter((table) => table?.first !== undefined)
    .toSorted((a, b) => a!.ordinal - b!.ordinal) as (DumpTable & { readonly first: DumpCursor })[]
  const [first] = tables
  if (first === undefined) return
  const end = Math.max(...tables.map((table) => table.end))
  const ranges = file.isPacked ? [{ from: first.first, end }] : joinNeighbours(tables)
  for (const range of ranges) await scanRange(file, index, range, visitors, signal, afterPiece)
  await file.assertUnchanged()
}

interface Range {
  readonly from: DumpCursor
  readonly end: number
}

/** Tables whose INSERTs are mixed are read in one go. */
function joinNeighbours(tables: readonly { readonly first: DumpCursor; readonly end: number }[]): Range[] {
  const ranges: Range[] = []
  for (const { first, end } of tables) {
    const last = ranges.at(-1)
    if (last !== undefined && first.position < last.end) {
      ranges[ranges.length - 1] = { from: last.from, end: Math.max(last.end, end) }
    } else ranges.push({ from: first, end })
  }
  return ranges
}

async function scanRange(
  file: DumpFile,
  index: DumpIndex,
  { from, end }: Range,
  visitors: ReadonlyMap<string, RowVisitor>,
  signal: AbortSignal,
  afterPiece: (() => Promise<void>) | undefined,
): Promise<void> {
  await using scan = new DumpScan(await file.pieces(from.position, signal), from, file)
  const { scanner } = scan
  const database = defaultDatabase(file)
  const begin = (insert: InsertHead): RowVisitor | undefined => {
    const { session, introducers } = scanner
    const id = tableId({ schema: insert.database ?? session.database ?? database, name: insert.table })
    const visitor = visitors.get(id)
    visitor?.begin({ columns: insert.columns ?? index.tables.get(id)?.valueColumns ?? [], session, introducers })
    return visitor
  }
  let visitor = from.insert === undefined ? undefined : begin(from.insert)
  for (;;) {
    const event = scan.next()
    if (event === DumpEvent.row) visitor?.row(scan.bytes, scanner.values)
    else if (event === DumpEvent.needMore) {
      await afterPiece?.()
      await scan.feed(signal)
    } else if (event === DumpEvent.insertStart) visitor = begin(scanner.insert!)
    else if (event === DumpEvent.end || (event === DumpEvent.insertEnd && scanner.position >= end)) return
  }
}
