import { expect } from 'vitest'
import type { Snapshot, Source } from '../../src/contract/source.ts'
import type { Cursor } from '../../src/model/plain.ts'
import type { DatasetPlan, Split } from '../../src/model/plan.ts'
import type { SeedRow } from '../support/harness.ts'
import { lanePlan, never } from './open-ends.ts'
import { rowsOf, SmallBatch } from './small-batch.ts'

/** What one `read` gave. */
export interface Part {
  readonly rows: readonly SeedRow[]
  readonly after: Cursor | undefined
}

export interface ReadOptions {
  readonly from?: Cursor | undefined
  /** Rows of a batch; as many as fit where it is absent. */
  readonly maxRowCount?: number
  readonly signal?: AbortSignal
}

/**
 * Reads a split to its end, batch after batch, and checks on the way what holds of every read: the cursor moves with
 * the rows, an empty batch is the last one, and nothing writes to a batch once its `read` has resolved.
 */
export async function readParts(
  snapshot: Snapshot,
  dataset: DatasetPlan,
  split: Split,
  { from, maxRowCount = Number.MAX_SAFE_INTEGER, signal = never }: ReadOptions = {},
): Promise<Part[]> {
  const lane = lanePlan(dataset, split, { from })
  await using reader = await snapshot.openReader(lane, signal)
  const batch = new SmallBatch(lane.layouts, maxRowCount)
  const parts: Part[] = []
  let before = from
  let readBefore = 0
  for (;;) {
    batch.clear(split.id, parts.length, readBefore)
    const more = await reader.read(batch, signal)
    const rows = rowsOf(batch)
    readBefore += rows.length
    if (rows.length > 0 && !split.atomic) {
      expect(batch.after, 'the cursor stands still').not.toEqual(before)
      expect(batch.after, 'a cursor is missing').toBeDefined()
    }
    before = batch.after ?? before
    parts.push({ rows, after: before })
    expect(rows.length > 0 || !more, 'an empty batch, and more to come').toBe(true)
    if (!more) return parts
  }
}

export async function readRows(
  snapshot: Snapshot,
  dataset: DatasetPlan,
  split: Split,
  options: ReadOptions = {},
): Promise<SeedRow[]> {
  return (await readParts(snapshot, dataset, split, options)).flatMap((part) => part.rows)
}

/** Every row of the dataset, split after split, from a snapshot of its own. */
export async function readDataset(
  source: Source,
  dataset: DatasetPlan,
  splits: readonly Split[],
  options: ReadOptions = {},
): Promise<SeedRow[]> {
  await using snapshot = await source.openSnapshot(1, [dataset.read], options.signal ?? never)
  const rows: SeedRow[] = []
  for (const split of splits) rows.push(...(await readRows(snapshot, dataset, split, options)))
  return rows
}

/** In one order, whatever order they came in; equal rows stay several. */
export function sorted(rows: readonly SeedRow[]): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted()
}
