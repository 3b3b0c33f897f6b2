import { ArenaBatch } from '../batch/batch.ts'
import { rowKey } from '../batch/row-text.ts'
import { typeText } from '../canonical/type-text.ts'
import type { Snapshot, Source, StoredRows } from '../contract/source.ts'
import type { LanePlan } from '../contract/lane.ts'
import { isWholeKey, type RejectedRow, type RowKey } from '../model/loss.ts'
import type { ReadPlan } from '../model/plan.ts'

/** Rejected rows of one batch, and of one statement that asks for rows by their keys. */
const maxRows = 250

export interface ReplayRowsOptions {
  readonly source: Source
  readonly read: ReadPlan
  /** As the rows were read before. */
  readonly before: ReadPlan
  /** Columns that are kept of no rejected row. */
  readonly hidden: readonly string[]
  /** The rows that a split of the source reads. */
  readonly lane: (split: LanePlan['split']) => LanePlan
  /** Called where a row has to be read once more. */
  readonly snapshot: () => Promise<Snapshot>
}

/** A row that is not stored whole. */
interface Partial {
  readonly reject: RejectedRow
  readonly why: string
}

/**
 * Rows that were rejected, as a reader gives rows: as they are stored, where they are stored whole; else as the source has
 * them now, by key. One that can be had in neither way is rejected anew, and says why.
 */
export class ReplayRows {
  readonly #options: ReplayRowsOptions
  readonly #stored: StoredRows | undefined
  readonly #isKeyed: boolean

  constructor(options: ReplayRowsOptions) {
    this.#options = options
    this.#stored = options.source.storedRows?.(options.read, options.before)
    this.#isKeyed = isKeyed(options)
  }

  /** Fills the batch with rows of a split, time after time, and gives what is stored of them, in their order. */
  async *fill(
    split: string,
    rejects: readonly RejectedRow[],
    batch: ArenaBatch,
    signal: AbortSignal,
  ): AsyncGenerator<readonly RejectedRow[]> {
    const partial: Partial[] = []
    let sent = beginBatch(batch, split)
    for (const reject of rejects) {
      const why = this.#stored === undefined ? 'the source takes no row back' : this.#stored.add(reject, batch)
      if (why === undefined) sent.push(reject)
      else partial.push({ reject, why })
      if (sent.length < maxRows && !batch.isFull()) continue
      yield sent
      sent = beginBatch(batch, split)
    }
    if (sent.length > 0) yield sent
    const asked = partial.filter(({ reject }) => this.#isKeyed && isWholeKey(reject.key))
    for (let start = 0; start < asked.length; start += maxRows) {
      yield* this.#fromSource(split, asked.slice(start, start + maxRows), batch, signal)
    }
    const lost = partial.filter((one) => !asked.includes(one))
    const because = this.#isKeyed ? 'nothing of its key is known' : 'its table has no key'
    yield* refuse(split, lost, `${because} to read it again by`, batch)
  }

  async *#fromSource(
    split: string,
    asked: readonly Partial[],
    batch: ArenaBatch,
    signal: AbortSignal,
  ): AsyncGenerator<readonly RejectedRow[]> {
    const { source, read, lane, snapshot } = this.#options
    const waiting = new Map(asked.map((one) => [keyId(one.reject.key), one]))
    const keys = [...waiting.values()].map(({ reject }) => reject.key)
    const plan = lane({ ...source.keySplit(read, keys), keyCount: keys.length })
    // Rows that stand within others are read with them.
    const scratch = new ArenaBatch(read.children === undefined ? plan.layouts.slice(0, 1) : plan.layouts)
    await using reader = await (await snapshot()).openReader(plan, signal)
    for (let isMore = true; isMore;) {
      scratch.clear(plan.split.id, 0, 0)
      isMore = await reader.read(scratch, signal)
      const sent = beginBatch(batch, split)
      const places = new Map<number, number>()
      for (let row = 0; row < (scratch.frames[0]?.rowCount ?? 0); row++) {
        const id = keyId(rowKey(scratch, row))
        const found = waiting.get(id)
        if (found === undefined) continue
        waiting.delete(id)
        places.set(row, copyRow(scratch, 0, row, batch))
        sent.push(found.reject)
      }
      for (const { frame } of read.children ?? []) copyChildren(scratch, frame, places, batch)
      copyNotes(scratch, places, batch)
      if (sent.length > 0) yield sent
    }
    yield* refuse(split, [...waiting.values()], 'the source has no row of that key any more', batch)
  }
}

function beginBatch(batch: ArenaBatch, split: string): RejectedRow[] {
  batch.clear(split, 0, 0)
  return []
}

/** Keys that were written down as another type now has them could not be compared. */
function isKeyed({ read, before, hidden }: ReplayRowsOptions): boolean {
  if (read.key === undefined || before.key === undefined) return false
  if (before.key.columns.some((column) => hidden.includes(column))) return false
  const typeIn = ({ columns }: ReadPlan, name: string): string | undefined => {
    const column = columns.find((one) => one.name === name)
    return column && typeText(column.type)
  }
  return (
    read.key.columns.join() === before.key.columns.join() &&
    read.key.columns.every((name) => typeIn(read, name) === typeIn(before, name))
  )
}

function keyId(key: RowKey): string {
  return JSON.stringify(Object.entries(key).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function* refuse(
  split: string,
  rows: readonly Partial[],
  because: string,
  batch: ArenaBatch,
): Generator<readonly RejectedRow[]> {
  for (let start = 0; start < rows.length; start += maxRows) {
    const sent = beginBatch(batch, split)
    for (const { reject, why } of rows.slice(start, start + maxRows)) {
      const row = batch.addRow(0)
      sent.push(reject)
      batch.reject({ row, stage: 'read', code: 'TL_D420', reason: `${why}, and ${because} (${told(reject)})` })
    }
    yield sent
  }
}

/** What it was rejected for before stays known. */
function told({ code, reason, column }: RejectedRow): string {
  return `rejected before with ${code}${column === undefined ? '' : ` in ${column}`}: ${reason}`
}

/** @param origin Row of frame 0 that it stands in; absent: the row is of frame 0 */
function copyRow(from: ArenaBatch, frame: number, row: number, into: ArenaBatch, origin?: number): number {
  const made = into.addRow(frame, origin)
  const [source, target] = [from.frames[frame], into.frames[frame]]
  if (source === undefined || target === undefined) return made
  const width = source.layout.columns.length * 2
  for (let cell = 0; cell < width; cell += 2) {
    const length = source.cells[row * width + cell + 1] ?? -1
    if (length < 0) continue
    const start = source.cells[row * width + cell] ?? 0
    const at = into.reserve(length)
    into.bytes.set(from.bytes.subarray(start, start + length), at)
    into.used = at + length
    target.cells.set([at, length], made * width + cell)
  }
  return made
}

/** @param places Rows of the one → rows of the other: what stands in another one stays behind */
function copyChildren(from: ArenaBatch, frame: number, places: ReadonlyMap<number, number>, into: ArenaBatch): void {
  const { rowCount = 0, origin = [] } = from.frames[frame] ?? {}
  for (let row = 0; row < rowCount; row++) {
    const place = places.get(origin[row] ?? -1)
    if (place !== undefined) copyRow(from, frame, row, into, place)
  }
}

/** @param places Rows of the one → rows of the other */
function copyNotes(from: ArenaBatch, places: ReadonlyMap<number, number>, into: ArenaBatch): void {
  // What is stored of the row stays: the values as they were are not asked for.
  for (const { column, rule, rows } of from.losses) {
    for (const row of rows) {
      const place = places.get(row)
      if (place !== undefined) into.lose(place, column, rule)
    }
  }
  for (const note of from.rejects) {
    const place = places.get(note.row)
    if (place !== undefined) into.reject({ ...note, row: place })
  }
}
