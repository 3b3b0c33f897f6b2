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
  rawRegex,
  rawString,
} from '../../../test/support/raw-bson.ts'
import { assertBson, BsonCursor } from './bson-cursor.ts'
import { bsonType as type } from './bson-type.ts'
import { DocumentFault } from './document-fault.ts'

const cursor = new BsonCursor()
const everything = { hasEverything: true }

function faultOf(bytes: Uint8Array, start = 0, end = bytes.length): DocumentFault | undefined {
  try {
    assertBson(cursor, bytes, start, end)
    return undefined
  } catch (error) {
    if (error instanceof DocumentFault) return error
    throw error
  }
}

/** All elements in their order: depth, type, name and value. */
function elementsOf(bytes: Uint8Array, start = 0, end = bytes.length): string[] {
  const found: string[] = []
  cursor.open(bytes, start, end)
  do {
    const found0 = cursor.next()
    if (found0 === 0) {
      found.push(`end of ${cursor.closed}`)
      continue
    }
    const name = Buffer.from(bytes.subarray(cursor.nameStart, cursor.nameEnd)).toString()
    const value = Buffer.from(bytes.subarray(cursor.start, cursor.end)).toString('hex')
    found.push(`${cursor.depth}/${cursor.container}/${cursor.index} ${found0} ${name}=${value}`)
    if (found0 === type.document || found0 === type.array || found0 === type.codeWithScope) cursor.enter()
  } while (cursor.depth > 0)
  return found
}

/** A document within a document, so many in all. */
function nested(count: number): Uint8Array {
  let bytes = rawDocument()
  for (let i = 1; i < count; i++) bytes = rawDocument(rawElement(type.document, 'd', bytes))
  return bytes
}

describe('the cursor', () => {
  it('gives type, name and value of every element, insides too', () => {
    const scope = rawDocument(rawElement(type.int32, 'n', int32Bytes(1)))
    const bytes = rawDocument(
      rawElement(type.string, 'é', rawString('a\0b')),
      rawElement(
        type.array,
        'list',
        rawArray({ type: type.null, bytes: Buffer.of() }, { type: type.bool, bytes: Buffer.of(1) }),
      ),
      rawElement(type.codeWithScope, '', rawCodeWithScope('f', scope)),
      rawElement(type.maxKey, 'last'),
    )
    expect(elementsOf(bytes)).toEqual([
      '1/3/0 2 é=0400000061006200',
      `1/3/1 4 list=${rawArray({ type: type.null, bytes: Buffer.of() }, { type: type.bool, bytes: Buffer.of(1) }).toString('hex')}`,
      '2/4/0 10 0=',
      '2/4/1 8 1=01',
      'end of 4',
      `1/3/2 15 =${rawCodeWithScope('f', scope).toString('hex')}`,
      '2/15/0 16 n=01000000',
      'end of 15',
      '1/3/3 127 last=',
      'end of 3',
    ])
  })

  it('passes over what is not entered, and over the rest of what is left', () => {
    const inner = rawDocument(rawElement(type.minKey, 'a'), rawElement(type.minKey, 'b'))
    const bytes = rawDocument(
      rawElement(type.document, 'one', inner),
      rawElement(type.document, 'two', inner),
      rawElement(type.null, 'end'),
    )
    cursor.open(bytes, 0, bytes.length)
    expect(cursor.next()).toBe(type.document)
    expect(cursor.next()).toBe(type.document)
    cursor.enter()
    expect([cursor.next(), cursor.depth]).toEqual([type.minKey, 2])
    cursor.leave()
    expect([cursor.depth, cursor.closed, cursor.next(), cursor.index]).toEqual([1, type.document, type.null, 2])
    expect([cursor.next(), cursor.depth]).toEqual([0, 0])
    expect(() => cursor.next()).toThrow('there is nothing behind the document')
  })

  it.each([
    [type.double, doubleBytes(1.5), 8],
    [type.string, rawString(''), 5],
    [type.document, rawDocument(), 5],
    [type.array, rawArray(), 5],
    [type.binary, rawBinary(0, Buffer.of()), 5],
    [type.binary, rawBinary(2, Buffer.of(1)), 10],
    [type.binary, rawBinary(0x80, Buffer.of(1)), 6],
    [type.undefined, Buffer.of(), 0],
    [type.objectId, Buffer.alloc(12), 12],
    [type.bool, Buffer.of(0), 1],
    [type.date, int64Bytes(-1n), 8],
    [type.null, Buffer.of(), 0],
    [type.regex, rawRegex('', ''), 2],
    [type.regex, rawRegex('a', 'i'), 4],
    [type.dbPointer, Buffer.concat([rawString('c'), Buffer.alloc(12)]), 18],
    [type.code, rawString('f'), 6],
    [type.symbol, rawString('s'), 6],
    [type.codeWithScope, rawCodeWithScope('', rawDocument()), 14],
    [type.int32, int32Bytes(7), 4],
    [type.timestamp, Buffer.alloc(8), 8],
    [type.int64, int64Bytes(7n), 8],
    [type.decimal128, Buffer.alloc(16), 16],
    [type.minKey, Buffer.of(), 0],
    [type.maxKey, Buffer.of(), 0],
  ])('knows where a value of type %i ends, and that every shorter one is cut off', (found, value, byteCount) => {
    const bytes = rawDocument(rawElement(found, 'v', value))
    expect(faultOf(bytes)).toBeUndefined()
    cursor.open(bytes, 0, bytes.length)
    cursor.next()
    expect([cursor.start, cursor.end]).toEqual([7, 7 + byteCount])
    for (let kept = 0; kept < value.length; kept++) {
      expect(faultOf(rawDocument(rawElement(found, 'v', value.subarray(0, kept))))?.kind).toBe('structure')
    }
  })

  it.each([
    ['0400000000', 'the document has 5 bytes and says 4 at byte 0'],
    ['0600000000', 'the document has 5 bytes and says 6 at byte 0'],
    ['ffffffff00', 'the document has 5 bytes and says -1 at byte 0'],
    ['0500000001', 'the document does not end with a NUL at byte 4'],
    ['050000', 'the document is cut off at byte 0'],
    ['', 'the document is cut off at byte 0'],
    ['070000000a7800', 'a name does not end within its document at byte 4'],
    ['06000000 00 00', 'a document ends before its length says so at byte 4'],
    ['0c000000 00 0a 61 00 0a 62 00 00', 'a document ends before its length says so at byte 4'],
    ['08000000 14 61 00 00', '0x14 is no type of BSON at byte 4'],
    ['08000000 0a ff 00 00', 'the name is no UTF-8 at byte 5'],
    ['09000000 08 61 00 02 00', '2 is no bool at byte 7'],
    ['0c000000 02 61 00 00000000 00', 'a string says 0 bytes where 0 are left at byte 7'],
    ['0d000000 02 61 00 02000000 61 00', 'a string says 2 bytes where 1 are left at byte 7'],
    ['0e000000 02 61 00 ffffff7f 61 00 00', 'a string says 2147483647 bytes where 2 are left at byte 7'],
    ['0e000000 02 61 00 02000000 61 62 00', 'a string does not end with a NUL at byte 12'],
    ['0e000000 02 61 00 02000000 c3 00 00', 'a string is no UTF-8 at byte 11'],
    ['0e000000 0d 61 00 02000000 80 00 00', 'a string is no UTF-8 at byte 11'],
    ['0d000000 03 61 00 04000000 00 00', 'a nested document says 4 bytes where 5 are left at byte 7'],
    ['0d000000 04 61 00 06000000 00 00', 'a nested document says 6 bytes where 5 are left at byte 7'],
    ['0d000000 03 61 00 05000000 01 00', 'a nested document does not end with a NUL at byte 11'],
    ['0d000000 05 61 00 ffffffff 00 00', 'a binary value says -1 bytes where 0 are left at byte 7'],
    ['0d000000 05 61 00 01000000 00 00', 'a binary value says 1 bytes where 0 are left at byte 7'],
    [
      '11000000 05 61 00 04000000 02 01000000 00',
      'a binary value of 4 bytes has an inner length of its own at byte 12',
    ],
    ['0f000000 05 61 00 02000000 02 0000 00', 'a binary value of 2 bytes has an inner length of its own at byte 12'],
    ['0a000000 0b 61 00 6200 00', 'a regular expression does not end with a NUL at byte 9'],
    ['0b000000 0b 61 00 ff 00 00 00', 'a regular expression is no UTF-8 at byte 7'],
    // Code with scope: too short, a code that runs into the scope, a scope that ends before the value.
    ['15000000 0f 61 00 0d000000 01000000 00 05000000 00', 'code with scope says 13 bytes where 13 are left at byte 7'],
    ['16000000 0f 61 00 0e000000 02000000 00 05000000 00 00', 'a string says 2 bytes where 1 are left at byte 11'],
    [
      '17000000 0f 61 00 0f000000 01000000 00 05000000 00 00 00',
      'the scope of a code does not end where the value does at byte 16',
    ],
  ])('says of %s: %s', (hex, message) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex')
    expect(faultOf(bytes)?.message).toBe(message)
    // Where it stands makes no difference, and neither does what is behind it.
    expect(faultOf(Buffer.concat([Buffer.alloc(3, 1), bytes, Buffer.alloc(40)]), 3, 3 + bytes.length)?.message).toBe(
      message,
    )
  })

  it('goes as deep as a server lets documents be, without a call per level, and no deeper', () => {
    expect(faultOf(nested(250))).toBeUndefined()
    expect(faultOf(nested(251))).toMatchObject({
      kind: 'depth',
      message: expect.stringContaining('more than 250 deep'),
    })
    const deep = nested(20_000)
    expect(faultOf(deep)?.kind).toBe('depth')
    assertBson(new BsonCursor({ maxDepth: 20_000 }), deep, 0, deep.length)
  })

  it('leaves text to whoever reads it, if told so', () => {
    const bytes = rawDocument(rawElement(type.string, 'a', rawString(Buffer.of(0xff))))
    expect(faultOf(bytes)?.kind).toBe('text')
    assertBson(new BsonCursor({ checksText: false }), bytes, 0, bytes.length)
  })

  it('sees the same whatever stands around the document', () => {
    fc.assert(
      fc.property(
        anyDocument(everything),
        fc.uint8Array({ maxLength: 9 }),
        fc.uint8Array({ maxLength: 9 }),
        (bytes, before, after) => {
          const all = Buffer.concat([before, bytes, after])
          expect(elementsOf(all, before.length, before.length + bytes.length)).toEqual(elementsOf(bytes))
        },
      ),
    )
  })

  it('takes no beginning of a document for one, though it goes on behind', () => {
    fc.assert(
      fc.property(anyDocument(everything), (bytes) => {
        for (let end = 0; end < bytes.length; end++) {
          expect(faultOf(bytes.subarray(0, end))).toBeInstanceOf(DocumentFault)
          // The same, with its own length set right: what is cut off is within.
          if (end < 5) continue
          const cut = Buffer.concat([int32Bytes(end), bytes.subarray(4, end), bytes.subarray(end)])
          expect([undefined, 'structure', 'text']).toContain(faultOf(cut, 0, end)?.kind)
        }
      }),
    )
  })

  it('ends with a fault or a walk over every byte, whatever byte is another one', () => {
    fc.assert(
      fc.property(
        anyDocument(everything),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        (whole, flips) => {
          const bytes = Uint8Array.from(whole)
          for (const [place, byte] of flips) bytes[place % bytes.length] = byte
          const fault = faultOf(bytes)
          expect(fault === undefined || (fault.position >= 0 && fault.position <= bytes.length)).toBe(true)
          // What stands behind it is never looked at: zeros would end a name, and other bytes go on with it.
          for (const behind of [Buffer.alloc(9), Buffer.alloc(9, 0x61)]) {
            expect(faultOf(Buffer.concat([bytes, behind]), 0, bytes.length)?.message).toBe(fault?.message)
          }
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('ends so for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const framed = Buffer.concat([int32Bytes(bytes.length + 5), bytes, Buffer.of(0)])
        expect([undefined, 'structure', 'text']).toContain(faultOf(framed)?.kind)
      }),
      { numRuns: 3000 },
    )
  })
})
