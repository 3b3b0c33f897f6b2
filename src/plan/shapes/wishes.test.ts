import { Decimal128, Double, Int32, Long, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import {
  bareCollection,
  childColumns,
  columnText,
  fieldColumns,
  notesAt,
  noWishes,
  shapeOf,
  shapeOfAll,
  times,
} from '../../../test/support/shaped-collections.ts'
import { documentOf, slowCensus } from '../../../test/support/census-of-documents.ts'
import type { ShapeConfig } from '../../config/shape-config.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { shapeCollection } from './shape-collection.ts'
import type { ShapedCollection } from './shaped.ts'

type Fields = { readonly [name: string]: unknown }

const key = ['$orders_id as orders_id: int', '$ordinal as ordinal: ordinal']

function wish(documents: readonly Fields[], paths: ShapeConfig): ShapedCollection {
  return shapeOf(documents, { shape: paths })
}

/** `place: reason. cure` of the refusal. */
function refusal(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (!(error instanceof TransloadError) || error.code !== 'TL_C102') throw error
    if (error.context['file'] !== 'p.yaml') throw error
    return `${error.context['place']}: ${error.context['reason']}. ${error.context['cure']}`
  }
  throw new Error('nothing was refused')
}

describe('a wish', () => {
  const mixed = [{ a: 1 }, { a: 'x' }, { a: documentOf({ b: 1 }) }]

  it('column: one column though types differ, the others in _rest', () => {
    const shaped = wish(mixed, { a: { as: 'column', type: 'long' } })
    expect(fieldColumns(shaped)).toEqual(['a: long?'])
    expect(notesAt(shaped, 'a')).toContain('long column, other values in _rest: there are 1 string')
    expect(fieldColumns(wish([{ a: 1 }, { a: 'x' }, { a: 'y' }], { a: { as: 'column' } }))).toEqual(['a: string?'])
    expect(fieldColumns(wish([{ a: 1 }, { a: new Double(0.5) }, { a: 'y' }], { a: { as: 'column' } }))).toEqual([
      'a: double?',
    ])
    expect(fieldColumns(wish(mixed, { a: { as: 'column', type: 'id' } }))).toEqual(['a: id'])
    expect(fieldColumns(wish([{ a: 1 }], { a: { as: 'column', type: 'decimal' } }))).toEqual(['a: decimal'])
    expect(fieldColumns(wish([{ a: null }], { a: { as: 'column', type: 'date' } }))).toEqual(['a: date?'])
    const great = wish([{ a: Long.fromBigInt(2n ** 60n) }], { a: { as: 'column', type: 'double' } })
    expect(fieldColumns(great)).toEqual(['a: double?'])
    expect(notesAt(great, 'a')).toContain('some of 1 long')
  })

  it('json, rest and drop: of anything', () => {
    const shaped = wish([{ a: 1, b: documentOf({ c: 1 }), c: [1], d: 2 }], {
      a: { as: 'json' },
      b: { as: 'json' },
      c: { as: 'rest' },
      d: { as: 'drop' },
    })
    expect(fieldColumns(shaped)).toEqual(['a: json', 'b: json'])
    expect(shaped.leftOut).toEqual(['d'])
    expect(childColumns(shaped)).toEqual({})
  })

  it('flatten: of what would be a variant, a map, JSON, or too deep', () => {
    expect(fieldColumns(wish(mixed, { a: { as: 'flatten' } }))).toEqual(['a.b as a_b: int?'])
    const days = documentOf(Object.fromEntries(times(40, (place) => [String(place), 1])))
    expect(fieldColumns(wish([{ days }], { days: { as: 'flatten' } }))).toHaveLength(40)
  })

  it('map: a table of the fields of a record', () => {
    const prices = documentOf({ eur: new Int32(1), usd: new Double(1.5) })
    const shaped = wish([{ prices }], { prices: { as: 'map', to: 'order_prices' } })
    expect(childColumns(shaped)).toEqual({
      order_prices: ['$orders_id as orders_id: int', '$key as key: key', '$value as value: double'],
    })
  })

  it('table: though its elements are of many types, under a name of one’s own', () => {
    const shaped = wish([{ a: [1, 'x'] }], { a: { as: 'table', to: 'app.things' } })
    expect(childColumns(shaped)).toEqual({ 'app.things': [...key, '$value as value: json'] })
    expect(childColumns(wish([{ a: [] }], { a: { as: 'table' } }))).toEqual({
      orders_a: [...key, '$value as value: json?'],
    })
    const nested = wish([{ a: [documentOf({ b: [1] })] }], { a: { as: 'table', to: 'app.things' } })
    expect(Object.keys(childColumns(nested))).toEqual(['app.things', 'app.things_b'])
  })

  it('array: of the target’s own', () => {
    const shaped = wish([{ a: ['x', 'y'], b: [1, new Double(1.5)], c: [1, 'x'] }], {
      a: { as: 'array' },
      b: { as: 'array', of: 'decimal' },
      c: { as: 'array', of: 'string' },
    })
    expect(fieldColumns(shaped)).toEqual(['a: array of string', 'b: array of decimal', 'c: array of string?'])
    expect(shaped.table.columns[1]?.native).toEqual({
      name: 'valueArray',
      text: 'array of string',
      args: [],
      of: { name: 'string', text: 'string', args: [] },
    })
    expect(notesAt(shaped, 'c')).toContain('array of string, other arrays in _rest: there are arrays with 1 int')
  })

  it('goes into elements, of arrays and of maps', () => {
    const lines = [documentOf({ sku: 1, at: 1, secret: 1 }), documentOf({ sku: 'x', at: 1, secret: 2 })]
    const shaped = wish([{ lines }], {
      'lines[].sku': { as: 'column', type: 'string', name: 'article' },
      'lines[].secret': { as: 'drop' },
    })
    expect(childColumns(shaped)).toEqual({
      orders_lines: [...key, 'sku as article: string?', 'at: int', '$rest as _rest: rest?'],
    })
    expect(shaped.childLeftOut).toEqual([['secret']])
    expect(childColumns(wish([{ lines }], { 'lines[]': { as: 'json' } }))).toEqual({
      orders_lines: [...key, '$value as value: json'],
    })
    expect(childColumns(wish([{ a: [[1], [2]] }], { 'a[]': { as: 'array' } }))).toEqual({
      orders_a: [...key, '$value as value: array of int'],
    })
    const users = times(40, (place) => ({ users: documentOf({ [`u${place}`]: documentOf({ points: 1 }) }) }))
    expect(childColumns(wish(users, { 'users[].points': { as: 'json' } }))['orders_users']).toContain('points: json')
  })

  it('* as the last name: all fields that nothing else is said of', () => {
    const documents = [{ a: 1, b: 2, c: documentOf({ d: 1, e: 2 }), '*': 1 }]
    expect(fieldColumns(wish(documents, { '*': { as: 'drop' }, c: {}, 'c.d': { name: 'x' } }))).toEqual([
      'c.d as x: int',
      'c.e as c_e: int',
    ])
    expect(fieldColumns(wish(documents, { '\\*': { as: 'drop' }, 'c.*': { as: 'rest' } }))).toEqual([
      'a: int',
      'b: int',
    ])
  })

  it('name: of a column, and of what an object is flattened to', () => {
    const documents = [{ a: 1, address: documentOf({ zip: 1, geo: documentOf({ x: 1 }) }) }]
    expect(fieldColumns(wish(documents, { a: { name: 'Ä b' }, address: { name: 'addr' } }))).toEqual([
      'a as Ä b: int',
      'address.zip as addr_zip: int',
      'address.geo.x as addr_geo_x: int',
    ])
  })

  it('document: the whole as one JSON column beside its key', () => {
    const documents = [{ a: 1, b: [documentOf({ c: 1 })] }]
    expect(wish(documents, 'document').table.columns.map(columnText)).toEqual([
      '_id: int',
      '$document as document: json',
    ])
    const lossless = shapeOf(documents, { shape: 'document', fidelity: 'lossless' })
    expect(lossless.table.columns.map(columnText)).toEqual([
      '_id: int',
      '$document as document: extendedJson',
      '$original as _original: original?',
    ])
    expect(lossless.signature).toEqual({ order: ['$document'], alwaysThere: [] })
  })

  it('of the key: its type and its name', () => {
    const columns = (paths: ShapeConfig) => wish([{}], paths).table.columns.map(columnText)
    expect(columns({ _id: { as: 'column', type: 'decimal', name: 'id' } })[0]).toBe('_id as id: decimal')
    expect(columns({ _id: { as: 'column', type: 'id' } })[0]).toBe('_id: id')
    expect(columns({ '*': { as: 'drop' }, _id: {} })).toEqual(['_id: int', '$rest as _rest: rest?'])
    expect(childColumns(wish([{ a: [1] }], { _id: { name: 'code' } }))['orders_a']?.[0]).toBe(
      '$orders_code as orders_code: int',
    )
  })

  it('may be of a field that was not seen, where not all was told apart', () => {
    const census = slowCensus('orders', [documentOf({ _id: 1 })], true)
    const shape = { a: { as: 'column', type: 'string' }, b: { as: 'drop' } } as const
    const shaped = shapeCollection(bareCollection('orders', 9), census, { ...noWishes, shape })
    expect(fieldColumns(shaped)).toEqual(['a: string?'])
    expect(shaped.leftOut).toEqual(['b'])
    expect(fieldColumns(shapeOfAll([], { shape: { ...shape, 'c.d': { as: 'json' } } }))).toEqual(['a: string?'])
  })
})

describe('a wish is refused', () => {
  const documents = [
    {
      text: 'x',
      empty: documentOf({}),
      address: documentOf({ zip: 1 }),
      lines: [documentOf({ sku: 1 })],
      tags: ['a'],
      nulls: null,
      mixed: [1, 'a'],
    },
  ]

  it.each<[ShapeConfig, string]>([
    [
      { txt: { as: 'json' } },
      'datasets/0/shape/txt: no document of orders has txt. Did you mean text? Known are _id, text',
    ],
    [{ 'lines[].sk': {} }, 'no document of orders has lines[].sk. Did you mean lines[].sku?'],
    [{ 'adress.zip': {} }, 'Did you mean address.zip?'],
    [{ 'text.*': {} }, 'text.* stands within text, which is one column (string column). Give text another shape'],
    [{ 'address.x.*': {} }, 'no document of orders has address.x.*'],
    [{ text: { as: 'flatten' } }, 'text cannot be flattened: it holds 1 string. Take column, json, rest or drop.'],
    [{ empty: { as: 'flatten' } }, 'empty cannot be flattened: its documents are empty'],
    [{ text: { as: 'table' } }, 'text cannot be a table of its elements: it holds 1 string'],
    [{ address: { as: 'table' } }, 'address cannot be a table of its elements: it holds 1 object'],
    [{ tags: { as: 'map' } }, 'tags cannot be a table of its fields: it holds 1 array'],
    [
      { lines: { as: 'array' } },
      'lines cannot be an array of the target: its elements are 1 object. Take table or json.',
    ],
    [{ tags: { as: 'array', of: 'int' } }, 'tags cannot be a column of int: it holds 1 string'],
    [
      { text: { as: 'column', type: 'int' } },
      'text cannot be a column of int: it holds 1 string. Take a type that it holds',
    ],
    [{ address: { as: 'column' } }, 'address cannot be a column: it holds 1 object. Say its type'],
    [{ nulls: { as: 'column' } }, 'nulls cannot be a column: it holds nothing that tells its type'],
    [{ 'lines[]': { as: 'drop' } }, 'lines[] is what rows are made of. Say drop of the array itself.'],
    [{ 'lines[]': { as: 'map' } }, 'lines[] is a row itself'],
    [
      { address: { as: 'json' }, 'address.zip': { as: 'drop' } },
      'address.zip stands within address, which is one JSON column',
    ],
    [{ mixed: {}, 'mixed[].x': {} }, 'mixed[].x stands within mixed, which is one JSON column'],
    [
      { address: { as: 'map' }, 'address.zip': {} },
      'address.zip stands within address, which is a table with a row for each name: write address[]',
    ],
    [{ _id: { as: 'json' } }, '_id is the key: it stays one column'],
    [{ _id: { as: 'column', type: 'bool' } }, '_id cannot be a key of bool: there are 1 int'],
    [{ _id: { as: 'column', type: 'string' } }, '_id cannot be a key of string: there are 1 int'],
    [{ 'a\\b': {}, ab: {} }, 'ab and a\\b are the same path'],
    [
      { lines: { as: 'table', to: 'Things' }, tags: { as: 'table', to: 'things' } },
      'datasets/0/shape/lines: two tables are to be called Things',
    ],
    [{ text: { name: 'x' }, 'address.zip': { name: 'X' } }, 'two columns of orders are to be called X'],
  ])('%j', (shape, message) => expect(refusal(() => wish(documents, shape))).toContain(message))

  it('where a document is to be made again without a part of it', () => {
    const shape = { text: { as: 'drop' } } as const
    expect(refusal(() => shapeOf(documents, { shape, fidelity: 'lossless' }))).toContain(
      'text is left out, and every document is to be made again',
    )
  })
})

describe('what is lossless', () => {
  it('has a column for the original, and canonical Extended JSON', () => {
    const shaped = shapeOf(
      [
        { a: 1, b: [1, 'x'] },
        { a: 'x', b: [] },
      ],
      { fidelity: 'lossless' },
    )
    expect(shaped.table.columns.map(columnText)).toEqual([
      '_id: int',
      'a: extendedJson',
      'b: extendedJson',
      '$rest as _rest: rest?',
      '$original as _original: original?',
    ])
    expect(shapeOf([{ a: 1 }]).signature).toBeUndefined()
    expect(shapeOf([{ a: [1] }]).childSignatures).toEqual([])
  })

  it('knows the order of fields, and what is there though nothing is in it (case 28)', () => {
    const full = {
      z: 1,
      address: documentOf({ zip: 1, city: 'a' }),
      lines: [documentOf({ qty: 1, sku: 'x' })],
      tags: ['a'],
    }
    const shaped = shapeOfAll(
      [
        documentOf({ b: new ObjectId(), _id: 1, ...full }),
        documentOf({ b: null, _id: 2, z: 1, address: documentOf({}), lines: [], tags: ['a'] }),
        documentOf({ b: new ObjectId(), _id: 3, address: documentOf({ zip: null }), lines: [], tags: ['a'] }),
        documentOf({ _id: 4, b: null, z: 1, lines: [documentOf({ sku: 'x' })] }),
      ],
      { fidelity: 'lossless' },
    )
    expect(shaped.signature).toEqual({
      order: ['b', '_id', 'z', 'address.zip', 'address.city', 'lines', 'tags'],
      alwaysThere: ['b', '_id', 'address.zip', 'lines'],
    })
    expect(shaped.childSignatures).toEqual([
      { order: ['qty', 'sku'], alwaysThere: ['sku'] },
      { order: ['$value'], alwaysThere: [] },
    ])
  })

  it('knows columns of wider numbers that most values are int in', () => {
    const long = Long.fromNumber(2 ** 40)
    const shaped = shapeOfAll(
      [
        documentOf({ _id: 1, mostly: 1, twice: [1, 2, long], even: 1, doubles: 0.5 }),
        documentOf({ _id: 2, mostly: 2, twice: [], even: long, doubles: 1 }),
        documentOf({ _id: long, mostly: 2.5, doubles: 1.5 }),
      ],
      { fidelity: 'lossless' },
    )
    expect(shaped.signature?.ints).toEqual(['_id', 'mostly'])
    expect(shaped.childSignatures.map((one) => one?.ints)).toEqual([['$value']])
    expect(shapeOfAll([documentOf({ _id: 1 })], { fidelity: 'lossless' }).signature?.ints).toBeUndefined()
  })

  it('has no column in its order that is none', () => {
    const wide = Object.fromEntries(
      times(10, (group) => [`g${group}`, documentOf(Object.fromEntries(times(180, (place) => [`f${place}`, 1])))]),
    )
    const shaped = shapeOf([wide], { fidelity: 'lossless', shape: { 'g0.f0': { as: 'rest' } } })
    const columns = new Set(shaped.table.columns.map(({ name }) => name))
    expect(shaped.signature?.order.every((path) => columns.has(path))).toBe(true)
    expect(shaped.signature?.order).toHaveLength(columns.size - 2)
  })
})

it('numbers of a key are widened exactly', () => {
  const shaped = shapeOfAll([documentOf({ _id: 1 }), documentOf({ _id: Decimal128.fromString('1.5') })])
  expect(notesAt(shaped, '_id')).toContain('key of decimal: there are 1 int')
})
