import { expect } from 'vitest'
import type { ArenaBatch } from '../../../src/batch/batch.ts'
import { TransloadError } from '../../../src/errors/transload-error.ts'
import type { SeedTable } from '../../support/harness.ts'
import type { Law, LawGroup, Scene } from '../law.ts'
import { never, openTarget } from '../open-ends.ts'
import { type BatchPlace, openSink, writeOnce, writeRows } from '../open-sink.ts'
import { outcomeWithin } from '../outcome.ts'
import { sorted } from '../read-split.ts'
import { keyed, keyless, numbered } from '../tables.ts'

const stale = { code: 'TL_K501' }

/** Law 5 of the design: a checkpoint never moves back, and an old writer writes nothing. */
export const guarding: LawGroup = {
  title: 'fences and replays',
  laws: [
    {
      name: 'refuses a batch under a stale fence, and writes nothing of it',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const old = sink.lane()
        await using writer = await sink.target.openWriter(old, never)
        await writeRows(writer, old, numbered(2), { done: false })
        await using second = await openTarget(scene.connector, scene.world.url)
        const taken = await second.state.takeOver(sink.run, never)
        expect(taken.fence).toBe(2)
        // An old backend is refused, or was ended when it was taken over: either way nothing of it is written.
        const outcome = await outcomeWithin(writeRows(writer, old, numbered(2, 2), { sequence: 1 }), 10_000)
        expect(outcome).toHaveProperty('error')
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(numbered(2)))
        expect(await sink.state()).toMatchObject({ sequence: 1, done: false, cursor: ['1'], counts: { read: 2 } })
        await expect(writeOnce({ target: second }, old, numbered(2, 2), { sequence: 1 })).rejects.toMatchObject(stale)
        expect(await scene.world.readAll(keyed)).toHaveLength(2)
        const next = sink.lane({ fence: taken.fence, from: ['1'], sequence: 1, readBefore: 2 })
        await writeOnce({ target: second }, next, numbered(2, 2))
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(numbered(4)))
      },
    },
    {
      name: 'refuses the end of an atomic split under a stale fence, and writes nothing of it',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyless])
        const old = sink.lane()
        await using writer = await sink.target.openWriter(old, never)
        await writeRows(writer, old, numbered(2), { done: false })
        await using second = await openTarget(scene.connector, scene.world.url)
        const taken = await second.state.takeOver(sink.run, never)
        const outcome = await outcomeWithin(writeRows(writer, old, numbered(2, 2), { sequence: 1 }), 10_000)
        expect(outcome).toHaveProperty('error')
        expect(await scene.world.readAll(keyless)).toEqual([])
        await writeOnce({ target: second }, sink.lane({ fence: taken.fence }), numbered(4))
        expect(sorted(await scene.world.readAll(keyless))).toEqual(sorted(numbered(4)))
      },
    },
    {
      name: 'never writes a batch twice: the checkpoint does not move back',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyless, keyed])
        const lane = sink.lane({}, 'keyed')
        await writeOnce(sink, lane, numbered(5), { done: false })
        await writeOnce(sink, { ...lane, sequence: 1 }, numbered(5, 5), { done: false, readBefore: 5 })
        for (const sequence of [0, 1]) {
          await expect(writeOnce(sink, { ...lane, sequence }, numbered(5, 100), { done: false })).rejects.toMatchObject(
            stale,
          )
        }
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(numbered(10)))
        expect(await sink.state('keyed')).toMatchObject({
          sequence: 2,
          cursor: ['9'],
          counts: { read: 10, written: 10 },
        })
      },
    },
    {
      name: 'writes nothing more to a split that is done',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        await writeOnce(sink, sink.lane(), numbered(3))
        const after = sink.lane({ sequence: 1 })
        await expect(writeOnce(sink, after, numbered(3, 3), { sequence: 1 })).rejects.toMatchObject(stale)
        expect(await scene.world.readAll(keyed)).toHaveLength(3)
      },
    },
    {
      name: 'takes a rejected row that is sent again from the rejects once, with the row',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const refuse = (batch: ArenaBatch, rows: readonly number[], reason: string): void => {
          for (const row of rows) batch.reject({ row, stage: 'write', code: 'TL_D402', reason })
        }
        const lane = sink.lane()
        const rows = numbered(4)
        await writeOnce(sink, lane, rows, { readBefore: 10, prepare: (batch) => refuse(batch, [1, 3], 'first') })
        const { state } = sink.target
        const waiting = await state.rejects(sink.run, never)
        expect(waiting.map(({ position }) => position)).toEqual([11, 13])
        await state.beginReplay(sink.run, 1, [], never)
        expect((await state.find(sink.run, never))?.status).toBe('loaded')
        const again = rows.filter((_, at) => at % 2 === 1)
        const second: BatchPlace = { replayed: waiting, prepare: (batch) => refuse(batch, [1], 'second') }
        expect(await writeOnce(sink, lane, again, second)).toMatchObject({ written: 1, rejected: 1 })
        const left = await state.rejects(sink.run, never)
        expect(left).toEqual([{ ...waiting[1], reason: 'second', printed: [] }])
        expect(await state.replayed(sink.run, never)).toEqual([{ dataset: sink.dataset().from, count: 1 }])
        expect(await sink.state()).toMatchObject({
          sequence: 1,
          done: true,
          cursor: ['3'],
          counts: { read: 4, written: 3, rejected: 1 },
        })
        const outputs = await state.outputs(sink.run, never)
        expect(outputs.reduce((sum, output) => sum + output.written, 0)).toBe(3)
        expect(outputs.reduce((sum, output) => sum + output.rejected, 0)).toBe(1)
        await expect(writeOnce(sink, lane, again, { replayed: waiting })).rejects.toMatchObject(stale)
        const { fence } = await state.takeOver(sink.run, never)
        const one = { replayed: left }
        await expect(writeOnce(sink, lane, again.slice(1), one)).rejects.toMatchObject(stale)
        await expect(state.beginReplay(sink.run, 1, [], never)).rejects.toMatchObject(stale)
        expect(await scene.world.readAll(keyed)).toHaveLength(3)
        await writeOnce(sink, sink.lane({ fence }), again.slice(1), one)
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(rows))
        expect(await state.rejects(sink.run, never)).toEqual([])
      },
    },
    losesAnAnswer(keyed),
    losesAnAnswer(keyless),
  ],
}

/** Rows in front of a commit whose answer is lost, then the way that a run goes on. */
function losesAnAnswer(table: SeedTable): Law {
  return {
    name: `knows after a lost answer that a batch of a ${table.name} table stands, and does not write it twice`,
    needs: ['target'],
    exercise: async (scene) => {
      await using way = await scene.world.severed()
      const rows = numbered(6)
      const run = await commitWithoutAnswer(scene, table, way, rows)
      await using target = await openTarget(scene.connector, scene.world.url)
      const { fence } = await target.state.takeOver(run.name, never)
      const [state] = await target.state.splits(run.name, never)
      expect(state).toMatchObject({ sequence: 1, counts: { read: 6, written: 6 } })
      expect(sorted(await scene.world.readAll(table))).toEqual(sorted(rows))
      if (table.key === undefined) return
      const next = { ...run.lane, fence, from: state?.cursor, readBefore: 6, sequence: 1 }
      await writeOnce({ target }, next, numbered(4, 6))
      expect(sorted(await scene.world.readAll(table))).toEqual(sorted(numbered(10)))
    },
  }
}

async function commitWithoutAnswer(
  scene: Scene,
  table: SeedTable,
  way: Awaited<ReturnType<Scene['world']['severed']>>,
  rows: ReturnType<typeof numbered>,
) {
  await using sink = await openSink(scene, [table], { url: way.url })
  const lane = sink.lane()
  const writer = await sink.target.openWriter(lane, never)
  way.loseNextAnswer()
  const outcome = await outcomeWithin(writeRows(writer, lane, rows, { done: table.key === undefined }), 15_000)
  expect(outcome).toMatchObject({ error: { name: 'TransloadError' } })
  if (outcome !== 'hangs' && 'error' in outcome && outcome.error instanceof TransloadError) {
    expect(outcome.error.spec.retry).toBe('reconnect')
  }
  expect(await outcomeWithin(writer[Symbol.asyncDispose](), 10_000)).not.toBe('hangs')
  return { name: sink.run, lane }
}
