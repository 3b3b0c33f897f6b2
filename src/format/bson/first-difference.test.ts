import fc from 'fast-check'
import { type Document, Code, Int32, Long, serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { anyDocument, int32Bytes, rawDocument, rawElement } from '../../../test/support/raw-bson.ts'
import { bsonType } from './bson-type.ts'
import { firstDifference } from './first-difference.ts'

function told(one: Document, other: Document): unknown {
  const [left, right] = [serialize(one, { ignoreUndefined: false }), serialize(other, { ignoreUndefined: false })]
  const found = firstDifference(left, right)
  if (found === undefined) return undefined
  return [found.kind, found.path, found.one?.type, found.other?.type]
}

describe('the first difference of two documents', () => {
  it('is none where they are the same', () => {
    expect(told({ a: 1, b: { c: [1, 2] } }, { a: 1, b: { c: [1, 2] } })).toBeUndefined()
  })

  it('is the innermost value', () => {
    const { int32, int64, string } = bsonType
    expect(told({ a: 1 }, { a: 2 })).toEqual(['value', ['a'], int32, int32])
    expect(told({ a: new Int32(1) }, { a: Long.fromNumber(1) })).toEqual(['value', ['a'], int32, int64])
    expect(told({ x: 0, a: [{ b: 1 }, { b: { c: 'x' } }] }, { x: 0, a: [{ b: 1 }, { b: { c: 'y' } }] })).toEqual([
      'value',
      ['a', 1, 'b', 'c'],
      string,
      string,
    ])
    expect(told({ a: {} }, { a: [] })).toEqual(['value', ['a'], bsonType.document, bsonType.array])
  })

  it('is what one of them has alone, wherever it stands', () => {
    expect(told({ a: 1, b: 2 }, { a: 1 })).toEqual(['missing', ['b'], bsonType.int32, undefined])
    expect(told({ a: 1 }, { a: 1, b: 2 })).toEqual(['extra', ['b'], undefined, bsonType.int32])
    expect(told({ a: 1, b: 2, c: 3 }, { a: 1, c: 3 })).toEqual(['missing', ['b'], bsonType.int32, undefined])
    expect(told({ a: 1, c: 3 }, { a: 1, b: null, c: 3 })).toEqual(['extra', ['b'], undefined, bsonType.null])
    expect(told({ a: [1, 2, 3] }, { a: [1, 2] })).toEqual(['missing', ['a', 2], bsonType.int32, undefined])
    expect(told({ a: { b: {} } }, { a: { b: { c: null } } })).toEqual([
      'extra',
      ['a', 'b', 'c'],
      undefined,
      bsonType.null,
    ])
  })

  it('is the order of the fields', () => {
    expect(told({ x: { a: 1, b: 2 } }, { x: { b: 2, a: 1 } })).toEqual(['order', ['x', 'a'], bsonType.int32, undefined])
  })

  it('is within the scope of code, or the code', () => {
    const code = (text: string, a: number): Document => ({ f: [new Code(text, { a })], z: 1 })
    expect(told(code('x', 1), code('x', 2))).toEqual(['value', ['f', 0, '$scope', 'a'], bsonType.int32, bsonType.int32])
    expect(told(code('x', 1), code('y', 1))).toEqual([
      'value',
      ['f', 0],
      bsonType.codeWithScope,
      bsonType.codeWithScope,
    ])
    expect(told({ ...code('x', 1), a: 1 }, { ...code('x', 1), a: 2 })).toEqual([
      'value',
      ['a'],
      bsonType.int32,
      bsonType.int32,
    ])
    expect(
      told(
        { f: new Code('x', { a: 1 }), b: [new Code('x', {}), 5] },
        { f: new Code('x', { a: 1 }), b: [new Code('x', {}), 6] },
      ),
    ).toEqual(['value', ['b', 1], bsonType.int32, bsonType.int32])
  })

  it('tells a name that is there twice apart by its place (case 31)', () => {
    const twice = (first: number, second: number): Buffer =>
      rawDocument(
        rawElement(bsonType.int32, 'a', int32Bytes(first)),
        rawElement(bsonType.int32, 'a', int32Bytes(second)),
      )
    expect(firstDifference(twice(1, 2), twice(1, 3))).toMatchObject({ kind: 'value', path: ['a'] })
    expect(firstDifference(twice(1, 2), rawDocument(rawElement(bsonType.int32, 'a', int32Bytes(1))))).toMatchObject({
      kind: 'missing',
      path: ['a'],
    })
  })

  it('is found of any two documents that are not the same bytes, and leads to bytes that are not', () => {
    fc.assert(
      fc.property(anyDocument({ hasEverything: true }), anyDocument({ hasEverything: true }), (one, other) => {
        const found = firstDifference(one, other)
        expect(found === undefined).toBe(Buffer.compare(one, other) === 0)
        if (found === undefined) return
        const bytes = (from: Uint8Array, at: typeof found.one): string =>
          at === undefined ? 'none' : `${at.type} ${Buffer.from(from.subarray(at.start, at.end)).toString('hex')}`
        expect(bytes(one, found.one)).not.toBe(bytes(other, found.other))
        expect(found.path.length).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })

  it('is found at the very value that was changed', () => {
    fc.assert(
      fc.property(
        fc.object({ withBigInt: false, values: [fc.integer(), fc.string()], key: fc.stringMatching(/^[a-z]{1,3}$/) }),
        fc.nat(20),
        (value, place) => {
          const document = JSON.parse(JSON.stringify(value)) as Document
          const leaves: { readonly path: readonly (string | number)[]; readonly put: (to: unknown) => void }[] = []
          const walk = (inner: Document | unknown[], path: readonly (string | number)[]): void => {
            for (const [name, one] of Object.entries(inner)) {
              const step = [...path, Array.isArray(inner) ? Number(name) : name]
              if (typeof one === 'object' && one !== null) walk(one as Document, step)
              else leaves.push({ path: step, put: (to) => void ((inner as Document)[name] = to) })
            }
          }
          walk(document, [])
          const leaf = leaves[place % Math.max(1, leaves.length)]
          if (leaf === undefined) return
          const before = serialize(document)
          leaf.put(true)
          expect(firstDifference(before, serialize(document))?.path).toEqual(leaf.path)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('refuses what is no BSON', () => {
    expect(() => firstDifference(Buffer.of(5, 0, 0, 0, 0), Buffer.of(1, 2, 3))).toThrow('cut off')
  })
})
