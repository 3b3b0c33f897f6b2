import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellToText } from '../../../canonical/text.ts'
import type { IntBits } from '../../../model/canonical-type.ts'
import { fault } from './fault.ts'
import {
  BitsToBoolDecoder,
  BitsToIntegerDecoder,
  BitsToTextDecoder,
  IntegerDecoder,
  IntegerToBoolDecoder,
  IntegerToTextDecoder,
} from './integer.ts'

const target = new Uint8Array(80)

function wire(value: bigint, byteCount: number): Buffer {
  const bytes = Buffer.alloc(10, 0xff)
  for (let i = 0; i < byteCount; i++) bytes[i + 1] = Number((value >> BigInt(8 * i)) & 0xffn)
  return bytes
}

describe('integers', () => {
  it('keep their value in every type that holds it, and no other', () => {
    const width = fc.constantFrom(1, 2, 4, 8)
    const bits = fc.constantFrom<IntBits>(8, 16, 32, 64)
    fc.assert(
      fc.property(width, fc.boolean(), bits, fc.boolean(), fc.bigInt(), (byteCount, fromSigned, to, signed, any) => {
        const fromBits = byteCount * 8
        const value = fromSigned ? BigInt.asIntN(fromBits, any) : BigInt.asUintN(fromBits, any)
        const fits = (signed ? BigInt.asIntN(to, value) : BigInt.asUintN(to, value)) === value
        const written = new IntegerDecoder(fromSigned, to, signed).write(
          wire(value, byteCount),
          1,
          byteCount,
          target,
          5,
        )
        const found = written < 0 ? written : cellToText({ kind: 'int', bits: to, signed }, target, 5, written)
        expect([written, found]).toEqual(fits ? [to / 8, value.toString()] : [fault.outOfRange, fault.outOfRange])
      }),
      { numRuns: 5000 },
    )
  })

  it('become digits', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 2, 4, 8), fc.boolean(), fc.bigInt(), (byteCount, signed, any) => {
        const value = signed ? BigInt.asIntN(byteCount * 8, any) : BigInt.asUintN(byteCount * 8, any)
        const written = new IntegerToTextDecoder(signed).write(wire(value, byteCount), 1, byteCount, target, 5)
        expect(Buffer.from(target.subarray(5, 5 + written)).toString()).toBe(value.toString())
      }),
      { numRuns: 1000 },
    )
  })

  it('are a truth value where they are 0 or 1', () => {
    const decoder = new IntegerToBoolDecoder()
    expect([0n, 1n, 2n, -1n].map((value) => decoder.write(wire(value, 1), 1, 1, target, 5))).toEqual([
      1,
      1,
      fault.outOfRange,
      fault.outOfRange,
    ])
    expect(decoder.write(wire(2n ** 32n, 8), 1, 8, target, 5)).toBe(fault.outOfRange)
  })
})

describe('bits', () => {
  it('keep leading zeros', () => {
    const written = new BitsToTextDecoder(13).write(Buffer.from([0xff, 0x01, 0x02]), 1, 2, target, 5)
    expect(Buffer.from(target.subarray(5, 5 + written)).toString()).toBe('0000100000010')
  })

  it('become an integer, or none that would hold them', () => {
    const all = Buffer.alloc(8, 0xff)
    expect(new BitsToIntegerDecoder(64, false).write(all, 0, 8, target, 5)).toBe(8)
    expect(new BitsToIntegerDecoder(64, true).write(all, 0, 8, target, 5)).toBe(fault.outOfRange)
    expect(new BitsToIntegerDecoder(16, true).write(Buffer.from([0x7f, 0xff]), 0, 2, target, 5)).toBe(2)
    expect(cellToText({ kind: 'int', bits: 16, signed: true }, target, 5, 2)).toBe('32767')
  })

  it('become a truth value', () => {
    const decoder = new BitsToBoolDecoder()
    const values = [[0], [1], [2], [1, 0], [0, 1]].map((bytes) => Buffer.from(bytes))
    expect(values.map((bytes) => decoder.write(bytes, 0, bytes.length, target, 5))).toEqual([
      1,
      1,
      fault.outOfRange,
      fault.outOfRange,
      1,
    ])
  })
})
