import { Binary, Decimal128, Double, EJSON, Int32, Long, serialize, UUID } from 'bson'
import { describe, expect, it } from 'vitest'
import {
  type CollectionMetadata,
  readCollectionIndex,
  readCollectionMetadata,
  tableIndexes,
} from './collection-info.ts'
import { parseMetadata } from './dump/input/read-metadata.ts'

function metadataOf(value: object): CollectionMetadata {
  const bytes = serialize(value)
  return readCollectionMetadata(bytes, 0, bytes.length)
}

const index = (name: string, key: object, more: object = {}): object => ({ v: 2, key, name, ...more })

function carried(...indexes: object[]): ReturnType<typeof tableIndexes> {
  return tableIndexes(metadataOf({ indexes }))
}

describe('what is told of a collection', () => {
  it('has its options', () => {
    const validator = { $jsonSchema: { required: ['name'], properties: { n: { minimum: new Double(1) } } } }
    expect(
      metadataOf({
        uuid: '0123456789abcdef0123456789abcdef',
        type: 'collection',
        collectionName: 'orders',
        options: {
          capped: true,
          size: new Int32(4096),
          validator,
          validationLevel: 'moderate',
          validationAction: 'warn',
          collation: { locale: 'de', strength: 2 },
          expireAfterSeconds: Long.fromNumber(60),
          clusteredIndex: { v: 2, key: { _id: 1 }, name: 'c', unique: true },
        },
      }),
    ).toEqual({
      uuid: '0123456789abcdef0123456789abcdef',
      type: 'collection',
      name: 'orders',
      indexes: [],
      options: {
        capped: true,
        viewOn: undefined,
        pipeline: undefined,
        timeseries: undefined,
        validator: '{"$jsonSchema":{"required":["name"],"properties":{"n":{"minimum":1.0}}}}',
        validationLevel: 'moderate',
        validationAction: 'warn',
        collation: '{"locale":"de","strength":2}',
        expireAfterSeconds: 60,
        clusteredIndex: '{"v":2,"key":{"_id":1},"name":"c","unique":true}',
        text: expect.stringMatching(/^\{"capped":true,"size":4096,"validator":/),
      },
    })
  })

  it('is little for some', () => {
    expect(metadataOf({})).toMatchObject({
      uuid: undefined,
      type: '',
      options: { capped: false, text: '{}' },
      indexes: [],
    })
    expect(metadataOf({ uuid: new UUID('00112233-4455-6677-8899-aabbccddeeff') }).uuid).toBe(
      '00112233445566778899aabbccddeeff',
    )
    expect(metadataOf({ options: { viewOn: 'a', pipeline: [{ $limit: 1 }] } }).options).toMatchObject({
      viewOn: 'a',
      pipeline: '[{"$limit":1}]',
    })
  })

  it('has the fields of an index in their order, numbers as names too', () => {
    const text =
      '{"indexes":[{"v":{"$numberInt":"2"},"key":{"b":{"$numberInt":"1"},"10":{"$numberDouble":"-1.0"},"a":{"$numberLong":"1"}},"name":"x"}]}'
    expect(parseMetadata('x', Buffer.from(text))?.indexes[0]?.parts).toEqual([
      { path: 'b', kind: 'ascending' },
      { path: '10', kind: 'descending' },
      { path: 'a', kind: 'ascending' },
    ])
  })

  it('reads the metadata that mongodump wrote, relaxed or canonical', () => {
    const value = {
      options: { capped: true },
      indexes: [index('a_1', { a: 1 }, { expireAfterSeconds: 5, unique: true })],
    }
    for (const relaxed of [true, false]) {
      expect(parseMetadata('x', Buffer.from(EJSON.stringify(value, { relaxed })))).toMatchObject({
        options: { capped: true },
        indexes: [{ name: 'a_1', unique: true, expireAfterSeconds: 5 }],
      })
    }
    expect(parseMetadata('x', Buffer.of())).toBeUndefined()
    expect(() => parseMetadata('x', Buffer.from('[]'))).toThrow(expect.objectContaining({ code: 'TL_S208' }))
  })

  it('takes an index as listIndexes gives it', () => {
    const bytes = serialize(
      index(
        'partial',
        { 'a.b': 1 },
        { sparse: true, hidden: true, partialFilterExpression: { n: { $gt: new Binary(Buffer.of(1)) } } },
      ),
    )
    expect(readCollectionIndex(bytes, 0, bytes.length)).toMatchObject({
      name: 'partial',
      sparse: true,
      hidden: true,
      clustered: false,
      partialFilter: '{"n":{"$gt":{"$binary":{"base64":"AQ==","subType":"00"}}}}',
    })
  })
})

describe('the indexes of a table', () => {
  it('are those of its collection, with paths as columns', () => {
    const { indexes, notCarried } = carried(
      index('_id_', { _id: 1 }),
      index('name', { 'address.city': 1, $at: -1 }, { unique: true }),
      index('plain', { a: new Decimal128('1'), b: new Double(-0.5), c: Long.fromNumber(-1) }, { hidden: true }),
      index('old', { a: 1 }, { unique: 1, sparse: true }),
    )
    expect(notCarried).toEqual([
      expect.objectContaining({ kind: 'index', name: 'plain', reason: 'it is of the kind unknown' }),
    ])
    expect(indexes.map(({ name, kind, parts, visible }) => [name, kind, parts, visible])).toEqual([
      ['_id_', 'primary', [{ column: '_id', descending: false }], true],
      [
        'name',
        'unique',
        [
          { column: 'address.city', descending: false },
          { column: String.raw`\$at`, descending: true },
        ],
        true,
      ],
      ['old', 'unique', [{ column: 'a', descending: false }], true],
    ])
    expect(carried(index('b', { b: new Double(-0.5) }, { hidden: true })).indexes).toEqual([
      {
        name: 'b',
        kind: 'index',
        parts: [{ column: 'b', descending: true }],
        visible: false,
        method: 'btree',
        comment: '',
      },
    ])
  })

  it('name what is not carried, and why', () => {
    const { indexes, notCarried } = carried(
      index('hashed', { _id: 'hashed' }),
      index('words', { _fts: 'text', _ftsx: 1 }, { weights: { a: 1 } }),
      index('place', { at: '2dsphere' }),
      index('all', { '$**': 1 }),
      index('some', { 'a.$**': 1 }),
      index('only', { a: 1 }, { unique: true, partialFilterExpression: { b: true } }),
    )
    expect(indexes).toEqual([])
    expect(notCarried.map(({ name, reason }) => [name, reason])).toEqual([
      ['hashed', 'it is of the kind hashed'],
      ['words', 'it is of the kind text'],
      ['place', 'it is of the kind 2dsphere'],
      ['all', 'it is a wildcard index, on whatever fields there are ($**)'],
      ['some', 'it is a wildcard index, on whatever fields there are (a.$**)'],
      ['only', 'it is unique among the documents of {"b":true} only'],
    ])
    expect(notCarried[0]?.sql).toBe('{"v":2,"key":{"_id":"hashed"},"name":"hashed"}')
  })

  it('name what of an index is not carried with it', () => {
    const { indexes, notCarried } = carried(
      index('ttl', { at: 1 }, { expireAfterSeconds: 3600 }),
      index('some', { a: 1 }, { partialFilterExpression: { b: true } }),
      index('german', { a: 1 }, { unique: true, collation: { locale: 'de' } }),
    )
    expect(indexes.map(({ name, kind }) => [name, kind])).toEqual([
      ['ttl', 'index'],
      ['some', 'index'],
      ['german', 'unique'],
    ])
    expect(notCarried.map(({ kind, name }) => [kind, name])).toEqual([
      ['expiry', 'ttl'],
      ['condition', 'some'],
      ['collation', 'german'],
    ])
    expect(notCarried[0]?.reason).toContain('3600 seconds')
  })
})
