import { expect } from 'vitest'
import type { SeedTable } from '../../support/harness.ts'
import type { LawGroup } from '../law.ts'
import { never, openTarget } from '../open-ends.ts'
import { beginRun, openSink, writeOnce } from '../open-sink.ts'
import { isGone, keyed, numbered } from '../tables.ts'

const bystander: SeedTable = { ...keyed, name: 'bystander' }

/** `--fresh` and `clean`: what a run made is removed, and nothing else. */
export const removing: LawGroup = {
  title: 'removing a run',
  laws: [
    {
      name: 'discards the tables that the run made, and no others',
      needs: ['target'],
      exercise: async (scene) => {
        await scene.world.seed(bystander, numbered(3))
        await using sink = await openSink(scene, [keyed])
        await writeOnce(sink, sink.lane(), numbered(5), { done: false })
        await sink.target.state.discard(sink.run, never)
        await expect(scene.world.readAll(keyed)).rejects.toThrow(isGone)
        expect(await scene.world.readAll(bystander)).toHaveLength(3)
        expect(await sink.target.state.find(sink.run, never)).toBeUndefined()
        expect(await sink.target.state.findUnfinished(sink.plan.identity, never)).toBeUndefined()
        await beginRun(sink.target, sink.plan, 'run-2')
        expect(await scene.world.readAll(keyed)).toEqual([])
      },
    },
    {
      name: 'keeps a table that was there before the run',
      needs: ['target'],
      exercise: async (scene) => {
        await scene.world.seed(keyed, [])
        await using sink = await openSink(scene, [keyed])
        expect(sink.plan.prepare).toEqual([])
        await sink.target.state.discard(sink.run, never)
        await expect(scene.world.readAll(keyed)).resolves.toBeDefined()
      },
    },
    {
      name: 'discards one run and leaves the other’s state and tables',
      needs: ['target'],
      exercise: async (scene) => {
        await using first = await openSink(scene, [keyed], { begins: false })
        await using second = await openSink(scene, [bystander], { begins: false })
        await beginRun(first.target, first.plan, 'run-a', 'identity-a')
        await beginRun(second.target, second.plan, 'run-b', 'identity-b')
        await writeOnce(second, { ...second.lane(), run: 'run-b' }, numbered(4))
        await first.target.state.discard('run-a', never)
        const [state] = await second.target.state.splits('run-b', never)
        expect(state?.counts.written).toBe(4)
        expect(await scene.world.readAll(bystander)).toHaveLength(4)
      },
    },
    {
      name: 'lets a writer of a discarded run write nothing more',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const lane = sink.lane()
        await writeOnce(sink, lane, numbered(2), { done: false })
        await using second = await openTarget(scene.connector, scene.world.url)
        await second.state.discard(sink.run, never)
        await expect(writeOnce(sink, lane, numbered(2, 2), { sequence: 1 })).rejects.toMatchObject({
          name: 'TransloadError',
        })
        expect(await second.state.list(never)).toEqual([])
      },
    },
    {
      name: 'cleans the state away and leaves the rows',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        await writeOnce(sink, sink.lane(), numbered(5))
        await sink.target.state.setStatus(sink.run, 1, 'finished', never)
        const { removed } = await sink.target.state.clean(never)
        expect(removed.length).toBeGreaterThan(0)
        expect(await scene.world.readAll(keyed)).toHaveLength(5)
        expect(await sink.target.state.list(never)).toEqual([])
        expect(await sink.target.state.clean(never)).toEqual({ removed: [], restored: [], notRestored: [] })
        const run = { run: 'run-2', planIdentity: 'identity', plan: null, startedAt: '2026-01-02T03:04:05.678Z' }
        expect(await sink.target.state.begin(run, [], [], never)).toMatchObject({ run: 'run-2', fence: 1 })
      },
    },
  ],
}
