import { expect } from 'vitest'
import type { SeedTable } from '../../support/harness.ts'
import type { Law, LawGroup, Scene } from '../law.ts'
import { never, onlyDataset, openSource, planFrom } from '../open-ends.ts'
import { readDataset, readParts, sorted } from '../read-split.ts'
import { keyed, keyless, numbered } from '../tables.ts'

const batchRowCount = 10

function readsOnce(table: SeedTable, rowCount: number): Law {
  return {
    name: `reads ${rowCount} rows of a ${table.name} table exactly once, ${batchRowCount} a batch`,
    needs: ['source'],
    exercise: async ({ connector, world }: Scene) => {
      const rows = numbered(rowCount)
      await world.seed(table, rows)
      await using source = await openSource(connector, world.url)
      const dataset = onlyDataset(await planFrom(connector, world.url, source))
      const read = await readDataset(source, dataset, dataset.splits, { maxRowCount: batchRowCount })
      expect(sorted(read)).toEqual(sorted(rows))
    },
  }
}

const counts = [0, 1, batchRowCount - 1, batchRowCount, batchRowCount + 1, 3 * batchRowCount]

/** Law 4 of the design, first half: each row once, whole, in the order of the split's key. */
export const reading: LawGroup = {
  title: 'reading',
  laws: [
    ...counts.map((count) => readsOnce(keyed, count)),
    ...counts.map((count) => readsOnce(keyless, count)),
    {
      name: 'keeps duplicates of a table without a key',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        const rows = [...numbered(20), ...numbered(20), ...numbered(5)]
        await world.seed(keyless, rows)
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        expect(dataset.splits.map((split) => split.atomic)).toEqual([true])
        const read = await readDataset(source, dataset, dataset.splits, { maxRowCount: batchRowCount })
        expect(sorted(read)).toEqual(sorted(rows))
      },
    },
    {
      name: 'fills a batch until it is full, and no further',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(35))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        for (const split of dataset.splits) {
          const parts = await readParts(snapshot, dataset, split, { maxRowCount: batchRowCount })
          const full = parts.slice(0, -1).map((part) => part.rows.length)
          expect(full).toEqual(full.map(() => batchRowCount))
        }
      },
    },
    {
      name: 'gives a huge row whole, and alone',
      needs: ['source'],
      timeoutMs: 60_000,
      exercise: async ({ connector, world }) => {
        const huge = 'ä'.repeat(3 * 1024 * 1024)
        const rows = numbered(9).map(([id, name]) => [id ?? null, id === '4' ? huge : (name ?? null)])
        await world.seed(keyed, rows)
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        const parts = []
        for (const split of dataset.splits) parts.push(...(await readParts(snapshot, dataset, split)))
        const read = parts.flatMap((part) => part.rows)
        expect(read.map(([id, name]) => [id, name === huge ? 'huge' : name])).toEqual(
          rows.map(([id, name]) => [id, name === huge ? 'huge' : name]),
        )
        const withHuge = parts.filter((part) => part.rows.some(([, name]) => name === huge))
        expect(withHuge.map((part) => part.rows.length)).toEqual([1])
      },
    },
    {
      name: 'says of a table that is not there that it is not there',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(1))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        const gone = { ...dataset, read: { ...dataset.read, table: { ...dataset.read.table, name: 'nobody' } } }
        await expect(readDataset(source, gone, dataset.splits)).rejects.toMatchObject({ code: 'TL_S205' })
      },
    },
  ],
}
