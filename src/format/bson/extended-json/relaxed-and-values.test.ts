import {
  Binary,
  BSONRegExp,
  Code,
  Decimal128,
  deserialize,
  EJSON,
  Int32,
  Long,
  ObjectId,
  serialize,
  Timestamp,
} from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anyDocument,
  doubleBytes,
  int32Bytes,
  int64Bytes,
  rawArray,
  rawCodeWithScope,
  rawDocument,
  rawElement,
  rawRegex,
  rawString,
} from '../../../../test/support/raw-bson.ts'
import { TightArena } from '../../../../test/support/tight-arena.ts'
import { BsonCursor } from '../bson-cursor.ts'
import { bsonType as type } from '../bson-type.ts'
import { DocumentFault } from '../document-fault.ts'
import { ExtendedJsonReader } from './extended-json-reader.ts'
import { ExtendedJsonWriter, textLoss, type WriterOptions } from './extended-json-writer.ts'

/** Raised by hand to look longer. */
const runCount = 1000

const reader = new ExtendedJsonReader()

interface Written {
  readonly text: string
  readonly losses: number
}

function textOf(bytes: Uint8Array, options: WriterOptions): Written {
  const arena = new TightArena('before')
  const losses = new ExtendedJsonWriter(options).append(arena, bytes, 0, bytes.length)
  const text = arena.from(0).toString()
  expect(text.slice(0, 6)).toBe('before')
  return { text: text.slice(6), losses }
}

const relaxed = (bytes: Uint8Array): Written => textOf(bytes, { isRelaxed: true })

function bytesOf(text: string): Buffer {
  const arena = new TightArena()
  const source = Buffer.from(text)
  reader.append(arena, source, 0, source.length)
  return arena.from(0)
}

/** A document of this one value. */
function only(found: number, ...value: Uint8Array[]): Buffer {
  return rawDocument(rawElement(found, 'v', ...value))
}

describe('relaxed Extended JSON', () => {
  it.each([
    ['int32', only(type.int32, int32Bytes(-7)), '-7', 0],
    ['int64 (case 9)', only(type.int64, int64Bytes(2n ** 53n + 1n)), '9007199254740993', 0],
    ['int64 (case 9)', only(type.int64, int64Bytes(-(2n ** 63n))), '-9223372036854775808', 0],
    ['short int64', only(type.int64, int64Bytes(-(2n ** 31n))), '-2147483648', textLoss.narrowInt64],
    ['int64 beyond int32', only(type.int64, int64Bytes(2n ** 31n)), '2147483648', 0],
    ['whole double', only(type.double, doubleBytes(5)), '5.0', 0],
    ['double (case 10)', only(type.double, doubleBytes(5e-324)), '5e-324', 0],
    ['double (case 10)', only(type.double, doubleBytes(1.7e308)), '1.7e+308', 0],
    ['-0.0 (case 12)', only(type.double, doubleBytes(-0)), '-0.0', 0],
    ['NaN (case 11)', only(type.double, doubleBytes(Number.NaN)), '{"$numberDouble":"NaN"}', 0],
    ['infinity', only(type.double, doubleBytes(Number.NEGATIVE_INFINITY)), '{"$numberDouble":"-Infinity"}', 0],
    ['1970', only(type.date, int64Bytes(0n)), '{"$date":"1970-01-01T00:00:00Z"}', 0],
    ['a leap day', only(type.date, int64Bytes(1709210096007n)), '{"$date":"2024-02-29T12:34:56.007Z"}', 0],
    ['the last of 9999', only(type.date, int64Bytes(253402300799999n)), '{"$date":"9999-12-31T23:59:59.999Z"}', 0],
    [
      '10000 (case 16)',
      only(type.date, int64Bytes(253402300800000n)),
      '{"$date":{"$numberLong":"253402300800000"}}',
      0,
    ],
    ['1969 (case 17)', only(type.date, int64Bytes(-1n)), '{"$date":{"$numberLong":"-1"}}', 0],
    [
      'the first date',
      only(type.date, int64Bytes(-(2n ** 63n))),
      '{"$date":{"$numberLong":"-9223372036854775808"}}',
      0,
    ],
  ])('of %s', (_, bytes, value, losses) => {
    expect(relaxed(bytes)).toEqual({ text: `{"v":${value}}`, losses })
    expect(bytesOf(`{"v":${value}}`).equals(bytes)).toBe(losses === 0)
  })

  it('has every day and millisecond as JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 253_402_300_799_999 }), (ms) => {
        const text = new Date(ms).toISOString().replace('.000Z', 'Z')
        expect(relaxed(only(type.date, int64Bytes(BigInt(ms)))).text).toBe(`{"v":{"$date":"${text}"}}`)
      }),
      { numRuns: runCount },
    )
  })

  it('is what the bson package makes of the document', () => {
    fc.assert(
      fc.property(anyDocument({ hasEverything: false }), (bytes) => {
        const document = deserialize(bytes, { promoteValues: false, bsonRegExp: true })
        // JSON.stringify has no zero with a sign.
        const parse = (text: string): unknown => JSON.parse(text, (_, value: unknown) => (value === 0 ? 0 : value))
        expect(parse(relaxed(bytes).text)).toEqual(parse(EJSON.stringify(document, { relaxed: true })))
      }),
      { numRuns: runCount },
    )
  })

  it('has decimals as plain numbers where it is told so, but for those that are none', () => {
    const plain = (text: string): string =>
      textOf(serialize({ v: Decimal128.fromString(text) }), { isRelaxed: true, hasPlainDecimals: true }).text
    expect(['1.50', '-0', '1E+3', '12345678901234567890.5'].map(plain)).toEqual([
      '{"v":1.50}',
      '{"v":-0}',
      '{"v":1E+3}',
      '{"v":12345678901234567890.5}',
    ])
    expect(['NaN', '-Infinity'].map(plain)).toEqual([
      '{"v":{"$numberDecimal":"NaN"}}',
      '{"v":{"$numberDecimal":"-Infinity"}}',
    ])
  })

  it('says of a document whether its text can be made into the same bytes', () => {
    fc.assert(
      fc.property(anyDocument({ hasEverything: true }), (bytes) => {
        const { text, losses } = relaxed(bytes)
        if ((losses & textLoss.wrapperKey) !== 0) return
        expect(bytesOf(text).equals(bytes)).toBe((losses & ~textLoss.nul) === 0)
      }),
      { numRuns: runCount },
    )
  })
})

/** Every value of a document, at whatever depth. */
function valuesOf(bytes: Uint8Array): { found: number; start: number; end: number }[] {
  const cursor = new BsonCursor()
  const values: { found: number; start: number; end: number }[] = []
  cursor.open(bytes, 0, bytes.length)
  do {
    const found = cursor.next()
    if (found === 0) continue
    values.push({ found, start: cursor.start, end: cursor.end })
    if (found === type.document || found === type.array || found === type.codeWithScope) cursor.enter()
  } while (cursor.depth > 0)
  return values
}

describe('the text of a value', () => {
  it('is the one that it has in a document of its own', () => {
    let valueCount = 0
    for (const isRelaxed of [false, true]) {
      const writer = new ExtendedJsonWriter({ isRelaxed })
      fc.assert(
        fc.property(anyDocument({ hasEverything: true }), (bytes) => {
          for (const { found, start, end } of valuesOf(bytes)) {
            const arena = new TightArena('x')
            const losses = writer.appendValue(arena, bytes, found, start, end)
            const wrapped = rawDocument(rawElement(found, 'v', bytes.subarray(start, end)))
            expect({ text: `{"v":${arena.from(1).toString()}}`, losses }).toEqual(textOf(wrapped, { isRelaxed }))
            valueCount++
          }
        }),
        { numRuns: runCount },
      )
    }
    expect(valueCount).toBeGreaterThan(runCount)
  })

  it('may be appended to the arena that it stands in', () => {
    const arena = new TightArena()
    const bytes = rawDocument(rawElement(type.array, 'v', rawArray({ type: type.string, bytes: rawString('é"') })))
    arena.reserve(bytes.length)
    arena.bytes.set(bytes)
    arena.used = bytes.length
    new ExtendedJsonWriter().appendValue(arena, arena.bytes, type.array, 7, bytes.length - 1)
    expect(arena.from(bytes.length).toString()).toBe(String.raw`["é\""]`)
  })

  it('leaves the arena as it was where the inside is broken', () => {
    const broken = rawDocument(
      rawElement(type.document, 'a', rawDocument(rawElement(type.string, 's', int32Bytes(99)))),
    )
    const arena = new TightArena('before')
    const append = (): unknown =>
      new ExtendedJsonWriter().appendValue(arena, broken, type.document, 7, broken.length - 1)
    expect(append).toThrow(DocumentFault)
    expect(arena.used).toBe(6)
  })

  it('tells names that look like a type at any level (case 30)', () => {
    const bytes = rawDocument(rawElement(type.null, '$oid'))
    expect(new ExtendedJsonWriter().appendValue(new TightArena(), bytes, type.document, 0, bytes.length)).toBe(
      textLoss.wrapperKey,
    )
    expect(new ExtendedJsonWriter().append(new TightArena(), bytes, 0, bytes.length)).toBe(0)
  })
})

describe('text that is no UTF-8 (case 23)', () => {
  const web = new TextDecoder('utf-8', { ignoreBOM: true })
  const anyBytes = fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 5 }),
        fc
          .constantFrom(
            'f09f9880',
            'f09f98',
            'f09f',
            'eda080',
            'e0a0',
            'e080',
            'f48f80',
            'f490',
            'c3',
            'c0af',
            '41',
            '22',
          )
          .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))),
      ),
      { maxLength: 8 },
    )
    .map((pieces) => Buffer.concat(pieces))

  it('has U+FFFD where decoders of the web have it, and tells it', () => {
    fc.assert(
      fc.property(anyBytes, fc.constantFrom(0, 2000), (piece, padding) => {
        const raw = Buffer.concat([piece, Buffer.alloc(padding, 0x61), piece])
        const { text, losses } = textOf(only(type.string, rawString(raw)), { invalidText: 'replace' })
        const decoded = web.decode(raw)
        expect(JSON.parse(text)).toEqual({ v: decoded })
        expect(losses & textLoss.invalidText).toBe(Buffer.from(decoded).equals(raw) ? 0 : textLoss.invalidText)
        expect((losses & textLoss.nul) !== 0).toBe(raw.includes(0))
      }),
      { numRuns: runCount },
    )
  })

  it('may be a name, a pattern or a code too', () => {
    const bad = Buffer.of(0x61, 0xff)
    const bytes = rawDocument(
      rawElement(type.null, bad),
      rawElement(type.regex, 'r', bad, rawRegex('', 'i')),
      rawElement(type.codeWithScope, 'c', rawCodeWithScope('f', rawDocument(rawElement(type.null, bad)))),
      rawElement(type.symbol, 's', rawString(bad)),
    )
    expect(textOf(bytes, { invalidText: 'replace' })).toEqual({
      text: '{"a\uFFFD":null,"r":{"$regularExpression":{"pattern":"a\uFFFD","options":"i"}},"c":{"$code":"f","$scope":{"a\uFFFD":null}},"s":{"$symbol":"a\uFFFD"}}',
      losses: textLoss.invalidText,
    })
    expect(() => textOf(bytes, {})).toThrow('the name is no UTF-8 at byte 6')
  })

  it('fails by default', () => {
    const bytes = only(type.string, rawString(Buffer.of(0x61, 0xff)))
    expect(() => textOf(bytes, { isRelaxed: true })).toThrow('a string is no UTF-8 at byte 12')
  })
})

describe('U+0000 (case 22)', () => {
  it.each([
    ['a string', { v: 'a\0b' }, textLoss.nul],
    ['a long string', { v: `${'x'.repeat(3000)}\0` }, textLoss.nul],
    ['a code', { v: new Code('\0') }, textLoss.nul],
    ['text with a backslash, a u and zeros', { v: String.raw`\u0000` }, 0],
    ['other control characters', { v: '\u0001\n"' }, 0],
    ['bytes', { v: new Binary(Buffer.of(0)) }, 0],
    [
      'anything else',
      { a: new ObjectId('000000000000000000000000'), b: new Int32(0), c: Long.ZERO, d: new Timestamp(0n) },
      0,
    ],
    ['a pattern', { v: new BSONRegExp('a', '') }, 0],
  ])('is told where %s holds it', (_, document, losses) => {
    expect(textOf(serialize(document), {}).losses).toBe(losses)
  })
})
