import type { CanonicalType } from '../../model/canonical-type.ts'
import type { FakeMask } from './fake-mask.ts'

/**
 * Masks whole numbers, as canonical text: as many digits, the same sign, and never more than the type holds. A permutation,
 * too: what comes out as none of these numbers is masked again until it is one (cycle walking), so that no two become one.
 */
export function fakeInts(fake: FakeMask, type: CanonicalType & { readonly kind: 'int' }): FakeMask {
  const { bits, signed } = type
  const greatest = 2n ** BigInt(signed ? bits - 1 : bits) - 1n
  const least = signed ? -greatest - 1n : 0n
  const longest = String(greatest).length
  const isOne = (text: string): boolean => {
    const digits = text.startsWith('-') ? text.slice(1) : text
    if (digits.startsWith('0') && text !== '0') return false
    if (digits.length < longest) return true
    const value = BigInt(text)
    return value >= least && value <= greatest
  }
  return (texts) => {
    const masked = fake(texts)
    for (;;) {
      const left = masked.flatMap((text, place) => (isOne(text) ? [] : [place]))
      if (left.length === 0) return masked
      const again = fake(left.map((place) => masked[place]!))
      for (const [at, place] of left.entries()) masked[place] = again[at]!
    }
  }
}
