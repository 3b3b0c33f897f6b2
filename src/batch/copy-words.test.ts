import { describe, expect, it } from 'vitest'
import { copyWords, maxWordBytes } from './copy-words.ts'
import { viewOf } from './view-of.ts'

describe('copyWords', () => {
  it('copies every length from and to every place of a word, and touches nothing else', () => {
    const source = Buffer.from(Array.from({ length: maxWordBytes + 8 }, (_, i) => (i * 37 + 11) & 0xff))
    for (let length = 0; length <= maxWordBytes; length++) {
      for (let shift = 0; shift < 4; shift++) {
        const target = Buffer.alloc(length + 12, 0xee)
        copyWords(viewOf(source), shift, length, viewOf(target), 4 + (3 - shift))
        const expected = Buffer.alloc(length + 12, 0xee)
        source.copy(expected, 4 + (3 - shift), shift, shift + length)
        expect(target).toEqual(expected)
      }
    }
  })
})
