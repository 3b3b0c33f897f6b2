import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ValueKind } from '../../../../format/sql-text/row-scanner.ts'
import { canonicalDecimal } from './canonical-decimal.ts'
import { readFloat } from './read-float.ts'
import { numberHigh, numberIsNegative, numberLow, readWholeNumber } from './whole-number.ts'

function whole(text: string, kind: number = ValueKind.number): bigint | undefined {
  const bytes = Buffer.from(`x${text}9`)
  if (!readWholeNumber(bytes, kind, 1, text.length)) return undefined
  const value = BigInt(numberHigh) * 2n ** 32n + BigInt(numberLow)
  return numberIsNegative ? -value : value
}

describe('readWholeNumber', () => {
  it('reads every number of 64 bits, and none beyond', () => {
    const near = fc.constantFrom(0n, 10n ** 9n, 2n ** 32n, 10n ** 15n, 2n ** 53n, 10n ** 18n, 2n ** 63n, 2n ** 64n)
    const value = fc.oneof(
      fc.bigInt(0n, 2n ** 64n + 1000n),
      fc.tuple(near, fc.bigInt(-3n, 3n)).map(([base, step]) => (base + step < 0n ? 0n : base + step)),
      fc.nat({ max: 2000 }).map(BigInt),
    )
    fc.assert(
      fc.property(value, fc.constantFrom('', '-', '+'), fc.nat({ max: 30 }), (number, sign, zeros) => {
        const expected = number >= 2n ** 64n ? undefined : sign === '-' ? -number : number
        expect(whole(`${sign}${'0'.repeat(zeros)}${number}`)).toBe(expected)
        expect(whole(number.toString(16), ValueKind.hex)).toBe(number >= 2n ** 64n ? undefined : number)
        expect(whole(number.toString(2), ValueKind.bits)).toBe(number >= 2n ** 64n ? undefined : number)
      }),
      { numRuns: 1000 },
    )
  })

  it.each(['', '-', '1x', '1.0', '1e3', ' 1', '--1', '0x1'])('%j is none', (text) => {
    expect(whole(text)).toBeUndefined()
  })
})

describe('readFloat', () => {
  const read = (text: string): number => readFloat(Buffer.from(`7${text}7`), 1, text.length + 1)

  it('reads every double as the platform does, however it is written', () => {
    const written = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }).map((value) => value.toFixed(3)),
      fc.tuple(fc.bigInt(0n, 10n ** 25n), fc.nat({ max: 30 })).map(([digits, places]) => {
        const text = digits.toString().padStart(places + 1, '0')
        return `${text.slice(0, text.length - places)}.${text.slice(text.length - places)}`
      }),
    )
    fc.assert(
      fc.property(written, (text) => {
        expect(read(text)).toBe(Number(text))
      }),
      { numRuns: 2000 },
    )
  })

  it.each(['', '-', '.', '1.2.3', '1e', 'e5', '1x', 'NaN', 'Infinity', '0x10', ' 1'])('%j is none', (text) => {
    expect(read(text)).toBeNaN()
  })
})

describe('canonicalDecimal', () => {
  it.each([
    ['1', '1'],
    ['+01.50', '1.50'],
    ['-.5', '-0.5'],
    ['5.', '5'],
    ['1e3', '1000'],
    ['1.25e1', '12.5'],
    ['1.25E+02', '125'],
    ['-12.5e-3', '-0.0125'],
    ['0e9', '0'],
    ['0.000', '0.000'],
  ])('%s is %s', (text, plain) => expect(canonicalDecimal(text, 100)).toBe(plain))

  it.each(['', '.', '-', 'e5', '1e', '1x', 'NaN', '1e99', '1e-999', '1e9999'])('%j is none', (text) => {
    expect(canonicalDecimal(text, 90)).toBeUndefined()
  })
})
