import { expect } from 'vitest'
import type { SeedTable } from '../../support/harness.ts'
import type { LawGroup } from '../law.ts'
import { never, onlyDataset, onlySplit, openSource, planFrom } from '../open-ends.ts'
import { readRows, sorted } from '../read-split.ts'
import { column, int64, keyed, numbered, text } from '../tables.ts'

const other: SeedTable = { ...keyed, name: 'other' }

/** Law 7 of the design. */
export const moments: LawGroup = {
  title: 'one moment',
  laws: [
    {
      name: 'shows every reader of a snapshot, and its count, the moment it was opened',
      needs: ['source', 'snapshot'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(30))
        await world.seed(other, numbered(5))
        await using source = await openSource(connector, world.url)
        const plan = await planFrom(connector, world.url, source)
        const reads = plan.datasets.map((dataset) => dataset.read)
        await using snapshot = await source.openSnapshot(2, reads, never)
        expect(snapshot.consistency.level).toBe('snapshot')
        await world.seed(keyed, numbered(30, 1000))
        await world.seed(other, numbered(30, 1000))
        const rows = await Promise.all(
          plan.datasets.map((dataset) => readRows(snapshot, dataset, onlySplit(dataset), { maxRowCount: 4 })),
        )
        const byName = new Map(plan.datasets.map((dataset, i) => [dataset.from, sorted(rows[i] ?? [])]))
        expect(byName.get('keyed')).toEqual(sorted(numbered(30)))
        expect(byName.get('other')).toEqual(sorted(numbered(5)))
        const question = { table: reads[0]?.table ?? { schema: '', name: '' }, columns: [], orphans: [] }
        const [answer] = await snapshot.count([question], never)
        expect(answer?.rows).toBe(reads[0]?.table.name === 'keyed' ? 30 : 5)
      },
    },
    {
      name: 'gives the same position while nobody writes, and another one after a write',
      needs: ['source', 'snapshot', 'resumable'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(3))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        const positionNow = async (): Promise<string | undefined> => {
          await using snapshot = await source.openSnapshot(1, [dataset.read], never)
          return snapshot.consistency.position
        }
        const first = await positionNow()
        expect(first).toBeDefined()
        expect(await positionNow()).toBe(first)
        await world.seed(keyed, numbered(1, 50))
        expect(await positionNow()).not.toBe(first)
      },
    },
    {
      name: 'gives a reader’s place back, so that many can follow each other in one snapshot',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(20))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        for (let i = 0; i < 8; i++) {
          expect(await readRows(snapshot, dataset, onlySplit(dataset), { maxRowCount: 6 })).toHaveLength(20)
        }
      },
    },
  ],
}

const parents: SeedTable = { name: 'parents', columns: [column('id', int64)], key: ['id'] }
const children: SeedTable = {
  name: 'children',
  columns: [column('id', int64), column('parent', int64, true), column('note', text, true)],
  key: ['id'],
}

/** What the counting validation asks, on the source's side. */
export const counting: LawGroup = {
  title: 'counting the source',
  laws: [
    {
      name: 'counts rows, NULLs and orphans',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(parents, [['1'], ['2']])
        await world.seed(children, [
          ['1', '1', null],
          ['2', '2', 'x'],
          ['3', null, null],
          ['4', '77', ''],
          ['5', '78', null],
        ])
        await using source = await openSource(connector, world.url)
        const plan = await planFrom(connector, world.url, source)
        const tableOf = (name: string) =>
          plan.datasets.find((one) => one.from === name)?.read.table ?? { schema: '', name }
        await using snapshot = await source.openSnapshot(
          1,
          plan.datasets.map((dataset) => dataset.read),
          never,
        )
        const answers = await snapshot.count(
          [
            {
              table: tableOf('children'),
              columns: ['note', 'id', 'parent'],
              orphans: [
                { constraint: 'fk', columns: ['parent'], references: tableOf('parents'), referencedColumns: ['id'] },
              ],
            },
            { table: tableOf('parents'), columns: ['id'], orphans: [] },
          ],
          never,
        )
        expect(answers).toEqual([
          { table: tableOf('children'), rows: 5, nulls: [3, 0, 1], orphans: [2] },
          { table: tableOf('parents'), rows: 2, nulls: [0], orphans: [] },
        ])
      },
    },
    {
      name: 'measures values and keys exactly, or leaves them out',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(children, [
          ['1', '-9223372036854775808', null],
          ['2', '9223372036854775807', 'x'],
          ['3', '9223372036854775807', null],
          ['4', null, ''],
          ['5', null, 'x'],
        ])
        await using source = await openSource(connector, world.url)
        const { read } = onlyDataset(await planFrom(connector, world.url, source))
        const native = read.columns.find(({ name }) => name === 'parent')!.native
        await using snapshot = await source.openSnapshot(1, [read], never)
        const question = {
          table: read.table,
          columns: [],
          orphans: [],
          measures: [{ column: 'parent', type: native, form: 'number', faults: [], range: true }],
          keys: [['id'], ['parent'], ['id', 'parent']],
        } as const
        const [answer] = await snapshot.count([question], never)
        const measures = [
          {
            faults: [],
            range: { min: '-9223372036854775808', max: '9223372036854775807', sum: '9223372036854775806' },
          },
        ]
        expect(answer?.measures ?? measures).toEqual(measures)
        expect(answer?.duplicates ?? [0, 1, 0]).toEqual([0, 1, 0])
      },
    },
    {
      name: 'counts an empty table',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, [])
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        const question = { table: dataset.read.table, columns: ['id', 'name'], orphans: [] }
        expect(await snapshot.count([question], never)).toEqual([
          { table: dataset.read.table, rows: 0, nulls: [0, 0], orphans: [] },
        ])
      },
    },
  ],
}
