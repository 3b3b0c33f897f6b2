import fc from 'fast-check'
import { expect, it } from 'vitest'
import { int32Bytes, rawDocument, rawElement } from '../../../test/support/raw-bson.ts'
import { ScratchArena } from '../../connectors/mongodb/scratch-arena.ts'
import { bsonType } from './bson-type.ts'
import { ExtendedJsonWriter, textLoss } from './extended-json/extended-json-writer.ts'

type Tree = readonly (readonly [name: string, inside: Tree | undefined])[]

const names = fc.oneof(fc.constantFrom('a', 'b', 'ab', 'ba', 'aab', ''), fc.stringMatching(/^[a-c]{1,9}$/))
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.array(fc.tuple(names, fc.option(tie('tree'), { nil: undefined, maxDepth: 4 })), { maxLength: 12 }),
}))

function documentOf(fields: Tree): Uint8Array {
  const elements = fields.map(([name, inside]) =>
    inside === undefined
      ? rawElement(bsonType.int32, name, int32Bytes(1))
      : rawElement(bsonType.document, name, documentOf(inside)),
  )
  return rawDocument(...elements)
}

function hasRepeats(fields: Tree): boolean {
  const own = fields.map(([name]) => name)
  return new Set(own).size < own.length || fields.some(([, inside]) => inside !== undefined && hasRepeats(inside))
}

it('finds names that stand twice in a document or within it, and no others', () => {
  const writer = new ExtendedJsonWriter({ findsRepeats: true })
  const found = new Set<boolean>()
  fc.assert(
    fc.property(tree, (fields) => {
      const bytes = documentOf(fields)
      const losses = writer.append(new ScratchArena(), bytes, 0, bytes.length)
      const isFound = (losses & textLoss.repeatedName) !== 0
      found.add(isFound)
      expect(isFound).toBe(hasRepeats(fields))
    }),
    { numRuns: 2000 },
  )
  expect(found.size).toBe(2)
})
