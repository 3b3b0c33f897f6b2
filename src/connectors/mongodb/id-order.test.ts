import { Double, Int32, Long, MaxKey, MinKey, ObjectId } from 'mongodb'
import { describe, expect, it } from 'vitest'
import { bsonType } from '../../format/bson/bson-type.ts'
import { filtersOf, type IdBound, isUsableBound, kindOf, numberKind } from './id-order.ts'

const bound = (type: number, value: unknown, isNaN = false): IdBound => ({ type, value, isNaN })
const five = bound(bsonType.int32, new Int32(5))
const nine = bound(bsonType.int64, Long.fromNumber(9))
const nan = bound(bsonType.double, new Double(Number.NaN), true)
const text = bound(bsonType.string, 'm')
const before = { $type: [-1, 6, 10] }
const behind = { $type: [2, 14, 3, 4, 5, 7, 8, 9, 17, 11, 12, 13, 15, 127] }

describe('filtersOf', () => {
  it('asks for everything by kinds, and for NaN by itself (case 4)', () => {
    expect(filtersOf({})).toEqual([before, { $eq: Number.NaN }, { $gte: -Infinity, $lte: Infinity }, behind])
  })

  it('cuts a kind at a key, and leaves out no other kind (cases 1, 3)', () => {
    expect(filtersOf({ below: five })).toEqual([before, { $eq: Number.NaN }, { $gte: -Infinity, $lt: five.value }])
    expect(filtersOf({ from: five, below: nine })).toEqual([{ $gte: five.value, $lt: nine.value }])
    expect(filtersOf({ from: nine, below: text })).toEqual([{ $gte: nine.value, $lte: Infinity }, { $lt: 'm' }])
    expect(filtersOf({ from: text })).toEqual([{ $gte: 'm' }, { $type: behind.$type.slice(2) }])
  })

  it('goes on strictly behind a key', () => {
    expect(filtersOf({ from: five, isAfter: true, below: nine })).toEqual([{ $gt: five.value, $lt: nine.value }])
    expect(filtersOf({ from: nan, isAfter: true, below: text })).toEqual([
      { $gte: -Infinity, $lte: Infinity },
      { $lt: 'm' },
    ])
    expect(filtersOf({ from: nan, isAfter: true, below: nine })).toEqual([{ $gte: -Infinity, $lt: nine.value }])
    expect(filtersOf({ from: bound(bsonType.minKey, new MinKey()), isAfter: true })[0]).toEqual({ $type: [6, 10] })
    expect(filtersOf({ from: bound(bsonType.null, null), isAfter: true })).toEqual(filtersOf({}).slice(1))
    expect(filtersOf({ from: bound(bsonType.maxKey, new MaxKey()), isAfter: true })).toEqual([])
  })

  it('asks for no kinds but those that there are', () => {
    const objectIds = { lowest: kindOf(bsonType.objectId), highest: kindOf(bsonType.objectId) }
    const from = bound(bsonType.objectId, new ObjectId())
    expect(filtersOf({ from, kinds: objectIds })).toEqual([{ $gte: from.value }])
    expect(filtersOf({ from, isAfter: true, kinds: objectIds })).toEqual([{ $gt: from.value }])
    expect(filtersOf({ kinds: objectIds })).toEqual([{ $type: [7] }])
    expect(filtersOf({ kinds: { lowest: numberKind, highest: kindOf(bsonType.string) } })).toEqual([
      { $eq: Number.NaN },
      { $gte: -Infinity, $lte: Infinity },
      { $type: [2, 14] },
    ])
    expect(filtersOf({ below: five, kinds: { lowest: numberKind, highest: numberKind } })).toHaveLength(2)
  })

  it('does not ask a server for types that it does not know', () => {
    expect(filtersOf({}, [6, 13, 14])[0]).toEqual({ $type: [-1, 10] })
  })
})

describe('isUsableBound', () => {
  it('takes keys that others of their kind can stand before and behind', () => {
    expect([five, nine, text].every(isUsableBound)).toBe(true)
    const others = [
      nan,
      bound(bsonType.null, null),
      bound(bsonType.regex, /a/),
      bound(bsonType.array, []),
      bound(0x20, 0),
    ]
    expect(others.some(isUsableBound)).toBe(false)
  })

  it('has types of one kind in one place', () => {
    expect(kindOf(bsonType.int32)).toBe(kindOf(bsonType.decimal128))
    expect(kindOf(bsonType.string)).toBe(kindOf(bsonType.symbol))
    expect(kindOf(0x20)).toBe(255)
  })
})
