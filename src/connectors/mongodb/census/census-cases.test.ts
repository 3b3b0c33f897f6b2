import { Binary, Decimal128, Double, Long, ObjectId, serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import {
  int32Bytes,
  int64Bytes,
  rawBinary,
  rawCodeWithScope,
  rawDocument,
  rawElement,
  rawRegex,
  rawString,
} from '../../../../test/support/raw-bson.ts'
import { bsonType } from '../../../format/bson/bson-type.ts'
import type { DocumentCensus, FieldCensus, TypeCensus } from '../../../model/document-census.ts'
import { DocumentCensusTaker } from './document-census-taker.ts'

function censusOf(...documents: readonly Uint8Array[]): DocumentCensus {
  const taker = new DocumentCensusTaker({ schema: 'shop', name: 'orders' })
  for (const bytes of documents) taker.take(bytes, 0, bytes.length)
  return taker.result()
}

function fieldOf(census: DocumentCensus, name: string): FieldCensus {
  const field = census.fields.find((one) => one.name === name)
  if (field === undefined) throw new Error(`${name} was not counted`)
  return field
}

/** Types of the values, each in a document of its own. */
const typesOf = (...values: readonly unknown[]): readonly TypeCensus[] =>
  fieldOf(censusOf(...values.map((v) => serialize({ v }))), 'v').types

describe('what a census says of', () => {
  it('case 1: keys of several types, and of which documents the first values are', () => {
    const id = new ObjectId('5f0000000000000000000001')
    const keys = [1, 'b', id, new Binary(Buffer.alloc(16), 4), { a: 1, b: [Long.ONE] }, 2.5, 3, 4, 5]
    const { fields } = censusOf(...keys.map((_id, i) => serialize({ _id, v: i < 3 ? 'x' : null })))
    expect(fields[0]!.types.map(({ type, count, firstKeys }) => [type, count, firstKeys])).toEqual([
      ['double', 1, ['{"$numberDouble":"2.5"}']],
      ['string', 1, ['"b"']],
      ['object', 1, ['{"a":{"$numberInt":"1"},"b":[{"$numberLong":"1"}]}']],
      ['uuid', 1, ['{"$binary":{"base64":"AAAAAAAAAAAAAAAAAAAAAA==","subType":"04"}}']],
      ['objectId', 1, ['{"$oid":"5f0000000000000000000001"}']],
      ['int', 4, ['{"$numberInt":"1"}', '{"$numberInt":"3"}', '{"$numberInt":"4"}']],
    ])
    expect(fields[1]!.types.map(({ type, firstKeys }) => [type, firstKeys])).toEqual([
      ['string', ['{"$numberInt":"1"}', '"b"', '{"$oid":"5f0000000000000000000001"}']],
      [
        'null',
        [
          '{"$binary":{"base64":"AAAAAAAAAAAAAAAAAAAAAA==","subType":"04"}}',
          '{"a":{"$numberInt":"1"},"b":[{"$numberLong":"1"}]}',
          '{"$numberDouble":"2.5"}',
        ],
      ],
    ])
  })

  it('a document without a key, with one behind other fields, and with one that has no text', () => {
    const unreadable = rawDocument(rawElement(bsonType.string, '_id', rawString(Buffer.of(0xff))))
    const { fields } = censusOf(serialize({ v: 1 }), serialize({ v: 2, _id: 9 }), unreadable)
    expect(fields.map(({ name, types }) => [name, types.map(({ firstKeys }) => firstKeys)])).toEqual([
      ['v', [['{"$numberInt":"9"}']]],
      ['_id', [[], ['{"$numberInt":"9"}']]],
    ])
  })

  it('case 9: int64 at its ends and around 2^53', () => {
    expect(typesOf(Long.MAX_VALUE, Long.MIN_VALUE)).toMatchObject([
      { type: 'long', min: '-9223372036854775808', max: '9223372036854775807' },
    ])
    const [one, other] = [Long.fromString('9007199254740993'), Long.fromString('9007199254740992')]
    expect(typesOf(one, other, one)).toMatchObject([{ min: '9007199254740992', max: '9007199254740993' }])
    expect(typesOf(Long.MAX_VALUE)).toMatchObject([{ min: '9223372036854775807', max: '9223372036854775807' }])
    expect(typesOf(Long.fromNumber(-1), Long.ZERO)).toMatchObject([{ min: '-1', max: '0' }])
  })

  it('case 10: doubles that are very large and very small', () => {
    expect(typesOf(1e-7, 5e-324, 1.7e308)).toMatchObject([
      { type: 'double', min: '5e-324', max: '1.7e+308', wholeDigits: 309, fractionDigits: 324, notFinite: 0 },
    ])
    expect(typesOf(0.1, 1234.5, -99.25)).toMatchObject([
      { min: '-99.25', max: '1234.5', wholeDigits: 4, fractionDigits: 2 },
    ])
    expect(typesOf(new Double(100), new Double(-1e15))).toMatchObject([
      { min: '-1000000000000000', max: '100', wholeDigits: 16, fractionDigits: 0 },
    ])
  })

  it('cases 11 and 12: what is no number, and the zero below zero', () => {
    expect(typesOf(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)).toEqual([
      { type: 'double', count: 3, notFinite: 3, firstKeys: [] },
    ])
    expect(typesOf(new Double(-0), Number.NaN)).toMatchObject([
      { count: 2, min: '0', max: '0', wholeDigits: 0, fractionDigits: 0, notFinite: 1 },
    ])
  })

  it('cases 13, 14 and 15: decimals', () => {
    const decimals = (...all: readonly string[]): readonly TypeCensus[] =>
      typesOf(...all.map((text) => Decimal128.fromString(text)))
    expect(decimals('9.999999999999999999999999999999999E+6144', '-1E-6176')).toMatchObject([
      { type: 'decimal', wholeDigits: 6145, fractionDigits: 6176, min: '-1e-6176' },
    ])
    expect(decimals('1E+3', '1000', '1.50', '1.5')).toMatchObject([
      { min: '1.5', max: '1000', wholeDigits: 4, fractionDigits: 1 },
    ])
    expect(decimals('NaN', 'Infinity', '-0', '0E-6176', '0E+6111')).toMatchObject([
      { count: 5, min: '0', max: '0', wholeDigits: 0, fractionDigits: 0, notFinite: 2 },
    ])
    expect(decimals('0E-6176')).toMatchObject([{ count: 1, min: '0', max: '0' }])
    const [less, more] = ['1.000000000000000000000000000000001', '1.000000000000000000000000000000002']
    expect(decimals(more, less, more)).toMatchObject([{ min: less, max: more, fractionDigits: 33 }])
    expect(decimals('-1E+6000', '1E-6000', '5', '-1E-6000')).toMatchObject([{ min: '-1e+6000', max: '5' }])
  })

  it('case 16: dates that no calendar has', () => {
    const date = (ms: bigint): Buffer => rawDocument(rawElement(bsonType.date, 'v', int64Bytes(ms)))
    expect(fieldOf(censusOf(date(-(2n ** 63n)), date(0n), date(2n ** 63n - 1n)), 'v').types).toMatchObject([
      { type: 'date', min: '-9223372036854775808', max: '9223372036854775807' },
    ])
  })

  it('cases 20, 21 and 43: binary values by subtype and length', () => {
    const binary = (subtype: number, byteCount: number): Buffer =>
      rawDocument(rawElement(bsonType.binary, 'v', rawBinary(subtype, Buffer.alloc(byteCount))))
    const census = censusOf(binary(4, 16), binary(3, 16), binary(4, 3), binary(2, 30), binary(128, 0), binary(6, 20))
    expect(fieldOf(census, 'v').types).toEqual([
      { type: 'binData', count: 5, maxLength: 30, subtypes: [2, 128], firstKeys: [] },
      { type: 'uuid', count: 1, maxLength: 16, firstKeys: [] },
    ])
  })

  it('cases 22, 23 and 24: texts', () => {
    const text = (bytes: string | Uint8Array): Buffer => rawDocument(rawElement(bsonType.string, 'v', rawString(bytes)))
    const bad = Buffer.from('c328', 'hex')
    expect(fieldOf(censusOf(text('a\0b'), text(bad), text('😀é'), text('\0')), 'v').types).toMatchObject([
      { type: 'string', count: 4, nulBytes: 2, invalidText: 1, maxLength: 3 },
    ])
    const long = Buffer.concat([Buffer.alloc(500, 0x61), Buffer.of(0, 0xff)])
    expect(fieldOf(censusOf(text(long)), 'v').types).toEqual([
      { type: 'string', count: 1, nulBytes: 1, invalidText: 1, firstKeys: [] },
    ])
    expect(typesOf('é'.repeat(90), 'a'.repeat(89))).toMatchObject([{ maxLength: 90 }])
    expect(typesOf('')).toMatchObject([{ maxLength: 0 }])
  })

  it('cases 25 and 26: types that MongoDB has left behind, and what is in the scope of a code', () => {
    const scope = serialize({ hidden: 1 })
    const rare = rawDocument(
      rawElement(bsonType.symbol, 'symbol', rawString('é')),
      rawElement(bsonType.code, 'code', rawString('f()')),
      rawElement(bsonType.codeWithScope, 'scoped', rawCodeWithScope('g(x)', scope)),
      rawElement(bsonType.dbPointer, 'pointer', rawString('shop.orders'), Buffer.alloc(12)),
      rawElement(bsonType.regex, 'regex', rawRegex('(', 'imsx')),
      rawElement(bsonType.undefined, 'undefined'),
      rawElement(bsonType.minKey, 'min'),
      rawElement(bsonType.maxKey, 'max'),
      rawElement(bsonType.timestamp, 'stamp', int64Bytes(1n)),
      rawElement(bsonType.bool, 'bool', Buffer.of(1)),
    )
    const { fields } = censusOf(rare)
    expect(
      fields.map(({ name, types: [first], fields: inside }) => [name, first!.type, first!.maxLength, inside]),
    ).toEqual([
      ['symbol', 'symbol', 1, []],
      ['code', 'javascript', 3, []],
      ['scoped', 'javascriptWithScope', 4, []],
      ['pointer', 'dbPointer', undefined, []],
      ['regex', 'regex', undefined, []],
      ['undefined', 'undefined', undefined, []],
      ['min', 'minKey', undefined, []],
      ['max', 'maxKey', undefined, []],
      ['stamp', 'timestamp', undefined, []],
      ['bool', 'bool', undefined, []],
    ])
  })

  it('cases 28 and 29: null, missing and empty', () => {
    const { documents, fields } = censusOf(
      serialize({ v: null }),
      serialize({}),
      rawDocument(rawElement(bsonType.undefined, 'v')),
      serialize({ v: {} }),
      serialize({ v: [], '': '  ' }),
    )
    expect(documents).toBe(5)
    expect(fields).toEqual([
      {
        name: 'v',
        types: [
          { type: 'object', count: 1, elements: 0, maxLength: 0, firstKeys: [] },
          { type: 'array', count: 1, elements: 0, maxLength: 0, firstKeys: [] },
          { type: 'undefined', count: 1, firstKeys: [] },
          { type: 'null', count: 1, firstKeys: [] },
        ],
        fields: [],
      },
      {
        name: '',
        types: [{ type: 'string', count: 1, nulBytes: 0, invalidText: 0, maxLength: 2, firstKeys: [] }],
        fields: [],
      },
    ])
  })

  it('case 31: a name that a document has more than once', () => {
    const int = (name: string, value: number): Buffer => rawElement(bsonType.int32, name, int32Bytes(value))
    const twice = rawDocument(int('a', 1), int('b', 2), int('a', 3), int('a', 4))
    const { fields } = censusOf(
      twice,
      rawDocument(int('a', 5)),
      rawDocument(
        rawElement(bsonType.document, 'd', rawDocument(int('a', 1))),
        rawElement(bsonType.document, 'd', rawDocument(int('a', 2))),
      ),
    )
    expect(fields.map(({ name, types, repeats }) => [name, types[0]!.count, repeats])).toEqual([
      ['a', 4, 2],
      ['b', 1, undefined],
      ['d', 2, 1],
    ])
    // Two documents, each of which has it once.
    expect(fieldOf(censusOf(twice, twice), 'a').repeats).toBe(4)
    expect(fields[2]!.fields).toEqual([
      { name: 'a', types: [{ type: 'int', count: 2, min: '1', max: '2', firstKeys: [] }], fields: [] },
    ])
  })

  it('cases 30 and 32: names that are like others, and long ones', () => {
    const long = 'x'.repeat(300)
    const document = serialize({ 'a.b': 1, a: { b: 2 }, A: 3, a__b: 4, [`${long}1`]: 5, [`${long}2`]: 6, $x: 7 })
    const names = ['a.b', 'a', 'A', 'a__b', `${long}1`, `${long}2`, '$x']
    const census = censusOf(document, serialize({ $x: 1, A: 2 }), document)
    expect(census.fields.map(({ name, types }) => [name, types[0]!.count])).toEqual(
      names.map((name) => [name, name === 'A' || name === '$x' ? 3 : 2]),
    )
  })

  it('cases 33, 35 and 36: one path with several types, and arrays within arrays', () => {
    const census = censusOf(serialize({ v: [1, 'a', null, { x: 1 }, [2, [{ x: 'y' }]]] }), serialize({ v: { x: 2 } }))
    const v = fieldOf(census, 'v')
    expect(v.types.map(({ type, count }) => [type, count])).toEqual([
      ['object', 1],
      ['array', 1],
    ])
    expect(v.fields).toMatchObject([{ name: 'x', types: [{ type: 'int', min: '2' }] }])
    const { elements } = v
    expect(elements?.types.map(({ type, count }) => [type, count])).toEqual([
      ['string', 1],
      ['object', 1],
      ['array', 1],
      ['null', 1],
      ['int', 1],
    ])
    expect(elements?.fields).toMatchObject([{ name: 'x', types: [{ type: 'int', count: 1 }] }])
    expect(elements?.elements?.elements?.fields).toMatchObject([{ name: 'x', types: [{ type: 'string', count: 1 }] }])
  })
})
