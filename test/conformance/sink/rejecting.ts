import { expect } from 'vitest'
import type { Batch } from '../../../src/batch/batch.ts'
import { fate } from '../../../src/model/fate.ts'
import type { SeedRow, SeedTable } from '../../support/harness.ts'
import type { LawGroup } from '../law.ts'
import { never } from '../open-ends.ts'
import { openSink, writeOnce, writeRows } from '../open-sink.ts'
import { sorted } from '../read-split.ts'
import { fillFrame } from '../small-batch.ts'
import { column, ids, int64, keyed, numbered, text } from '../tables.ts'
import { childRows, items, withChildren } from './writing.ts'

/** Its name must be there: a NULL is a bad row. */
const strict: SeedTable = { name: 'strict', columns: [column('id', int64), column('name', text)], key: ['id'] }

function named(count: number, bad: readonly number[]): SeedRow[] {
  return Array.from({ length: count }, (_, i) => [String(i), bad.includes(i) ? null : `n${i}`])
}

/** Law 6 of the design: partial failure is data. */
export const rejecting: LawGroup = {
  title: 'rows that the target cannot take',
  laws: [
    {
      name: 'rejects one bad row of 1,000, and writes the others',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [strict])
        const rows = named(1000, [417])
        const receipt = await writeOnce(sink, sink.lane(), rows)
        expect(receipt).toMatchObject({ written: 999, rejected: 1 })
        expect(sorted(await scene.world.readAll(strict))).toEqual(sorted(rows.filter(([id]) => id !== '417')))
        const stored = await sink.target.state.rejects(sink.run, never)
        expect(stored).toEqual(receipt.rejects)
        expect(stored).toMatchObject([
          { dataset: 'strict', position: 417, column: 'name', code: 'TL_D403', key: { id: '417' } },
        ])
        expect(stored[0]?.row).toEqual({ id: { text: '417' }, name: null })
      },
    },
    {
      name: 'rejects the first row, the last row and several between them',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [strict])
        const bad = [0, 1, 50, 51, 98, 99]
        const receipt = await writeOnce(sink, sink.lane(), named(100, bad))
        expect(receipt).toMatchObject({ written: 94, rejected: 6 })
        expect(receipt.rejects.map((reject) => reject.position)).toEqual(bad)
        expect(await scene.world.readAll(strict)).toHaveLength(94)
        expect((await sink.state()).counts).toMatchObject({ read: 100, written: 94, rejected: 6 })
      },
    },
    {
      name: 'goes on where every row of a batch is bad',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [strict])
        const lane = sink.lane()
        await using writer = await sink.target.openWriter(lane, never)
        await writeRows(writer, lane, named(3, [0, 1, 2]), { done: false })
        await writeRows(writer, lane, [['3', 'good']], { sequence: 1, readBefore: 3 })
        expect(await scene.world.readAll(strict)).toEqual([['3', 'good']])
        expect(await sink.state()).toMatchObject({
          sequence: 2,
          done: true,
          counts: { read: 4, written: 1, rejected: 3 },
        })
        const positions = (await sink.target.state.rejects(sink.run, never)).map((reject) => reject.position)
        expect(positions).toEqual([0, 1, 2])
      },
    },
    {
      name: 'rejects a row that the table’s own key refuses, and writes the others',
      needs: ['target'],
      exercise: async (scene) => {
        await scene.world.seed(strict, [
          ['5', 'was here'],
          ['7', 'was here'],
        ])
        await using sink = await openSink(scene, [strict], { pipeline: { mode: 'append' } })
        const receipt = await writeOnce(sink, sink.lane(), named(20, []))
        expect(receipt).toMatchObject({ written: 18, rejected: 2 })
        expect(receipt.rejects.map(({ position, code, stage }) => [position, code, stage])).toEqual([
          [5, 'TL_D409', 'target'],
          [7, 'TL_D409', 'target'],
        ])
        const names = new Map((await scene.world.readAll(strict)).map(([id, name]) => [id, name]))
        expect([names.size, names.get('5'), names.get('7'), names.get('6')]).toEqual([20, 'was here', 'was here', 'n6'])
      },
    },
    {
      name: 'rejects a source row whole where one of its children is bad',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed, items])
        const lane = withChildren(sink.lane({}, 'keyed'), sink.lane({}, 'items'))
        const rows = numbered(3)
        const receipt = await writeOnce(sink, lane, rows, {
          prepare: (batch) => {
            fillFrame(batch, childRows, 1, (i) => (i === 2 ? 2 : 0))
            fillFrame(batch, [['0', null]], 1, () => 0)
          },
        })
        expect(receipt).toMatchObject({ written: 2, rejected: 1 })
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(rows.slice(1)))
        expect(await scene.world.readAll(items)).toEqual([['2', 'c']])
      },
    },
    {
      name: 'leaves out rows that were rejected or filtered before, and counts them',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed])
        const receipt = await writeOnce(sink, sink.lane(), numbered(6), {
          prepare: (batch) => {
            batch.reject({
              row: 1,
              stage: 'read',
              column: 'name',
              code: 'TL_D406',
              reason: 'no such day',
              original: { text: 'x' },
            })
            const filteredRow = 4
            batch.frames[0]?.fate.set([fate.filtered], filteredRow)
          },
        })
        expect(receipt).toMatchObject({ written: 4, filtered: 1, rejected: 1 })
        expect(ids(await scene.world.readAll(keyed))).toEqual(['0', '2', '3', '5'])
        expect((await sink.state()).counts).toEqual({
          read: 6,
          written: 4,
          merged: 0,
          filtered: 1,
          rejected: 1,
          vanished: 0,
        })
        const [reject] = await sink.target.state.rejects(sink.run, never)
        expect(reject).toMatchObject({ stage: 'read', row: { id: { text: '1' }, name: { text: 'x' } } })
      },
    },
    {
      name: 'stores losses with the batch, and none of a row that was rejected',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [strict])
        const lane = sink.lane()
        await using writer = await sink.target.openWriter(lane, never)
        const lose =
          (rows: readonly number[]) =>
          (batch: Batch): void => {
            for (const row of rows) batch.lose(row, 'name', 'nul-removed')
          }
        await writeRows(writer, lane, named(10, [4]), { done: false, prepare: lose([2, 4, 6]) })
        await writeRows(writer, lane, [['10', 'a']], { sequence: 1, readBefore: 10, prepare: lose([0]) })
        const losses = await sink.target.state.losses(sink.run, never)
        expect(losses.reduce((sum, loss) => sum + loss.count, 0)).toBe(3)
        expect(losses.flatMap((loss) => loss.sampleKeys.map((key) => key['id']))).toEqual(['2', '6', '10'])
        expect(new Set(losses.map(({ dataset, column: name, rule }) => `${dataset} ${name} ${rule}`))).toEqual(
          new Set(['strict name nul-removed']),
        )
      },
    },
  ],
}
