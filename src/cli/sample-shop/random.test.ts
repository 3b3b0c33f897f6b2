import { describe, expect, it } from 'vitest'
import { Random } from './random.ts'

describe('Random', () => {
  it('repeats itself for the same seed, stream and index, and for no other', () => {
    const draw = (seed: number, stream: string, index: number): number[] => {
      const random = new Random(seed, stream, index)
      return [random.next(), random.next(), random.next()]
    }
    expect(draw(1, 'order', 7)).toEqual(draw(1, 'order', 7))
    const all = [draw(1, 'order', 7), draw(2, 'order', 7), draw(1, 'orders', 7), draw(1, 'order', 8)]
    expect(new Set(all.flat()).size).toBe(12)
  })

  it('reaches both ends of a range, about equally often', () => {
    const counts = [0, 0, 0, 0]
    for (let index = 0; index < 4_000; index += 1) {
      const drawn = new Random(1, 'range', index).between(2, 5) - 2
      counts[drawn] = (counts[drawn] ?? 0) + 1
    }
    expect(Math.min(...counts)).toBeGreaterThan(850)
    expect(Math.max(...counts)).toBeLessThan(1_150)
    expect(counts).toHaveLength(4)
  })

  it('refuses to pick from nothing', () => expect(() => new Random(1, 'none', 1).pick([])).toThrow(RangeError))
})
