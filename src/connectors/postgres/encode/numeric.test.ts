import { assert, integer, nat, property, tuple } from 'fast-check'
import { describe, expect, it } from 'vitest'
import { viewOf } from '../../../batch/view-of.ts'
import type { TargetType } from '../types.ts'
import { encodeDecimal } from './numeric.ts'
import { Output } from './output.ts'

const numeric = (precision?: number, scale = 0): TargetType => {
  const text = precision === undefined ? 'numeric' : `numeric(${precision},${scale})`
  return { name: 'numeric', text, typmod: precision === undefined ? -1 : ((precision << 16) | scale) + 4 } as TargetType
}

/** The bytes, or the fault's code. */
function encoded(text: string, to: TargetType): string {
  const out = new Output()
  const source = Buffer.from(`..${text}`)
  const fault = encodeDecimal(to)(out, source, viewOf(source), 2, text.length)
  return fault === undefined ? Buffer.concat(out.finish()).toString('hex') : fault.code
}

describe('a decimal of few digits', () => {
  it('has the bytes of the same number with zeros in front, which takes the long way', () => {
    const digits = tuple(integer({ min: -999_999_999_999, max: 999_999_999_999 }), nat(9_999), nat(4))
    assert(
      property(digits, ([whole, fraction, scale]) => {
        const behind = scale === 0 ? '' : `.${String(fraction).padStart(4, '0').slice(0, scale)}`
        const [sign, before] = whole < 0 ? ['-', String(-whole)] : ['', String(whole)]
        for (const to of [numeric(), numeric(12, 2), numeric(16, 4), numeric(7, 3), numeric(9)]) {
          expect(encoded(`${sign}${before}${behind}`, to)).toBe(
            encoded(`${sign}${'0'.repeat(20)}${before}${behind}`, to),
          )
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it.each([
    ['0', '00000008' + '0000000000000000'],
    ['-0.00', '00000008' + '0000000000000002'],
    ['10000', '0000000a' + '0001000100000000' + '0001'],
    ['-1.50', '0000000c' + '0002000040000002' + '00011388'],
    ['0.0001', '0000000a' + '0001ffff00000004' + '0001'],
    ['100000000', '0000000a' + '0001000200000000' + '0001'],
  ])('%s is what numeric_recv reads', (text, bytes) => {
    expect(encoded(text, numeric())).toBe(bytes)
  })

  it.each(['', '-', '.', '1.2.3', '1e5', ' 1', '12-', '1,5'])('%j is none', (text) => {
    expect(encoded(text, numeric())).toMatch(/^TL_D/)
  })

  it('keeps to the limits of the column', () => {
    expect(encoded('99999.99', numeric(7, 2))).not.toMatch(/^TL_D/)
    expect(encoded('100000.00', numeric(7, 2))).toMatch(/^TL_D/)
    expect(encoded('1.001', numeric(7, 2))).toMatch(/^TL_D/)
    expect(encoded('1.100', numeric(7, 2))).toBe(encoded('1.10', numeric(7, 2)))
  })
})
