import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collectionOf, schemaBeside } from './collection-name.ts'

const named = (name: string, schema = 'shop'): string => collectionOf({ schema, name })

describe('the collection of a table', () => {
  it('is called as the table is, but for what MongoDB does not take', () => {
    expect(named('order items')).toBe('order items')
    expect(named('100%')).toBe('100%')
    expect(named('what?$1')).toBe('what?%241')
    expect(named('a%24b')).toBe('a%2524b')
    expect(named('system.users')).toBe('%73ystem.users')
  })

  it('is never one of transload’s own', () => {
    for (const name of ['transload_state.runs', 'transload_beside_orders'])
      expect(named(name)).toBe(`%74${name.slice(1)}`)
    expect(named('orders', schemaBeside('shop'))).toBe('transload_beside_orders')
  })

  it('is another one for every name, and has neither a dollar nor a NUL', () => {
    const name = fc.string({ unit: fc.constantFrom('%', '2', '4', '$', '\0', 'a', '7', '3', 's', 'ystem.') })
    fc.assert(
      fc.property(name, name, (one, other) => {
        expect(named(one)).not.toMatch(/[$\0]/)
        expect(named(one) === named(other)).toBe(one === other)
      }),
    )
  })
})
