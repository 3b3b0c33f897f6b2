import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseCanonical } from '../canonical/parse-type.ts'
import { opposite, rankOf } from './rank.ts'

/** In the order of their ranks. */
function sorted(type: string, texts: readonly string[], isOpposite = false): string[] {
  const rank = rankOf(parseCanonical(type)!)!
  return texts
    .map((text) => ({ text, rank: isOpposite ? opposite(rank(text)!) : rank(text)! }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : a.rank > b.rank ? 1 : 0))
    .map(({ text }) => text)
}

describe('the rank of a value', () => {
  it('sorts as the values do', () => {
    expect(sorted('decimal', ['10', '9.5', '-1', '-10', '0', '-0.5', '9.49'])).toEqual([
      '-10',
      '-1',
      '-0.5',
      '0',
      '9.49',
      '9.5',
      '10',
    ])
    expect(sorted('float64', ['1e300', '-1e300', '0', '-2.5', '3', 'NaN', '-infinity'])).toEqual([
      '-infinity',
      '-1e300',
      '-2.5',
      '0',
      '3',
      '1e300',
      'NaN',
    ])
    expect(sorted('date', ['2024-01-01', '0044-03-15 BC', 'infinity', '1999-12-31'])).toEqual([
      '0044-03-15 BC',
      '1999-12-31',
      '2024-01-01',
      'infinity',
    ])
    expect(
      sorted('timestamp(6)', ['2024-01-01 00:00:00.000002', '2024-01-01 00:00:00', '1969-01-01 00:00:00'])[0],
    ).toBe('1969-01-01 00:00:00')
    expect(sorted('text', ['b', 'a', 'ab', '', 'é', 'z'])).toEqual(['', 'a', 'ab', 'b', 'z', 'é'])
    expect(sorted('bool', ['true', 'false'])).toEqual(['false', 'true'])
  })

  it('sorts all integers, and the other way round', () => {
    const integer = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })
    fc.assert(
      fc.property(fc.uniqueArray(integer, { maxLength: 20 }), (numbers) => {
        const inOrder = numbers.toSorted((a, b) => (a < b ? -1 : 1)).map(String)
        expect(sorted('int(64)', numbers.map(String))).toEqual(inOrder)
        expect(sorted('int(64)', numbers.map(String), true)).toEqual(inOrder.toReversed())
      }),
    )
  })

  it('sorts texts of any length the other way round', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ maxLength: 6 }), { maxLength: 12 }), (texts) => {
        const inOrder = texts.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
        expect(sorted('text', texts, true)).toEqual(inOrder.toReversed())
      }),
    )
  })

  it('is none of what has no order, or no room', () => {
    expect(rankOf({ kind: 'json' })).toBeUndefined()
    expect(rankOf({ kind: 'text' })?.('x'.repeat(501))).toBeUndefined()
    expect(rankOf({ kind: 'decimal' })?.('1'.repeat(81))).toBeUndefined()
  })
})
