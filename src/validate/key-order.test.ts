import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DigestForm } from '../model/digest-form.ts'
import { orderOf } from './key-order.ts'

function compare(form: DigestForm, one: string, other: string): number {
  const order = orderOf(form)
  if (order === undefined) throw new Error(`${form} has no order`)
  const [left, right] = [Buffer.from(`x${one}`), Buffer.from(`yy${other}`)]
  // Equal numbers below zero come as −0, which is 0 to whoever asks.
  return Math.sign(order(left, 1, left.length - 1, right, 2, right.length - 2)) + 0
}

const sign = (value: bigint): number => (value < 0n ? -1 : value > 0n ? 1 : 0)

describe('orderOf', () => {
  it('orders integers of any length as numbers', () => {
    fc.assert(
      fc.property(fc.bigInt(), fc.bigInt(), (one, other) => {
        expect(compare('number', String(one), String(other))).toBe(sign(one - other))
      }),
    )
  })

  it('orders decimals as numbers', () => {
    const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), fc.integer({ min: 0, max: 6 }))
    const text = ([value, scale]: [bigint, number]): string => {
      const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0')
      const at = digits.length - scale
      return `${value < 0n ? '-' : ''}${digits.slice(0, at)}${scale === 0 ? '' : `.${digits.slice(at)}`}`
    }
    fc.assert(
      fc.property(decimal, decimal, (one, other) => {
        const exact = one[0] * 10n ** BigInt(6 - one[1]) - other[0] * 10n ** BigInt(6 - other[1])
        expect(compare('number', text(one), text(other))).toBe(sign(exact))
      }),
    )
  })

  it('takes leading zeros, and those behind a point, for what they are', () => {
    expect(compare('number', '-1', '-1')).toBe(0)
    expect(compare('number', '0042', '42')).toBe(0)
    expect(compare('number', '1.50', '1.5')).toBe(0)
  })

  it('orders days and moments by the clock, bytes by their values', () => {
    expect(compare('date', '2020-01-02', '2020-01-10')).toBe(-1)
    expect(compare('timestamp', '2020-01-01 00:00:00.500000', '2020-01-01 00:00:00.5')).toBe(0)
    expect(compare('timestamp', '2020-01-01 00:00:00', '2020-01-01 00:00:00.5')).toBe(-1)
    expect(compare('bytes', 'a', 'ab')).toBe(-1)
    expect(compare('bytes', 'b', 'ab')).toBe(1)
  })

  it('has no order for what a collation decides', () => {
    expect(orderOf('text')).toBeUndefined()
  })
})
