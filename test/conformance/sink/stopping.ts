import { expect } from 'vitest'
import type { LanePlan } from '../../../src/contract/lane.ts'
import { TransloadError } from '../../../src/errors/transload-error.ts'
import type { SeedRow, Severed } from '../../support/harness.ts'
import type { LawGroup, Scene } from '../law.ts'
import { never, openTarget } from '../open-ends.ts'
import { openSink, writeOnce, writeRows } from '../open-sink.ts'
import { type Outcome, outcomeWithin } from '../outcome.ts'
import { keyed, numbered } from '../tables.ts'

const patienceMs = 5_000

/** 8 MiB: it cannot be sent before the way is broken. */
const wide: SeedRow[] = Array.from({ length: 32 }, (_, i) => [String(i), String(i % 10).repeat(256 * 1024)])

interface Broken {
  readonly outcome: Outcome<unknown>
  readonly tookMs: number
}

/** Writes a batch by a way that is broken meanwhile, and expects rows and checkpoint to agree afterwards. */
async function writeBroken(scene: Scene, breakIt: (way: Severed) => void, signal = never): Promise<Broken> {
  await using way = await scene.world.severed()
  const sink = await openSink(scene, [keyed], { url: way.url })
  const lane = sink.lane()
  const writer = await sink.target.openWriter(lane, never)
  await writeRows(writer, lane, [['-1', 'before']], { done: false })
  const began = performance.now()
  const writing = writeRows(writer, lane, wide, { sequence: 1, readBefore: 1, signal })
  breakIt(way)
  const outcome = await outcomeWithin(writing, 3 * patienceMs)
  const tookMs = performance.now() - began
  way.cut()
  expect(await outcomeWithin(writer[Symbol.asyncDispose](), 2 * patienceMs), 'closing the writer').not.toBe('hangs')
  expect(await outcomeWithin(sink[Symbol.asyncDispose](), 2 * patienceMs), 'closing the target').not.toBe('hangs')
  await expectAgreement(scene, sink.run, lane)
  return { outcome, tookMs }
}

/** What the state says was written is there, and nothing else. */
async function expectAgreement({ connector, world, harness }: Scene, run: string, lane: LanePlan): Promise<void> {
  await using target = await openTarget(connector, world.url)
  const { fence } = await target.state.takeOver(run, never)
  if (harness.commitsTogether === false) {
    const [{ sequence, counts } = { sequence: 2, counts: { written: 0 } }] = await target.state.splits(run, never)
    expect((await world.readAll(keyed)).length).toBeGreaterThanOrEqual(counts.written)
    const place = { sequence, readBefore: 1 }
    if (sequence < 2) await writeOnce({ target }, { ...lane, ...place, fence }, wide, place)
  }
  const [state] = await target.state.splits(run, never)
  const rows = await world.readAll(keyed)
  expect(rows).toHaveLength(state?.counts.written ?? -1)
  expect([1, 1 + wide.length]).toContain(rows.length)
  expect(state?.sequence).toBe(rows.length === 1 ? 1 : 2)
}

export const sinkStopping: LawGroup = {
  title: 'a write that is aborted or cut off',
  laws: [
    {
      name: 'refuses to write under a signal that is aborted already, and writes nothing',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const lane = sink.lane()
        await using writer = await sink.target.openWriter(lane, never)
        const reason = new Error('too late')
        await expect(writeRows(writer, lane, numbered(3), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
        expect(await scene.world.readAll(keyed)).toEqual([])
        expect((await sink.state()).sequence).toBe(0)
      },
    },
    {
      name: 'ends a write within 5 s of an abort, with rows and checkpoint in agreement',
      needs: ['target', 'network'],
      exercise: async (scene) => {
        const abort = new AbortController()
        const reason = new Error('the test has had enough')
        const { outcome, tookMs } = await writeBroken(
          scene,
          () => setImmediate(() => abort.abort(reason)),
          abort.signal,
        )
        // The abort may come after the commit; then the batch stands.
        if (outcome === 'hangs' || 'error' in outcome) expect(outcome).toEqual({ error: reason })
        expect(tookMs).toBeLessThan(patienceMs + 500)
      },
    },
    {
      name: 'ends a write within 5 s of an abort though the line is dead',
      needs: ['target', 'network'],
      exercise: async (scene) => {
        const abort = new AbortController()
        const reason = new Error('the test has had enough')
        const pauseMs = 300
        const { outcome, tookMs } = await writeBroken(
          scene,
          (way) => {
            way.stall()
            setTimeout(() => abort.abort(reason), pauseMs)
          },
          abort.signal,
        )
        expect(outcome).toEqual({ error: reason })
        expect(tookMs).toBeLessThan(pauseMs + patienceMs + 500)
      },
    },
    {
      name: 'reports a reset connection of the target as one to come back from, with rows and checkpoint in agreement',
      needs: ['target', 'network'],
      exercise: async (scene) => {
        const { outcome } = await writeBroken(scene, (way) => setTimeout(() => way.cut(), 5))
        // The batch may have been faster than the cut.
        if (outcome !== 'hangs' && 'value' in outcome) return
        expect(outcome).toMatchObject({ error: { name: 'TransloadError', code: 'TL_T302' } })
        if (outcome === 'hangs' || !(outcome.error instanceof TransloadError)) return
        expect(outcome.error.spec.retry).toBe('reconnect')
      },
    },
    {
      name: 'says of a target that nobody listens on that it cannot be reached, and to come back',
      needs: ['target', 'network'],
      exercise: async ({ connector, world }) => {
        const url = new URL(world.url)
        url.port = '1'
        const outcome = await outcomeWithin(openTarget(connector, url.href), 3 * patienceMs)
        expect(outcome).toMatchObject({ error: { code: 'TL_T301' } })
      },
    },
  ],
}
