import { expect } from 'vitest'
import type { LawGroup } from '../law.ts'
import { never } from '../open-ends.ts'
import { openSink, writeRows } from '../open-sink.ts'
import { sorted } from '../read-split.ts'
import { keyless, numbered } from '../tables.ts'

/** Law 3 of the design: a table without a key is one split in one transaction, restarted whole. */
export const atomic: LawGroup = {
  title: 'atomic splits',
  laws: [
    {
      name: 'shows nothing of an atomic split before its last batch, and all of it after',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyless])
        const lane = sink.lane()
        expect(lane.split.atomic).toBe(true)
        await using writer = await sink.target.openWriter(lane, never)
        for (let sequence = 0; sequence < 3; sequence++) {
          const receipt = await writeRows(writer, lane, numbered(4, sequence * 4), {
            sequence,
            readBefore: sequence * 4,
            done: sequence === 2,
          })
          expect(receipt).toMatchObject({ durability: sequence === 2 ? 'durable' : 'accepted', written: 4 })
          expect(await scene.world.readAll(keyless)).toHaveLength(sequence === 2 ? 12 : 0)
          const { done, cursor } = await sink.state()
          expect([done, cursor]).toEqual([sequence === 2, undefined])
        }
        expect((await sink.state()).counts).toMatchObject({ read: 12, written: 12 })
        expect(sorted(await scene.world.readAll(keyless))).toEqual(sorted(numbered(12)))
      },
    },
    {
      name: 'leaves nothing of an atomic split that was closed half way, and takes it whole the next time',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyless])
        const lane = sink.lane()
        {
          await using writer = await sink.target.openWriter(lane, never)
          await writeRows(writer, lane, numbered(4), { done: false })
          await writeRows(writer, lane, numbered(4, 4), { sequence: 1, done: false })
        }
        expect(await scene.world.readAll(keyless)).toEqual([])
        expect(await sink.state()).toMatchObject({ sequence: 0, done: false, counts: { read: 0, written: 0 } })
        await using again = await sink.target.openWriter(lane, never)
        await writeRows(again, lane, numbered(8), { done: false })
        await writeRows(again, lane, numbered(4, 8), { sequence: 1, readBefore: 8 })
        expect(sorted(await scene.world.readAll(keyless))).toEqual(sorted(numbered(12)))
        expect((await sink.state()).counts).toMatchObject({ read: 12, written: 12 })
      },
    },
    {
      name: 'rejects single rows of an atomic split, over all its batches',
      needs: ['target'],
      exercise: async (scene) => {
        const strict = { ...keyless, columns: keyless.columns.map((one) => ({ ...one, nullable: false })) }
        await using sink = await openSink(scene, [strict])
        const lane = sink.lane()
        await using writer = await sink.target.openWriter(lane, never)
        for (let sequence = 0; sequence < 3; sequence++) {
          await writeRows(writer, lane, numbered(3, sequence * 3), {
            sequence,
            readBefore: sequence * 3,
            done: sequence === 2,
          })
        }
        expect((await sink.state()).counts).toMatchObject({ read: 9, written: 6, rejected: 3 })
        const rejects = await sink.target.state.rejects(sink.run, never)
        expect(rejects.map((reject) => reject.position)).toEqual([2, 5, 8])
        expect(await scene.world.readAll(strict)).toHaveLength(6)
      },
    },
  ],
}
