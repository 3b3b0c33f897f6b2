import { expect } from 'vitest'
import type { Plan } from '../../../src/model/plan.ts'
import type { SeedTable } from '../../support/harness.ts'
import type { LawGroup } from '../law.ts'
import { never } from '../open-ends.ts'
import { openSink, writeOnce } from '../open-sink.ts'
import { sorted } from '../read-split.ts'
import { column, int32, keyed, numbered, shortText } from '../tables.ts'

const pairs: SeedTable = {
  name: 'pairs',
  columns: [column('tenant', int32), column('code', shortText), column('note', shortText, true)],
  key: ['tenant', 'code'],
}

/** Law 10 of the design, as far as a connector keeps it, and what writes into tables that are there. */
export const modes: LawGroup = {
  title: 'tables that are there',
  laws: [
    {
      name: 'appends to the rows that are there',
      needs: ['target'],
      exercise: async (scene) => {
        await scene.world.seed(keyed, numbered(3))
        await using sink = await openSink(scene, [keyed], { pipeline: { mode: 'append' } })
        await writeOnce(sink, sink.lane(), numbered(3, 10))
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted([...numbered(3), ...numbered(3, 10)]))
      },
    },
    {
      name: 'merges by key: the last row of a key is the one that stays',
      needs: ['target'],
      exercise: async (scene) => {
        await scene.world.seed(pairs, [
          ['1', 'a', 'old'],
          ['1', 'b', 'old'],
        ])
        await using sink = await openSink(scene, [pairs], { pipeline: { mode: 'merge' } })
        const receipt = await writeOnce(sink, sink.lane(), [
          ['1', 'a', 'first'],
          ['2', 'a', 'new'],
          ['1', 'a', 'last'],
          ['1', 'a', null],
        ])
        expect(receipt).toMatchObject({ written: 2, merged: 2, rejected: 0 })
        expect(sorted(await scene.world.readAll(pairs))).toEqual(
          sorted([
            ['1', 'a', null],
            ['1', 'b', 'old'],
            ['2', 'a', 'new'],
          ]),
        )
        expect((await sink.state()).counts).toMatchObject({ read: 4, written: 2, merged: 2 })
      },
    },
    {
      name: 'replaces tables in one step, which finishes the run, and leaves them as they are until then',
      needs: ['target'],
      exercise: async (scene) => {
        await scene.world.seed(keyed, numbered(3))
        await using sink = await openSink(scene, [keyed, pairs], { pipeline: { mode: 'replace' } })
        await writeOnce(sink, sink.lane({}, 'keyed'), numbered(2, 10))
        await writeOnce(sink, sink.lane({}, 'pairs'), [['1', 'a', 'new']])
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(numbered(3)))
        const names = [keyed, pairs].map(({ name }) => sink.dataset(name).table.name)
        expect(await sink.target.describe(names, never)).toHaveLength(1)
        const last = sink.plan.finish.at(-1)
        expect(sink.plan.finish.filter(({ kind }) => kind === 'swap')).toEqual([last])
        for (const step of sink.plan.finish) {
          expect((await sink.target.finish(sink.run, 1, step, never)).outcome).toBe('done')
        }
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(numbered(2, 10)))
        expect(await scene.world.readAll(pairs)).toEqual([['1', 'a', 'new']])
        expect((await sink.target.state.find(sink.run, never))?.status).toBe('finished')
        const beside = [keyed, pairs].flatMap(({ name }) => sink.dataset(name).beside?.name ?? [])
        expect(beside).toHaveLength(2)
        expect(await sink.target.describe(beside, never)).toEqual([])
      },
    },
    {
      name: 'gives up a replacement with nothing left of it',
      needs: ['target'],
      exercise: async (scene) => {
        await scene.world.seed(keyed, numbered(3))
        await using sink = await openSink(scene, [keyed], { pipeline: { mode: 'replace' } })
        await writeOnce(sink, sink.lane(), numbered(2, 10))
        await sink.target.state.discard(sink.run, never)
        expect(sorted(await scene.world.readAll(keyed))).toEqual(sorted(numbered(3)))
        const beside = sink.dataset().beside?.name
        expect(beside).toBeDefined()
        expect(await sink.target.describe(beside === undefined ? [] : [beside], never)).toEqual([])
      },
    },
    {
      name: 'refuses a table that has rows, and leaves it as it is',
      needs: ['target'],
      exercise: async (scene) => {
        await scene.world.seed(keyed, numbered(2))
        await expect(openSink(scene, [keyed], { begins: false })).rejects.toMatchObject({ code: 'TL_T307' })
        expect(await scene.world.readAll(keyed)).toHaveLength(2)
      },
    },
    {
      name: 'describes a table that is there: columns, key, and whether it has rows',
      needs: ['target'],
      exercise: async (scene) => {
        await scene.world.seed(pairs, [])
        await scene.world.seed(keyed, numbered(1))
        await using sink = await openSink(scene, [{ ...keyed, name: 'third' }], { begins: false })
        const { schema } = sink.dataset().table.name
        const names = ['pairs', 'keyed', 'nobody'].map((name) => ({ schema, name }))
        const found = new Map((await sink.target.describe(names, never)).map((table) => [table.name.name, table]))
        expect([...found.keys()].toSorted()).toEqual(['keyed', 'pairs'])
        expect(found.get('pairs')).toMatchObject({ primaryKey: ['tenant', 'code'], isEmpty: true })
        expect(found.get('keyed')).toMatchObject({ primaryKey: ['id'], isEmpty: false })
        expect(found.get('pairs')?.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
          ['tenant', false],
          ['code', false],
          ['note', true],
        ])
      },
    },
    {
      name: 'plans without writing anything',
      needs: ['target'],
      exercise: async (scene) => {
        await using sink = await openSink(scene, [keyed, pairs], { begins: false })
        const { schema } = sink.dataset().table.name
        const names = ['keyed', 'pairs'].map((name) => ({ schema, name }))
        expect(await sink.target.describe(names, never)).toEqual([])
        expect(await sink.target.state.list(never)).toEqual([])
        const stored = JSON.parse(JSON.stringify(sink.plan)) as Plan
        expect(stored.prepare.length).toBeGreaterThan(0)
      },
    },
    {
      name: 'counts rows, NULLs and orphans of what it wrote',
      needs: ['target'],
      exercise: async (scene) => {
        const children: SeedTable = { ...keyed, name: 'children', key: undefined }
        await using sink = await openSink(scene, [keyed, children])
        await writeOnce(sink, sink.lane({}, 'keyed'), numbered(5))
        await writeOnce(sink, sink.lane({}, 'children'), numbered(4, 3))
        const [parent, child] = [sink.dataset('keyed').table.name, sink.dataset('children').table.name]
        const orphans = [{ constraint: 'fk', columns: ['id'], references: parent, referencedColumns: ['id'] }]
        const answers = await sink.target.count(
          [
            { table: child, columns: ['name', 'id'], orphans },
            { table: parent, columns: ['name'], orphans: [] },
          ],
          never,
        )
        expect(answers).toEqual([
          { table: child, rows: 4, nulls: [1, 0], orphans: [2] },
          { table: parent, rows: 5, nulls: [1], orphans: [] },
        ])
      },
    },
    {
      name: 'measures values and keys of what it wrote exactly, or leaves them out',
      needs: ['target'],
      exercise: async (scene) => {
        const loose: SeedTable = { ...keyed, name: 'loose', key: undefined }
        await using sink = await openSink(scene, [loose])
        await writeOnce(sink, sink.lane({}), [...numbered(3), ...numbered(2, 1)])
        const { name: table } = sink.dataset().table
        const [there] = await sink.target.describe([table], never)
        const type = there?.columns.find(({ name }) => name === 'id')?.type ?? ''
        const question = {
          table,
          columns: [],
          orphans: [],
          measures: [{ column: 'id', type, form: 'number', faults: [], range: true }],
          keys: [['id']],
        } as const
        const [answer] = await sink.target.count([question], never)
        const measures = [{ faults: [], range: { min: '0', max: '2', sum: '6' } }]
        expect(answer?.measures ?? measures).toEqual(measures)
        expect(answer?.duplicates ?? [2]).toEqual([2])
      },
    },
  ],
}
