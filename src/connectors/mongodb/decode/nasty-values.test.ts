import { Decimal128, Double, Int32, Long, serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { decodeValue, drift, valueDocument as value } from '../../../../test/support/decoded-documents.ts'
import { column, readPlan } from '../../../../test/support/document-plan.ts'
import { int64Bytes, rawBinary } from '../../../../test/support/raw-bson.ts'
import { bsonType as type } from '../../../format/bson/bson-type.ts'
import { DocumentDecoder } from './document-decoder.ts'

describe('numbers', () => {
  it.each([
    [9, 'long', new Long(2n ** 53n + 1n), '9007199254740993'],
    [9, 'double', new Long(2n ** 53n), '9007199254740992'],
    [9, 'decimal', new Long(-(2n ** 63n)), '-9223372036854775808'],
    [10, 'double', new Double(5e-324), '5e-324'],
    [10, 'decimal', new Double(1e-7), '0.0000001'],
    [10, 'decimal', new Double(1.5e21), `1500000000000000000000`],
    [11, 'double', new Double(Number.NaN), 'NaN'],
    [11, 'decimal', new Double(Number.NEGATIVE_INFINITY), '-Infinity'],
    [12, 'double', new Double(-0), '-0'],
    [
      13,
      'decimal',
      Decimal128.fromString('9.999999999999999999999999999999999E+6144'),
      `${'9'.repeat(34)}${'0'.repeat(6111)}`,
    ],
    [13, 'decimal', Decimal128.fromString('1E-6176'), `0.${'0'.repeat(6175)}1`],
    [14, 'decimal', Decimal128.fromString('1.50'), '1.50'],
    [15, 'decimal', Decimal128.fromString('NaN'), 'NaN'],
    [15, 'decimal', Decimal128.fromString('-Infinity'), '-Infinity'],
    [0, 'long', new Int32(-5), '-5'],
    [0, 'decimal', new Double(3), '3'],
  ])('case %i: in a column of %s', (_case, native, number, text) => {
    const found = decodeValue(column('v', native), serialize({ v: number }))
    expect(found).toMatchObject({ v: text, rest: null })
    const isFilled = text.endsWith('000') && native === 'decimal' && !(number instanceof Double)
    expect(found.losses).toEqual(isFilled ? { 'v decimal-exponent': 1 } : {})
  })

  it.each([
    [9, 'double', new Long(2n ** 53n + 1n), '{"$numberLong":"9007199254740993"}'],
    [33, 'int', new Long(1), '{"$numberLong":"1"}'],
    [33, 'long', new Double(1), '{"$numberDouble":"1.0"}'],
    [41, 'int', '007', '"007"'],
  ])('case %i: that a column of %s does not take are left over', (_case, native, number, text) => {
    const found = decodeValue(column('v', native), serialize({ v: number }))
    expect(found).toEqual({ v: null, rest: `{"v":${text}}`, losses: drift })
  })

  it.each(['1E+3', '0E+3', '-0', '-0.00', '-0E+1'])('case 14, 15: %s loses what numeric has not', (text) => {
    const found = decodeValue(column('v', 'decimal'), serialize({ v: Decimal128.fromString(text) }))
    const plain = { '1E+3': '1000', '0E+3': '0', '-0': '0', '-0.00': '0.00', '-0E+1': '0' }[text]
    expect(found).toEqual({ v: plain, rest: null, losses: { 'v decimal-exponent': 1 } })
  })

  it('stand in wider types where they are exact', () => {
    const int64 = { kind: 'int', bits: 64, signed: true } as const
    const one = serialize({ v: new Int32(7) })
    expect(decodeValue(column('v', 'int', { type: int64 }), one).v).toBe('7')
    expect(decodeValue(column('v', 'int', { type: { kind: 'float64' } }), one).v).toBe('7')
    expect(decodeValue(column('v', 'int', { type: { kind: 'text' } }), one).v).toBe('7')
    const small = { kind: 'int', bits: 8, signed: true } as const
    expect(decodeValue(column('v', 'int', { type: small }), serialize({ v: -128 })).v).toBe('-128')
    expect(decodeValue(column('v', 'int', { type: small }), serialize({ v: 128 })).losses).toEqual(drift)
    const cents = column('v', 'decimal', { type: { kind: 'decimal', precision: 4, scale: 2 } })
    expect(decodeValue(cents, serialize({ v: 12.34 })).v).toBe('12.34')
    expect(decodeValue(cents, serialize({ v: 12.345 })).losses).toEqual(drift)
    expect(decodeValue(cents, serialize({ v: 123.4 })).losses).toEqual(drift)
  })

  it('of a combination that is not there are refused before the first row', () => {
    const read = readPlan([column('v', 'string', { type: { kind: 'uuid' } })])
    expect(() => new DocumentDecoder(read)).toThrow(/TL_C105.*string.* v .*uuid/)
  })
})

describe('dates', () => {
  const at = (ms: bigint): Buffer => value(type.date, int64Bytes(ms))

  it.each([
    [16, -62_167_219_200_000n, '0001-01-01 00:00:00.000+00 BC'],
    [16, 253_402_300_800_000n, '10000-01-01 00:00:00.000+00'],
    [16, -210_866_803_200_000n, '4714-11-24 00:00:00.000+00 BC'],
    [16, 9_224_318_015_999_999n, '294276-12-31 23:59:59.999+00'],
    [17, -1n, '1969-12-31 23:59:59.999+00'],
  ])('case %i: %i ms', (_case, ms, text) => {
    expect(decodeValue(column('v', 'date'), at(ms))).toEqual({ v: text, rest: null, losses: {} })
    const asText = column('v', 'date', { type: { kind: 'text' } })
    expect(decodeValue(asText, at(ms)).v).toBe(text)
  })

  it.each([-(2n ** 63n), 2n ** 63n - 1n, -210_866_803_200_001n, 9_224_318_016_000_000n])(
    'case 16: %i ms are left over',
    (ms) => {
      const rest = `{"v":{"$date":{"$numberLong":"${ms}"}}}`
      expect(decodeValue(column('v', 'date'), at(ms))).toEqual({ v: null, rest, losses: drift })
    },
  )
})

describe('bytes', () => {
  it('case 20, 21: are bytes but for UUIDs, which are no others', () => {
    const sixteen = Buffer.alloc(16, 0xab)
    for (const [native, subtype, bytes, isTaken] of [
      ['uuid', 4, sixteen, true],
      ['uuid', 4, Buffer.alloc(15), false],
      ['uuid', 3, sixteen, false],
      ['binData', 3, sixteen, true],
      ['binData', 4, Buffer.alloc(15), true],
      ['binData', 4, sixteen, false],
      ['binData', 128, sixteen, true],
      ['binData', 0, Buffer.alloc(0), true],
      ['binData', 2, Buffer.from('old'), true],
      ['binData', 6, Buffer.from('sealed'), true],
    ] as const) {
      const found = decodeValue(column('v', native), value(type.binary, rawBinary(subtype, bytes)))
      expect(found.losses).toEqual(isTaken ? {} : drift)
      const hex = bytes.toString('hex')
      const text = native === 'uuid' ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-') : hex
      expect(found.v).toBe(isTaken ? text : null)
    }
  })
})
