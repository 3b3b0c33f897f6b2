import { expect } from 'vitest'
import type { SeedRow, SeedTable } from '../../support/harness.ts'
import type { Law, LawGroup } from '../law.ts'
import { never } from '../open-ends.ts'
import { openSink, writeOnce, writeRows } from '../open-sink.ts'
import { sorted } from '../read-split.ts'
import { fillFrame } from '../small-batch.ts'
import { column, int64, keyed, keyless, numbered, text } from '../tables.ts'

function writesOnce(table: SeedTable, rowCount: number): Law {
  return {
    name: `writes a batch of ${rowCount} rows to a ${table.name} table once, and its checkpoint with it`,
    needs: ['target'],
    exercise: async (scene) => {
      await using sink = await openSink(scene, [table])
      const rows = numbered(rowCount)
      const receipt = await writeOnce(sink, sink.lane(), rows)
      expect(receipt).toMatchObject({ durability: 'durable', written: rowCount, rejected: 0, losses: [], rejects: [] })
      expect(sorted(await scene.world.readAll(table))).toEqual(sorted(rows))
      const state = await sink.state()
      expect(state).toMatchObject({
        done: true,
        sequence: 1,
        counts: { read: rowCount, written: rowCount, rejected: 0 },
      })
    },
  }
}

/** Law 5 of the design: rows and checkpoint commit together, batch after batch. */
export const writing: LawGroup = {
  title: 'writing',
  laws: [
    ...[0, 1, 10, 1500].map((count) => writesOnce(keyed, count)),
    ...[0, 1, 10].map((count) => writesOnce(keyless, count)),
    {
      name: 'moves the checkpoint with every batch, and adds the counts up',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const lane = sink.lane()
        await using writer = await sink.target.openWriter(lane, never)
        for (let sequence = 0; sequence < 4; sequence++) {
          const rows = numbered(5, sequence * 5)
          await writeRows(writer, lane, rows, { sequence, readBefore: sequence * 5, done: sequence === 3 })
          const state = await sink.state()
          const read = (sequence + 1) * 5
          expect(state).toMatchObject({ sequence: sequence + 1, done: sequence === 3, counts: { read, written: read } })
          expect(state.cursor).toEqual([String(read - 1)])
          expect(await scene.world.readAll(keyed)).toHaveLength(read)
        }
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(numbered(20)))
        const outputs = await sink.target.state.outputs(sink.run, never)
        expect(new Set(outputs.map(({ dataset }) => dataset))).toEqual(new Set(['keyed']))
        expect(outputs.reduce((sum, output) => sum + output.written, 0)).toBe(20)
      },
    },
    {
      name: 'keeps a cursor of any JSON as it is',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const lane = sink.lane()
        await using writer = await sink.target.openWriter(lane, never)
        const cursors = [
          ["it's", '日本😀', 'back\\slash', '"', '\u0000', '18446744073709551615'],
          { a: null, b: [true, 1.5, -0.25], c: { d: '' } },
          'plain text',
        ]
        for (const [sequence, after] of cursors.entries()) {
          await writeRows(writer, lane, numbered(1, sequence), { sequence, after, done: false })
          expect((await sink.state()).cursor).toEqual(after)
        }
      },
    },
    {
      name: 'stores the checkpoint alone where the last batch is empty',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const lane = sink.lane()
        await using writer = await sink.target.openWriter(lane, never)
        await writeRows(writer, lane, numbered(3), { done: false, after: ['2'] })
        await writeRows(writer, lane, [], { sequence: 1, after: ['2'] })
        expect(await sink.state()).toMatchObject({ done: true, sequence: 2, cursor: ['2'], counts: { read: 3 } })
        expect(await scene.world.readAll(keyed)).toHaveLength(3)
      },
    },
    {
      name: 'writes a huge row',
      needs: ['target'],
      timeoutMs: 60_000,
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const huge = 'ä'.repeat(5 * 1024 * 1024)
        await writeOnce(sink, sink.lane(), [['1', huge]])
        const [row] = await scene.world.readAll(keyed)
        expect(row?.[1] === huge).toBe(true)
      },
    },
    {
      name: 'lets two writers work side by side, each on its split',
      needs: ['target'],
      exercise: async (scene) => {
        const other: SeedTable = { ...keyed, name: 'other' }
        await using sink = await openSink(scene, [keyed, other])
        const lanes = [sink.lane({}, 'keyed'), sink.lane({}, 'other')]
        await Promise.all(
          lanes.map(async (lane) => {
            await using writer = await sink.target.openWriter(lane, never)
            for (let sequence = 0; sequence < 5; sequence++) {
              await writeRows(writer, lane, numbered(10, sequence * 10), { sequence, done: sequence === 4 })
            }
          }),
        )
        for (const table of [keyed, other]) {
          expect(sorted(await scene.world.readAll(table))).toEqual(sorted(numbered(50)))
          expect((await sink.state(table.name)).done).toBe(true)
        }
      },
    },
    {
      name: 'commits the rows of several frames with one checkpoint',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed, items])
        const lane = withChildren(sink.lane({}, 'keyed'), sink.lane({}, 'items'))
        const receipt = await writeOnce(sink, lane, numbered(3), {
          prepare: (batch) => fillFrame(batch, childRows, 1, (i) => (i === 2 ? 2 : 0)),
        })
        expect(receipt).toMatchObject({ written: 3, rejected: 0 })
        expect(receipt.outputs.map(({ written }) => written)).toEqual([3, 3])
        expect(await scene.world.readAll(keyed)).toHaveLength(3)
        expect(sorted(await scene.world.readAll(items))).toEqual(sorted(childRows))
      },
    },
  ],
}

export const items: SeedTable = {
  name: 'items',
  columns: [column('parent', int64), column('label', text)],
}

export const childRows: SeedRow[] = [
  ['0', 'a'],
  ['0', 'b'],
  ['2', 'c'],
]

type Lane = Parameters<typeof writeOnce>[1]

/** A lane whose batches have rows of the second table in frame 1. */
export function withChildren(parent: Lane, child: Lane): Lane {
  return {
    ...parent,
    layouts: [...parent.layouts, ...child.layouts],
    writes: [...parent.writes, ...child.writes.map((write) => ({ ...write, frame: 1 }))],
  }
}
