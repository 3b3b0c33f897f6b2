import { createHash } from 'node:crypto'
import { assertNotAborted } from '../../async/abort.ts'
import { type Batch, fullBatchBytes } from '../../batch/batch.ts'
import { textAsCell, textToCell } from '../../canonical/text.ts'
import type { LanePlan, Reader } from '../../contract/lane.ts'
import type { Snapshot, Source, SplitOptions, StoredRows } from '../../contract/source.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { CensusAnswer } from '../../model/census.ts'
import type { CountAnswer, CountQuestion } from '../../model/count.ts'
import type { RejectedRow, RowKey } from '../../model/loss.ts'
import type { Finding, ReadPlan, Split } from '../../model/plan.ts'
import type { Catalog, NativeType, QualifiedName } from '../../model/relation.ts'
import type { Consistency } from '../../model/run-state.ts'
import { countRows } from './count.ts'
import type { MemoryDatabase, MemoryRow, MemoryTable } from './database.ts'
import { compareKeys, isKey, type Key, keyOf, keyOrder } from './key.ts'

/** Rows after `after` up to and with `upTo`; open-ended where they are null. `keys`: just these. */
type Bounds = { readonly after: Key | null; readonly upTo: Key | null; readonly keys: readonly Key[] | null }

export class MemorySource implements Source {
  readonly label: string
  readonly version = '1'
  readonly capabilities = { consistency: 'snapshot', resumable: true, parallel: true, census: false } as const
  readonly #database: MemoryDatabase

  constructor(label: string, database: MemoryDatabase) {
    this.label = label
    this.#database = database
  }

  async catalog(): Promise<Catalog> {
    const tables = [...this.#database.tables.values()].map(({ info, rows }) => ({ ...info, rowEstimate: rows.length }))
    const fingerprint = createHash('sha256').update(JSON.stringify(tables.map(({ rowEstimate: _, ...rest }) => rest)))
    return { tables, others: [], fingerprint: fingerprint.digest('hex') }
  }

  async census(): Promise<readonly CensusAnswer[]> {
    return []
  }

  async preflight(): Promise<readonly Finding[]> {
    return []
  }

  async planSplits(read: ReadPlan, options: SplitOptions): Promise<readonly Split[]> {
    const rows = sorted(find(this.#database, read.table), read)
    if (read.key === undefined) return [split(read, 0, { after: null, upTo: null, keys: null }, rows.length)]
    const size = Math.max(options.rowCount, Math.ceil(rows.length / options.maxCount))
    const splits: Split[] = []
    for (let start = 0; start === 0 || start < rows.length; start += size) {
      const last = rows[start + size - 1]
      const before = rows[start - 1]
      const isLast = start + size >= rows.length
      const bounds: Bounds = {
        after: before === undefined ? null : keyOf(this.#database.get(read.table), read, before),
        upTo: isLast || last === undefined ? null : keyOf(this.#database.get(read.table), read, last),
        keys: null,
      }
      splits.push(split(read, splits.length, bounds, Math.min(size, rows.length - start)))
    }
    return splits
  }

  keySplit(read: ReadPlan, keys: readonly RowKey[]): Split {
    const columns = read.key?.columns ?? read.identify
    const bounds = { after: null, upTo: null, keys: keys.map((key) => columns.map((column) => key[column] ?? null)) }
    return split(read, 0, bounds, keys.length)
  }

  storedRows(read: ReadPlan): StoredRows {
    return { add: (reject, into) => putStored(read, reject, into) }
  }

  async openSnapshot(): Promise<Snapshot> {
    // A copy of the lists: rows themselves never change.
    const tables = new Map(
      [...this.#database.tables].map(([name, { info, rows }]) => [name, { info, rows: [...rows] }]),
    )
    const position = this.#database.keepsLog ? `revision:${this.#database.revision}` : undefined
    return new MemorySnapshot(tables, { level: 'snapshot', position, moments: [`revision ${this.#database.revision}`] })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class MemorySnapshot implements Snapshot {
  readonly consistency: Consistency
  readonly #tables: ReadonlyMap<string, MemoryTable>

  constructor(tables: ReadonlyMap<string, MemoryTable>, consistency: Consistency) {
    this.#tables = tables
    this.consistency = consistency
  }

  async openReader(lane: LanePlan): Promise<Reader> {
    const { read, from } = lane
    const table = find({ get: (name) => this.#tables.get(`${name.schema}.${name.name}`) }, read.table)
    const bounds = lane.split.bounds as unknown as Bounds
    const after = isKey(from) ? from : bounds.after
    const order = keyOrder(read)
    const rows = sorted(table, read).filter((row) => {
      const key = keyOf(table, read, row)
      if (bounds.keys !== null) return bounds.keys.some((wanted) => compareKeys(order, wanted, key) === 0)
      if (lane.split.atomic) return true
      return (
        (after === null || compareKeys(order, key, after) > 0) &&
        (bounds.upTo === null || compareKeys(order, key, bounds.upTo) <= 0)
      )
    })
    return new MemoryReader(table, read, rows)
  }

  async count(questions: readonly CountQuestion<NativeType>[]): Promise<readonly CountAnswer[]> {
    return questions.map((question) => countRows(this.#tables, question))
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class MemoryReader implements Reader {
  readonly #table: MemoryTable
  readonly #read: ReadPlan
  readonly #rows: readonly MemoryRow[]
  #next = 0

  constructor(table: MemoryTable, read: ReadPlan, rows: readonly MemoryRow[]) {
    this.#table = table
    this.#read = read
    this.#rows = rows
  }

  async read(into: Batch, signal: AbortSignal): Promise<boolean> {
    for (let isAlone = false; this.#next < this.#rows.length && !into.isFull() && !isAlone;) {
      assertNotAborted(signal)
      const row = this.#rows[this.#next]
      if (row === undefined) break
      const cells = this.#cellsOf(row)
      // A row larger than a batch travels alone.
      isAlone = cells.reduce((sum, cell) => sum + (cell?.length ?? 0), 0) >= fullBatchBytes
      if (isAlone && (into.frames[0]?.rowCount ?? 0) > 0) break
      put(into, cells)
      this.#next++
      if (this.#read.key !== undefined) into.after = keyOf(this.#table, this.#read, row)
    }
    assertNotAborted(signal)
    return this.#next < this.#rows.length
  }

  #cellsOf(row: MemoryRow): (Uint8Array | undefined)[] {
    return this.#read.columns.map((column) => {
      const text = row[this.#table.info.columns.findIndex((one) => one.name === column.name)] ?? null
      return text === null ? undefined : textToCell(column.type, text)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function put(into: Batch, row: readonly (Uint8Array | undefined)[]): void {
  const at = into.addRow(0)
  for (const [slot, cell] of row.entries()) {
    if (cell === undefined) continue
    const start = into.reserve(cell.length)
    into.bytes.set(cell, start)
    into.used += cell.length
    into.frames[0]?.cells.set([start, cell.length], (at * row.length + slot) * 2)
  }
}

function putStored(read: ReadPlan, { row }: RejectedRow, into: Batch): string | undefined {
  const cells: (Uint8Array | undefined)[] = []
  for (const { name, type } of read.columns) {
    const value = row[name]
    if (value === undefined) return `${name} is not stored`
    if (value !== null && !('text' in value)) return `${name} is stored as bytes`
    const cell = value === null ? undefined : textAsCell(type, value.text)
    if (value !== null && cell === undefined) return `what is stored of ${name} is no ${type.kind}`
    cells.push(cell)
  }
  put(into, cells)
  return undefined
}

function split(read: ReadPlan, ordinal: number, bounds: Bounds, rowEstimate: number): Split {
  return {
    id: `${read.dataset}#${ordinal}`,
    dataset: read.dataset,
    ordinal,
    bounds,
    rowEstimate,
    atomic: read.key === undefined,
  }
}

function sorted(table: MemoryTable, read: ReadPlan): MemoryRow[] {
  if (read.key === undefined) return [...table.rows]
  const order = keyOrder(read)
  return table.rows.toSorted((a, b) => compareKeys(order, keyOf(table, read, a), keyOf(table, read, b)))
}

function find(database: { get(name: QualifiedName): MemoryTable | undefined }, name: QualifiedName): MemoryTable {
  const table = database.get(name)
  if (table !== undefined) return table
  throw new TransloadError('TL_S205', { endpoint: 'memory', kind: 'table', name: `${name.schema}.${name.name}` })
}
