import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { writeDigits, writeInt64, writePadded, writeUint64 } from './digits.ts'

const target = new Uint8Array(40)

function text(end: number): string {
  return Buffer.from(target.subarray(3, end)).toString('latin1')
}

function halves(value: bigint): [number, number] {
  return [Number(BigInt.asIntN(32, value >> 32n)), Number(BigInt.asIntN(32, value))]
}

describe('digits', () => {
  it('writes small numbers with and without padding', () => {
    expect(text(writeDigits(0, target, 3))).toBe('0')
    expect(text(writeDigits(Number.MAX_SAFE_INTEGER, target, 3))).toBe('9007199254740991')
    expect(text(writePadded(7, 6, target, 3))).toBe('000007')
  })

  it.each([0n, 1n, 10n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n, 10n ** 19n])(
    'writes %s unsigned',
    (value) => expect(text(writeUint64(...halves(value), target, 3))).toBe(value.toString()),
  )

  it.each([0n, -1n, -(2n ** 32n), -(2n ** 63n), 2n ** 63n - 1n])('writes %s signed', (value) =>
    expect(text(writeInt64(...halves(value), target, 3))).toBe(value.toString()),
  )

  it('agrees with bigint everywhere', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (value) => {
        expect(text(writeUint64(...halves(value), target, 3))).toBe(value.toString())
        const signed = BigInt.asIntN(64, value)
        expect(text(writeInt64(...halves(signed), target, 3))).toBe(signed.toString())
      }),
      { numRuns: 2000 },
    )
  })
})
