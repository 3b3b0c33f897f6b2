import { describe, expect, it } from 'vitest'
import { parentsFirst } from './parents-first.ts'

const table = (id: string, ...parents: string[]) => ({ id, parents })

describe('parentsFirst', () => {
  it('puts each after its parents, and leaves the order of others as it is', () => {
    const tables = [table('c', 'b', 'a'), table('b', 'a'), table('z'), table('a', 'not there')]
    expect(parentsFirst(tables)).toEqual({ order: [2, 3, 1, 0], circle: [] })
  })

  it('names those that go in a circle, and not those behind it', () => {
    const tables = [table('after', 'a'), table('a', 'b'), table('b', 'c'), table('c', 'a'), table('own', 'own')]
    const { order, circle } = parentsFirst(tables)
    expect(new Set(order)).toEqual(new Set(tables.keys()))
    expect(order).toHaveLength(tables.length)
    expect(circle.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })
})
