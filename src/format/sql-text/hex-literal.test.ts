import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readBitLiteral, readHexLiteral } from './hex-literal.ts'

function read(reader: typeof readHexLiteral, digits: string): string {
  const source = Buffer.from(`<${digits}>`)
  const target = Buffer.alloc(digits.length + 1, 0xee)
  const length = reader(source, 1, digits.length, target, 1)
  return length < 0 ? 'no digits' : target.subarray(1, 1 + length).toString('hex')
}

describe('readHexLiteral', () => {
  it('reads digits of either case, and an odd count as with a zero before it', () => {
    expect(read(readHexLiteral, '00fF27')).toBe('00ff27')
    expect(read(readHexLiteral, 'ABC')).toBe('0abc')
    expect(read(readHexLiteral, '')).toBe('')
  })

  it('says what is no digit', () => {
    expect(read(readHexLiteral, '0g')).toBe('no digits')
    expect(read(readHexLiteral, 'g00')).toBe('no digits')
  })

  it('gives back any bytes, also in place', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const hex = Buffer.from(bytes).toString('hex')
        expect(read(readHexLiteral, hex)).toBe(hex)
        const inPlace = Buffer.from(hex)
        expect(inPlace.subarray(0, readHexLiteral(inPlace, 0, hex.length, inPlace, 0))).toEqual(Buffer.from(bytes))
      }),
    )
  })
})

describe('readBitLiteral', () => {
  it.each([
    ['', ''],
    ['0', '00'],
    ['101', '05'],
    ['11111111', 'ff'],
    ['100000000', '0100'],
    ['1'.repeat(64), 'ff'.repeat(8)],
  ])('reads %j as %j', (digits, expected) => {
    expect(read(readBitLiteral, digits)).toBe(expected)
  })

  it('says what is no digit', () => {
    expect(read(readBitLiteral, '12')).toBe('no digits')
  })
})
