import { deserialize, EJSON } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anyDocument,
  doubleBytes,
  int32Bytes,
  int64Bytes,
  rawArray,
  rawBinary,
  rawCodeWithScope,
  rawDocument,
  rawElement,
  rawLongArray,
  rawRegex,
  rawString,
} from '../../../../test/support/raw-bson.ts'
import { TightArena } from '../../../../test/support/tight-arena.ts'
import { bsonType as type } from '../bson-type.ts'
import { DocumentFault } from '../document-fault.ts'
import { ExtendedJsonReader } from './extended-json-reader.ts'
import { ExtendedJsonWriter, textLoss } from './extended-json-writer.ts'

/** Raised by hand to look longer. */
const runCount = 1000

const writer = new ExtendedJsonWriter()
const reader = new ExtendedJsonReader()

/** What looks like more of a document, and of a text. */
const behind = Buffer.from('0a7800220000ff', 'hex')

/** Text behind what is in an arena already. */
function textOf(bytes: Uint8Array): { readonly text: string; readonly losses: number } {
  const arena = new TightArena('before')
  const losses = writer.append(arena, Buffer.concat([Buffer.of(1), bytes, behind]), 1, bytes.length + 1)
  const text = arena.from(0).toString()
  if (!text.startsWith('before')) throw new Error('what was there before is not')
  return { text: text.slice(6), losses }
}

function bytesOf(text: string | Uint8Array): Buffer {
  const arena = new TightArena('before')
  const source = Buffer.concat([Buffer.from('{'), Buffer.from(text as string), Buffer.from('}')])
  reader.append(arena, source, 1, source.length - 1)
  return arena.from(6)
}

function faultOf(work: () => unknown): DocumentFault | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof DocumentFault) return error
    throw error
  }
}

/** A document of this one value. */
function only(found: number, ...value: Uint8Array[]): Buffer {
  return rawDocument(rawElement(found, 'v', ...value))
}

const id = Buffer.from('0123456789abcdef01234567', 'hex')
const one = rawDocument(rawElement(type.int32, 'n', int32Bytes(1)))

const canonical: readonly (readonly [bytes: Buffer, text: string])[] = [
  [only(type.double, doubleBytes(1)), '{"$numberDouble":"1.0"}'],
  [only(type.double, doubleBytes(-0)), '{"$numberDouble":"-0.0"}'],
  [only(type.double, doubleBytes(Number.NaN)), '{"$numberDouble":"NaN"}'],
  [only(type.double, doubleBytes(Number.NEGATIVE_INFINITY)), '{"$numberDouble":"-Infinity"}'],
  [only(type.double, doubleBytes(1e300)), '{"$numberDouble":"1e+300"}'],
  [only(type.string, rawString('')), '""'],
  [
    only(type.string, rawString('a"\\/\b\f\n\r\t\0\u001f\u007f\u2028é😀')),
    '"a\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u007f\u2028é😀"',
  ],
  [only(type.document, rawDocument()), '{}'],
  [only(type.document, one), '{"n":{"$numberInt":"1"}}'],
  [only(type.array, rawArray()), '[]'],
  [
    only(type.array, rawArray({ type: type.array, bytes: rawArray() }, { type: type.null, bytes: Buffer.of() })),
    '[[],null]',
  ],
  [only(type.binary, rawBinary(0, Buffer.of())), '{"$binary":{"base64":"","subType":"00"}}'],
  [only(type.binary, rawBinary(2, Buffer.from('old'))), '{"$binary":{"base64":"b2xk","subType":"02"}}'],
  [
    only(type.binary, rawBinary(4, Buffer.alloc(16, 0xab))),
    '{"$binary":{"base64":"q6urq6urq6urq6urq6urqw==","subType":"04"}}',
  ],
  [only(type.binary, rawBinary(0xff, Buffer.of(255, 254))), '{"$binary":{"base64":"//4=","subType":"ff"}}'],
  [only(type.undefined), '{"$undefined":true}'],
  [only(type.objectId, id), '{"$oid":"0123456789abcdef01234567"}'],
  [only(type.bool, Buffer.of(1)), 'true'],
  [only(type.bool, Buffer.of(0)), 'false'],
  [only(type.date, int64Bytes(0n)), '{"$date":{"$numberLong":"0"}}'],
  [only(type.date, int64Bytes(-(2n ** 63n))), '{"$date":{"$numberLong":"-9223372036854775808"}}'],
  [only(type.date, int64Bytes(8_640_000_000_000_001n)), '{"$date":{"$numberLong":"8640000000000001"}}'],
  [only(type.null), 'null'],
  [only(type.regex, rawRegex('a/"b', 'imsx')), '{"$regularExpression":{"pattern":"a/\\"b","options":"imsx"}}'],
  [
    only(type.dbPointer, rawString('db.c'), id),
    '{"$dbPointer":{"$ref":"db.c","$id":{"$oid":"0123456789abcdef01234567"}}}',
  ],
  [only(type.code, rawString('f()')), '{"$code":"f()"}'],
  [only(type.symbol, rawString('s')), '{"$symbol":"s"}'],
  [only(type.codeWithScope, rawCodeWithScope('f', rawDocument())), '{"$code":"f","$scope":{}}'],
  [only(type.codeWithScope, rawCodeWithScope('', one)), '{"$code":"","$scope":{"n":{"$numberInt":"1"}}}'],
  [only(type.int32, int32Bytes(-(2 ** 31))), '{"$numberInt":"-2147483648"}'],
  [only(type.timestamp, Buffer.from('ffffffff01000000', 'hex')), '{"$timestamp":{"t":1,"i":4294967295}}'],
  [only(type.int64, int64Bytes(2n ** 53n + 1n)), '{"$numberLong":"9007199254740993"}'],
  [only(type.decimal128, Buffer.from('96000000000000000000000000003c30', 'hex')), '{"$numberDecimal":"1.50"}'],
  [only(type.minKey), '{"$minKey":1}'],
  [only(type.maxKey), '{"$maxKey":1}'],
]

describe('canonical Extended JSON', () => {
  it.each(canonical)('of %h', (bytes, value) => {
    const text = `{"v":${value}}`
    expect(textOf(bytes)).toEqual({ text, losses: value.includes(String.raw`\u0000`) ? textLoss.nul : 0 })
    expect(bytesOf(text)).toEqual(bytes)
  })

  it('keeps names in their order, the same ones twice, and odd ones', () => {
    const bytes = rawDocument(
      ...['b', '10', 'a', '1', 'a', '', '__proto__', 'a.b', '$x', '"\n', 'é😀'].map((name) =>
        rawElement(type.null, name),
      ),
    )
    const text =
      '{"b":null,"10":null,"a":null,"1":null,"a":null,"":null,"__proto__":null,"a.b":null,"$x":null,"\\"\\n":null,"é😀":null}'
    expect(textOf(bytes)).toEqual({ text, losses: 0 })
    expect(bytesOf(text)).toEqual(bytes)
  })

  it('keeps a DBRef as the document that it is, and names with a dollar in the first level as names', () => {
    const dbRef = rawDocument(
      rawElement(type.string, '$db', rawString('x')),
      rawElement(type.int32, '$id', int32Bytes(1)),
      rawElement(type.string, '$ref', rawString('c')),
    )
    const bytes = rawDocument(rawElement(type.string, '$oid', rawString('no')), rawElement(type.document, 'r', dbRef))
    const text = '{"$oid":"no","r":{"$db":"x","$id":{"$numberInt":"1"},"$ref":"c"}}'
    expect(textOf(bytes)).toEqual({ text, losses: 0 })
    expect(bytesOf(text)).toEqual(bytes)
  })

  it('is what the bson package makes of the document', () => {
    // Left out is what the package loses: names that are there twice, numbers as names (put first), __proto__ and DBRefs;
    // undefined (null), DBPointers (DBRefs), dates beyond JavaScript's (NaN), decimals of more than 34 digits, vectors
    // with a wrong head (refused).
    fc.assert(
      fc.property(anyDocument({ hasEverything: false }), (bytes) => {
        const document = deserialize(bytes, { promoteValues: false, bsonRegExp: true })
        expect(textOf(bytes)).toMatchObject({
          text: EJSON.stringify(document, { relaxed: false }),
          losses: expect.any(Number),
        })
      }),
      { numRuns: runCount },
    )
  })

  it('says of a document whether its text can be made into the same bytes', () => {
    fc.assert(
      fc.property(anyDocument({ hasEverything: true }), (bytes) => {
        const { text, losses } = textOf(bytes)
        expect(() => JSON.parse(text) as unknown).not.toThrow()
        if ((losses & textLoss.wrapperKey) !== 0) return
        const back = bytesOf(text)
        const nul = losses & textLoss.nul
        // An escaped backslash is none of an escape.
        expect(nul !== 0).toBe(/(?<!\\)(?:\\\\)*\\u0000/.test(text))
        expect(back.equals(bytes)).toBe(losses === nul)
        expect(textOf(back)).toEqual({ text, losses: nul })
      }),
      { numRuns: 2 * runCount },
    )
  })

  it.each([
    ['nan', only(type.double, Buffer.from('010000000000f87f', 'hex')), '{"$numberDouble":"NaN"}'],
    ['nan', only(type.double, Buffer.from('000000000000f8ff', 'hex')), '{"$numberDouble":"NaN"}'],
    ['decimal', only(type.decimal128, Buffer.alloc(16, 0xff)), '{"$numberDecimal":"NaN"}'],
    ['arrayName', only(type.array, rawDocument(rawElement(type.null, '1'))), '[null]'],
    ['arrayName', only(type.array, rawDocument(rawElement(type.null, '00'))), '[null]'],
    ['wrapperKey', only(type.document, rawDocument(rawElement(type.null, '$oid'))), '{"$oid":null}'],
    ['regexOptions', only(type.regex, rawRegex('', 'xi')), '{"$regularExpression":{"pattern":"","options":"ix"}}'],
  ] as const)('counts as a loss: %s of %h', (loss, bytes, value) => {
    expect(textOf(bytes)).toEqual({ text: `{"v":${value}}`, losses: textLoss[loss] })
  })

  it('takes large texts and arrays, escaped or not, and appends to what they have grown', () => {
    const long = 'x'.repeat(3_000_000)
    const quotes = '"'.repeat(100_000)
    const bytes = rawDocument(
      rawElement(type.string, 'plain', rawString(long)),
      rawElement(type.string, 'quotes', rawString(quotes)),
      rawElement(type.string, 'wide', rawString('é'.repeat(5000))),
      rawElement(type.binary, 'bytes', rawBinary(0, Buffer.alloc(1_000_000, 7))),
      rawElement(
        type.array,
        'many',
        rawLongArray(Array.from({ length: 100_000 }, () => ({ type: type.null, bytes: Buffer.of() }))),
      ),
    )
    const { text, losses } = textOf(bytes)
    expect(losses).toBe(0)
    expect(text).toBe(
      JSON.stringify({
        plain: long,
        quotes,
        wide: 'é'.repeat(5000),
        bytes: { $binary: { base64: Buffer.alloc(1_000_000, 7).toString('base64'), subType: '00' } },
        many: Array.from({ length: 100_000 }, () => null),
      }),
    )
    expect(bytesOf(text).equals(bytes)).toBe(true)
  })

  it('goes 250 documents deep both ways, and no deeper', () => {
    const deepText = (count: number): string => '{"d":'.repeat(count - 1) + '{}' + '}'.repeat(count - 1)
    const deep = bytesOf(deepText(250))
    expect(textOf(deep).text).toBe(deepText(250))
    expect(faultOf(() => bytesOf(deepText(251)))?.kind).toBe('depth')
    expect(faultOf(() => bytesOf(`{"a":${'['.repeat(1_000_000)}`))?.kind).toBe('depth')
    const deeper = rawDocument(rawElement(type.document, 'd', deep))
    expect(faultOf(() => textOf(deeper))?.kind).toBe('depth')
  })

  it('leaves the arena as it was where the document is none', () => {
    const arena = new TightArena('before')
    const bad = rawDocument(
      rawElement(type.string, 'ok', rawString('x'.repeat(2000))),
      rawElement(type.string, 'bad', rawString(Buffer.of(0xc3))),
    )
    expect(faultOf(() => writer.append(arena, bad, 0, bad.length))?.message).toBe('a string is no UTF-8 at byte 2022')
    const text = Buffer.from(`{"ok":"${'x'.repeat(2000)}","bad":`)
    expect(faultOf(() => reader.append(arena, text, 0, text.length))?.kind).toBe('json')
    expect(arena.used).toBe(6)
    const long = rawDocument(
      rawElement(type.string, 'bad', rawString(Buffer.concat([Buffer.alloc(2000, 65), Buffer.of(0xff)]))),
    )
    expect(faultOf(() => writer.append(arena, long, 0, long.length))?.message).toBe('a string is no UTF-8 at byte 2013')
  })

  it('ends with a fault or with text that reads back, whatever bytes are others', () => {
    fc.assert(
      fc.property(
        anyDocument({ hasEverything: true }),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (whole, flips) => {
          const bytes = Uint8Array.from(whole)
          for (const [place, byte] of flips) bytes[place % bytes.length] = byte
          const fault = faultOf(() => {
            const { text, losses } = textOf(bytes)
            expect((losses & ~textLoss.nul) !== 0 || bytesOf(text).equals(bytes)).toBe(true)
          })
          expect(fault === undefined || fault.position <= bytes.length).toBe(true)
        },
      ),
      { numRuns: 2 * runCount },
    )
  })

  it('whose text is cut off or has other bytes ends with a fault, or stands for another document', () => {
    fc.assert(
      fc.property(anyDocument({ hasEverything: true }), fc.tuple(fc.nat(), fc.nat(255)), (bytes, [place, byte]) => {
        const text = Buffer.from(textOf(bytes).text)
        const ends = Array.from({ length: Math.min(text.length, 40) }, (_, i) =>
          i < 20 ? i : text.length - 1 - (i - 20),
        )
        const notFaults = ends.filter((end) => faultOf(() => bytesOf(text.subarray(0, end))) === undefined)
        expect(notFaults).toEqual([])
        text[place % text.length] = byte
        const fault = faultOf(() => textOf(bytesOf(text)))
        expect(fault === undefined || fault.position <= text.length).toBe(true)
      }),
      { numRuns: runCount },
    )
  })
})
