import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyDocument } from '../../../test/support/raw-bson.ts'
import { BsonCursor } from './bson-cursor.ts'
import { bsonType } from './bson-type.ts'
import { DocumentFault } from './document-fault.ts'
import { ExpectedName } from './expected-name.ts'

type Go = (cursor: BsonCursor, step: number) => number

/** Every element of a document as the cursor has it, to the end or the fault; and their names. */
function walk(bytes: Uint8Array, end: number, go: Go): { readonly seen: unknown[]; readonly names: Uint8Array[] } {
  const cursor = new BsonCursor()
  const seen: unknown[] = []
  const names: Uint8Array[] = []
  try {
    cursor.open(bytes, 0, end)
    do {
      const type = go(cursor, seen.length)
      const { nameStart, nameEnd, start, index, depth } = cursor
      seen.push(type === 0 ? [type, depth] : [type, nameStart, nameEnd, start, cursor.end, index, depth])
      if (type !== 0) names.push(bytes.subarray(nameStart, nameEnd))
      if (type === bsonType.document || type === bsonType.array || type === bsonType.codeWithScope) cursor.enter()
    } while (cursor.depth > 0)
  } catch (error) {
    if (!(error instanceof DocumentFault)) throw error
    seen.push(error.reason)
  }
  return { seen, names }
}

it('has the same elements and faults, whatever name is expected', () => {
  let hitCount = 0
  fc.assert(
    fc.property(
      anyDocument({ hasEverything: true }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 20 }),
      fc.option(fc.tuple(fc.nat(), fc.nat(255))),
      fc.nat(9),
      (document, choices, damage, room) => {
        // What stands behind it is no part of it.
        const bytes = Buffer.concat([document, Buffer.alloc(room, 0x5f)])
        if (damage !== null) bytes[damage[0] % document.length] = damage[1]
        const plain = walk(bytes, document.length, (cursor) => cursor.next())
        const liked = walk(bytes, document.length, (cursor, step) => {
          const choice = choices[step % choices.length]!
          // Now and then the right one, another one, and none.
          const names = [
            plain.names[step],
            plain.names[choice % (plain.names.length + 1)],
            Buffer.from('longer than 8'),
          ]
          const last = names[choice % names.length]
          const type = cursor.nextLike(new ExpectedName(last))
          const name = bytes.subarray(cursor.nameStart, cursor.nameEnd)
          const isIt = type !== 0 && last !== undefined && name.equals(last)
          // Near the end of the bytes it is not looked for.
          expect(cursor.isAsExpected).toBe(isIt && cursor.nameStart + 8 <= bytes.length)
          if (cursor.isAsExpected) hitCount++
          return type
        })
        expect(liked.seen).toEqual(plain.seen)
      },
    ),
    { numRuns: 1000 },
  )
  expect(hitCount).toBeGreaterThan(300)
})

it('is never the name of an element where it holds a NUL', () => {
  const bytes = Buffer.from('0c0000001061000000000000', 'hex')
  const cursor = new BsonCursor()
  cursor.open(bytes, 0, bytes.length)
  cursor.nextLike(new ExpectedName(Buffer.from('a\0')))
  expect([cursor.isAsExpected, cursor.nameEnd - cursor.nameStart]).toEqual([false, 1])
})
