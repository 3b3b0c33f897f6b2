import { Decimal128, Double, Int32, Long, ObjectId, serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { KeyBytes } from './key-bytes.ts'

function keyOf(value: unknown): string | undefined {
  const bytes = serialize({ a: value }, { ignoreUndefined: false })
  const cursor = new BsonCursor()
  cursor.open(bytes, 0, bytes.length)
  const type = cursor.next()
  const key = new KeyBytes()
  return key.take(bytes, type, cursor.start, cursor.end)
    ? Buffer.from(key.bytes.subarray(0, key.length)).toString('hex')
    : undefined
}

describe('KeyBytes', () => {
  it.each([
    [new Int32(5), Long.fromNumber(5), new Double(5), Decimal128.fromString('5.00'), Decimal128.fromString('0.5E+1')],
    [Long.fromString('9007199254740993'), Decimal128.fromString('9007199254740993')],
    [new Int32(0), new Double(-0), Decimal128.fromString('-0E+3')],
    [new Double(1e300), Decimal128.fromString('1E+300')],
    [new Double(Number.NaN), Decimal128.fromString('NaN')],
    [new Double(Number.NEGATIVE_INFINITY), Decimal128.fromString('-Infinity')],
  ])('is the same for one number of several types', (...values) => {
    const [first, ...others] = values.map(keyOf)
    expect(first).toBeDefined()
    for (const other of others) expect(other).toBe(first)
  })

  it('tells values of other types apart', () => {
    const id = new ObjectId()
    const values = [id, id.toHexString(), new Int32(1), '1', true, new Date(1), { a: 1 }, { a: 2 }, Buffer.from('1')]
    expect(new Set(values.map(keyOf)).size).toBe(values.length)
  })

  it('has none for null and undefined', () => {
    expect([keyOf(null), keyOf(undefined)]).toEqual([undefined, undefined])
  })
})
