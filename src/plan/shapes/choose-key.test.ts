import { Binary, Decimal128, Double, Int32, Long, MinKey, ObjectId } from 'bson'
import { describe, expect, it } from 'vitest'
import { documentOf as document, slowCensus } from '../../../test/support/census-of-documents.ts'
import {
  bareCollection as collection,
  columnText as text,
  noWishes,
  notesAt as noteOf,
  shapeOfAll as shapeAll,
  times,
} from '../../../test/support/shaped-collections.ts'
import type { IndexInfo } from '../../model/relation.ts'
import { shapeCollection } from './shape-collection.ts'

describe('a key', () => {
  const keyOf = (...keys: readonly unknown[]): string => {
    const { table } = shapeAll(keys.map((_id) => document({ _id })))
    expect(table.indexes).toEqual([
      {
        name: '_id_',
        kind: 'primary',
        parts: [{ column: '_id', descending: false }],
        visible: true,
        method: '',
        comment: '',
      },
    ])
    return text(table.columns[0]!)
  }

  it.each([
    ['objectId', [new ObjectId()]],
    ['string', ['a', 'b']],
    ['int', [new Int32(1)]],
    ['long', [Long.fromNumber(1)]],
    ['decimal', [Decimal128.fromString('1.5')]],
    ['date', [new Date(0)]],
    ['uuid', [new Binary(new Uint8Array(16), 4)]],
    ['binData', [new Binary(new Uint8Array(3), 0)]],
    ['long', [new Int32(1), Long.fromNumber(2)]],
    ['decimal', [new Int32(1), Decimal128.fromString('2')]],
    ['decimal', [new Int32(1), new Double(1.5)]],
    ['decimal', [new Double(1.5)]],
    ['id', [new Double(1.5), new Double(Number.NaN)]],
    ['id', [new Int32(1), 'a']],
    ['id', [document({ a: 1, b: 2 })]],
    ['id', [true, false]],
    ['id', [new Date(0), new Date(-8.64e15)]],
    ['id', [new Binary(new Uint8Array(3), 0), new Binary(new Uint8Array(3), 5)]],
    ['binData', [new Binary(new Uint8Array(3), 5), new Binary(new Uint8Array(4), 5)]],
    ['id', ['a', 'a\0']],
  ])('is %s for %j', (native, keys) => expect(keyOf(...keys)).toBe(`_id: ${native}`))

  it('is text for a mix of all there is, with or without null (cases 1, 2 and 4)', () => {
    expect(keyOf(1, 'a', new ObjectId(), document({ a: 1 }), null, new MinKey())).toBe('_id: id')
    expect(keyOf(document({ a: 1, b: 2 }), document({ b: 2, a: 1 }))).toBe('_id: id')
    const shaped = shapeAll([document({ _id: 1 }), document({ _id: 'a' })])
    expect(noteOf(shaped, '_id')).toContain('1 int (in _id {"$numberInt":"1"}), 1 string (in _id "a")')
  })

  it('says why keys of one type are text, and of which subtype those are that are not', () => {
    const bytes = (subtype: number): Binary => new Binary(new Uint8Array(3), subtype)
    expect(noteOf(shapeAll([document({ _id: bytes(0) }), document({ _id: bytes(5) })]), '_id')).toContain(
      'the same bytes of another subtype are another key',
    )
    expect(noteOf(shapeAll([document({ _id: 'a\0' })]), '_id')).toContain('some hold U+0000')
    expect(shapeAll([document({ _id: bytes(5) })]).table.columns[0]?.native.args).toEqual([5])
  })

  it('lets no rare type aside: none of them is lost', () => {
    expect(keyOf(...times(5000, (place) => new Int32(place)), 'a')).toBe('_id: id')
  })

  it('is the place in the file where documents have no _id, or not all of them', () => {
    for (const documents of [[document({ a: 1 })], [document({ _id: 1, a: 1 }), document({ a: 2 })]]) {
      const { table } = shapeAll(documents)
      expect(text(table.columns[0]!)).toBe('$ordinal as ordinal: ordinal')
      expect(table.indexes[0]?.parts).toEqual([{ column: '$ordinal', descending: false }])
    }
    expect(shapeAll([document({ _id: 1 }), document({})]).table.columns.map(text)).toEqual([
      '$ordinal as ordinal: ordinal',
      '_id: int?',
      '$rest as _rest: rest?',
    ])
  })

  it('is there for a collection without a document', () => {
    const primary: IndexInfo = {
      name: '_id_',
      kind: 'primary',
      parts: [{ column: '_id', descending: false }],
      visible: true,
      method: 'btree',
      comment: '',
    }
    const shaped = shapeCollection(collection('empty', 0, [primary]), slowCensus('empty', []), noWishes)
    expect(shaped.table.columns.map(text)).toEqual(['_id: objectId', '$rest as _rest: rest?'])
    expect(shapeAll([]).table.columns.map(text)).toEqual(['$ordinal as ordinal: ordinal', '$rest as _rest: rest?'])
  })
})
