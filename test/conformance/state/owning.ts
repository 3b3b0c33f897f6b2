import { expect } from 'vitest'
import type { Consistency } from '../../../src/model/run-state.ts'
import type { FinishStep } from '../../../src/model/plan.ts'
import type { SeedTable } from '../../support/harness.ts'
import type { LawGroup } from '../law.ts'
import { never, openTarget } from '../open-ends.ts'
import { openSink, writeOnce } from '../open-sink.ts'
import { keyed, numbered } from '../tables.ts'

const indexed: SeedTable = { ...keyed, name: 'indexed', indexes: [['name']] }

const moment: Consistency = { level: 'snapshot', position: "file:'1'", moments: ['at noon — 😀', ''] }

/** Who may write a run's state, and what finishing leaves there. */
export const owning: LawGroup = {
  title: 'taking over and finishing',
  laws: [
    {
      name: 'raises fence and attempts with each take-over, and keeps what was committed',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        await writeOnce(sink, sink.lane(), numbered(4), { done: false })
        for (let attempt = 2; attempt <= 4; attempt++) {
          await using next = await openTarget(scene.connector, scene.world.url)
          const taken = await next.state.takeOver(sink.run, never)
          expect(taken).toMatchObject({ run: sink.run, fence: attempt, attempts: attempt, status: 'running' })
        }
        await using last = await openTarget(scene.connector, scene.world.url)
        const [state] = await last.state.splits(sink.run, never)
        expect(state).toMatchObject({ cursor: ['3'], sequence: 1, counts: { read: 4, written: 4 } })
      },
    },
    {
      name: 'refuses to take over a run that is not there',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        await expect(sink.target.state.takeOver('nobody', never)).rejects.toMatchObject({ code: 'TL_K504' })
      },
    },
    {
      name: 'refuses status, moment and finish step under a stale fence',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [indexed])
        await using second = await openTarget(scene.connector, scene.world.url)
        await second.state.takeOver(sink.run, never)
        const stale = { code: 'TL_K501' }
        const { state } = sink.target
        await expect(state.setStatus(sink.run, 1, 'failed', never)).rejects.toMatchObject(stale)
        await expect(state.storeConsistency(sink.run, 1, moment, never)).rejects.toMatchObject(stale)
        await expect(sink.target.finish(sink.run, 1, step(sink.dataset().table.name), never)).rejects.toMatchObject(
          stale,
        )
        const stored = await second.state.find(sink.run, never)
        expect(stored).toMatchObject({ status: 'running', fence: 2, finishDone: [] })
        expect(stored?.consistency).toBeUndefined()
      },
    },
    {
      name: 'keeps the source’s moment as it was told',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        await sink.target.state.storeConsistency(sink.run, 1, moment, never)
        await using second = await openTarget(scene.connector, scene.world.url)
        expect((await second.state.find(sink.run, never))?.consistency).toEqual(moment)
        const without: Consistency = { level: 'mixed', moments: [] }
        await sink.target.state.storeConsistency(sink.run, 1, without, never)
        const stored = (await second.state.takeOver(sink.run, never)).consistency
        expect(stored).toEqual(without)
        expect(stored?.position).toBeUndefined()
      },
    },
    {
      name: 'finishes a step once, however often it is asked to',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [indexed])
        await writeOnce(sink, sink.lane(), numbered(20))
        const steps = [...sink.plan.finish, step(sink.dataset().table.name)]
        for (const one of [...steps, ...steps]) {
          expect(await sink.target.finish(sink.run, 1, one, never)).toEqual({ outcome: 'done' })
        }
        await using second = await openTarget(scene.connector, scene.world.url)
        const { fence, finishDone } = await second.state.takeOver(sink.run, never)
        expect(finishDone.toSorted()).toEqual(steps.map(({ id }) => id).toSorted())
        for (const one of steps) {
          expect(await second.finish(sink.run, fence, one, never)).toEqual({ outcome: 'done' })
        }
        expect(await scene.world.readAll(indexed)).toHaveLength(20)
      },
    },
    {
      name: 'does not call a step done that failed',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const broken = { ...step(sink.dataset().table.name), statements: ['this is no statement'] }
        await expect(sink.target.finish(sink.run, 1, broken, never)).rejects.toMatchObject({ name: 'TransloadError' })
        expect((await sink.target.state.find(sink.run, never))?.finishDone).toEqual([])
      },
    },
  ],
}

/** A step of nothing but its record. */
function step(table: FinishStep['table']): FinishStep {
  return { id: "step 'one'", phase: 1, kind: 'comment', name: 'one', table, statements: [] }
}
