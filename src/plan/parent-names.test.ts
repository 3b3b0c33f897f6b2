import { describe, expect, it } from 'vitest'
import { foldedName, parentNames } from './parent-names.ts'

describe('parentNames', () => {
  it.each([
    ['customer_id', 'customers'],
    ['customerId', 'customer'],
    ['customerIds', 'customers'],
    ['category_id', 'categories'],
    ['BOX_ID', 'boxes'],
    ['order_line_id', 'orderlines'],
  ])('finds in %s the table %s', (column, table) => {
    expect(parentNames(column)).toContain(table)
  })

  it('finds a table in a plain name only where that is asked for', () => {
    expect(parentNames('customer')).toEqual([])
    expect(parentNames('customer', true)).toContain('customers')
    expect(parentNames('paid')).not.toContain('paid')
    expect(parentNames('id')).toEqual([])
  })

  it('folds what names are spelled with', () => {
    expect(foldedName('Order-Lines_2')).toBe('orderlines2')
  })
})
