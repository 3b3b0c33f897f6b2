import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decimalSum } from '../../canonical/decimal-sum.ts'
import { ExactDecimal } from './exact-decimal.ts'

const number = fc
  .tuple(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), fc.integer({ min: 0, max: 12 }))
  .map(([units, scale]) => new ExactDecimal(units, scale, 41).text)

function parsed(text: string): ExactDecimal {
  const decimal = ExactDecimal.parse(text)
  if (decimal === undefined) throw new Error(`${text} is no decimal`)
  return decimal
}

describe('exact decimals', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(number, (text) => {
        expect(parsed(text).text).toBe(text)
      }),
    )
  })

  it('add up to the last digit', () => {
    fc.assert(
      fc.property(number, number, (one, other) => {
        expect(parsed(one).plus(parsed(other)).text).toBe(decimalSum([one, other]))
        expect(parsed(one).plus(parsed(other)).minus(parsed(other)).compare(parsed(one))).toBe(0)
      }),
    )
  })

  it('divide what they have multiplied', () => {
    fc.assert(
      fc.property(number, number, (one, other) => {
        fc.pre(!parsed(other).isZero)
        const product = parsed(one).times(parsed(other))
        expect(product.dividedBy(parsed(other), 30).compare(parsed(one))).toBe(0)
      }),
    )
  })

  it('round to the nearest, half away from zero', () => {
    fc.assert(
      fc.property(number, fc.integer({ min: 0, max: 12 }), (text, scale) => {
        const rounded = parsed(text).rounded(scale)
        const doubledError = rounded.minus(parsed(text)).times(parsed('2'))
        const unit = new ExactDecimal(1n, scale, 2)
        expect(rounded.scale).toBe(scale)
        expect(doubledError.compare(unit)).toBeLessThanOrEqual(0)
        expect(doubledError.compare(unit.negated())).toBeGreaterThanOrEqual(0)
      }),
    )
    expect(['0.5', '-0.5', '1.5', '-1.5', '0.49'].map((text) => parsed(text).rounded(0).text)).toEqual([
      '1',
      '-1',
      '2',
      '-2',
      '0',
    ])
  })

  it.each(['', 'NaN', 'Infinity', '1.', '.5', '1,5', '0x1', ' 1', '1e99999'])('%j is none', (text) => {
    expect(ExactDecimal.parse(text)).toBeUndefined()
  })
})
