import { Decimal128, Double, Int32, Long, serialize } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDocument, int32Bytes, rawDocument, rawElement, rawLongArray } from '../../../../test/support/raw-bson.ts'
import { slowCensus } from '../../../../test/support/slow-census.ts'
import { assertBson, BsonCursor } from '../../../format/bson/bson-cursor.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import { DocumentFault } from '../../../format/bson/document-fault.ts'
import type { DocumentCensus, TypeCensus, ValueCensus } from '../../../model/document-census.ts'
import { DocumentCensusTaker } from './document-census-taker.ts'

const table = { schema: 'shop', name: 'orders' }

function takerOf(documents: readonly Uint8Array[], maxPaths?: number): DocumentCensusTaker {
  const taker = new DocumentCensusTaker(table, { maxPaths })
  for (const bytes of documents) {
    // Not at the beginning of its buffer, nor at the end.
    const around = Buffer.concat([Buffer.alloc(3, 0x61), bytes, Buffer.alloc(5, 0x61)])
    taker.take(around, 3, 3 + bytes.length)
  }
  return taker
}

const censusOf = (documents: readonly Uint8Array[]): DocumentCensus => takerOf(documents).result()

/** The document gives its number as key, and the value in a field and in an array. */
const around = (values: readonly unknown[]): Uint8Array[] =>
  values.map((value, i) => serialize({ _id: i, v: value, list: [value, value] }))

const decimalTexts = fc
  .tuple(
    fc.oneof(fc.bigInt(0n, 999n), fc.bigInt(0n, 10n ** 34n - 1n)),
    fc.oneof(fc.integer({ min: -5, max: 2 }), fc.integer({ min: -40, max: 25 }), fc.integer({ min: -6176, max: 6111 })),
    fc.constantFrom('', '-'),
  )
  .map(([digits, exponent, sign]) => `${sign}${digits}E${exponent}`)
const decimals = fc
  .oneof({ weight: 20, arbitrary: decimalTexts }, fc.constantFrom('NaN', 'Infinity', '-Infinity', '0E+6111', '-0.000'))
  .map((text) => Decimal128.fromString(text))
const doubles = fc
  .oneof(
    fc.double(),
    fc.tuple(fc.integer(), fc.integer({ min: 0, max: 12 })).map(([whole, digits]) => whole / 10 ** digits),
    fc.integer({ min: -60, max: 60 }).map((power) => 2 ** power),
    fc.integer({ min: -30, max: 30 }).map((power) => Number(`1e${power}`)),
    fc.double({ min: 1e-9, max: 1e17 }),
  )
  .map((number) => new Double(number))
const longs = fc
  .oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.bigInt(-(2n ** 33n), 2n ** 33n))
  .map((number) => Long.fromBigInt(number))
const strings = fc.string({ unit: fc.constantFrom('a', 'z', 'é', '語', '😀', '\0'), maxLength: 40 })
const texts = fc.oneof(
  fc.string({ maxLength: 200 }),
  strings,
  fc.nat(300).map((count) => 'é'.repeat(count)),
)

const damaged = fc
  .tuple(
    anyDocument({ hasEverything: true }),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 }),
  )
  .map(([whole, flips]) => {
    const bytes = Uint8Array.from(whole)
    for (const [place, byte] of flips) bytes[place % bytes.length] = byte
    return bytes
  })
  .filter((bytes) => !isBson(bytes))

function isBson(bytes: Uint8Array): boolean {
  try {
    assertBson(new BsonCursor({ checksText: false }), bytes, 0, bytes.length)
    return true
  } catch (error) {
    if (error instanceof DocumentFault) return false
    throw error
  }
}

describe('a census of documents', () => {
  it('is what a slow walk over the objects of the bson package comes to', () => {
    fc.assert(
      fc.property(fc.array(anyDocument({ hasEverything: false }), { maxLength: 12 }), (documents) => {
        expect(censusOf(documents)).toEqual({
          table,
          documents: documents.length,
          bytes: documents.reduce((sum, { length }) => sum + length, 0),
          isSample: false,
          faulty: 0,
          ...slowCensus(documents),
        })
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['decimals (cases 13, 14 and 15)', decimals],
    ['doubles (cases 10, 11 and 12)', doubles],
    ['longs (case 9)', longs],
    ['ints', fc.integer().map((number) => new Int32(number))],
    ['texts (cases 22 and 24)', texts],
    ['dates (case 16)', fc.date({ noInvalidDate: true })],
    ['numbers of any type', fc.oneof(decimals, doubles, longs)],
  ] as readonly (readonly [string, fc.Arbitrary<unknown>])[])('is exact for %s', (_, values) => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 30 }), (all) => {
        const documents = around(all)
        expect(censusOf(documents).fields).toEqual(slowCensus(documents).fields)
      }),
      { numRuns: 60 },
    )
  })

  it('of two parts is that of both, wherever they are parted', () => {
    const documents = fc.array(
      fc.oneof(
        { weight: 8, arbitrary: anyDocument({ hasEverything: true }) },
        {
          weight: 2,
          arbitrary: fc.oneof(decimals, doubles, longs, texts).map((value) => serialize({ _id: 1, a: value })),
        },
        { weight: 1, arbitrary: damaged },
      ),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(documents, fc.nat(12), fc.nat(12), (all, one, other) => {
        const [from, to] = [Math.min(one, other), Math.max(one, other)]
        const [first, second, third] = [all.slice(0, from), all.slice(from, to), all.slice(to)].map((part) =>
          takerOf(part),
        )
        second!.merge(third!)
        first!.merge(second!)
        expect(first!.result()).toEqual(censusOf(all))
      }),
      { numRuns: 60 },
    )
  })

  it('counts what is no BSON as that and as nothing else, however much of it was walked over', () => {
    fc.assert(
      fc.property(
        fc.array(anyDocument({ hasEverything: true }), { minLength: 1, maxLength: 4 }),
        fc.array(damaged, { minLength: 1, maxLength: 4 }),
        (good, bad) => {
          expect(censusOf([...bad, ...good.flatMap((bytes, i) => [bytes, bad[i % bad.length]!])])).toEqual({
            ...censusOf(good),
            faulty: bad.length + good.length,
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('counts those that could not be had, and says where it saw a sample', () => {
    const sample = new DocumentCensusTaker(table, { isSample: true })
    sample.takeFaulty()
    expect(sample.result()).toEqual({ table, documents: 0, bytes: 0, isSample: true, faulty: 1, fields: [] })
    const all = takerOf([serialize({ a: 1 })])
    all.merge(sample)
    expect(all.result()).toMatchObject({ documents: 1, isSample: true, faulty: 1 })
  })
})

describe('limits of a census', () => {
  it('case 37: arrays of 100,000 elements are counted as they come, and not at all where the end is no BSON', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => ({ type: bsonType.int32, bytes: int32Bytes(i) }))
    const list = rawElement(bsonType.array, 'list', rawLongArray(values))
    const whole = rawDocument(rawElement(bsonType.int32, '_id', int32Bytes(7)), list)
    const broken = rawDocument(list, rawElement(bsonType.bool, 'x', Buffer.of(9)))
    const { fields, ...counts } = censusOf([broken, whole, broken, whole])
    expect(counts).toEqual({ table, documents: 2, bytes: whole.length * 2, isSample: false, faulty: 2 })
    expect(fields.map(({ name }) => name)).toEqual(['_id', 'list'])
    const firstKeys = ['{"$numberInt":"7"}']
    expect(fields[1]).toEqual({
      name: 'list',
      types: [{ type: 'array', count: 2, elements: 200_000, maxLength: 100_000, firstKeys }],
      fields: [],
      elements: { types: [{ type: 'int', count: 200_000, min: '0', max: '99999', firstKeys }], fields: [] },
    })
  })

  it('case 38: of 150 levels the upper 100 are looked into, and what is no BSON below is one all the same', () => {
    const nested = (levels: number, inside: Uint8Array): Buffer => {
      let document = rawDocument(inside)
      for (let level = 1; level < levels; level++) document = rawDocument(rawElement(bsonType.document, 'a', document))
      return document
    }
    const census = censusOf([
      nested(150, rawElement(bsonType.null, 'end')),
      nested(150, rawElement(bsonType.bool, 'end', Buffer.of(9))),
      nested(251, rawElement(bsonType.null, 'end')),
    ])
    expect([census.documents, census.faulty]).toEqual([1, 2])
    let depth = 0
    let fields = census.fields
    for (; fields.length > 0; depth++) {
      expect(fields).toHaveLength(1)
      expect(fields[0]!.types).toMatchObject([{ type: 'object', count: 1, elements: 1, maxLength: 1 }])
      fields = fields[0]!.fields
    }
    expect(depth).toBe(100)
  })

  it('case 40: names beyond the first thousand are counted together, in parts or not', () => {
    const name = (i: number): string => `user${i}`
    const wide = (from: number, to: number): Uint8Array =>
      serialize({
        _id: from,
        map: Object.fromEntries(Array.from({ length: to - from }, (_, i) => [name(from + i), { count: from + i }])),
      })
    const documents = [wide(0, 900), wide(500, 1500), wide(1400, 2500), wide(0, 10)]
    const whole = censusOf(documents)
    const map = whole.fields[1]!
    expect(map.types).toMatchObject([{ type: 'object', count: 4, elements: 900 + 1000 + 1100 + 10, maxLength: 1100 }])
    expect(map.fields.map((field) => field.name)).toEqual(Array.from({ length: 1000 }, (_, i) => name(i)))
    expect(map.otherFields?.types).toMatchObject([{ type: 'object', count: 500 + 1100 }])
    expect(map.otherFields?.fields).toMatchObject([
      { name: 'count', types: [{ type: 'int', count: 1600, min: '1000', max: '2499' }] },
    ])
    const last = takerOf(documents.slice(2))
    const first = takerOf(documents.slice(0, 2))
    first.merge(last)
    const merged = first.result()
    expect(sumOf(merged.fields[1]!)).toEqual(sumOf(map))
    expect(merged.fields[1]!.fields).toHaveLength(1000)
    // The ten of the last document had no place of their own in its part.
    expect(merged.fields[1]!.otherFields?.types[0]).toMatchObject({ count: 1600 + 10 })
  })

  it('keeps the paths of a collection within bounds, and its sums right', () => {
    const documents = Array.from({ length: 400 }, (_, i) =>
      serialize({ _id: i, [`a${i}`]: { [`b${i}`]: { [`c${i}`]: [{ [`d${i}`]: i }] } }, list: [[i]] }),
    )
    const bounded = takerOf(documents, 100)
    const half = takerOf(documents.slice(0, 200), 100)
    half.merge(takerOf(documents.slice(200), 100))
    for (const { fields, otherFields, ...counts } of [bounded.result(), half.result()]) {
      expect(counts).toMatchObject({ documents: 400, faulty: 0 })
      expect(pathCount({ types: [], fields, otherFields })).toBeLessThan(300)
      const own = [...fields, ...(otherFields === undefined ? [] : [otherFields])].flatMap(({ types }) => types)
      expect(own.reduce((sum, { count }) => sum + count, 0)).toBe(1200)
    }
  })
})

/** Values of each type at and below a path. */
function sumOf(census: ValueCensus): Record<string, number> {
  const sums: Record<string, number> = {}
  const add = ({ type, count }: Pick<TypeCensus, 'type' | 'count'>): void => {
    sums[type] = (sums[type] ?? 0) + count
  }
  const parts = [...census.fields, census.otherFields, census.elements].filter((part) => part !== undefined)
  census.types.forEach(add)
  for (const part of parts)
    for (const [type, count] of Object.entries(sumOf(part))) sums[type] = (sums[type] ?? 0) + count
  return sums
}

function pathCount({ fields, otherFields, elements }: ValueCensus): number {
  return [...fields, otherFields, elements].reduce((sum, part) => sum + (part === undefined ? 0 : pathCount(part)), 1)
}
