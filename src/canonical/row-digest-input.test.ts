import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowDigest, rowDigestInput } from './row-digest-input.ts'

const cell = fc.oneof(
  fc.constant(undefined),
  fc.constantFrom('', 'N', 'NULL', '0', '1:', 'N0:', ':', '2:N', ',', '|', '<null>'),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
)

describe('the digest of a row', () => {
  it('has its lengths in bytes of UTF-8', () => {
    expect(rowDigestInput(['é', undefined, '', 'ab'])).toBe('2:éN0:2:ab')
  })

  it('is that of SHA-256, in two signed halves', () => {
    // echo -n '1:a' | sha256sum
    expect(rowDigest(['a']).map((half) => BigInt.asUintN(64, half).toString(16))).toEqual([
      '4162fddd39a3e422',
      '5e8e2392eced237f',
    ])
  })

  it.each([
    ['joiners', ['a,b', 'c'], ['a', 'b,c']],
    ['an empty joiner', ['ab', 'c'], ['a', 'bc']],
    ['the text NULL', [undefined], ['NULL']],
    ['the sign of a NULL', [undefined], ['N']],
    ['nothing and NULL', [undefined], ['']],
    ['what stands for NULL elsewhere', [undefined, '<null>'], ['<null>', undefined]],
    ['a zero and a NULL, as of a logarithm', ['0', '0'], [undefined, undefined]],
    ['blanks at the end', ['a'], ['a ']],
    ['lengths in the text', ['1:a', ''], ['1', ':a']],
  ])('tells rows apart that fool others: %s', (_, one, other) => {
    expect(rowDigest(one)).not.toEqual(rowDigest(other))
  })

  it('is of no two rows the same text', () => {
    fc.assert(
      fc.property(fc.array(cell, { maxLength: 5 }), fc.array(cell, { maxLength: 5 }), (one, other) => {
        const isSameRow = one.length === other.length && one.every((value, place) => value === other[place])
        expect(rowDigestInput(one) === rowDigestInput(other)).toBe(isSameRow)
      }),
    )
  })
})
