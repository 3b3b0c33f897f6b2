import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyAfter, keyBefore, type KeyComparison, keyEquals, keyFrom, keyUpTo } from './keyset.ts'

function comparison(column: string, value: number): KeyComparison {
  return {
    equal: `${column} == ${value}`,
    greater: `${column} > ${value}`,
    greaterOrEqual: `${column} >= ${value}`,
    less: `${column} < ${value}`,
    lessOrEqual: `${column} <= ${value}`,
  }
}

/** The condition holds for the row, with SQL's words read as JavaScript's. */
function holds(sql: string, row: readonly number[]): boolean {
  const text = sql.replaceAll(' AND ', ' && ').replaceAll(' OR ', ' || ')
  // oxlint-disable-next-line no-implied-eval -- the condition is this file's own
  return new Function('a', 'b', 'c', `return ${text}`)(...row) as boolean
}

function compare(x: readonly number[], y: readonly number[]): number {
  const at = x.findIndex((value, i) => value !== y[i])
  return at === -1 ? 0 : x[at]! - y[at]!
}

describe('key bounds', () => {
  it('are written as ranges', () => {
    const columns = [comparison('a', 1), comparison('b', 2)]
    expect(keyAfter(columns)).toBe('a >= 1 AND (a > 1 OR (a == 1 AND b > 2))')
    expect(keyUpTo(columns)).toBe('a <= 1 AND (a < 1 OR (a == 1 AND b <= 2))')
    expect(keyAfter([comparison('a', 1)])).toBe('a > 1')
  })

  it('order rows of three columns as their lexicographic order does', () => {
    const key = fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3))
    fc.assert(
      fc.property(key, key, (row, bound) => {
        const columns = ['a', 'b', 'c'].map((name, i) => comparison(name, bound[i]!))
        const order = compare(row, bound)
        expect(holds(keyAfter(columns), row)).toBe(order > 0)
        expect(holds(keyUpTo(columns), row)).toBe(order <= 0)
        expect(holds(keyBefore(columns), row)).toBe(order < 0)
        expect(holds(keyFrom(columns), row)).toBe(order >= 0)
        expect(holds(keyEquals(columns), row)).toBe(order === 0)
      }),
      { numRuns: 1000 },
    )
  })
})
