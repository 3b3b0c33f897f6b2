import { EJSON, serialize } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TightArena } from '../../../../test/support/tight-arena.ts'
import { ExtendedJsonReader } from './extended-json-reader.ts'
import { ExtendedJsonWriter } from './extended-json-writer.ts'

const reader = new ExtendedJsonReader()
const writer = new ExtendedJsonWriter()

function bytesOf(text: string | Uint8Array): Buffer {
  const arena = new TightArena()
  const source = Buffer.from(text as string)
  reader.append(arena, source, 0, source.length)
  return arena.from(0)
}

/** The canonical text of what the text stands for. */
function canonicalOf(text: string): string {
  const bytes = bytesOf(text)
  const arena = new TightArena()
  writer.append(arena, bytes, 0, bytes.length)
  return arena.from(0).toString()
}

describe('Extended JSON', () => {
  it.each([
    ['0', '{"$numberInt":"0"}'],
    ['-2147483648', '{"$numberInt":"-2147483648"}'],
    ['2147483648', '{"$numberLong":"2147483648"}'],
    ['9223372036854775807', '{"$numberLong":"9223372036854775807"}'],
    ['9223372036854775808', '{"$numberDecimal":"9223372036854775808"}'],
    ['92233720368547758000', '{"$numberDecimal":"92233720368547758000"}'],
    ['92233720368547700000', '{"$numberDouble":"92233720368547700000.0"}'],
    ['9.2233720368547758e19', '{"$numberDouble":"92233720368547760000.0"}'],
    ['-12345678901234567890.50', '{"$numberDecimal":"-12345678901234567890.50"}'],
    ['0.10000000000000001', '{"$numberDouble":"0.1"}'],
    ['0.00123456789012345678', '{"$numberDecimal":"0.00123456789012345678"}'],
    ['1000000000000000000000e-3', '{"$numberDouble":"1000000000000000000.0"}'],
    ['-0', '{"$numberDouble":"-0.0"}'],
    ['1.0', '{"$numberDouble":"1.0"}'],
    ['-1.5E+3', '{"$numberDouble":"-1500.0"}'],
    ['1e2', '{"$numberDouble":"100.0"}'],
    ['{"$date":"1970-01-01T00:00:00Z"}', '{"$date":{"$numberLong":"0"}}'],
    ['{"$date":"2012-12-24T12:15:30.501+01:00"}', '{"$date":{"$numberLong":"1356347730501"}}'],
    ['{"$date":"1969-12-31T23:59:59.9990Z"}', '{"$date":{"$numberLong":"-1"}}'],
    ['{"$date":"0000-01-01T00:00:00.000Z"}', '{"$date":{"$numberLong":"-62167219200000"}}'],
    ['{"$date":"9999-12-31T23:59:59.999-0030"}', '{"$date":{"$numberLong":"253402302599999"}}'],
    [
      '{"$uuid":"c8edabc3-f738-4ca3-b68d-ab92a91478a3"}',
      '{"$binary":{"base64":"yO2rw/c4TKO2jauSqRR4ow==","subType":"04"}}',
    ],
    ['{"$binary":{"subType":"F","base64":"AA=="}}', '{"$binary":{"base64":"AA==","subType":"0f"}}'],
    ['{"$binary":{"base64":"\\/\\/4=","subType":"2"}}', '{"$binary":{"base64":"//4=","subType":"02"}}'],
    ['{"$timestamp":{"i":1,"t":4294967295}}', '{"$timestamp":{"t":4294967295,"i":1}}'],
    ['{"$regularExpression":{"options":"xi","pattern":"a"}}', '{"$regularExpression":{"pattern":"a","options":"ix"}}'],
    [
      '{"$dbPointer":{"$id":{"$oid":"0123456789ABCDEF01234567"},"$ref":"c"}}',
      '{"$dbPointer":{"$ref":"c","$id":{"$oid":"0123456789abcdef01234567"}}}',
    ],
    ['{"$scope":{"a":[1,{"b":"}"}]},"$code":"f"}', '{"$code":"f","$scope":{"a":[{"$numberInt":"1"},{"b":"}"}]}}'],
    ['{"\\u0024oid":"\\u0030123456789abcdef01234567"}', '{"$oid":"0123456789abcdef01234567"}'],
    ['"\\u00e9\\uD83D\\uDE00\\/\\"\\u0000"', '"é😀/\\"\\u0000"'],
    ['{"$regex":"a","$options":"i"}', '{"$regex":"a","$options":"i"}'],
    ['{"$ref":"c"}', '{"$ref":"c"}'],
    ['{"$type":2}', '{"$type":{"$numberInt":"2"}}'],
    [' [ 1 , [ ] , { } , true ] ', '[{"$numberInt":"1"},[],{},true]'],
    ['{"$numberDecimal":"-1.0e3"}', '{"$numberDecimal":"-1.0E+3"}'],
    ['{"$numberDouble":"5"}', '{"$numberDouble":"5.0"}'],
  ])('%s is read as %s', (value, text) => {
    expect(canonicalOf(`\r\n{\t"v" :${value}}\n`)).toBe(`{"v":${text}}`)
  })

  it.each([
    ['', 'there is no { where one must be at byte 0'],
    ['[]', 'there is no { where one must be at byte 0'],
    ['{"a":1}{}', 'there is something behind the document at byte 7'],
    ['{"a":1}\0', 'there is something behind the document at byte 7'],
    ['{"a":1,}', 'there is no " where one must be at byte 7'],
    ['{"a":[1,]}', 'there is no value where one must be at byte 8'],
    ['{"a":[1 2]}', 'there is no , where one must be at byte 8'],
    ['{"a":[1}', 'there is no , where one must be at byte 7'],
    ['{"a" 1}', 'there is no : where one must be at byte 5'],
    ['{a:1}', 'there is no " where one must be at byte 1'],
    ['{"a":1', 'there is no , where one must be at byte 6'],
    ['{"a', 'a string does not end at byte 3'],
    ['{"a":"x\n"}', 'a control character in a string at byte 7'],
    ['{"a":"\\x"}', 'an escape that JSON does not have at byte 6'],
    ['{"a":"\\u12g4"}', 'no four hexadecimal digits behind \\u at byte 8'],
    ['{"a":"\\ud800"}', 'half of a surrogate pair in a string at byte 6'],
    ['{"a":"\\udc00\\ud800"}', 'half of a surrogate pair in a string at byte 6'],
    ['{"a\\u0000":1}', 'a NUL in a name at byte 2'],
    ['{"a":nul}', 'neither a number, nor true, false or null at byte 5'],
    ['{"a":01}', 'neither a number, nor true, false or null at byte 5'],
    ['{"a":NaN}', 'neither a number, nor true, false or null at byte 5'],
    ['{"a":1e400}', 'a number that no double is as large as at byte 5'],
    ['{"v":{"$oid":"0123"}}', 'an ObjectId is not 24 hexadecimal digits at byte 19'],
    ['{"v":{"$oid":"0123456789abcdef0123456g"}}', 'an ObjectId is not 24 hexadecimal digits at byte 39'],
    ['{"v":{"$oid":1}}', 'an ObjectId is no string at byte 13'],
    ['{"v":{"$oid":"0123456789abcdef01234567","x":1}}', 'there is no } where one must be at byte 39'],
    [
      '{"v":{"x":1,"$oid":"0123456789abcdef01234567"}}',
      '$oid is no name of a document, and stands among others at byte 18',
    ],
    ['{"v":{"$numberInt":"2147483648"}}', '$numberInt is no int32 at byte 31'],
    ['{"v":{"$numberInt":5}}', '$numberInt is no string at byte 19'],
    ['{"v":{"$numberLong":"9223372036854775808"}}', '$numberLong is no int64 at byte 41'],
    ['{"v":{"$numberDouble":"1e999"}}', '$numberDouble is no double at byte 29'],
    ['{"v":{"$numberDecimal":"1E+6145"}}', '$numberDecimal: beyond the exponents of decimal128 at byte 32'],
    ['{"v":{"$binary":{"base64":"AA"}}}', 'there is no , where one must be at byte 30'],
    ['{"v":{"$binary":{"base64":"AA","subType":"00"}}}', 'base64 is not base64 with its padding at byte 30'],
    ['{"v":{"$binary":{"base64":"","subType":"100"}}}', 'subType is not one or two hexadecimal digits at byte 44'],
    ['{"v":{"$binary":"AA==","$type":"00"}}', 'there is no { where one must be at byte 16'],
    ['{"v":{"$timestamp":{"t":1,"i":-1}}}', 'a part of $timestamp is no whole number from 0 to 4294967295 at byte 30'],
    [
      '{"v":{"$timestamp":{"t":1,"i":4294967296}}}',
      'a part of $timestamp is no whole number from 0 to 4294967295 at byte 30',
    ],
    ['{"v":{"$timestamp":{"t":1,"t":1}}}', 'there must be just t and i at byte 30'],
    ['{"v":{"$date":0}}', '$date is no string at byte 14'],
    [
      '{"v":{"$date":"2023-02-30T00:00:00Z"}}',
      '$date is no ISO 8601 date and time with a zone, to the millisecond at byte 36',
    ],
    [
      '{"v":{"$date":"2023-02-20T00:00:00"}}',
      '$date is no ISO 8601 date and time with a zone, to the millisecond at byte 35',
    ],
    [
      '{"v":{"$date":"2023-02-20T00:00:00.0001Z"}}',
      '$date is no ISO 8601 date and time with a zone, to the millisecond at byte 41',
    ],
    ['{"v":{"$code":"f","$scope":1}}', 'there is no { where one must be at byte 27'],
    ['{"v":{"$code":"f","x":1}}', 'there must be just $scope here at byte 21'],
    ['{"v":{"$scope":{}}}', 'there is no , where one must be at byte 17'],
    ['{"v":{"$code":"f","$scope":{"$oid":"0123456789abcdef01234567"}}}', 'a scope is no $oid at byte 34'],
    ['{"v":{"$minKey":2}}', 'there is something other than 1 at byte 17'],
    ['{"v":{"$undefined":false}}', 'there is something other than true at byte 24'],
    ['{"v":{"$regularExpression":{"pattern":"\\u0000","options":""}}}', 'a NUL in a regular expression at byte 46'],
    ['{"v":{"$uuid":"c8edabc3f7384ca3b68dab92a91478a3"}}', '$uuid is no UUID at byte 48'],
  ])('is not %s: %s', (text, message) => {
    expect(() => bytesOf(text)).toThrow(expect.objectContaining({ name: 'DocumentFault', message }))
  })

  it('is UTF-8', () => {
    expect(() => bytesOf(Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xc3), Buffer.from('"}')]))).toThrow(
      'a string is no UTF-8 at byte 6',
    )
  })

  it('relaxed is read as the bson package reads it, and JSON as JSON', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => !/^\$|^__proto__$|\0/.test(name)),
          fc.jsonValue(),
        ),
        (value) => {
          // The package rounds whole numbers beyond 2⁵³, and has no type for those that are written with an exponent.
          const text = JSON.stringify(value, (_, part: unknown) =>
            typeof part === 'number' && !Number.isSafeInteger(part) ? part % 1e6 : part,
          )
          const parsed = EJSON.parse(text, { relaxed: false }) as object
          expect(canonicalOf(text)).toBe(EJSON.stringify(parsed, { relaxed: false }))
        },
      ),
    )
  })

  it('relaxed of documents with dates and numbers is read as what was written', () => {
    const document = { at: new Date(1_356_351_330_501), then: new Date(-1), n: 42, half: 0.5, list: [1, 'x', null] }
    expect(bytesOf(EJSON.stringify(document)).equals(serialize(document))).toBe(true)
  })

  it('is read in time that grows as the text does, whatever is nested in it', () => {
    const levels = 200
    const text = `{"v":${'{"$scope":{"v":'.repeat(levels)}"${'x'.repeat(100_000)}"${'},"$code":""}'.repeat(levels)}}`
    const startedMs = performance.now()
    expect(bytesOf(text).length).toBeGreaterThan(100_000)
    expect(performance.now() - startedMs).toBeLessThan(5000)
  })
})
