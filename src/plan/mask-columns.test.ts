import { describe, expect, it } from 'vitest'
import { masksColumn } from './mask-columns.ts'

const table = { schema: 'shop', name: 'customers' }

describe('masksColumn', () => {
  it.each([
    ['email', 'email', true],
    ['e*', 'email', true],
    ['customers.email', 'email', true],
    ['shop.customers.email', 'email', true],
    ['*.email', 'email', true],
    ['cust*.e?ail', 'email', true],
    ['a.b', 'a.b', true],
    ['Email', 'email', false],
    ['mail', 'email', false],
    ['orders.email', 'email', false],
    // A star without a dot is a part of a column's name: it takes no table.
    ['c*', 'email', false],
    ['customers', 'email', false],
  ])('%s and the column %s: %s', (pattern, column, expected) => {
    expect(masksColumn(pattern, table, column)).toBe(expected)
  })
})
