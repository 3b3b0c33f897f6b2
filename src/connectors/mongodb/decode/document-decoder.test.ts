import { Binary, Decimal128, Double, Int32, Long, ObjectId, serialize, Timestamp } from 'bson'
import { describe, expect, it } from 'vitest'
import {
  batchOf,
  childRead,
  column,
  keyColumn,
  lossesOf,
  ordinalColumn,
  readPlan,
  restColumn,
  rowsOf,
} from '../../../../test/support/document-plan.ts'
import type { ArenaBatch } from '../../../batch/batch.ts'
import type { ReadPlan } from '../../../model/plan.ts'
import { DocumentDecoder } from './document-decoder.ts'

/** What a batch holds of documents, each of which stands between other bytes. */
function decodeAll(read: ReadPlan, documents: readonly Uint8Array[]): ArenaBatch {
  const batch = batchOf(read)
  const decoder = new DocumentDecoder(read)
  documents.forEach((document, at) => {
    const bytes = Buffer.concat([Buffer.of(1, 2, 3), document, Buffer.of(9, 9)])
    decoder.decode(bytes, 3, 3 + document.length, at + 1, batch)
  })
  return batch
}

const decode = (read: ReadPlan, ...documents: readonly Uint8Array[]): ArenaBatch => decodeAll(read, documents)

describe('cells', () => {
  it('of every native type have its natural canonical type', () => {
    const names = ['objectId', 'string', 'int', 'long', 'double', 'decimal', 'bool', 'date', 'timestamp'] as const
    const read = readPlan([
      ...names.map((name) => column(name, name)),
      column('binData', 'binData'),
      column('uuid', 'uuid'),
    ])
    const uuid = new Binary(Buffer.from('00112233445566778899aabbccddeeff', 'hex'), 4)
    const batch = decode(
      read,
      serialize({
        objectId: new ObjectId('507f1f77bcf86cd799439011'),
        string: 'é😀 longer than four bytes',
        int: new Int32(-7),
        long: Long.fromString('-9223372036854775808'),
        double: new Double(-0),
        decimal: Decimal128.fromString('1.50'),
        bool: true,
        date: new Date('1969-12-31T23:59:59.999Z'),
        timestamp: new Timestamp({ t: 4_294_967_295, i: 2 }),
        binData: new Binary(Buffer.from('abc'), 128),
        uuid,
      }),
    )
    expect(rowsOf(batch)).toEqual([
      {
        objectId: '507f1f77bcf86cd799439011',
        string: 'é😀 longer than four bytes',
        int: '-7',
        long: '-9223372036854775808',
        double: '-0',
        decimal: '1.50',
        bool: 'true',
        date: '1969-12-31 23:59:59.999+00',
        timestamp: '18446744069414584322',
        binData: '616263',
        uuid: '00112233-4455-6677-8899-aabbccddeeff',
      },
    ])
    expect(lossesOf(batch)).toEqual({})
  })

  it('stand in nested documents, and in rows of children', () => {
    const carried = column('_id', 'int')
    const read = readPlan([column('_id', 'int', { nullable: false }), column('a.b.c', 'string'), restColumn], {
      children: [
        childRead(1, 'items', [carried, ordinalColumn, column('sku', 'string'), column('of.n', 'int')], {
          carried: [0],
        }),
        childRead(2, 'tags', [carried, keyColumn, column('$value', 'int')], { carried: [0], kind: 'map' }),
        childRead(3, 'deep', [carried, ordinalColumn, column('x', 'int')], { carried: [0], parent: 1 }),
      ],
    })
    const batch = decode(
      read,
      serialize({
        items: [
          { sku: 'x', of: { n: 1 }, deep: [{ x: 1 }, { x: 2 }] },
          { of: { n: 2 }, sku: 'y', deep: [{ x: 3 }] },
        ],
        _id: 5,
        a: { b: { c: 'in' } },
        tags: { k: 1, l: null },
      }),
      serialize({ _id: 6, a: null, items: [], z: 1 }),
    )
    expect(rowsOf(batch)).toEqual([
      { _id: '5', 'a.b.c': 'in', $rest: null },
      { _id: '6', 'a.b.c': null, $rest: '{"z":{"$numberInt":"1"}}' },
    ])
    expect(rowsOf(batch, 1)).toEqual([
      { _id: '5', $ordinal: '1', sku: 'x', 'of.n': '1' },
      { _id: '5', $ordinal: '2', sku: 'y', 'of.n': '2' },
    ])
    expect(rowsOf(batch, 2)).toEqual([
      { _id: '5', $key: 'k', $value: '1' },
      { _id: '5', $key: 'l', $value: null },
    ])
    expect(rowsOf(batch, 3).map(({ x }) => x)).toEqual(['1', '2', '3'])
    expect(lossesOf(batch)).toEqual({ '$rest unknown-field': 1 })
  })
})
