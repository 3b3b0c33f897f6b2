import fc from 'fast-check'
import { expect, it } from 'vitest'
import { int32Bytes, rawDocument, rawElement } from '../../../test/support/raw-bson.ts'
import { ScratchArena } from '../../connectors/mongodb/scratch-arena.ts'
import { bsonType } from './bson-type.ts'
import { ExtendedJsonWriter, textLoss } from './extended-json/extended-json-writer.ts'

type Inside = Tree | { readonly elements: readonly Tree[] } | undefined
type Tree = readonly (readonly [name: string, inside: Inside])[]

const names = fc.oneof(
  fc.constantFrom('a', 'b', 'ab', 'ba', 'aab', '', '"', '$oid', 'é', 'a name that is longer than words'),
  fc.stringMatching(/^[a-c]{1,9}$/),
)
const { tree } = fc.letrec<{ tree: Tree; inside: Inside }>((tie) => ({
  inside: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constant(undefined),
    tie('tree'),
    fc.record({ elements: fc.array(tie('tree'), { maxLength: 3 }) }),
  ) as fc.Arbitrary<Inside>,
  tree: fc.array(fc.tuple(names, tie('inside') as fc.Arbitrary<Inside>), { maxLength: 12 }),
}))

function documentOf(fields: Tree): Uint8Array {
  return rawDocument(...fields.map(([name, inside]) => elementOf(name, inside)))
}

function elementOf(name: string, inside: Inside): Uint8Array {
  if (inside === undefined) return rawElement(bsonType.int32, name, int32Bytes(1))
  if (!('elements' in inside)) return rawElement(bsonType.document, name, documentOf(inside))
  return rawElement(bsonType.array, name, documentOf(inside.elements.map((one, place) => [String(place), one])))
}

function hasRepeats(fields: Tree): boolean {
  const own = fields.map(([name]) => name)
  return new Set(own).size < own.length || fields.some(([, inside]) => treesIn(inside).some(hasRepeats))
}

function treesIn(inside: Inside): readonly Tree[] {
  if (inside === undefined) return []
  return 'elements' in inside ? inside.elements : [inside]
}

it('finds names that stand twice in a document or within it, and no others, and writes the same text', () => {
  const writer = new ExtendedJsonWriter({ findsRepeats: true })
  const plain = new ExtendedJsonWriter()
  const found = new Set<boolean>()
  fc.assert(
    fc.property(tree, (fields) => {
      const bytes = documentOf(fields)
      const [arena, other] = [new ScratchArena(), new ScratchArena()]
      const losses = writer.append(arena, bytes, 0, bytes.length)
      const isFound = (losses & textLoss.repeatedName) !== 0
      found.add(isFound)
      expect(isFound).toBe(hasRepeats(fields))
      expect(losses & ~textLoss.repeatedName).toBe(plain.append(other, bytes, 0, bytes.length))
      expect(Buffer.from(arena.bytes.subarray(0, arena.used)).toString()).toBe(
        Buffer.from(other.bytes.subarray(0, other.used)).toString(),
      )
    }),
    { numRuns: 2000 },
  )
  expect(found.size).toBe(2)
})

it('takes names of any length', () => {
  const writer = new ExtendedJsonWriter({ findsRepeats: true })
  const name = 'x'.repeat(300_000)
  for (const [fields, losses] of [
    [[[name, undefined]], 0],
    [
      [
        [name, undefined],
        ['a', undefined],
        [name, undefined],
      ],
      textLoss.repeatedName,
    ],
  ] as [Tree, number][]) {
    const bytes = documentOf(fields)
    expect(writer.append(new ScratchArena(), bytes, 0, bytes.length)).toBe(losses)
  }
})

it('remembers no more names than it may, however many there are', () => {
  const writer = new ExtendedJsonWriter({ findsRepeats: true })
  const arena = new ScratchArena()
  const before = process.memoryUsage().heapUsed
  for (let n = 0; n < 200_000; n++) {
    arena.used = 0
    const bytes = documentOf([[`a${n % 150}`, [[`b${n}`, [[`c${n}`, undefined]]]]]])
    expect(writer.append(arena, bytes, 0, bytes.length)).toBe(0)
  }
  expect((process.memoryUsage().heapUsed - before) / 1024 / 1024).toBeLessThan(50)
  const twice = documentOf([
    [
      'a',
      [
        ['b', undefined],
        ['b', undefined],
      ],
    ],
  ])
  expect(writer.append(arena, twice, 0, twice.length)).toBe(textLoss.repeatedName)
})
