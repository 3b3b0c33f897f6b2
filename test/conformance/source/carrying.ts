import { expect } from 'vitest'
import type { CanonicalKind } from '../../../src/model/canonical-type.ts'
import { comparableText } from '../../support/seed-text.ts'
import type { SeedRow, SeedTable } from '../../support/harness.ts'
import { everyKind } from '../every-kind.ts'
import type { Law, LawGroup } from '../law.ts'
import { oddNames } from '../odd-names.ts'
import { onlyDataset, openSource, planFrom } from '../open-ends.ts'
import { readDataset } from '../read-split.ts'
import { column, int32, text } from '../tables.ts'

function readsName(name: string): Law {
  return {
    name: `reads a table and a column named ${name}`,
    needs: ['source'],
    exercise: async ({ connector, world }) => {
      const table: SeedTable = { name, columns: [column(name, int32), column('b', text, true)], key: [name] }
      const rows: SeedRow[] = [
        ['1', 'x'],
        ['2', null],
        ['3', 'y'],
      ]
      await world.seed(table, rows)
      await using source = await openSource(connector, world.url)
      const dataset = onlyDataset(await planFrom(connector, world.url, source))
      expect([dataset.read.table.name, dataset.read.columns[0]?.name]).toEqual([name, name])
      expect(await readDataset(source, dataset, dataset.splits, { maxRowCount: 1 })).toEqual(rows)
    },
  }
}

function readsKind(kind: CanonicalKind): Law {
  return {
    name: `reads ${kind}`,
    needs: ['source', `type ${kind}`],
    exercise: async ({ connector, harness, world }) => {
      await using source = await openSource(connector, world.url)
      const cases = harness.types.filter(({ type }) => type.kind === kind)
      for (const [i, { type, values }] of cases.entries()) {
        const table: SeedTable = {
          name: `t${i}`,
          columns: [column('id', int32), column('value', type, true)],
          key: ['id'],
        }
        const rows: SeedRow[] = [...values, null].map((value, id) => [String(id), value])
        await world.seed(table, rows)
        const dataset = onlyDataset(await planFrom(connector, world.url, source, { only: [table.name] }))
        expect(dataset.read.columns[1]?.type).toEqual(type)
        const read = await readDataset(source, dataset, dataset.splits)
        const comparable = (row: SeedRow): SeedRow => [row[0] ?? null, comparableText(type, row[1] ?? null)]
        expect(read.map(comparable)).toEqual(rows.map(comparable))
      }
    },
  }
}

/** Law 9 of the design, and the bytes of §4: names and values come through as they are. */
export const carrying: LawGroup = {
  title: 'names and values',
  laws: [...oddNames.map(readsName), ...everyKind.map(readsKind)],
}
