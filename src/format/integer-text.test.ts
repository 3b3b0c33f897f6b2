import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { viewOf } from '../batch/view-of.ts'
import { maxInt64TextBytes, putInt32, putInt64, putUint53, readInt64 } from './integer-text.ts'

const out = Buffer.alloc(40)

function int64Text(value: bigint): string {
  const [high, low] = [Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value))]
  return out.toString('latin1', 3, putInt64(out, 3, high, low))
}

function read(text: string): bigint | undefined {
  const bytes = Buffer.from(text)
  const target = Buffer.alloc(9, 0xee)
  const isRead = readInt64(bytes, 0, bytes.length, viewOf(target), 1)
  expect(isRead || target.equals(Buffer.alloc(9, 0xee))).toBe(true)
  return isRead ? target.readBigInt64LE(1) : undefined
}

const int64 = fc.oneof(
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
  // About powers of two and ten, where a limb is full.
  fc
    .tuple(fc.constantFrom(2n, 10n), fc.nat(63), fc.integer({ min: -2, max: 2 }), fc.boolean())
    .map(([base, power, beside, isNegative]) => (base ** BigInt(power) + BigInt(beside)) * (isNegative ? -1n : 1n))
    .filter((value) => value >= -(2n ** 63n) && value < 2n ** 63n),
)

describe('whole numbers as text', () => {
  it('of 64 bits are exact both ways', () => {
    fc.assert(
      fc.property(int64, (value) => {
        const text = int64Text(value)
        expect(text).toBe(String(value))
        expect(text.length).toBeLessThanOrEqual(maxInt64TextBytes)
        expect(read(text)).toBe(value)
      }),
      { numRuns: 2000 },
    )
  })

  it('of 32 and 53 bits are exact', () => {
    fc.assert(
      fc.property(fc.integer(), fc.maxSafeNat(), (small, large) => {
        expect(out.toString('latin1', 0, putInt32(out, 0, small))).toBe(String(small))
        expect(out.toString('latin1', 0, putUint53(out, 0, large))).toBe(String(large))
      }),
    )
    for (const value of [0, 9, 10, 99, 100, 99_999, 100_000, 999_999_999, 1e9, 2 ** 31 - 1, -(2 ** 31)]) {
      expect(out.toString('latin1', 0, putInt32(out, 0, value))).toBe(String(value))
    }
    for (const value of [2 ** 32 - 1, 2 ** 32, 1e15, 8_999_999_999_999_999, 2 ** 53]) {
      expect(out.toString('latin1', 0, putUint53(out, 0, value))).toBe(String(value))
    }
  })

  it('are read with zeros before them, and nothing else about them', () => {
    expect(read('-000000000000000000000000012')).toBe(-12n)
    expect(read('-0')).toBe(0n)
    for (const text of ['', '-', '+1', ' 1', '1 ', '1.0', '1e3', '0x1', '--1', '١']) expect(read(text)).toBeUndefined()
  })

  it('that are out of range are none', () => {
    for (const text of [
      '9223372036854775808',
      '-9223372036854775809',
      '18446744073709551616',
      '9'.repeat(19),
      '1'.repeat(400),
    ]) {
      expect(read(text)).toBeUndefined()
    }
  })
})
