import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyDocument, rawDocument, rawElement, rawString } from '../../../test/support/raw-bson.ts'
import { bsonType } from '../../format/bson/bson-type.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { boundOf, findId, idDocument, idText, parseIdText } from './id-text.ts'

const idOf = (document: Uint8Array): Uint8Array => {
  const place = { start: 0, end: 0 }
  expect(findId(document, 0, document.length, place)).toBe(true)
  return idDocument(document, place)
}

describe('the text of a key', () => {
  it('is made into the same bytes again, whatever the key is (cases 1, 2, 25, 31)', () => {
    fc.assert(
      fc.property(anyDocument({ hasEverything: true }), (document) => {
        const key = rawDocument(rawElement(bsonType.document, '_id', document))
        const text = idText(key)
        expect(Buffer.from(parseIdText(JSON.parse(JSON.stringify(text)) as string))).toEqual(key)
      }),
    )
  })

  it('is canonical Extended JSON where that tells it', () => {
    const key = rawDocument(rawElement(bsonType.objectId, '_id', Buffer.from('507f1f77bcf86cd799439011', 'hex')))
    expect(idText(key)).toBe('{"_id":{"$oid":"507f1f77bcf86cd799439011"}}')
    const odd = rawDocument(rawElement(bsonType.string, '_id', rawString(Buffer.of(0xff))))
    expect(idText(odd)).toMatch(/^bson:/)
  })

  it.each([[null], [5], ['{"_id":'], ['{"_id":{"$oid":"12"}}']])('is not %s', (text) => {
    expect(() => parseIdText(text)).toThrow(TransloadError)
  })
})

describe('findId', () => {
  it('finds the key wherever it stands, and none within others', () => {
    const inner = rawDocument(rawElement(bsonType.null, '_id'))
    const name = rawElement(bsonType.document, 'a', inner)
    const id = rawElement(bsonType.bool, '_id', Buffer.of(1))
    expect(Buffer.from(idOf(rawDocument(name, id)))).toEqual(rawDocument(id))
    expect(findId(rawDocument(name), 0, rawDocument(name).length, { start: 0, end: 0 })).toBe(false)
  })
})

/** Undefined: it is sent. */
function codeOf(key: Uint8Array): unknown {
  try {
    boundOf(key, 'x')
    return undefined
  } catch (error) {
    return error instanceof TransloadError ? error.code : error
  }
}

describe('boundOf', () => {
  it('gives what the driver sends to the byte, or says that it cannot (cases 2, 3, 4)', () => {
    let sent = 0
    fc.assert(
      fc.property(anyDocument({ hasEverything: true }), (document) => {
        const code = codeOf(rawDocument(rawElement(bsonType.document, '_id', document)))
        // It compares the bytes of what the driver makes with the key's own.
        if (code === undefined) sent++
        return code === undefined || code === 'TL_S299'
      }),
      { numRuns: 500 },
    )
    expect(sent).toBeGreaterThan(200)
  })

  it.each([
    [bsonType.double, '000000000000f87f', true],
    [bsonType.double, '000000000000f07f', false],
    [bsonType.decimal128, '0000000000000000000000000000007c', true],
    [bsonType.decimal128, '00000000000000000000000000000078', false],
  ])('knows NaN: type %d, bytes %s', (type, hex, isNaN) => {
    const key = rawDocument(rawElement(type, '_id', Buffer.from(hex, 'hex')))
    expect(boundOf(key, 'x')).toMatchObject({ type, isNaN })
  })
})
