import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { invalidUtf8At } from './invalid-utf8.ts'

const strict = new TextDecoder('utf-8', { fatal: true })

function isValid(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes)
    return true
  } catch {
    return false
  }
}

/** By definition: the end of the longest well-formed beginning that is followed by no well-formed character. */
function firstInvalid(bytes: Uint8Array): number {
  let at = 0
  while (at < bytes.length) {
    const length = [1, 2, 3, 4].find((n) => at + n <= bytes.length && isValid(bytes.subarray(at, at + n)))
    if (length === undefined) return at
    at += length
  }
  return -1
}

describe('invalidUtf8At', () => {
  it.each([
    ['', -1],
    ['00417f', -1],
    ['c280dfbf', -1],
    ['e0a080ed9fbfee8080efbfbf', -1],
    ['f0908080f48fbfbf', -1],
    ['4180', 1],
    ['41bf', 1],
    ['41c080', 1],
    ['41c1bf', 1],
    ['41e09fbf', 1],
    ['41eda080', 1],
    ['41edbfbf', 1],
    ['41f08fbfbf', 1],
    ['41f4908080', 1],
    ['41f5808080', 1],
    ['41ff', 1],
    ['41c3', 1],
    ['41e282', 1],
    ['41f09f98', 1],
    ['c3a9c341', 2],
    ['e28241', 0],
    ['f09f9841', 0],
  ])('finds in %s %i', (hex, index) => {
    const bytes = Buffer.from(hex, 'hex')
    expect(invalidUtf8At(bytes, 0, bytes.length)).toBe(index)
    // The same where the native check goes first.
    const long = Buffer.concat([Buffer.alloc(300, 'é'), bytes])
    expect(invalidUtf8At(long, 0, long.length)).toBe(index === -1 ? -1 : 300 + index)
  })

  it('looks at nothing outside the range, and gives the index in the whole', () => {
    const bytes = Buffer.from('ff41c3a9ff', 'hex')
    expect(invalidUtf8At(bytes, 1, 4)).toBe(-1)
    expect(invalidUtf8At(bytes, 1, 3)).toBe(2)
    expect(invalidUtf8At(bytes, 1, 5)).toBe(4)
  })

  it('agrees with the definition on every pair and triple of telling bytes', () => {
    const telling = [
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed,
    ]
    telling.push(0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff)
    const wrong: string[] = []
    for (const a of telling)
      for (const b of telling)
        for (const c of telling) {
          const bytes = Buffer.of(a, b, c, 0x80)
          for (const length of [2, 3, 4]) {
            const part = bytes.subarray(0, length)
            if (invalidUtf8At(part, 0, length) !== firstInvalid(part)) wrong.push(part.toString('hex'))
          }
        }
    expect(wrong).toEqual([])
  })

  it('finds one spoilt byte anywhere', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 120, size: 'max' }),
        fc.nat(),
        fc.nat(255),
        (text, place, byte) => {
          const bytes = Buffer.from(text.toWellFormed())
          if (bytes.length > 0) bytes[place % bytes.length] = byte
          expect(invalidUtf8At(bytes, 0, bytes.length)).toBe(firstInvalid(bytes))
        },
      ),
      { numRuns: 500 },
    )
  })
})
