import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { NativeType } from '../../model/relation.ts'
import { KeyColumn } from './key-column.ts'
import { guessMiddle } from './middle.ts'

function column(native: Partial<NativeType> & { name: string }): KeyColumn {
  const whole = { text: native.name, args: [], ...native }
  const found = KeyColumn.of({ name: 'k', native: whole, type: { kind: 'text' }, nullable: false, policies: {} })
  if (found === undefined) throw new Error('no key column')
  return found
}

/** The literal that a guess compares with. */
function guess(of: KeyColumn, low: string, high: string): string | undefined {
  return guessMiddle(of, low, high)?.less.replace(/^`k` < /, '')
}

describe('a guess at the middle', () => {
  it('lies above the lower number and not above the higher one', () => {
    const ints = column({ name: 'bigint' })
    const decimals = column({ name: 'decimal' })
    const number = fc.bigInt(-(2n ** 63n), 2n ** 64n - 1n)
    fc.assert(
      fc.property(number, number, (a, b) => {
        fc.pre(a !== b)
        const [low, high] = a < b ? [a, b] : [b, a]
        const middle = BigInt(guess(ints, String(low), String(high)) ?? '')
        expect(middle > low && middle <= high).toBe(true)
        const decimal = guess(decimals, `${low}.25`, `${high}.5`) ?? ''
        expect(decimal).toMatch(/^-?\d+\.\d\d$/)
      }),
    )
    expect(guess(decimals, '-0.10', '0.30')).toBe('0.10')
    expect(guess(decimals, '1', '2')).toBe('2')
  })

  it('is a day that exists', () => {
    const dates = column({ name: 'date' })
    expect(guess(dates, '2020-01-01', '2020-12-31')).toBe('20200701')
    expect(guess(dates, '0000-00-00', '9999-12-31')).toMatch(/^(49|50)\d\d\d\d\d\d$/)
    expect(guess(column({ name: 'datetime' }), '2024-01-01 00:00:00.000', '2024-01-01 12:00:00.000')).toBe(
      '20240101060000.000',
    )
    expect(guess(column({ name: 'time' }), '-01:00:00', '03:00:00')).toBe("'01:00:00'")
    expect(guess(column({ name: 'time' }), '-03:00:00.5', '-01:00:00.5')).toBe("'-02:00:00.5'")
  })

  it('is between bytes, as far as they are alike and a little further', () => {
    const bytes = column({ name: 'varbinary' })
    const value = fc.uint8Array({ minLength: 1, maxLength: 40 }).map((array) => Buffer.from(array).toString('hex'))
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low, high] = Buffer.compare(Buffer.from(a, 'hex'), Buffer.from(b, 'hex')) < 0 ? [a, b] : [b, a]
        const text = guess(bytes, low, high) ?? ''
        expect(text).toMatch(/^X'([0-9a-f]{2})+'$/)
        const middle = Buffer.from(text.slice(2, -1), 'hex')
        expect(Buffer.compare(middle, Buffer.from(low, 'hex'))).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('is between words', () => {
    const words = column({ name: 'varchar', charset: 'utf8mb4', collation: 'utf8mb4_bin' })
    const hex = (text: string): string => Buffer.from(text, 'utf8').toString('hex')
    const cast = (text: string): string => `CONVERT('${text}' USING utf8mb4) COLLATE utf8mb4_bin`
    expect(guess(words, hex('apple'), hex('azure'))).toBe(cast('au'))
    expect(guess(words, hex('aa'), hex('ab'))).toBe(cast('ab'))
    expect(guess(words, hex('a'), hex('a9'))).toBe(cast('a4'))
    expect(guess(words, hex('中'), hex('文'))).toMatch(/^CONVERT\('.' USING/)
  })

  it('is not made for what it cannot be made for', () => {
    expect(guessMiddle(column({ name: 'inet6' }), '::1', '::2')).toBeUndefined()
  })
})
