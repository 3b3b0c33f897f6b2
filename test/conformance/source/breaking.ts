import { expect } from 'vitest'
import { TransloadError } from '../../../src/errors/transload-error.ts'
import type { SeedRow, Severed } from '../../support/harness.ts'
import type { LawGroup, Scene } from '../law.ts'
import { lanePlan, never, onlyDataset, onlySplit, openSource, planFrom } from '../open-ends.ts'
import { type Outcome, outcomeWithin } from '../outcome.ts'
import { readDataset } from '../read-split.ts'
import { SmallBatch } from '../small-batch.ts'
import { keyed } from '../tables.ts'

const patienceMs = 5_000

/** 16 MiB: more than the buffers between the server and a reader hold. */
const rows: SeedRow[] = Array.from({ length: 64 }, (_, i) => [String(i), String(i % 10).repeat(256 * 1024)])

interface Broken {
  readonly outcome: Outcome<unknown>
  /** From the break to the outcome. */
  readonly tookMs: number
}

/** Reads one batch by a way that can be broken, breaks it, and reads on. */
async function readBroken(
  { connector, world }: Scene,
  breakIt: (way: Severed) => void,
  signal = never,
): Promise<Broken> {
  await world.seed(keyed, rows)
  await using way = await world.severed()
  await using source = await openSource(connector, way.url)
  const dataset = onlyDataset(await planFrom(connector, way.url, source))
  const snapshot = await source.openSnapshot(1, [dataset.read], never)
  const lane = lanePlan(dataset, onlySplit(dataset))
  const reader = await snapshot.openReader(lane, signal)
  const batch = new SmallBatch(lane.layouts, 1)
  batch.clear(lane.split.id, 0, 0)
  expect(await reader.read(batch, signal)).toBe(true)
  const brokenMs = performance.now()
  breakIt(way)
  const outcome = await outcomeWithin(readToEnd(reader, batch, signal), 3 * patienceMs)
  const tookMs = performance.now() - brokenMs
  way.cut()
  expect(await outcomeWithin(reader[Symbol.asyncDispose](), 2 * patienceMs), 'closing the reader').not.toBe('hangs')
  expect(await outcomeWithin(snapshot[Symbol.asyncDispose](), 2 * patienceMs), 'closing the snapshot').not.toBe('hangs')
  return { outcome, tookMs }
}

/** Breaks the way, aborts a little later, and expects the reason within 5 s. */
async function expectAbortEnds(scene: Scene, breakIt: (way: Severed) => void): Promise<void> {
  const abort = new AbortController()
  const reason = new Error('the test has had enough')
  const pauseMs = 300
  const { outcome, tookMs } = await readBroken(
    scene,
    (way) => {
      breakIt(way)
      setTimeout(() => abort.abort(reason), pauseMs)
    },
    abort.signal,
  )
  expect(outcome).toEqual({ error: reason })
  expect(tookMs).toBeLessThan(pauseMs + patienceMs + 500)
}

async function readToEnd(
  reader: { read(into: SmallBatch, signal: AbortSignal): Promise<boolean> },
  batch: SmallBatch,
  signal: AbortSignal,
): Promise<string> {
  for (let more = true; more;) {
    batch.clear(batch.split, 0, 0)
    more = await reader.read(batch, signal)
  }
  return 'the end, as if nothing had happened'
}

function expectRetry(outcome: Outcome<unknown>): void {
  expect(outcome).toMatchObject({ error: { name: 'TransloadError' } })
  if (outcome === 'hangs' || !('error' in outcome) || !(outcome.error instanceof TransloadError)) return
  expect(['reconnect', 'backoff']).toContain(outcome.error.spec.retry)
  expect(outcome.error.spec.exit).toBe(3)
}

/** Lost connections: an error that says to come back, never an end and never a hang. */
export const breaking: LawGroup = {
  title: 'a connection that breaks while reading',
  laws: [
    {
      name: 'reports a reset connection of the source as one to come back from',
      needs: ['source', 'network'],
      exercise: async (scene) => {
        const { outcome, tookMs } = await readBroken(scene, (way) => way.cut())
        expectRetry(outcome)
        expect(tookMs).toBeLessThan(patienceMs)
      },
    },
    {
      name: 'ends a read within 5 s of an abort though the line is dead',
      needs: ['source', 'network'],
      exercise: (scene) => expectAbortEnds(scene, (way) => way.stall()),
    },
    {
      name: 'ends a read of a half-open connection within 5 s of an abort',
      needs: ['source', 'network'],
      exercise: (scene) => expectAbortEnds(scene, (way) => way.halfOpen()),
    },
    {
      name: 'opens anew after the connection broke',
      needs: ['source', 'network'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, rows)
        await using way = await world.severed()
        await using source = await openSource(connector, way.url)
        const dataset = onlyDataset(await planFrom(connector, way.url, source))
        way.cut()
        await using again = await openSource(connector, way.url)
        expect(await readDataset(again, dataset, dataset.splits)).toHaveLength(rows.length)
      },
    },
    {
      name: 'says of a source that nobody listens on that it cannot be reached, and to come back',
      needs: ['source', 'network'],
      exercise: async ({ connector, world }) => {
        const url = new URL(world.url)
        url.port = '1'
        expectRetry(await outcomeWithin(openSource(connector, url.href), 3 * patienceMs))
      },
    },
  ],
}
