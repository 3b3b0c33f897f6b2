import { Decimal128, deserialize, type Document, EJSON, Long } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ArenaBatch } from '../../../../batch/batch.ts'
import { viewOf } from '../../../../batch/view-of.ts'
import { cellToText, textToCell } from '../../../../canonical/text.ts'
import { BsonBuilder } from '../../../../format/bson/bson-builder.ts'
import type { CanonicalType } from '../../../../model/canonical-type.ts'
import type { CellEncoder } from './cell-encoder.ts'
import { isEncoder } from './cell-encoder.ts'
import { chooseEncoder } from './choose.ts'

function encoderOf(type: CanonicalType, fieldType: string): CellEncoder {
  const choice = chooseEncoder(type, fieldType)
  if (!isEncoder(choice)) throw new Error(choice.refused)
  return choice
}

/** The field as the `bson` package reads it, in canonical Extended JSON; or why there is none. */
function encoded(type: CanonicalType, fieldType: string, text: string): unknown {
  const cell = textToCell(type, text)
  // As in a batch: the cell is not alone, and on no boundary.
  const bytes = Buffer.concat([Buffer.from('abc'), cell, Buffer.from('defg')])
  const arena = new ArenaBatch([])
  const builder = new BsonBuilder()
  builder.begin(arena)
  builder.addElement()
  builder.makeRoom(2)
  builder.bytes.set([0x76, 0], builder.to)
  builder.to += 2
  const problem = encoderOf(type, fieldType).put(builder, bytes, viewOf(bytes), 3, cell.length)
  if (problem !== undefined) return `refused: ${problem}`
  builder.close()
  builder.finish()
  const document: Document = deserialize(arena.bytes.subarray(0, arena.used), {
    promoteValues: false,
    promoteLongs: false,
    promoteBuffers: false,
  })
  return (EJSON.serialize(document, { relaxed: false }) as Document)['v']
}

const int = (bits: 8 | 16 | 32 | 64, signed: boolean): CanonicalType => ({ kind: 'int', bits, signed })
const json: CanonicalType = { kind: 'json' }

describe('a cell as a field', () => {
  it.each([
    [int(8, true), 'int', '-128', { $numberInt: '-128' }],
    [int(16, false), 'int', '65535', { $numberInt: '65535' }],
    [int(32, false), 'long', '4294967295', { $numberLong: '4294967295' }],
    [int(32, true), 'long', '-1', { $numberLong: '-1' }],
    [int(64, true), 'long', '-9223372036854775808', { $numberLong: '-9223372036854775808' }],
    [int(64, true), 'double', '9007199254740991', { $numberDouble: '9007199254740991.0' }],
    [int(32, true), 'double', '-7', { $numberDouble: '-7.0' }],
    [{ kind: 'bool' }, 'bool', 'true', true],
    [{ kind: 'float32' }, 'double', '0.1', { $numberDouble: '0.10000000149011612' }],
    [{ kind: 'float64' }, 'double', 'NaN', { $numberDouble: 'NaN' }],
    [{ kind: 'float64' }, 'double', '-0', { $numberDouble: '-0.0' }],
    [{ kind: 'decimal' }, 'decimal', '1.10', { $numberDecimal: '1.10' }],
    [{ kind: 'text' }, 'string', 'é日\0😀', 'é日\0😀'],
    [{ kind: 'bytes' }, 'binData', '00ff', { $binary: { base64: 'AP8=', subType: '00' } }],
    [{ kind: 'objectId' }, 'objectId', '0123456789abcdef01234567', { $oid: '0123456789abcdef01234567' }],
    [{ kind: 'date' }, 'string', '0044-03-15 BC', '0044-03-15 BC'],
    [{ kind: 'date' }, 'string', 'infinity', 'infinity'],
    [{ kind: 'date' }, 'date', '1969-12-31', { $date: { $numberLong: '-86400000' } }],
    [{ kind: 'time', precision: 0 }, 'string', '24:00:00', '24:00:00'],
    [{ kind: 'set', labels: ['a', 'b'] }, 'array', 'a,b', ['a', 'b']],
    [{ kind: 'set', labels: ['a', 'b'] }, 'array', '', []],
    [{ kind: 'document' }, 'object', '{"n":{"$numberLong":"1"}}', { n: { $numberLong: '1' } }],
    [
      { kind: 'array', of: { kind: 'float32' } },
      'array',
      '[0,-1.5]',
      [{ $numberDouble: '0.0' }, { $numberDouble: '-1.5' }],
    ],
  ] as const)('of %j as %s: %s', (type, fieldType, text, expected) => {
    expect(encoded(type as CanonicalType, fieldType, text)).toEqual(expected)
  })

  it.each([
    [{ kind: 'float32' }, 'double', '[0.1,null]', [{ $numberDouble: '0.10000000149011612' }, null]],
    [int(64, true), 'long', '[[1],[-2]]', [[{ $numberLong: '1' }], [{ $numberLong: '-2' }]]],
    [int(64, false), 'long or decimal', '["9223372036854775808"]', [{ $numberDecimal: '9223372036854775808' }]],
    [int(16, true), 'int', '["7"]', [{ $numberInt: '7' }]],
    [{ kind: 'text' }, 'string', '["\\u0000é","null"]', ['\0é', 'null']],
    [{ kind: 'bytes' }, 'binData', '["00ff"]', [{ $binary: { base64: 'AP8=', subType: '00' } }]],
    [{ kind: 'instant', precision: 6 }, 'date', '["1970-01-01 00:00:00.001+00"]', [{ $date: { $numberLong: '1' } }]],
    [{ kind: 'json' }, 'any', '["{\\"a\\":[1]}"]', [{ a: [{ $numberInt: '1' }] }]],
    [{ kind: 'text' }, 'string', ' [ ] ', []],
  ] as const)('of an array of %j as array of %s: %s', (of, fieldType, text, expected) => {
    expect(encoded({ kind: 'array', of: of as CanonicalType }, `array of ${fieldType}`, text)).toEqual(expected)
  })

  it('is refused where an element is, or it is no array', () => {
    const refusal = (of: CanonicalType, fieldType: string, text: string): unknown =>
      encoded({ kind: 'array', of }, `array of ${fieldType}`, text)
    expect(refusal({ kind: 'instant', precision: 3 }, 'date', '["infinity"]')).toMatch(/no infinity/)
    expect(refusal({ kind: 'decimal' }, 'decimal', `[1,${'1'.repeat(35)}]`)).toBe('refused: more than 34 digits')
    expect(refusal(int(32, true), 'int', '[2147483648]')).toBe('refused: 2147483648 is no int')
    expect(refusal({ kind: 'uuid' }, 'uuid', '["x"]')).toBe('refused: x is no uuid')
    for (const text of ['{}', '[1', '[1,]', '[1] 2']) expect(refusal(int(32, true), 'int', text)).toMatch(/^refused/)
    expect(chooseEncoder({ kind: 'array', of: { kind: 'bool' } }, 'array of date')).toHaveProperty('refused')
  })

  it('is a long up to 2^63 - 1, and a decimal beyond', () => {
    const type = int(64, false)
    expect(encoded(type, 'long or decimal', '9223372036854775807')).toEqual({ $numberLong: '9223372036854775807' })
    expect(encoded(type, 'long or decimal', '9223372036854775808')).toEqual({ $numberDecimal: '9223372036854775808' })
    expect(encoded(type, 'long or decimal', '18446744073709551615')).toEqual({ $numberDecimal: '18446744073709551615' })
  })

  it('is refused where nothing is to be rounded', () => {
    expect(encoded(int(64, true), 'double', '9007199254740993')).toMatch(/^refused: .*double/)
    expect(encoded({ kind: 'decimal' }, 'decimal', `0.${'1'.repeat(35)}`)).toBe('refused: more than 34 digits')
    const instant: CanonicalType = { kind: 'instant', precision: 3 }
    expect(encoded(instant, 'date', 'infinity')).toBe('refused: a Date of MongoDB has no infinity')
    expect(encoded({ kind: 'date' }, 'date', '-infinity')).toBe('refused: a Date of MongoDB has no infinity')
  })

  it('keeps each part of a span of time by itself', () => {
    const type: CanonicalType = { kind: 'interval', precision: 6 }
    const parts = (months: number, days: number, micros: number): unknown => ({
      months: { $numberLong: String(months) },
      days: { $numberLong: String(days) },
      micros: { $numberLong: String(micros) },
    })
    expect(encoded(type, 'interval', 'P1Y2M3DT4H')).toEqual(parts(14, 3, 14_400_000_000))
    expect(encoded(type, 'interval', '-PT838H59M59S')).toEqual(parts(0, 0, -3_020_399_000_000))
    expect(encoded(type, 'interval', 'PT0H0M-0.000001S')).toEqual(parts(0, 0, -1))
    expect(encoded(type, 'interval', 'P-1M')).toEqual(parts(-1, 0, 0))
  })

  it('cuts what is below a millisecond towards the past, and counts it (case 17)', () => {
    const type: CanonicalType = { kind: 'instant', precision: 6 }
    const { loss } = encoderOf(type, 'date')
    const isLost = (text: string): boolean => {
      const cell = textToCell(type, text)
      return loss?.isLost(viewOf(cell), 0) ?? false
    }
    const cases = [
      ['1970-01-01 00:00:00.001999+00', '1', true],
      ['1969-12-31 23:59:59.999999+00', '-1', true],
      ['1969-12-31 23:59:59.999000+00', '-1', false],
      ['0001-01-01 00:00:00.000001+00', '-62135596800000', true],
      ['9999-12-31 23:59:59.999999+00', '253402300799999', true],
    ] as const
    for (const [text, ms, lost] of cases) {
      expect(encoded(type, 'date', text)).toEqual({ $date: { $numberLong: ms } })
      expect([text, isLost(text)]).toEqual([text, lost])
    }
    expect(loss?.rule).toBe('mongodb.microseconds')
    expect(encoderOf({ kind: 'instant', precision: 3 }, 'date').loss).toBeUndefined()
  })

  it('writes clocks as their canonical text does', () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(2n ** 58n), 2n ** 58n),
        fc.integer({ min: 0, max: 86_400_000_000 }),
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom<'timestamp' | 'instant'>('timestamp', 'instant'),
        (micros, inDay, precision, kind) => {
          const cellOf = (value: bigint): Uint8Array => {
            const cell = Buffer.alloc(8)
            cell.writeBigInt64LE(value)
            return cell
          }
          for (const [type, value] of [
            [{ kind, precision }, micros],
            [{ kind, precision }, micros / 1_000_000n],
            [{ kind: 'time', precision }, BigInt(inDay)],
          ] as const) {
            expect(fieldOf(type, cellOf(value))).toBe(cellToText(type, cellOf(value), 0, 8))
          }
        },
      ),
    )
  })
})

describe('JSON as a value', () => {
  it.each([
    ['9223372036854775807', { $numberLong: '9223372036854775807' }],
    ['-2147483648', { $numberInt: '-2147483648' }],
    ['9223372036854775808', { $numberDecimal: '9223372036854775808' }],
    ['0.1', { $numberDouble: '0.1' }],
    ['-0', { $numberDouble: '-0.0' }],
    ['-3e2', { $numberDouble: '-300.0' }],
    ['0.1000000000000000055511151231257827', { $numberDecimal: '0.1000000000000000055511151231257827' }],
    ['0.30000000000000004', { $numberDouble: '0.30000000000000004' }],
    ['1e400', { $numberDecimal: '1E+400' }],
    ['"\\u0000\\ud83d\\ude00"', '\0😀'],
    [' [ ] ', []],
  ])('%s', (text, expected) => {
    expect(encoded(json, 'any', text)).toEqual(expected)
  })

  it('has names that are names, whatever they begin with (case 30)', () => {
    const value = { $oid: 'x', 'a.b': [{}], '': null }
    expect(encodedRaw(JSON.stringify(value))).toEqual(value)
  })

  it('is refused where it is none, nests too deep, or has a number that BSON does not', () => {
    expect(encoded(json, 'any', '{"a":1')).toMatch(/^refused/)
    expect(encoded(json, 'any', '{"a":1} 2')).toMatch(/^refused/)
    expect(encoded(json, 'any', '{"a\\u0000b":1}')).toMatch(/NUL in a name/)
    expect(encoded(json, 'any', '['.repeat(101) + ']'.repeat(101))).toMatch(/more than 100 deep/)
    expect(encoded(json, 'any', '1'.repeat(35))).toMatch(/34 digits/)
    expect(encoded(json, 'any', '1e7000')).toMatch(/exponents/)
  })

  it('is the same value, whatever it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value, null, 1)
        expect(encodedRaw(text)).toEqual(JSON.parse(text))
      }),
    )
  })
})

/** As JavaScript has it. */
function encodedRaw(text: string): unknown {
  return asNumbers(bareValue(json, textToCell(json, text)))
}

/** What is no double is rounded to one, as JavaScript reads it. */
function asNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asNumbers)
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Long || value instanceof Decimal128) return Number(value.toString())
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, asNumbers(inner)]))
}

function fieldOf(type: CanonicalType, cell: Uint8Array): unknown {
  return bareValue(type, cell)
}

function bareValue(type: CanonicalType, cell: Uint8Array): unknown {
  const arena = new ArenaBatch([])
  const builder = new BsonBuilder()
  builder.begin(arena)
  builder.addElement()
  builder.makeRoom(2)
  builder.bytes.set([0x76, 0], builder.to)
  builder.to += 2
  const fieldType = type.kind === 'json' ? 'any' : 'string'
  expect(encoderOf(type, fieldType).put(builder, cell, viewOf(cell), 0, cell.length)).toBeUndefined()
  builder.close()
  builder.finish()
  return (deserialize(arena.bytes.subarray(0, arena.used)) as Document)['v']
}
