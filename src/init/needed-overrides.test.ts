import { describe, expect, it } from 'vitest'
import { memoryTable } from '../../test/support/seed-memory.ts'
import { loadRules } from '../mapping/load-rules.ts'
import type { ColumnInfo } from '../model/relation.ts'
import type { SelectedTable } from '../plan/select-tables.ts'
import { neededOverrides, wouldBeTruths } from './needed-overrides.ts'

const rules = await loadRules('mysql', 'postgres', undefined)

function selected(types: { readonly [column: string]: readonly [name: string, ...args: number[]] }): SelectedTable {
  const columns = Object.entries(types).map(([name, [type, ...args]]): ColumnInfo => {
    const text = args.length === 0 ? type : `${type}(${args.join()})`
    return {
      name,
      native: { name: type, text, args },
      nullable: true,
      autoIncrement: false,
      invisible: false,
      comment: '',
    }
  })
  const table = { ...memoryTable({ name: 't', columns: [] }), columns }
  return { table, dataset: 't', config: undefined, place: -1 }
}

describe('what a pipeline has to say of columns', () => {
  it('is nothing where the rules have a type for each', () => {
    expect(neededOverrides([selected({ id: ['int'], name: ['varchar', 20] })], rules)).toEqual(new Map([['t', []]]))
  })

  it('keeps the bytes of what the target has no type for', () => {
    const needed = neededOverrides([selected({ id: ['int'], place: ['point'] })], rules).get('t')
    expect(needed).toEqual([
      { column: 'place', type: 'bytes', reason: 'point: PostGIS columns are not written yet; its bytes are kept' },
    ])
  })

  it('leaves out what no rule knows, and says so', () => {
    const needed = neededOverrides([selected({ odd: ['hologram'] })], rules).get('t')
    expect(needed).toEqual([{ column: 'odd', drop: true, reason: 'hologram: no rule knows the type; it is left out' }])
  })
})

it('columns that would be truth values are those of which a rule says so', () => {
  const table = selected({ is_on: ['tinyint', 1], level: ['tinyint', 4], id: ['int'], place: ['point'] })
  expect([...wouldBeTruths(table, rules)]).toEqual(['is_on'])
})
