import { expect } from 'vitest'
import type { SeedRow, SeedTable } from '../../support/harness.ts'
import type { Law, LawGroup } from '../law.ts'
import { never, onlyDataset, openSource, planFrom } from '../open-ends.ts'
import { readParts, readRows } from '../read-split.ts'
import { column, int32, keyed, keyless, numbered, shortText } from '../tables.ts'

const composite: SeedTable = {
  name: 'composite',
  columns: [column('tenant', int32), column('code', shortText), column('note', shortText, true)],
  key: ['tenant', 'code'],
}

const compositeRows: SeedRow[] = [
  ['-2', 'b', null],
  ['-2', 'a', 'x'],
  ['1', "it's", 'y'],
  ['1', 'zwölf', null],
  ['1', '日本', 'z'],
  ['1', '50%_\\', 'w'],
  ['2', 'a', null],
  ['10', 'a', ''],
  ['10', '', 'empty'],
]

const texts: SeedTable = { name: 'texts', columns: [column('code', shortText), column('n', int32)], key: ['code'] }
const textRows: SeedRow[] = ['a', 'B', 'c', 'D', 'é', '😀', '10', '9', ' lead', 'a\tb', "q'", '\\', ''].map(
  (code, n) => [code, String(n)],
)

function resumesEverywhere(table: SeedTable, rows: readonly SeedRow[]): Law {
  return {
    name: `goes on from every cursor of a table keyed by ${table.key?.join(' and ') ?? 'nothing'}`,
    needs: ['source', 'resumable'],
    exercise: async ({ connector, world }) => {
      await world.seed(table, rows)
      await using source = await openSource(connector, world.url)
      const dataset = onlyDataset(await planFrom(connector, world.url, source))
      await using snapshot = await source.openSnapshot(1, [dataset.read], never)
      for (const split of dataset.splits) {
        const parts = await readParts(snapshot, dataset, split, { maxRowCount: 1 })
        const all = parts.flatMap((part) => part.rows)
        for (const [index, part] of parts.entries()) {
          // A cursor is stored as JSON, and comes back as that.
          const from = JSON.parse(JSON.stringify(part.after ?? null)) as typeof part.after
          const before = parts.slice(0, index + 1).reduce((sum, one) => sum + one.rows.length, 0)
          const rest = await readRows(snapshot, dataset, split, { from, maxRowCount: 4 })
          expect(rest, `after ${JSON.stringify(from)}`).toEqual(all.slice(before))
        }
      }
    },
  }
}

/** Law 4 of the design: `read(split, from)` yields exactly the rows after `from`. */
export const resuming: LawGroup = {
  title: 'resuming',
  laws: [
    resumesEverywhere(keyed, numbered(9, -4)),
    resumesEverywhere(texts, textRows),
    resumesEverywhere(composite, compositeRows),
    {
      name: 'reads an atomic split whole each time, whatever cursor it is given',
      needs: ['source', 'resumable'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyless, numbered(25))
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        for (const split of dataset.splits) {
          const parts = await readParts(snapshot, dataset, split, { maxRowCount: 10 })
          const again = await readRows(snapshot, dataset, split, { from: parts[0]?.after })
          expect(again).toHaveLength(25)
        }
      },
    },
    {
      name: 'reads just the rows with the keys that are asked for',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(composite, compositeRows)
        await using source = await openSource(connector, world.url)
        const dataset = onlyDataset(await planFrom(connector, world.url, source))
        const keys = [
          { tenant: '1', code: "it's" },
          { tenant: '10', code: '' },
          { tenant: '3', code: 'a' },
        ]
        const split = source.keySplit(dataset.read, keys)
        await using snapshot = await source.openSnapshot(1, [dataset.read], never)
        const rows = await readRows(snapshot, dataset, split)
        expect(rows.map((row) => row[2] ?? '').toSorted()).toEqual(['empty', 'y'])
      },
    },
  ],
}
