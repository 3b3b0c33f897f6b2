import { ArenaBatch } from '../../src/batch/batch.ts'
import type { Layout } from '../../src/batch/layout.ts'
import { encodeRow, printedColumns, rowKey } from '../../src/batch/row-text.ts'
import { cellToText } from '../../src/canonical/text.ts'
import { mysql } from '../../src/connectors/mysql/index.ts'
import type { OpenOptions } from '../../src/contract/connector.ts'
import type { LanePlan } from '../../src/contract/lane.ts'
import type { Snapshot, Source } from '../../src/contract/source.ts'
import type { CanonicalType } from '../../src/model/canonical-type.ts'
import type { EncodedValue, RejectedRow, RowKey } from '../../src/model/loss.ts'
import type { Cursor } from '../../src/model/plain.ts'
import type { ReadColumn, ReadPlan, Split } from '../../src/model/plan.ts'
import type { Catalog, NativeType, TableInfo } from '../../src/model/relation.ts'

export const never = new AbortController().signal

export async function openMysql(url: string, options: Partial<OpenOptions> = {}): Promise<Source> {
  if (mysql.openSource === undefined) throw new Error('mysql is no source')
  return await mysql.openSource(mysql.parseUrl(url), { laneCount: 1, notice: () => {}, ...options }, never)
}

/** What a plan would read of a table, with the types that `mappings/mysql.yaml` gives where nothing was counted. */
export async function planRead(
  source: Source,
  table: string,
  changes: { readonly [column: string]: Partial<ReadColumn> } = {},
): Promise<ReadPlan> {
  return readOf(await source.catalog(never), table, changes)
}

/** The same, of a catalog that was read before. */
export function readOf(
  catalog: Catalog,
  table: string,
  changes: { readonly [column: string]: Partial<ReadColumn> },
): ReadPlan {
  const found = catalog.tables.find(({ name }) => name.name === table)
  if (found === undefined) throw new Error(`no table ${table}`)
  const columns = found.columns.map(({ name, native, nullable }) => ({
    name,
    native,
    type: canonicalOf(native),
    nullable,
    policies: {},
    ...changes[name],
  }))
  const key = keyOf(found)
  return {
    dataset: table,
    table: found.name,
    columns,
    ...(key === undefined ? {} : { key }),
    identify: key?.columns ?? columns.slice(0, 1).map(({ name }) => name),
  }
}

function keyOf(table: TableInfo): ReadPlan['key'] {
  const index = table.indexes.find(({ kind }) => kind === 'primary')
  if (index === undefined) return undefined
  return { index: index.name, columns: index.parts.map(({ column }) => column ?? '') }
}

function canonicalOf(native: NativeType): CanonicalType {
  const [first = 0, second = 0] = native.args
  const int = (bits: 8 | 16 | 32 | 64): CanonicalType => ({ kind: 'int', bits, signed: native.unsigned !== true })
  switch (native.name) {
    case 'tinyint':
      return int(8)
    case 'smallint':
      return int(16)
    case 'mediumint':
      return { kind: 'int', bits: 32, signed: true }
    case 'int':
      return int(32)
    case 'bigint':
      return int(64)
    case 'decimal':
      return { kind: 'decimal', precision: first, scale: second }
    case 'float':
      return { kind: 'float32' }
    case 'double':
      return { kind: 'float64' }
    case 'bit':
      return first === 1 ? { kind: 'bool' } : { kind: 'bits', length: first }
    case 'year':
      return { kind: 'int', bits: 16, signed: true }
    case 'date':
      return { kind: 'date' }
    case 'datetime':
      return { kind: 'timestamp', precision: first }
    case 'timestamp':
      return { kind: 'instant', precision: first }
    case 'time':
      return { kind: 'interval', precision: first }
    case 'binary':
    case 'varbinary':
      return { kind: 'bytes', maxLength: first }
    case 'tinyblob':
    case 'blob':
    case 'mediumblob':
    case 'longblob':
      return { kind: 'bytes' }
    case 'enum':
      return { kind: 'enum', labels: native.labels ?? [] }
    case 'set':
      return { kind: 'set', labels: native.labels ?? [] }
    case 'json':
      return { kind: 'json' }
    case 'uuid':
      return { kind: 'uuid' }
    case 'inet4':
    case 'inet6':
      return { kind: 'inet' }
    case 'vector':
      return { kind: 'array', of: { kind: 'float32' } }
    case 'geometry':
    case 'point':
    case 'polygon':
    case 'linestring':
    case 'geometrycollection':
    case 'geomcollection':
      return { kind: 'geometry' }
    default:
      return { kind: 'text' }
  }
}

export function layoutOf(read: ReadPlan): Layout {
  return {
    dataset: read.dataset,
    columns: read.columns,
    identify: read.identify.map((name) => read.columns.findIndex((column) => column.name === name)),
  }
}

export function lanePlan(read: ReadPlan, split: Split, from?: Cursor): LanePlan {
  return {
    run: 'run',
    split,
    from,
    readBefore: 0,
    sequence: 0,
    fence: 1,
    read,
    layouts: [layoutOf(read)],
    stages: [],
    writes: [],
  }
}

export interface RowsRead {
  /** Canonical text of every row, the rejected too, in the order read. */
  readonly rows: (string | null)[][]
  readonly rejects: {
    readonly key: RowKey
    readonly column: string | undefined
    readonly code: string
    readonly original: EncodedValue | undefined
    readonly row: { readonly [column: string]: EncodedValue }
  }[]
  readonly losses: { readonly column: string; readonly rule: string; readonly rowCount: number }[]
  /** After each batch: the cursor and how many rows there were up to it. */
  readonly cursors: { readonly after: Cursor; readonly rowCount: number }[]
}

/** Reads one split to its end. */
export async function readSplit(
  snapshot: Snapshot,
  read: ReadPlan,
  split: Split,
  from?: Cursor,
  arena = new ArenaBatch([layoutOf(read)]),
): Promise<RowsRead> {
  const result: RowsRead = { rows: [], rejects: [], losses: [], cursors: [] }
  await using reader = await snapshot.openReader(lanePlan(read, split, from), never)
  for (let sequence = 0, more = true; more; sequence++) {
    arena.clear(split.id, sequence, result.rows.length)
    more = await reader.read(arena, never)
    collect(arena, read, result)
    if (arena.after !== undefined) result.cursors.push({ after: arena.after, rowCount: result.rows.length })
  }
  return result
}

/**
 * The second column of every row, put back into a batch from what a reject keeps of the row; or why it cannot be.
 */
export async function readAgain(
  snapshot: Snapshot,
  source: Source,
  read: ReadPlan,
  split: Split,
): Promise<(string | null | undefined)[]> {
  const [from, into] = [new ArenaBatch([layoutOf(read)]), new ArenaBatch([layoutOf(read)])]
  const stored = source.storedRows?.(read, read)
  if (stored === undefined) throw new Error('the source takes no row back')
  const values: (string | null | undefined)[] = []
  await using reader = await snapshot.openReader(lanePlan(read, split), never)
  for (let more = true; more;) {
    from.clear(split.id, 0, 0)
    more = await reader.read(from, never)
    for (let row = 0; row < (from.frames[0]?.rowCount ?? 0); row++) {
      const reject: RejectedRow = {
        dataset: read.dataset,
        split: split.id,
        position: row,
        stage: 'target',
        code: 'TL_D409',
        reason: '',
        key: rowKey(from, row),
        row: encodeRow(from, row),
        printed: printedColumns(from, row),
      }
      into.clear(split.id, 0, 0)
      values.push(stored.add(reject, into) ?? rowTexts(into, read, 0)[1])
    }
  }
  return values
}

function collect(batch: ArenaBatch, read: ReadPlan, result: RowsRead): void {
  for (let row = 0; row < (batch.frames[0]?.rowCount ?? 0); row++) result.rows.push(rowTexts(batch, read, row))
  for (const { row, column, code, original } of batch.rejects) {
    result.rejects.push({ key: rowKey(batch, row), column, code, original, row: encodeRow(batch, row) })
  }
  for (const { column, rule, rows } of batch.losses) result.losses.push({ column, rule, rowCount: rows.length })
}

export function rowTexts(batch: ArenaBatch, read: ReadPlan, row: number): (string | null)[] {
  const cells = batch.frames[0]?.cells ?? new Int32Array()
  return read.columns.map(({ type }, slot) => {
    const cell = (row * read.columns.length + slot) * 2
    const length = cells[cell + 1] ?? -1
    return length < 0 ? null : cellToText(type, batch.bytes, cells[cell] ?? 0, length)
  })
}

/** Reads a whole table through one snapshot, split by split. */
export async function readTable(source: Source, read: ReadPlan, splits: readonly Split[]): Promise<RowsRead> {
  await using snapshot = await source.openSnapshot(1, [read], never)
  const all: RowsRead = { rows: [], rejects: [], losses: [], cursors: [] }
  for (const split of splits) {
    const part = await readSplit(snapshot, read, split)
    all.rows.push(...part.rows)
    all.rejects.push(...part.rejects)
    all.losses.push(...part.losses)
  }
  return all
}
