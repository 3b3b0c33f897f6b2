import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import type { Reader } from '../../../src/contract/lane.ts'
import type { SeedRow } from '../../support/harness.ts'
import type { LawGroup } from '../law.ts'
import { lanePlan, never, onlyDataset, onlySplit, openSource, planFrom } from '../open-ends.ts'
import { readDataset, readRows, sorted } from '../read-split.ts'
import { rowsOf, SmallBatch } from '../small-batch.ts'
import { keyed, numbered } from '../tables.ts'
import { outcomeWithin } from '../outcome.ts'

const patienceMs = 5_000

/** Rows of 1 MiB: more than any driver reads ahead. */
function wide(count: number): SeedRow[] {
  return Array.from({ length: count }, (_, i) => [String(i), String(i % 10).repeat(1024 * 1024)])
}

/** Laws 1 and 2 of the design. */
export const stopping: LawGroup = {
  title: 'backpressure and abort',
  laws: [
    {
      name: 'ends a read that is aborted in the middle of a batch, and leaves the snapshot usable',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(3000))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        const abort = new AbortController()
        const reason = new Error('the test has had enough')
        const lane = lanePlan(dataset, onlySplit(dataset))
        {
          await using reader = await snapshot.openReader(lane, abort.signal)
          const stopAt = (rowCount: number): void => {
            if (rowCount === 500) abort.abort(reason)
          }
          const first = new SmallBatch(lane.layouts, 500, stopAt)
          first.clear(lane.split.id, 0, 0)
          const outcomes = []
          const began = performance.now()
          // The abort may come too late for the first batch: a batch that is whole may be given.
          outcomes.push(await outcomeWithin(reader.read(first, abort.signal), patienceMs))
          outcomes.push(await outcomeWithin(reader.read(first, abort.signal), patienceMs))
          expect(outcomes.at(-1)).toEqual({ error: reason })
          expect(performance.now() - began).toBeLessThan(patienceMs)
        }
        const again = await readRows(snapshot, dataset, onlySplit(dataset))
        expect(again).toHaveLength(3000)
      },
    },
    {
      name: 'refuses to open or read under a signal that is aborted already',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(10))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        const reason = new Error('too late')
        const lane = lanePlan(dataset, onlySplit(dataset))
        await using reader = await snapshot.openReader(lane, never)
        const batch = new SmallBatch(lane.layouts, 10)
        batch.clear(lane.split.id, 0, 0)
        await expect(reader.read(batch, AbortSignal.abort(reason))).rejects.toBe(reason)
      },
    },
    {
      name: 'gives a slow consumer every row once, and touches no batch between two reads',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(60))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        const lane = lanePlan(dataset, onlySplit(dataset))
        await using reader = await snapshot.openReader(lane, never)
        const rows = await readSlowly(reader, new SmallBatch(lane.layouts, 20), lane.split.id)
        expect(sorted(rows)).toEqual(sorted(numbered(60)))
      },
    },
    {
      name: 'reads no further ahead than a driver’s chunk while nobody asks',
      needs: ['source', 'network'],
      timeoutMs: 60_000,
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, wide(48))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        const lane = lanePlan(dataset, onlySplit(dataset))
        await using reader = await snapshot.openReader(lane, never)
        const batch = new SmallBatch(lane.layouts, 1)
        batch.clear(lane.split.id, 0, 0)
        expect(await reader.read(batch, never)).toBe(true)
        const before = bytesHeld()
        await sleep(1_000)
        expect(bytesHeld() - before).toBeLessThan(12 * 1024 * 1024)
      },
    },
    {
      name: 'leaves nothing behind where a reader is closed half way',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(2000))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        const lane = lanePlan(dataset, onlySplit(dataset))
        for (let i = 0; i < 5; i++) {
          await using reader = await snapshot.openReader(lane, never)
          const batch = new SmallBatch(lane.layouts, 3)
          batch.clear(lane.split.id, 0, 0)
          await reader.read(batch, never)
          expect(rowsOf(batch)).toHaveLength(3)
        }
        expect(await readDataset(source, dataset, dataset.splits)).toHaveLength(2000)
      },
    },
  ],
}

async function readSlowly(reader: Reader, batch: SmallBatch, split: string): Promise<SeedRow[]> {
  const rows: SeedRow[] = []
  for (let sequence = 0; ; sequence++) {
    batch.clear(split, sequence, rows.length)
    const more = await reader.read(batch, never)
    const given = rowsOf(batch)
    await sleep(150)
    expect(rowsOf(batch)).toEqual(given)
    rows.push(...given)
    if (!more) return rows
  }
}

function bytesHeld(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
