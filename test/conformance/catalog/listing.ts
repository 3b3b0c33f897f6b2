import { expect } from 'vitest'
import type { SeedTable } from '../../support/harness.ts'
import type { LawGroup } from '../law.ts'
import { never, openSource } from '../open-ends.ts'
import { column, int32, int64, keyed, keyless, numbered, shortText } from '../tables.ts'

const parents: SeedTable = {
  name: 'parents',
  columns: [column('b', int32), column('a', shortText), column('note', shortText, true)],
  key: ['a', 'b'],
  indexes: [['note'], ['note', 'b']],
}
const children: SeedTable = {
  name: 'children',
  columns: [column('id', int64), column('pa', shortText, true), column('pb', int32, true)],
  key: ['id'],
  foreignKeys: [{ name: 'to_parents', columns: ['pa', 'pb'], references: 'parents', referencedColumns: ['a', 'b'] }],
}

/** What a plan is made of: everything there is, system schemas left out. */
export const listing: LawGroup = {
  title: 'the catalog',
  laws: [
    {
      name: 'lists nothing of an empty database, its own system tables left out',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await using source = await openSource(connector, world.url)
        expect((await source.catalog(never)).tables).toEqual([])
      },
    },
    {
      name: 'lists columns in their order, with what may be NULL, and the key in its own',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(parents, [])
        await world.seed(keyless, [])
        await using source = await openSource(connector, world.url)
        const { tables } = await source.catalog(never)
        expect(tables.map((table) => table.name.name).toSorted()).toEqual(['keyless', 'parents'])
        const found = tables.find((table) => table.name.name === 'parents')
        expect(found?.columns.map(({ name, nullable }) => [name, nullable])).toEqual([
          ['b', false],
          ['a', false],
          ['note', true],
        ])
        const primary = found?.indexes.find((index) => index.kind === 'primary')
        expect(primary?.parts.map((part) => part.column)).toEqual(['a', 'b'])
        const others = (found?.indexes ?? []).filter((index) => index.kind === 'index')
        expect(others.map((index) => index.parts.map((part) => part.column).join()).toSorted()).toEqual([
          'note',
          'note,b',
        ])
        const without = tables.find((table) => table.name.name === 'keyless')
        expect(without?.indexes.filter((index) => index.kind === 'primary')).toEqual([])
      },
    },
    {
      name: 'lists foreign keys with the columns they join',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(parents, [])
        await world.seed(children, [])
        await using source = await openSource(connector, world.url)
        const { tables } = await source.catalog(never)
        const [key] = tables.find((table) => table.name.name === 'children')?.foreignKeys ?? []
        expect(key).toMatchObject({
          columns: ['pa', 'pb'],
          references: { name: 'parents' },
          referencedColumns: ['a', 'b'],
        })
      },
    },
    {
      name: 'has a fingerprint that rows leave alone and a new table does not',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(keyed, numbered(2))
        await using source = await openSource(connector, world.url)
        const { fingerprint } = await source.catalog(never)
        await world.seed(keyed, numbered(500, 100))
        expect((await source.catalog(never)).fingerprint).toBe(fingerprint)
        await world.seed(keyless, [])
        expect((await source.catalog(never)).fingerprint).not.toBe(fingerprint)
      },
    },
    {
      name: 'is plain data: it survives JSON',
      needs: ['source'],
      exercise: async ({ connector, world }) => {
        await world.seed(parents, [])
        await world.seed(children, [])
        await using source = await openSource(connector, world.url)
        const catalog = await source.catalog(never)
        expect(JSON.parse(JSON.stringify(catalog))).toEqual(catalog)
      },
    },
  ],
}
