import { deserialize, serialize } from 'bson'
import { describe, expect, it } from 'vitest'
import { PathValues } from './path-values.ts'

function find(document: object, ...paths: (readonly (string | null)[])[]): readonly (readonly unknown[])[] {
  const found = paths.map((): unknown[] => [])
  const values = new PathValues()
  for (const [place, path] of paths.entries()) {
    values.add(path, (bytes, type, start, end) => {
      const element = Buffer.concat([
        Uint8Array.of(type),
        Buffer.from('v\0'),
        bytes.subarray(start, end),
        Uint8Array.of(0),
      ])
      const wrapped = Buffer.concat([Buffer.alloc(4), element])
      wrapped.writeInt32LE(wrapped.length, 0)
      found[place]!.push(deserialize(wrapped)['v'])
    })
  }
  const bytes = serialize(document)
  values.find(bytes, 0, bytes.length)
  values.find(bytes, 0, bytes.length)
  return found.map((all) => {
    expect(all.slice(0, all.length / 2)).toEqual(all.slice(all.length / 2))
    return all.slice(0, all.length / 2)
  })
}

describe('PathValues', () => {
  it('finds values at several paths at once, in arrays, maps and documents', () => {
    const document = {
      a: 1,
      b: { a: 2, c: [{ a: 3 }, { a: 4, b: [5, 6] }, 7] },
      c: { x: { id: 8 }, y: { id: 9 } },
    }
    expect(
      find(document, ['a'], ['b', 'a'], ['b', 'c', null, 'a'], ['b', 'c', null, 'b', null], ['c', null, 'id'], ['c']),
    ).toEqual([[1], [2], [3, 4], [5, 6], [8, 9], [{ x: { id: 8 }, y: { id: 9 } }]])
  })

  it('takes no name for another, and no array for a document', () => {
    expect(find({ ab: 1, a: { 0: 2 }, c: [{ d: 1 }] }, ['a', 'b'], ['b'], ['c', 'd'], ['c', '0'])).toEqual([
      [],
      [],
      [],
      [],
    ])
  })
})
