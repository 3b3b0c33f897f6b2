import { assertNotAborted } from '../../async/abort.ts'
import type { Batch, Frame } from '../../batch/batch.ts'
import type { MapEntry } from '../../batch/notes.ts'
import { settle } from '../../batch/settle.ts'
import { cellToText } from '../../canonical/text.ts'
import type { Checkpoint, CommitReceipt } from '../../contract/checkpoint.ts'
import type { KeyMapsOwner } from '../../contract/key-maps.ts'
import type { LanePlan, Writer } from '../../contract/lane.ts'
import type { AdoptedTable, ExistingTable, FinishOutcome, RenderedTable, Target } from '../../contract/target.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import type { CountAnswer, CountQuestion } from '../../model/count.ts'
import { fate } from '../../model/fate.ts'
import type { Finding, FinishStep, TableDefinition, WritePlan } from '../../model/plan.ts'
import type { ColumnInfo, QualifiedName, TableInfo } from '../../model/relation.ts'
import { countRows } from './count.ts'
import { type MemoryDatabase, type MemoryRow, type MemoryTable, nameOf } from './database.ts'
import { MemoryKeyMaps } from './key-maps.ts'
import { MemoryState } from './state.ts'
import { swap, swapSteps } from './swap.ts'

const states = new WeakMap<MemoryDatabase, MemoryState>()

export class MemoryTarget implements Target {
  readonly label: string
  readonly version = '1'
  readonly defaultSchema = 'main'
  readonly maxNameBytes = 63
  readonly state: MemoryState
  readonly #database: MemoryDatabase

  constructor(label: string, database: MemoryDatabase) {
    this.label = label
    this.#database = database
    const state = states.get(database) ?? new MemoryState(database)
    states.set(database, state)
    this.state = state
  }

  cannotEncode(_type: CanonicalType, _targetType: string): string | undefined {
    return undefined
  }

  async describe(tables: readonly QualifiedName[]): Promise<readonly ExistingTable[]> {
    return tables
      .map((name) => this.#database.get(name))
      .filter((table) => table !== undefined)
      .map(({ info, rows }) => ({
        name: info.name,
        columns: info.columns.map((column) => ({
          name: column.name,
          type: column.native.text,
          nullable: column.nullable,
          hasDefault: false,
          generated: false,
          identity: false,
        })),
        primaryKey:
          info.indexes.find((index) => index.kind === 'primary')?.parts.map((part) => part.column ?? '') ?? [],
        uniqueKeys: [],
        foreignKeys: [],
        triggers: [],
        isEmpty: rows.length === 0,
        dependents: [],
      }))
  }

  keyMaps(of: KeyMapsOwner, isWriting: boolean): MemoryKeyMaps {
    return new MemoryKeyMaps(this.state, of, isWriting)
  }

  schemaBeside(schema: string): string {
    return `${schema}_new`
  }

  render(tables: readonly TableDefinition[]): RenderedTable {
    return {
      prepare: tables.map((table) => JSON.stringify(tableInfo(table))),
      finish: swapSteps(tables),
      takeOut: [],
      restore: [],
      notCarried: [],
    }
  }

  adopt(tables: readonly AdoptedTable[]): RenderedTable {
    const emptied = tables.filter((table) => table.mode === 'truncate')
    return {
      prepare: emptied.map(({ existing }) => JSON.stringify(this.#database.get(existing.name)?.info)),
      finish: [],
      takeOut: [],
      restore: [],
      notCarried: [],
    }
  }

  quoteName(name: QualifiedName): string {
    return nameOf(name)
  }

  async preflight(): Promise<readonly Finding[]> {
    return []
  }

  async openWriter(lane: LanePlan): Promise<Writer> {
    return new MemoryWriter(this.#database, this.state, lane)
  }

  async finish(run: string, fence: number, step: FinishStep): Promise<FinishOutcome> {
    const [statement] = step.statements
    if (statement !== undefined && step.kind !== 'swap') {
      throw new TransloadError('TL_T399', { endpoint: 'memory', reason: `${statement} is no statement` })
    }
    this.state.assertFence(run, fence)
    if (!(await this.state.find(run))?.finishDone.includes(step.id)) swap(this.#database, step.statements)
    this.state.finishDone(run, fence, step.id)
    if (step.kind === 'swap') await this.state.setStatus(run, fence, 'finished')
    return { outcome: 'done' }
  }

  async count(questions: readonly CountQuestion<string>[]): Promise<readonly CountAnswer[]> {
    return questions.map((question) => countRows(this.#database.tables, question))
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

class MemoryWriter implements Writer {
  readonly #database: MemoryDatabase
  readonly #state: MemoryState
  readonly #lane: LanePlan
  /** Rows and receipts of an atomic split, until its last batch. */
  readonly #held: {
    readonly stored: Stored[]
    readonly checkpoint: Checkpoint
    readonly receipt: CommitReceipt
    readonly remembered: readonly MapEntry[]
  }[] = []

  constructor(database: MemoryDatabase, state: MemoryState, lane: LanePlan) {
    this.#database = database
    this.#state = state
    this.#lane = lane
  }

  async write(batch: Batch, checkpoint: Checkpoint, signal: AbortSignal): Promise<CommitReceipt> {
    assertNotAborted(signal)
    if (this.#held.length === 0) this.#state.assertNext(checkpoint)
    else this.#state.assertFence(checkpoint.run, checkpoint.fence)
    const fault = this.#database.faults.shift()
    if (fault === 'refuse') throw new TransloadError('TL_T302', { endpoint: 'memory', reason: 'refused by a test' })
    for (const write of this.#lane.writes) this.#rejectNulls(batch, write)
    const stored = this.#lane.writes.map((write) => this.#encode(batch, write))
    const { written, merged, filtered, rejected, vanished, losses, rejects, remembered } = settle(batch)
    const outputs = stored.map(({ write, rows, rejected: refused }) => {
      return { to: nameOf(write.to), written: rows.length, rejected: refused }
    })
    const durable = !this.#lane.split.atomic || checkpoint.done
    const receipt: CommitReceipt = {
      durability: durable ? 'durable' : 'accepted',
      written,
      merged,
      filtered,
      rejected,
      vanished,
      outputs,
      losses,
      rejects,
    }
    this.#held.push({ stored, checkpoint, receipt, remembered })
    if (durable) this.#commit()
    if (fault === 'lose-answer')
      throw new TransloadError('TL_T302', { endpoint: 'memory', reason: 'the answer was lost' })
    return receipt
  }

  #commit(): void {
    const held = this.#held.splice(0)
    const [first] = held
    if (first !== undefined) this.#state.assertNext(first.checkpoint)
    for (const { stored, checkpoint, receipt, remembered } of held) {
      for (const { write, rows } of stored) this.#store(write, rows)
      this.#state.commit(checkpoint, receipt)
      this.#state.remember(checkpoint.run, remembered)
    }
  }

  #store(write: WritePlan, rows: readonly MemoryRow[]): void {
    const table = this.#table(write)
    if (write.mode === 'merge') {
      const keys = new Set(rows.map((row) => mergeKey(table, write, row)))
      table.rows = table.rows.filter((row) => !keys.has(mergeKey(table, write, row)))
    }
    for (const row of rows) table.rows.push(row)
  }

  /** Before anything is encoded: a rejected row of one frame takes its rows out of all others. */
  #rejectNulls(batch: Batch, write: WritePlan): void {
    const { info } = this.#table(write)
    const frame = frameOf(batch, write)
    for (let row = 0; row < frame.rowCount; row++) {
      if (frame.fate[row] !== fate.live) continue
      const missing = info.columns.find(
        (column) => !column.nullable && valueOf(batch, frame, row, write, column) === null,
      )
      if (missing === undefined) continue
      const reason = `${missing.name} is NOT NULL`
      batch.reject({ row: frame.origin[row] ?? row, stage: 'write', column: missing.name, code: 'TL_D403', reason })
    }
  }

  #encode(batch: Batch, write: WritePlan): Stored {
    const table = this.#table(write)
    const frame = frameOf(batch, write)
    const rows = new Map<string, { readonly at: number; readonly values: MemoryRow }>()
    let rejected = 0
    for (let at = 0; at < frame.rowCount; at++) {
      if (frame.fate[at] === fate.rejected) rejected++
      if (frame.fate[at] !== fate.live) continue
      const values = table.info.columns.map((column) => valueOf(batch, frame, at, write, column))
      const key = write.mode === 'merge' ? mergeKey(table, write, values) : String(at)
      const before = rows.get(key)
      if (before !== undefined) {
        frame.fate[before.at] = fate.merged
        // Of the dataset's own table, row for row: what counts is what became of those that were read.
        if (write === this.#lane.writes[0]) batch.frames[0]!.fate[frame.origin[before.at]!] = fate.merged
      }
      rows.delete(key)
      rows.set(key, { at, values })
    }
    for (const { at } of rows.values()) frame.fate[at] = fate.written
    return { write, rows: [...rows.values()].map(({ values }) => values), rejected }
  }

  #table(write: WritePlan): MemoryTable {
    const table = this.#database.get(write.to)
    if (table !== undefined) return table
    throw new TransloadError('TL_T305', { endpoint: 'memory', kind: 'table', name: nameOf(write.to), cure: 'Make it.' })
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

interface Stored {
  readonly write: WritePlan
  readonly rows: readonly MemoryRow[]
  readonly rejected: number
}

function frameOf(batch: Batch, write: WritePlan): Frame {
  const frame = batch.frames[write.frame]
  if (frame === undefined) throw new TransloadError('TL_X901', { reason: `no frame ${write.frame}` })
  return frame
}

function mergeKey(table: MemoryTable, write: WritePlan, row: MemoryRow): string {
  return JSON.stringify(
    write.mergeKey.map((name) => row[table.info.columns.findIndex((one) => one.name === name)] ?? null),
  )
}

function valueOf(batch: Batch, frame: Frame, row: number, write: WritePlan, column: ColumnInfo): string | null {
  const source = write.columns.find((one) => one.name === column.name)
  if (source === undefined) return null
  const cell = (row * frame.layout.columns.length + source.slot) * 2
  const length = frame.cells[cell + 1] ?? -1
  return length < 0 ? null : cellToText(source.type, batch.bytes, frame.cells[cell] ?? 0, length)
}

function tableInfo(table: TableDefinition): TableInfo {
  const key = table.primaryKey?.columns.map((column) => ({ column, descending: false }))
  return {
    name: table.name,
    columns: table.columns.map((column) => ({
      name: column.name,
      native: nativeOf(column.type),
      nullable: column.nullable,
      autoIncrement: false,
      invisible: false,
      comment: column.comment,
    })),
    indexes:
      key === undefined
        ? []
        : [{ name: 'primary', kind: 'primary', parts: key, visible: true, method: 'btree', comment: '' }],
    foreignKeys: [],
    checks: [],
    comment: table.comment,
    storage: 'memory',
    transactional: true,
    rowEstimate: 0,
    byteEstimate: 0,
    partitionCount: 0,
    systemVersioned: false,
  }
}

/** The in-memory connector's types are the canonical ones, spelled as mapping files spell them. */
function nativeOf(text: string): ColumnInfo['native'] {
  const match = /^([a-zA-Z]+\d*)(?:\((.*)\))?$/.exec(text)
  const inner = match?.[2]
  return { name: match?.[1] ?? text, text, args: inner === undefined ? [] : inner.split(',').map(Number) }
}
