import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashKey, keyHash } from './hash-key.ts'

function hash(text: string | Uint8Array, seed = 0): string {
  const bytes = Buffer.from(text)
  // What lies behind the key is none of it.
  hashKey(Buffer.concat([bytes, Buffer.from('rest')]), bytes.length, seed)
  return [...keyHash].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')
}

describe('hashKey', () => {
  it('is MurmurHash3', () => {
    expect(hash("I will not buy this tobacconist's, it is scratched.")).toBe('9b5b7ba2ef3f7866889adeaf00f3f98e')
    expect(hash('The quick brown fox jumps over the lazy dog')).toBe('2f1583c3ecee2c675d7bf66ce5e91d2c')
    expect(hash('')).toBe('0'.repeat(32))
  })

  it('tells keys, lengths and seeds apart', () => {
    const bytes = fc.uint8Array({ maxLength: 40 })
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(hash(a) === hash(b)).toBe(Buffer.from(a).equals(Buffer.from(b)))
        expect(hash(a, 1)).not.toBe(hash(a, 2))
      }),
    )
  })
})
