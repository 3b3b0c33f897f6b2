import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  Int32,
  Long,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import { describe, expect, it } from 'vitest'
import { documentOf as document, type SlowDocument, slowCensus } from '../../../test/support/census-of-documents.ts'
import {
  bareCollection as collection,
  childColumns as children,
  fieldColumns as columns,
  noWishes,
  notesAt as noteOf,
  shapeOf as shape,
  shapeOfAll as shapeAll,
  times,
} from '../../../test/support/shaped-collections.ts'
import { shapeCollection } from './shape-collection.ts'

describe('a field', () => {
  const one = (...values: readonly unknown[]): string => columns(shape(values.map((a) => ({ a }))))[0]!

  it.each([
    ['objectId', [new ObjectId()]],
    ['string', ['a', '']],
    ['bool', [true, false]],
    ['date', [new Date(0)]],
    ['timestamp', [new Timestamp({ t: 1, i: 2 }), new Timestamp({ t: 1, i: 3 })]],
    ['binData', [new Binary(new Uint8Array(3), 128)]],
    ['uuid', [new Binary(new Uint8Array(16), 4)]],
    ['symbol', [new BSONSymbol('a')]],
    ['javascript', [new Code('a')]],
    ['json', [new BSONRegExp('a', 'i')]],
    ['json', [new Code('a', { b: 1 })]],
    ['json', [new MinKey()]],
    ['json', [true, 1]],
    ['json', [new Date(0), 1]],
    ['json', ['a', 1]],
    ['json', [new Binary(new Uint8Array(16), 4), new Binary(new Uint8Array(16), 3)]],
  ])('is %s for %j', (native, values) => expect(one(...values)).toBe(`a: ${native}`))

  it('holds text as text, whatever it looks like (case 41)', () => {
    expect(one('007', '1e5', '0x10', 'NaN', 'true', '2024-01-01')).toBe('a: string')
  })

  it.each([
    ['int', [new Int32(1)]],
    ['long', [new Int32(1), Long.fromBigInt(2n ** 53n + 1n)]],
    ['double', [new Double(1.5), new Int32(1)]],
    ['double', [new Double(1.5), Long.fromBigInt(2n ** 53n)]],
    ['decimal', [new Double(1.5), Long.fromBigInt(2n ** 53n + 1n)]],
    ['decimal', [new Double(1.5), Long.fromBigInt(-(2n ** 53n) - 1n)]],
    ['decimal', [new Double(0.1), Decimal128.fromString('1E+3')]],
    ['decimal', [Decimal128.fromString('NaN'), new Int32(1)]],
    ['double', [new Double(Number.NaN), new Double(-0)]],
  ])('of numbers is %s for %s (case 9)', (native, values) => expect(one(...values)).toBe(`a: ${native}`))

  it('may be NULL where it is null, missing, undefined, or not always of the type (case 28)', () => {
    expect(columns(shape([{ a: 1 }, { a: null }]))).toEqual(['a: int?'])
    expect(columns(shape([{ a: 1 }, {}]))).toEqual(['a: int?'])
    expect(columns(shape([{ a: 1 }, { a: undefined }]))).toEqual(['a: int?'])
    expect(columns(shape([{ a: 'x' }, { a: 1 }]))).toEqual(['a: json'])
    expect(columns(shape([{ a: null }, {}]))).toEqual(['a: json?'])
    expect(columns(shape([{ a: new Date(0) }, { a: new Date(-8.64e15) }]))).toEqual(['a: date?'])
  })

  it('may be NULL where documents have it twice: which of them have it at all is not known (case 31)', () => {
    const census = slowCensus('orders', [document({ _id: 1, a: 1 }), document({ _id: 2, a: 1 }), document({ _id: 3 })])
    const twice = census.fields.map((field) =>
      field.name === 'a' ? { ...field, types: field.types.map((type) => ({ ...type, count: 4 })) } : field,
    )
    const shaped = shapeCollection(collection('orders', 3), { ...census, fields: twice }, noWishes)
    expect(columns(shaped)).toEqual(['a: int?'])
  })

  it('may be NULL where not all documents were looked at', () => {
    const documents = [document({ _id: 1, a: 1, b: [1] })]
    const shaped = shapeCollection(collection('orders', 5000), slowCensus('orders', documents, true), noWishes)
    expect(columns(shaped)).toEqual(['a: int?'])
    expect(children(shaped)).toEqual({
      orders_b: [
        '$orders_id as orders_id: int',
        '$ordinal as ordinal: ordinal',
        '$value as value: int?',
        '$rest as _rest: rest?',
      ],
    })
    expect(shaped.table.children?.[0]?.rowEstimate).toBe(5000)
  })

  it('is not decided by a rare type, whose values are kept, and told with their documents', () => {
    const shaped = shape(times(2000, (place) => ({ a: place === 7 ? 'seven' : new Int32(place) })))
    expect(columns(shaped)).toEqual(['a: int?'])
    expect(noteOf(shaped, 'a')).toBe(
      'int column, other values in _rest: there are 1 string (in _id {"$numberInt":"8"}) [{as: column, type: TYPE}, json]',
    )
    expect(columns(shape(times(900, (place) => ({ a: place === 7 ? 'seven' : new Int32(place) }))))).toEqual([
      'a: json',
    ])
  })

  it('is not decided by more than a thousand of a rare type either, where nearly all are of another', () => {
    const many = (count: number, rare: number) => {
      const type = { firstKeys: [], elements: undefined }
      const types = [
        { ...type, type: 'int' as const, count: count - rare },
        { ...type, type: 'string' as const, count: rare },
      ]
      const census = { ...slowCensus('orders', []), documents: count, fields: [{ name: 'a', types, fields: [] }] }
      return columns(shapeCollection(collection('orders', count), census, noWishes))
    }
    expect(many(10_000_000, 10_000)).toEqual(['a: int?'])
    expect(many(10_000_000, 10_001)).toEqual(['a: json'])
  })

  it('is not widened for a few numbers of another type, but for longs among ints', () => {
    const few = (other: unknown) => columns(shape(times(2000, (place) => ({ a: place === 7 ? other : new Int32(1) }))))
    expect(few(new Double(0.5))).toEqual(['a: int?'])
    expect(few(Long.fromNumber(1))).toEqual(['a: long'])
  })

  it('that is a variant says what there is, and what else could be (case 33)', () => {
    const shaped = shape([{ a: 1 }, { a: document({ b: 1 }) }, { a: [1] }])
    expect(columns(shaped)).toEqual(['a: json'])
    expect(children(shaped)).toEqual({})
    expect(noteOf(shaped, 'a')).toBe(
      'JSON column: its values are of types that no column holds together: 1 int, 1 object (in _id {"$numberInt":"2"}), 1 array (in _id {"$numberInt":"3"}) [{as: column, type: TYPE}, flatten, table, rest]',
    )
  })

  it('comes in the order of the documents', () => {
    expect(columns(shape([{ b: 1, a: document({ y: 1, x: 1 }) }, { c: 1 }]))).toEqual([
      'b: int?',
      'a.y as a_y: int?',
      'a.x as a_x: int?',
      'c: int?',
    ])
  })
})

describe('a document within a document', () => {
  it('becomes columns', () => {
    expect(
      columns(shape([{ address: document({ zip: '1', city: 'A' }) }, { address: document({ zip: '2' }) }])),
    ).toEqual(['address.zip as address_zip: string', 'address.city as address_city: string?'])
    expect(columns(shape([{ a: document({ b: 1 }) }, { a: null }]))).toEqual(['a.b as a_b: int?'])
  })

  it('may now and then be something else', () => {
    const shaped = shape(times(2000, (place) => ({ a: place === 3 ? 'none' : document({ b: 1 }) })))
    expect(columns(shaped)).toEqual(['a.b as a_b: int?'])
    expect(noteOf(shaped, 'a')).toContain('a column for each field, other values in _rest: there are 1 string')
  })

  it('that is a reference becomes its parts, their names without the $ (case 27)', () => {
    const customer = (id: unknown) => ({ customer: document({ $ref: 'customers', $id: id, $db: 'shop', note: 'x' }) })
    expect(columns(shape([customer(new ObjectId())]))).toEqual([
      'customer.$ref as customer_ref: string',
      'customer.$id as customer_id: objectId',
      'customer.$db as customer_db: string',
      'customer.note as customer_note: string',
    ])
    expect(columns(shape([customer(new ObjectId()), customer('a')]))[1]).toBe('customer.$id as customer_id: id')
  })

  it('is JSON where it is always empty (case 29), or GeoJSON (case 42)', () => {
    expect(columns(shape([{ a: document({}) }]))).toEqual(['a: json'])
    const point = document({ type: 'Point', coordinates: [new Double(Number.NaN), new Double(1)] })
    const shaped = shape([{ at: point, many: [point] }])
    expect(columns(shaped)).toEqual(['at: json', 'many: json'])
    expect(children(shaped)).toEqual({})
    expect(noteOf(shaped, 'at')).toBe('JSON column: it is GeoJSON [flatten]')
  })

  it('is JSON where it is deep within others (case 38)', () => {
    let deep: SlowDocument = document({ x: 1 })
    for (let level = 0; level < 100; level++) deep = document({ a: deep })
    expect(columns(shape([{ b: deep }]))).toEqual(['b.a.a.a.a.a.a.a.a as b_a_a_a_a_a_a_a_a: json'])
  })
})

describe('a map', () => {
  const user = (place: number) => `user${place}`

  it('becomes a table where there are many names, each in few documents', () => {
    const shaped = shape(times(40, (place) => ({ scores: document({ [user(place)]: place }) })))
    expect(columns(shaped)).toEqual([])
    expect(children(shaped)).toEqual({
      orders_scores: ['$orders_id as orders_id: int', '$key as key: key', '$value as value: int'],
    })
    expect(shaped.table.children?.[0]).toMatchObject({ kind: 'map', path: 'scores', carried: ['_id'], rowEstimate: 40 })
    expect(noteOf(shaped, 'scores')).toContain('its 40 names look like data')
  })

  it('becomes one where its names are numbers, identifiers or days, in however many documents', () => {
    const days = Object.fromEntries(times(31, (place) => [`2024-01-${String(place + 1).padStart(2, '0')}`, 1]))
    expect(Object.keys(children(shape([{ days: document(days) }])))).toEqual(['orders_days'])
    const questions = Object.fromEntries(times(40, (place) => [`q${place}`, 1]))
    expect(columns(shape([{ answers: document(questions) }]))).toHaveLength(40)
  })

  it('has columns for the fields of what it holds', () => {
    const shaped = shape(
      times(40, (place) => ({ users: document({ [user(place)]: document({ points: place, tags: ['a'] }) }) })),
    )
    expect(children(shaped)).toEqual({
      orders_users: ['$orders_id as orders_id: int', '$key as key: key', 'points: int', '$rest as _rest: rest?'],
      orders_users_tags: [
        '$orders_id as orders_id: int',
        '$users_key as users_key: key',
        '$ordinal as ordinal: ordinal',
        '$value as value: string',
      ],
    })
    expect(shaped.table.children?.[1]).toMatchObject({ parent: 0, path: 'tags', kind: 'array' })
  })

  it('becomes one where it has more than 200 fields, or more names than a census counts', () => {
    const wide = (count: number) =>
      document(Object.fromEntries(times(count, (place) => [`f${place}`, place % 2 === 0 ? 1 : 'a'])))
    expect(children(shape([{ a: wide(201) }]))).toEqual({
      orders_a: ['$orders_id as orders_id: int', '$key as key: key', '$value as value: json'],
    })
    expect(columns(shape([{ a: wide(200) }]))).toHaveLength(200)
    const shaped = shape([{ a: wide(1500) }])
    expect(shaped.table.children?.[0]?.rowEstimate).toBe(1500)
    expect(noteOf(shaped, 'a')).toContain('its more than 1000 names')
  })

  it('of arrays has a table of their elements', () => {
    const shaped = shape(times(40, (place) => ({ seen: document({ [user(place)]: [place, place] }) })))
    expect(children(shaped)).toEqual({
      orders_seen: ['$orders_id as orders_id: int', '$key as key: key'],
      orders_seen_value: [
        '$orders_id as orders_id: int',
        '$seen_key as seen_key: key',
        '$ordinal as ordinal: ordinal',
        '$value as value: int',
      ],
    })
    expect(shaped.table.children?.[1]?.path).toBe('$value')
  })

  it('that documents are themselves goes to _rest: there are never 2,000 columns (case 40)', () => {
    const sparse = shape(times(2000, (place) => ({ name: 'a', [user(place)]: 1 })))
    expect(columns(sparse)).toEqual(['name: string'])
    expect(noteOf(sparse, '')).toContain('values in _rest: 998 names look like data')
    expect(noteOf(sparse, '')).toContain('more than 1,000 names')
    const whole = shape([Object.fromEntries(times(900, (place) => [user(place), 1]))])
    expect(columns(whole)).toEqual([])
    // Names that tell nothing.
    const one = shape([
      Object.fromEntries(times(900, (place) => [`x${'abcdefghij'[place % 10]}${'q'.repeat(place)}`, 1])),
    ])
    expect(columns(one)).toHaveLength(900)
  })
})

describe('an array', () => {
  it('of documents becomes a table, which knows its parent’s key and its place', () => {
    const shaped = shape([
      { lines: [document({ _id: 'a', sku: 'x', qty: 1 }), document({ _id: 'b', sku: 'y' })] },
      { lines: [] },
    ])
    expect(children(shaped)).toEqual({
      orders_lines: [
        '$orders_id as orders_id: int',
        '$ordinal as ordinal: ordinal',
        '_id: string',
        'sku: string',
        'qty: int?',
        '$rest as _rest: rest?',
      ],
    })
    expect(shaped.table.children?.[0]).toMatchObject({ path: 'lines', kind: 'array', carried: ['_id'], rowEstimate: 2 })
    expect(shaped.table.children?.[0]).not.toHaveProperty('parent')
  })

  it('within documents within arrays carries the whole key', () => {
    const discounts = [document({ percent: 3 })]
    const shaped = shape([{ cart: document({ lines: [document({ sku: 'x', discounts }), document({ sku: 'y' })] }) }])
    expect(children(shaped)).toEqual({
      orders_cart_lines: [
        '$orders_id as orders_id: int',
        '$ordinal as ordinal: ordinal',
        'sku: string',
        '$rest as _rest: rest?',
      ],
      orders_cart_lines_discounts: [
        '$orders_id as orders_id: int',
        '$lines_ordinal as lines_ordinal: ordinal',
        '$ordinal as ordinal: ordinal',
        'percent: int',
        '$rest as _rest: rest?',
      ],
    })
    expect(shaped.table.children?.map(({ carried, parent, path }) => ({ carried, parent, path }))).toEqual([
      { carried: ['_id'], parent: undefined, path: 'cart.lines' },
      { carried: ['$orders_id', '$ordinal'], parent: 0, path: 'discounts' },
    ])
  })

  it('that has the name of one that it stands in tells the two ordinals apart', () => {
    const shaped = shape([{ part: [document({ part: [document({ part: [1] })] })] }])
    expect(children(shaped)['orders_part_part_part']).toEqual([
      '$orders_id as orders_id: int',
      '$part_ordinal as part_ordinal: ordinal',
      '$part_part_ordinal as part_part_ordinal: ordinal',
      '$ordinal as ordinal: ordinal',
      '$value as value: int',
    ])
  })

  it('of values of one type becomes a table of them', () => {
    const key = ['$orders_id as orders_id: int', '$ordinal as ordinal: ordinal']
    expect(children(shape([{ a: ['x', 'y'] }]))).toEqual({ orders_a: [...key, '$value as value: string'] })
    expect(children(shape([{ a: [1, null] }]))).toEqual({ orders_a: [...key, '$value as value: int?'] })
    expect(children(shape([{ a: [1, new Double(1.5)] }]))).toEqual({ orders_a: [...key, '$value as value: double'] })
  })

  it('with a few values of another type keeps them', () => {
    const key = ['$orders_id as orders_id: int', '$ordinal as ordinal: ordinal']
    const shaped = shape([{ a: [...times(2000, () => 1), 'x'] }])
    expect(children(shaped)).toEqual({ orders_a: [...key, '$value as value: int?', '$rest as _rest: rest?'] })
    expect(noteOf(shaped, 'a[]')).toContain('1 string')
    const documents = shape([{ a: [...times(2000, () => document({ b: 1 })), 'x'] }])
    expect(children(documents)).toEqual({ orders_a: [...key, 'b: int?', '$rest as _rest: rest?'] })
  })

  it.each([
    ['mixed', [1, 'a', null, document({ x: 1 }), [2]]],
    ['mixed scalars', [1, 'a']],
    ['mixed within', [[1], ['a']]],
    ['of regular expressions', [new BSONRegExp('a', 'i')]],
    ['empty', []],
    ['of null', [null]],
    ['of empty documents', [document({})]],
    ['of empty arrays', [[], []]],
  ])('%s is JSON (cases 26, 29 and 36)', (_, a) => {
    const shaped = shape([{ a }])
    expect(columns(shaped)).toEqual(['a: json'])
    expect(children(shaped)).toEqual({})
    expect(noteOf(shaped, 'a')).toContain('JSON column')
  })

  it('of arrays becomes a table within a table, however deep (case 35)', () => {
    const shaped = shape([{ m: [[[[[document({ x: 1 })]]]]] }])
    expect(
      Object.entries(children(shaped)).map(([as, all]) => [as, all.map((one) => one.replace(/.* as /, ''))]),
    ).toEqual([
      ['orders_m', ['orders_id: int', 'ordinal: ordinal']],
      ['orders_m_value', ['orders_id: int', 'm_ordinal: ordinal', 'ordinal: ordinal']],
      [
        'orders_m_value_value',
        ['orders_id: int', 'm_ordinal: ordinal', 'm_value_ordinal: ordinal', 'ordinal: ordinal'],
      ],
      [
        'orders_m_value_value_value',
        [
          'orders_id: int',
          'm_ordinal: ordinal',
          'm_value_ordinal: ordinal',
          'm_value_value_ordinal: ordinal',
          'ordinal: ordinal',
        ],
      ],
      [
        'orders_m_value_value_value_value',
        [
          'orders_id: int',
          'm_ordinal: ordinal',
          'm_value_ordinal: ordinal',
          'm_value_value_ordinal: ordinal',
          'm_value_value_value_ordinal: ordinal',
          'ordinal: ordinal',
          'x: int',
          '_rest: rest?',
        ],
      ],
    ])
    expect(shaped.table.children?.map(({ path, parent }) => [path, parent])).toEqual([
      ['m', undefined],
      ['$value', 0],
      ['$value', 1],
      ['$value', 2],
      ['$value', 3],
    ])
  })

  it('of documents without _id is under the place of its document', () => {
    expect(children(shapeAll([document({ a: [1] })]))).toEqual({
      orders_a: ['$orders_ordinal as orders_ordinal: ordinal', '$ordinal as ordinal: ordinal', '$value as value: int'],
    })
  })
})

describe('many columns', () => {
  it('are 1,590 at most: those with the fewest values are in _rest', () => {
    const groups = (of: number) =>
      Object.fromEntries(
        times(10, (group) => [
          `g${group}`,
          document(Object.fromEntries(times(180, (place) => [`f${place}`, of]).slice(0, of === 1 ? 180 : 170))),
        ]),
      )
    const shaped = shape([groups(1), groups(2)])
    expect(shaped.table.columns).toHaveLength(1590 - 1)
    const left = shaped.notes.find(({ path }) => path === '')
    expect(left?.why).toMatch(/^orders would have more than 1590 columns: 213 with the fewest values/)
    const names = new Set(shaped.table.columns.map(({ name }) => name))
    // All that were in both documents go before those that were in one.
    for (let place = 170; place < 180; place++) expect(names.has(`g0.f${place}`)).toBe(false)
  })

  it('are left out in a moment, however many there would be', () => {
    const group = document(Object.fromEntries(times(190, (place) => [`fq${place}`, 1])))
    const wide = slowCensus('orders', [
      document({ _id: 1, ...Object.fromEntries(times(100, (place) => [`g${place}`, group])) }),
    ])
    const started = performance.now()
    expect(shapeCollection(collection('orders', 1), wide, noWishes).table.columns).toHaveLength(1589)
    expect(performance.now() - started).toBeLessThan(5000)
  })
})
