import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { viewOf } from '../../batch/view-of.ts'
import { copyPlainWords } from './copy-plain.ts'
import { invalidUtf8At } from './invalid-utf8.ts'
import { oddUtf8At } from './odd-utf8.ts'

/** What two plain searches find. */
function firstOdd(bytes: Buffer): number {
  const found = [invalidUtf8At(bytes, 0, bytes.length), bytes.indexOf(0)].filter((place) => place >= 0)
  return found.length === 0 ? -1 : Math.min(...found)
}

const spoilt = fc.record({
  text: fc.string({ unit: 'binary', maxLength: 60, size: 'max' }),
  place: fc.nat(),
  byte: fc.oneof(fc.nat(255), fc.constant(0)),
  isSpoilt: fc.boolean(),
  before: fc.nat(9),
})

describe('oddUtf8At', () => {
  it('agrees with a search for what is ill-formed and one for NUL, wherever the text lies', () => {
    fc.assert(
      fc.property(spoilt, ({ text, place, byte, isSpoilt, before }) => {
        const bytes = Buffer.from(text.toWellFormed())
        if (isSpoilt && bytes.length > 0) bytes[place % bytes.length] = byte
        // What stands around it is odd, and none of its business.
        const whole = Buffer.concat([Buffer.alloc(before), bytes, Buffer.of(0xff, 0, 0x80, 0x80)])
        const odd = firstOdd(bytes)
        expect(oddUtf8At(viewOf(whole), before, before + bytes.length)).toBe(odd < 0 ? -1 : before + odd)
      }),
      { numRuns: 3000 },
    )
  })

  it('agrees on every pair of telling bytes, at each place of a word', () => {
    const telling = [
      0, 1, 0x41, 0x7f, 0x80, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff,
    ]
    const wrong: string[] = []
    for (const a of telling)
      for (const b of telling)
        for (let place = 0; place < 5; place++) {
          const bytes = Buffer.concat([Buffer.alloc(place, 'x'), Buffer.of(a, b, 0x80, 0x80), Buffer.from('yz')])
          if (oddUtf8At(viewOf(bytes), 0, bytes.length) !== firstOdd(bytes)) wrong.push(bytes.toString('hex'))
        }
    expect(wrong).toEqual([])
  })
})

describe('copyPlainWords', () => {
  it('copies ASCII, and nothing else, to the byte', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer({ min: 1, max: 127 }), fc.nat(255)), { maxLength: 40 }), (values) => {
        const bytes = Buffer.from(values)
        const target = Buffer.alloc(bytes.length + 8, 0xee)
        const isPlain = values.every((byte) => byte > 0 && byte < 0x80)
        expect(copyPlainWords(viewOf(bytes), 0, bytes.length, viewOf(target), 4)).toBe(isPlain)
        // Whatever became of it, nothing beside its place was touched.
        expect([target.readUInt32LE(0), target.readUInt32LE(4 + bytes.length)]).toEqual([0xeeeeeeee, 0xeeeeeeee])
        expect(!isPlain || target.subarray(4, 4 + bytes.length).equals(bytes)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
