import { expect } from 'vitest'
import type { Plain } from '../../../src/model/plain.ts'
import type { SeedTable } from '../../support/harness.ts'
import type { LawGroup } from '../law.ts'
import { never, openTarget } from '../open-ends.ts'
import { beginRun, openSink, writeOnce } from '../open-sink.ts'
import { isGone, keyed, numbered } from '../tables.ts'

const other: SeedTable = { ...keyed, name: 'other' }

/** Text that a store is tempted to change. */
const awkward: Plain = {
  quotes: `it's "quoted" \`back\` \\ \\u0041 $1 ? %s`,
  unicode: 'é 日本 😀 \u2028 \ufeff',
  control: 'a\u0000b\u0001\r\n\t',
  numbers: [0, -1, 1.5, 1e-7, 9_007_199_254_740_991, -1e300],
  empty: { list: [], object: {}, text: '', nothing: null },
  deep: [[[[{ a: [null, true, false] }]]]],
  order: { b: 1, a: 2 },
}

/** How a run comes to stand in the target's state. */
export const beginning: LawGroup = {
  title: 'beginning a run',
  laws: [
    {
      name: 'stores run, plan and splits, and makes the tables',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed, other], { begins: false })
        const begun = await beginRun(sink.target, sink.plan, 'run-a', 'identity-a')
        expect(begun).toMatchObject({
          run: 'run-a',
          planIdentity: 'identity-a',
          status: 'running',
          fence: 1,
          attempts: 1,
        })
        expect(begun).toMatchObject({ startedAt: '2026-01-02T03:04:05.678Z', finishDone: [] })
        expect(begun.consistency).toBeUndefined()
        const states = await sink.target.state.splits('run-a', never)
        const planned = sink.plan.datasets.flatMap((dataset) => dataset.splits)
        expect(states.map((state) => state.split)).toEqual(planned)
        for (const state of states)
          expect(state).toMatchObject({ cursor: undefined, done: false, sequence: 0, bytes: 0 })
        expect(await scene.world.readAll(keyed)).toEqual([])
        expect(await scene.world.readAll(other)).toEqual([])
      },
    },
    {
      name: 'leaves nothing where one of its statements fails',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed], { begins: false })
        const plan = { ...sink.plan, prepare: [...sink.plan.prepare, 'this is no statement'] }
        await expect(beginRun(sink.target, plan, 'run-a')).rejects.toMatchObject({ name: 'TransloadError' })
        expect(await sink.target.state.find('run-a', never)).toBeUndefined()
        expect(await sink.target.state.findUnfinished(sink.plan.identity, never)).toBeUndefined()
        await expect(scene.world.readAll(keyed)).rejects.toThrow(isGone)
        await beginRun(sink.target, sink.plan, 'run-a')
        expect(await scene.world.readAll(keyed)).toEqual([])
      },
    },
    {
      name: 'gives a stored plan back as it was, whatever text is in it',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed], { begins: false })
        const run = { run: 'run-a', planIdentity: 'identity', plan: awkward, startedAt: '2026-01-02T03:04:05.678Z' }
        await sink.target.state.begin(run, [], [], never)
        await using second = await openTarget(scene.connector, scene.world.url)
        const stored = await second.state.find('run-a', never)
        expect(stored?.plan).toEqual(awkward)
        expect((await second.state.takeOver('run-a', never)).plan).toEqual(awkward)
      },
    },
    {
      name: 'gives many splits back in their order, bounds and all',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed], { begins: false })
        const splits = Array.from({ length: 2500 }, (_, i) => ({
          id: `it's#${i}`,
          dataset: 'keyed',
          ordinal: i,
          bounds: [String(i), awkward],
          rowEstimate: i,
          atomic: i % 2 === 0,
        }))
        const run = { run: 'run-a', planIdentity: 'identity', plan: null, startedAt: '2026-01-02T03:04:05.678Z' }
        await sink.target.state.begin(run, splits, [], never)
        const states = await sink.target.state.splits('run-a', never)
        expect(states.map((state) => state.split)).toEqual(splits)
      },
    },
    {
      name: 'finds the unfinished run of a plan, and no finished one and no other’s',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed], { begins: false })
        const { state } = sink.target
        expect(await state.findUnfinished('a', never)).toBeUndefined()
        expect(await state.list(never)).toEqual([])
        const begin = async (run: string, planIdentity: string) =>
          await state.begin({ run, planIdentity, plan: null, startedAt: '2026-01-02T03:04:05.678Z' }, [], [], never)
        await begin('run-1', 'a')
        expect((await state.findUnfinished('a', never))?.run).toBe('run-1')
        expect(await state.findUnfinished('b', never)).toBeUndefined()
        for (const status of ['loaded', 'failed', 'interrupted', 'running'] as const) {
          await state.setStatus('run-1', 1, status, never)
          expect(await state.findUnfinished('a', never)).toMatchObject({ run: 'run-1', status })
        }
        await state.setStatus('run-1', 1, 'finished', never)
        expect(await state.findUnfinished('a', never)).toBeUndefined()
        await begin('run-2', 'a')
        expect((await state.findUnfinished('a', never))?.run).toBe('run-2')
        expect(new Set((await state.list(never)).map(({ run }) => run))).toEqual(new Set(['run-1', 'run-2']))
      },
    },
    {
      name: 'lets only one of two processes begin the same plan',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed], { begins: false })
        await beginRun(sink.target, sink.plan, 'run-a')
        await using second = await openTarget(scene.connector, scene.world.url)
        const again = { ...sink.plan, prepare: [] }
        await expect(beginRun(second, again, 'run-b')).rejects.toMatchObject({ code: 'TL_K501' })
        expect(await second.state.find('run-b', never)).toBeUndefined()
      },
    },
    {
      name: 'keeps the rows and counts of two runs apart',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed], { begins: false })
        await using more = await openSink(scene, [other], { begins: false })
        await beginRun(sink.target, sink.plan, 'run-a', 'identity-a')
        await beginRun(more.target, more.plan, 'run-b', 'identity-b')
        await writeOnce(sink, { ...sink.lane(), run: 'run-a' }, numbered(3))
        await writeOnce(more, { ...more.lane(), run: 'run-b' }, numbered(5))
        const [a] = await sink.target.state.splits('run-a', never)
        const [b] = await sink.target.state.splits('run-b', never)
        expect([a?.counts.written, b?.counts.written]).toEqual([3, 5])
      },
    },
  ],
}
