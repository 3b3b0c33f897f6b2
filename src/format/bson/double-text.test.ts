import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { maxDoubleTextBytes, putDouble, readDouble } from './double-text.ts'

const out = Buffer.alloc(maxDoubleTextBytes + 1)

function textOf(value: number): string {
  return out.toString('latin1', 0, putDouble(out, 0, value))
}

function read(text: string): number | undefined {
  return readDouble(Buffer.from(text), 0, Buffer.byteLength(text))
}

const anyDouble = fc.oneof(
  fc.double(),
  fc.double({ min: -180, max: 180 }),
  fc.double({ min: 1e-7, max: 1e16 }),
  fc.integer({ min: -1e9, max: 1e9 }).map((n) => n / 100),
  fc.integer({ min: -2e15, max: 2e15 }).map((n) => n / 1e6),
  fc.tuple(fc.maxSafeInteger(), fc.integer({ min: -12, max: 25 })).map(([mantissa, power]) => mantissa * 10 ** power),
  fc.tuple(fc.nat(1e6), fc.integer({ min: -9, max: 1 })).map(([mantissa, power]) => Number(`${mantissa}e${power}`)),
)

describe('doubles as text', () => {
  it('are the shortest that read back as the same, with a fraction', () => {
    fc.assert(
      fc.property(anyDouble, (value) => {
        const text = textOf(value)
        const short = Object.is(value, -0) ? '-0' : String(value)
        expect(text).toBe(/^-?\d+$/.test(short) ? `${short}.0` : short)
        expect(text.length).toBeLessThanOrEqual(maxDoubleTextBytes)
        expect(Object.is(read(text), value)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [0.1 + 0.2, '0.30000000000000004'],
    [29.97, '29.97'],
    [51.7592, '51.7592'],
    [-0.000_001, '-0.000001'],
    [999_999_999.999_999, '999999999.999999'],
    [0.999_999_9, '0.9999999'],
    [1e-6, '0.000001'],
    [1.5e-7, '1.5e-7'],
    [5e-324, '5e-324'],
    [-2.225_073_858_507_201_4e-308, '-2.2250738585072014e-308'],
    [1.797_693_134_862_315_7e308, '1.7976931348623157e+308'],
    [2 ** 53, '9007199254740992.0'],
    [1e20, '100000000000000000000.0'],
    [1e21, '1e+21'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('%s is %s', (value, text) => {
    expect(textOf(value)).toBe(text)
    expect(read(text)).toBe(value)
  })

  it('that are none are not read', () => {
    for (const text of [
      '',
      '-',
      '.5',
      '1.',
      '+1',
      '1e',
      '0x1',
      'nan',
      '-NaN',
      'inf',
      ' 1',
      '1e309',
      `1${'0'.repeat(2100)}`,
    ]) {
      expect(read(text)).toBeUndefined()
    }
    expect(read('1E+2')).toBe(100)
    expect(read('1e-400')).toBe(0)
  })
})
