import { describe, expect, it } from 'vitest'
import { assertDistinct, targetName } from './names.ts'

describe('targetName', () => {
  it.each([
    ['keep', 'OrderItems', 'OrderItems'],
    ['lower', 'OrderItems', 'orderitems'],
    ['snake', 'orderItemID', 'order_item_id'],
    ['snake', 'HTTPRequest2', 'http_request2'],
    ['snake', 'Order Date', 'order_date'],
    ['snake', 'already_snake', 'already_snake'],
  ] as const)('%s %s', (rule, name, expected) => expect(targetName(name, rule, 63)).toBe(expected))

  it('keeps the beginning of what is too long, in whole characters, and tells two of them apart', () => {
    const long = `${'é'.repeat(40)}a`
    const other = `${'é'.repeat(40)}b`
    const short = targetName(long, 'keep', 63)
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(63)
    expect(short).toMatch(/^é{27}_[0-9a-f]{8}$/)
    expect(targetName(other, 'keep', 63)).not.toBe(short)
    expect(targetName('x'.repeat(63), 'keep', 63)).toBe('x'.repeat(63))
  })
})

describe('assertDistinct', () => {
  it('names both of two that became one', () => {
    const names = [
      { from: 'Foo', to: 'foo' },
      { from: 'foo', to: 'foo' },
    ]
    expect(() => assertDistinct('tables', names)).toThrow('tables: Foo and foo are both foo')
  })
})
