import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digestText } from './digest-text.ts'
import { differInTrailingZeros } from './trailing-zeros.ts'

function differ(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(`x${one}0`), Buffer.from(`yy${other}0`)]
  return differInTrailingZeros(left, 1, one.length, right, 2, other.length)
}

describe('trailing zeros', () => {
  it.each([
    ['1.5', '1.500'],
    ['12:00:00', '12:00:00.000000'],
    ['12:00:00.5', '12:00:00.500000'],
    ['-7', '-7.0'],
  ])('are all that %s and %s differ in', (one, other) => {
    expect([differ(one, other), differ(other, one)]).toEqual([true, true])
  })

  it.each([
    ['1', '10'],
    ['1.5e1', '1.5e10'],
    ['1.5', '1.501'],
    ['1.5', '2.50'],
    ['', '.0'],
    ['1', '1'],
    ['7', '7.'],
    ['0044-03-15 00:00:00', '0044-03-15 00:00:00 BC'],
    ['.', '.0x'],
    ['1e0', '1e0.'],
  ])('are not all that %s and %s differ in', (one, other) => {
    expect([differ(one, other), differ(other, one)]).toEqual([false, false])
  })

  it('are found only where the digest forms are the same', () => {
    const clock = String.raw`:\d\d:\d\d(\.\d{1,6})?$`
    const moment = new RegExp(String.raw`^\d{4}-\d\d-\d\d \d\d${clock}`)
    const texts = [
      ['number', /^-?\d{1,3}(\.\d{1,4})?(e\d)?$/],
      ['time', new RegExp(String.raw`^-?\d{2,3}${clock}`)],
      ['timestamp', moment],
      ['instant', moment],
    ] as const
    for (const [form, text] of texts) {
      fc.assert(
        fc.property(fc.stringMatching(text), fc.stringMatching(/^\.?0{0,3}$/), (one, more) => {
          expect(!differ(one, one + more) || digestText(form, one) === digestText(form, one + more)).toBe(true)
        }),
      )
    }
  })
})
