import { textToCell } from '../../../src/canonical/text.ts'
import { ArenaBatch } from '../../../src/batch/batch.ts'
import type { Layout } from '../../../src/batch/layout.ts'
import { postgres } from '../../../src/connectors/postgres/index.ts'
import type { Checkpoint, CommitReceipt } from '../../../src/contract/checkpoint.ts'
import type { LanePlan, Writer } from '../../../src/contract/lane.ts'
import type { Target } from '../../../src/contract/target.ts'
import type { CanonicalType } from '../../../src/model/canonical-type.ts'
import type { Plain } from '../../../src/model/plain.ts'
import type { Split, WriteMode, WritePlan } from '../../../src/model/plan.ts'
import type { StoredRun } from '../../../src/model/run-state.ts'

/** A row as canonical texts, `null` for NULL. */
export type TextRow = readonly (string | null)[]

export const never = new AbortController().signal

export interface TableShape {
  readonly table: string
  readonly columns: readonly { readonly name: string; readonly type: CanonicalType }[]
  readonly mode?: WriteMode | undefined
  readonly mergeKey?: readonly string[] | undefined
}

export async function openTarget(url: string): Promise<Target> {
  const target = await postgres.openTarget?.(postgres.parseUrl(url), { laneCount: 1, notice: () => undefined }, never)
  if (target === undefined) throw new Error('postgres is no target')
  return target
}

/** A run with one split of one dataset, whose frames go to tables of the schema `public`. */
export class WriterWorld {
  readonly target: Target
  readonly run: StoredRun
  readonly layouts: readonly Layout[]
  readonly #writes: readonly WritePlan[]
  readonly #split: Split

  private constructor(target: Target, run: StoredRun, tables: readonly TableShape[], split: Split) {
    this.target = target
    this.run = run
    this.#split = split
    this.layouts = tables.map((table) => layoutOf(table))
    this.#writes = tables.map(({ table, columns, mode = 'append', mergeKey = [] }, frame) => ({
      frame,
      to: { schema: 'public', name: table },
      mode,
      mergeKey,
      columns: columns.map(({ name, type }, slot) => ({ name, slot, type })),
    }))
  }

  static async begin(target: Target, tables: readonly TableShape[], atomic = false): Promise<WriterWorld> {
    const split: Split = { id: 'data-0', dataset: 'data', ordinal: 0, bounds: null, rowEstimate: 0, atomic }
    const id = `run-${Math.random().toString(36).slice(2)}`
    const begun = { run: id, planIdentity: id, plan: { datasets: [] }, startedAt: '2026-01-01T00:00:00.000Z' }
    const run = await target.state.begin(begun, [split], [], never)
    return new WriterWorld(target, run, tables, split)
  }

  lane(over: Partial<LanePlan> = {}): LanePlan {
    return {
      run: this.run.run,
      split: this.#split,
      from: undefined,
      readBefore: 0,
      sequence: 0,
      fence: this.run.fence,
      read: { dataset: 'data', table: { schema: 's', name: 'data' }, columns: [], identify: [] },
      layouts: this.layouts,
      stages: [],
      writes: this.#writes,
      ...over,
    }
  }

  async openWriter(over: Partial<LanePlan> = {}): Promise<Writer> {
    return await this.target.openWriter(this.lane(over), never)
  }

  checkpoint(batch: ArenaBatch, over: Partial<Checkpoint> = {}): Checkpoint {
    const after: Plain = [batch.sequence]
    return {
      run: this.run.run,
      split: this.#split.id,
      fence: this.run.fence,
      sequence: batch.sequence,
      after,
      done: false,
      read: batch.frames[0]?.rowCount ?? 0,
      bytes: batch.used,
      ...over,
    }
  }

  /** Writes rows of frame 0 as one batch, by a writer of its own, and says that the split is done. */
  async writeAll(rows: readonly TextRow[]): Promise<CommitReceipt> {
    await using writer = await this.openWriter()
    const batch = batchOf(this.layouts, [rows])
    return await writer.write(batch, this.checkpoint(batch, { done: true }), never)
  }
}

function layoutOf({ columns }: TableShape): Layout {
  return { dataset: 'data', identify: [0], columns: columns.map((column) => ({ ...column, nullable: true })) }
}

/** A batch of canonical texts. Rows of later frames come of the row of frame 0 that `origins` says; else of their own number. */
export function batchOf(
  layouts: readonly Layout[],
  rowsByFrame: readonly (readonly TextRow[])[],
  over: { readonly sequence?: number; readonly readBefore?: number; readonly origins?: readonly number[] } = {},
): ArenaBatch {
  const batch = new ArenaBatch(layouts)
  batch.clear('data-0', over.sequence ?? 0, over.readBefore ?? 0)
  for (const [place, rows] of rowsByFrame.entries()) {
    const frame = batch.frames[place]
    if (frame === undefined) throw new Error(`no frame ${place}`)
    for (const [number, row] of rows.entries()) {
      const added = batch.addRow(place, place === 0 ? undefined : (over.origins?.[number] ?? number))
      for (const [slot, column] of frame.layout.columns.entries()) {
        const text = row[slot]
        if (text === null || text === undefined) continue
        const cell = column.type.kind === 'bytes' ? Buffer.from(text, 'hex') : textToCell(column.type, text)
        const at = batch.reserve(cell.length)
        batch.bytes.set(cell, at)
        batch.used += cell.length
        const cellAt = (added * frame.layout.columns.length + slot) * 2
        frame.cells[cellAt] = at
        frame.cells[cellAt + 1] = cell.length
      }
    }
  }
  return batch
}
