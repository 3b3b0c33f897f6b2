import { serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { batchOf, column, originalColumn, readPlan, rowsOf } from '../../../test/support/document-plan.ts'
import { int64Bytes, rawDocument, rawElement } from '../../../test/support/raw-bson.ts'
import { TightArena } from '../../../test/support/tight-arena.ts'
import { bsonType } from '../../format/bson/bson-type.ts'
import { DocumentDecoder } from './decode/document-decoder.ts'
import { DocumentRebuilder } from './document-rebuilder.ts'

const read = readPlan([column('_id', 'int'), column('v', 'double'), originalColumn], {
  signature: { order: ['_id', 'v'], alwaysThere: [] },
})
const rebuilder = new DocumentRebuilder(read)

describe('where two documents differ', () => {
  const told = (one: object, other: object): unknown => rebuilder.difference(serialize(one), serialize(other))

  it('is told with what stands there, and without places in arrays for what many have in common', () => {
    expect(told({ 'a.b': [{ c: 1 }, { c: 2 }] }, { 'a.b': [{ c: 1 }, { c: 'x' }] })).toEqual({
      where: String.raw`a\.b[].c`,
      source: String.raw`a\.b[1].c: {"$numberInt":"2"}`,
      target: String.raw`a\.b[1].c: "x"`,
    })
    expect(told({ a: {} }, { a: { b: [] } })).toEqual({ where: 'a.b', source: 'a.b: absent', target: 'a.b: []' })
    expect(told({ a: 1, b: 2 }, { b: 2, a: 1 })).toEqual({
      where: 'the order of a',
      source: 'a: here',
      target: 'a: further on',
    })
    expect(told({ a: 1 }, { a: 1 })).toBeUndefined()
  })

  it('is all of them where one is none', () => {
    const whole = { where: 'the document as a whole' }
    expect(rebuilder.difference(serialize({}), Buffer.of())).toMatchObject({
      ...whole,
      target: 'no document can be made of its rows',
    })
    expect(rebuilder.difference(serialize({}), Buffer.of(9, 0, 0, 0, 0))).toMatchObject({
      ...whole,
      target: 'no document: the document has 5 bytes and says 9 at byte 0',
    })
  })
})

describe('rows', () => {
  it('that no document can be made of leave nothing behind', () => {
    const odd = readPlan([column('_id', 'int'), column('v', 'extendedJson')], {
      signature: { order: [], alwaysThere: [] },
    })
    const batch = batchOf(odd)
    batch.addRow(0)
    const at = batch.reserve(3)
    batch.bytes.set(Buffer.from('{x}'), at)
    batch.used = at + 3
    batch.frames[0]!.cells.set([at, 3], 2)
    const arena = new TightArena('before')
    expect(new DocumentRebuilder(odd).build(batch, 0, arena)).toBeUndefined()
    expect(arena.used).toBe(6)
  })

  it('keep the bytes of a NaN that is not the one that text has (case 11)', () => {
    const bits = [0x7ff8_0000_0000_0000n, 0x7ff8_0000_0000_0001n, -0x8000_0000_0000n << 4n, 0x7ff0_0000_0000_0000n, -1n]
    const batch = batchOf(read)
    const decoder = new DocumentDecoder(read)
    for (const double of bits) {
      const document = rawDocument(rawElement(bsonType.double, 'v', int64Bytes(double)))
      decoder.decode(document, 0, document.length, 1, batch)
    }
    expect(rowsOf(batch).map((row) => row['$original'] !== null && row['$original'] !== undefined)).toEqual([
      false,
      true,
      true,
      false,
      true,
    ])
  })
})
