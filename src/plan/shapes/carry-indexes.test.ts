import { describe, expect, it } from 'vitest'
import { bareCollection, noWishes } from '../../../test/support/shaped-collections.ts'
import { documentOf, slowCensus } from '../../../test/support/census-of-documents.ts'
import type { IndexInfo, IndexPart } from '../../model/relation.ts'
import { shapeCollection } from './shape-collection.ts'

const part = (column: string | undefined): IndexPart => ({ column, descending: column === 'n' })

function index(name: string, kind: IndexInfo['kind'], ...columns: readonly (string | undefined)[]): IndexInfo {
  return { name, kind, parts: columns.map(part), visible: true, method: 'btree', comment: '' }
}

const fields = {
  _id: 1,
  n: 1,
  address: documentOf({ zip: 'x' }),
  mixed: documentOf({ a: [1, 'x'] }),
  lines: [documentOf({ sku: 1 })],
  'a.b': 1,
  tags: ['a'],
}

function carried(...indexes: readonly IndexInfo[]) {
  const shape = { tags: { as: 'array' }, n: { name: 'number' } } as const
  const wishes = { ...noWishes, shape }
  const collection = bareCollection('orders', 1, indexes)
  const { table, notCarried } = shapeCollection(collection, slowCensus('orders', [documentOf(fields)]), wishes)
  return { indexes: table.indexes, notCarried }
}

describe('indexes of a collection', () => {
  it('are carried where columns of its table stand for all that they are over', () => {
    const all = [
      index('_id_', 'primary', '_id'),
      index('n_1', 'index', 'n'),
      index('zip_1_n_-1', 'unique', 'address.zip', 'n'),
      index('dotted', 'index', 'a\\.b'),
    ]
    expect(carried(...all)).toEqual({ indexes: all, notCarried: [] })
  })

  it.each([
    ['index', ['lines.sku'], 'lines.sku is in the table orders_lines'],
    ['index', ['n', 'lines'], 'lines is in the table orders_lines'],
    ['unique', ['mixed.a'], 'mixed.a is a JSON column'],
    ['index', ['mixed.a.0'], 'mixed.a.0 is within the column mixed_a'],
    ['index', ['tags'], 'tags is an array'],
    ['index', ['address'], 'no column is of address'],
    ['index', ['\\$**'], 'no column is of \\$**'],
    ['index', ['gone'], 'no column is of gone'],
    ['index', [undefined], 'it is not over fields alone'],
    ['fulltext', ['n'], 'a fulltext index has no equal in the target'],
    ['spatial', ['n'], 'a spatial index has no equal in the target'],
  ] as const)('%s over %j: dropped, and told why', (kind, columns, reason) => {
    const found = carried(index('i', kind, ...columns))
    expect(found.indexes.map(({ name }) => name)).toEqual(['_id_'])
    expect(found.notCarried).toEqual([{ kind: kind === 'index' ? 'index' : `${kind} index`, name: 'i', reason }])
  })
})
