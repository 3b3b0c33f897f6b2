import { Decimal128 } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { viewOf } from '../../batch/view-of.ts'
import { isCanonicalDecimal128, maxDecimal128TextBytes, putDecimal128 } from './decimal128-text.ts'
import { readDecimal128 } from './read-decimal128.ts'

const target = Buffer.alloc(64)

function textOf(bytes: Uint8Array): string {
  const end = putDecimal128(viewOf(bytes), 0, target, 2)
  expect(end - 2).toBeLessThanOrEqual(maxDecimal128TextBytes)
  return target.toString('latin1', 2, end)
}

function read(text: string): Buffer | string {
  const bytes = Buffer.from(text)
  const out = Buffer.alloc(18, 0xee)
  const fault = readDecimal128(bytes, 0, bytes.length, viewOf(out), 1)
  expect([out[0], out[17]]).toEqual([0xee, 0xee])
  return fault ?? out.subarray(1, 17)
}

/** By arithmetic of whole numbers, and nothing of what is tested. */
function pack(coefficient: bigint, exponent: number, isNegative = false): Buffer {
  const whole = coefficient | (BigInt(exponent + 6176) << 113n) | (isNegative ? 1n << 127n : 0n)
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64LE(BigInt.asUintN(64, whole), 0)
  bytes.writeBigUInt64LE(whole >> 64n, 8)
  return bytes
}

const canonical = fc
  .tuple(fc.bigInt(0n, 10n ** 34n - 1n), fc.nat(34), fc.integer({ min: -6176, max: 6111 }), fc.boolean())
  .map(([digits, shift, exponent, isNegative]) => pack(digits / 10n ** BigInt(shift), exponent, isNegative))

describe('decimal128 as text', () => {
  it('is what the bson package says, and reads back as the same bytes', () => {
    fc.assert(
      fc.property(canonical, (bytes) => {
        const text = textOf(bytes)
        expect(text).toBe(new Decimal128(bytes).toString())
        expect(isCanonicalDecimal128(viewOf(bytes), 0)).toBe(true)
        expect(read(text)).toEqual(bytes)
      }),
      { numRuns: 3000 },
    )
  })

  it('of any bytes is a decimal number of the same value, and of those that are not canonical another one', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        const back = read(textOf(bytes))
        expect(Buffer.isBuffer(back) && back.equals(bytes)).toBe(isCanonicalDecimal128(viewOf(bytes), 0))
        expect(textOf(back as Buffer)).toBe(textOf(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  it.each([
    [0n, 0, '0'],
    [0n, -1, '0.0'],
    [0n, 3, '0E+3'],
    [0n, -7, '0E-7'],
    [1n, 3, '1E+3'],
    [1000n, 0, '1000'],
    [150n, -2, '1.50'],
    [15n, -1, '1.5'],
    [1n, -6, '0.000001'],
    [1n, -7, '1E-7'],
    [12n, -8, '1.2E-7'],
    [10n ** 34n - 1n, 6111, `9.${'9'.repeat(33)}E+6144`],
    [1n, -6176, '1E-6176'],
    [10n ** 34n - 1n, -39, `0.00000${'9'.repeat(34)}`],
    [10n ** 34n - 1n, -34, `0.${'9'.repeat(34)}`],
    [10n ** 34n - 1n, -1, `${'9'.repeat(33)}.9`],
  ])('%sE%s is %s', (coefficient, exponent, text) => {
    expect(textOf(pack(coefficient, exponent))).toBe(text)
    expect(textOf(pack(coefficient, exponent, true))).toBe(`-${text}`)
    expect(read(`-${text}`)).toEqual(pack(coefficient, exponent, true))
  })

  it('has one text for every NaN, and two infinities', () => {
    const top = (value: number): Buffer => Buffer.concat([Buffer.alloc(14), Buffer.of(value & 0xff, value >> 8)])
    for (const value of [0x7c00, 0xfc00, 0x7e00, 0xfe00, 0x7c12]) expect(textOf(top(value))).toBe('NaN')
    expect([textOf(top(0x7800)), textOf(top(0xf800))]).toEqual(['Infinity', '-Infinity'])
    expect(
      [0x7c00, 0x7800, 0xf800, 0xfc00, 0x7e00].map((value) => isCanonicalDecimal128(viewOf(top(value)), 0)),
    ).toEqual([true, true, true, false, false])
    expect([read('nAn'), read('-NaN'), read('+inf'), read('-INFINITY')]).toEqual(
      [0x7c00, 0x7c00, 0x7800, 0xf800].map(top),
    )
  })

  it('of more than 34 digits counts as zero, as IEEE 754 has it; the bson package writes the digits at times', () => {
    expect(textOf(pack(10n ** 34n, 0))).toBe('0')
    expect(textOf(pack(2n ** 113n - 1n, -2))).toBe('0.00')
    // Its coefficient begins with an implied 100 in binary: too large, whatever follows. 2¹²⁷ − 2¹²⁵ makes it this form.
    const longForm = pack((3n << 125n) | (BigInt(5 + 6176) << 111n) | 77n, -6176)
    expect(textOf(longForm)).toBe('0E+5')
    expect(isCanonicalDecimal128(viewOf(longForm), 0)).toBe(false)
    expect([0, -2].map((exponent) => new Decimal128(pack(10n ** 34n, exponent)).toString())).toEqual([
      '0',
      `1${'0'.repeat(32)}.00`,
    ])
  })

  it.each([
    ['.5', pack(5n, -1)],
    ['017.', pack(17n, 0)],
    ['+4e9', pack(4n, 9)],
    ['-0.00E+2', pack(0n, 0, true)],
    // Zeros are moved where only that makes it fit.
    ['1E+6112', pack(10n, 6111)],
    ['1E+6144', pack(10n ** 33n, 6111)],
    ['10E-6177', pack(1n, -6176)],
    ['0E+99999999999999999999', pack(0n, 6111)],
    ['-0E-99999999999999999999', pack(0n, -6176, true)],
    [`1${'0'.repeat(40)}`, pack(10n ** 33n, 7)],
    [`1.${'0'.repeat(40)}`, pack(10n ** 33n, -33)],
    [`${'0'.repeat(500)}1`, pack(1n, 0)],
  ])('%s is read', (text, bytes) => {
    expect(read(text)).toEqual(bytes)
  })

  it('is never rounded', () => {
    expect(read('12345678901234567890123456789012345')).toBe('more than 34 digits')
    expect(read(`0.${'1'.repeat(35)}`)).toBe('more than 34 digits')
    for (const text of ['1E+6145', '11E+6144', '1E-6177', '15E-6177', '1E+2147483648']) {
      expect(read(text)).toBe('beyond the exponents of decimal128')
    }
    for (const text of ['', '.', '+', '-.', 'E3', '1E', '1E+', '1.2.3', ' 1', '1 ', '1_0', 'infinit', 'NaN0', '0x1']) {
      expect(read(text)).toBe('no decimal number')
    }
  })
})
