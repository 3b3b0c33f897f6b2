import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DecimalToIntegerDecoder } from './decimal.ts'
import { fault } from './fault.ts'

/** The integer that is made of decimal text, or the fault that is found. */
function read(text: string, bits: 8 | 16 | 32 | 64, signed = true): bigint | number {
  const source = Buffer.from(`x${text}9`, 'latin1')
  const target = Buffer.alloc(8)
  const decoder = new DecimalToIntegerDecoder(bits, signed)
  const written = decoder.write(source, 1, text.length, target, 0)
  if (written < 0) return written
  expect(written).toBe(bits / 8)
  const value = target.readBigUInt64LE() & ((1n << BigInt(bits)) - 1n)
  return signed ? BigInt.asIntN(bits, value) : value
}

describe('a decimal that is to be an integer', () => {
  it('is one where it is whole and in range', () => {
    expect(read('0.0000', 64)).toBe(0n)
    expect(read('-0.00', 8, false)).toBe(0n)
    expect(read('-345', 16)).toBe(-345n)
    expect(read('9223372036854775807.000', 64)).toBe(2n ** 63n - 1n)
    expect(read('-9223372036854775808.0', 64)).toBe(-(2n ** 63n))
    expect(read('18446744073709551615', 64, false)).toBe(2n ** 64n - 1n)
    expect(read('-128', 8)).toBe(-128n)
  })

  it('is a fault where it has a fraction, and never rounded', () => {
    expect(read('0.0001', 64)).toBe(fault.fraction)
    expect(read('-12.5', 64)).toBe(fault.fraction)
    expect(read(`7.${'0'.repeat(29)}1`, 8)).toBe(fault.fraction)
  })

  it('is a fault where the type has no room for it', () => {
    expect(read('9223372036854775808', 64)).toBe(fault.outOfRange)
    expect(read('-9223372036854775809', 64)).toBe(fault.outOfRange)
    expect(read('18446744073709551616', 64, false)).toBe(fault.outOfRange)
    expect(read('9'.repeat(65), 64)).toBe(fault.outOfRange)
    expect(read(`-${'9'.repeat(65)}`, 64, false)).toBe(fault.outOfRange)
    expect(read('128', 8)).toBe(fault.outOfRange)
    expect(read('-1', 64, false)).toBe(fault.outOfRange)
    expect(read('4294967296', 32, false)).toBe(fault.outOfRange)
  })

  it('is what BigInt makes of its digits', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(2n ** 66n), max: 2n ** 66n }),
        fc.constantFrom(8, 16, 32, 64),
        fc.boolean(),
        (value, bits, signed) => {
          const found = read(`${value}.00`, bits as 64, signed)
          const least = signed ? -(2n ** BigInt(bits - 1)) : 0n
          const most = signed ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n
          expect(found).toBe(value < least || value > most ? fault.outOfRange : value)
        },
      ),
    )
  })
})
