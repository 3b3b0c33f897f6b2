import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCase } from './letter-case.ts'

describe('toCase', () => {
  it.each([
    ['', '', ''],
    ['I', 'i', 'I'],
    ['ß', 'ß', 'SS'],
    ['İ', 'i\u0307', 'İ'],
    ['ΟΔΟΣ', 'οδος', 'ΟΔΟΣ'],
    ['😀Ab\uD800', '😀ab\uD800', '😀AB\uD800'],
  ])('%j in lower and upper case', (text, lower, upper) => {
    expect(toCase(text, 'lower')).toBe(lower)
    expect(toCase(text, 'upper')).toBe(upper)
  })

  it.each([
    ['', ''],
    ['x', 'X'],
    ["o'neil", "O'Neil"],
    ['O’NEIL', 'O’Neil'],
    ["d'artagnan", "D'Artagnan"],
    ["DON'T I'VE IT'S", "Don't I've It's"],
    ["rock'n'roll", "Rock'n'Roll"],
    ["'hello'", "'Hello'"],
    ['anne-marie VAN DER berg', 'Anne-Marie Van Der Berg'],
    ['McDONALD', 'Mcdonald'],
    ['3rd street', '3rd Street'],
    ['élodie e\u0301lodie', 'Élodie E\u0301lodie'],
    ['ISTANBUL İZMİR', 'Istanbul İzmi\u0307r'],
    ['ßeta straße STRASSE', 'Sseta Straße Strasse'],
    ["ß'abc", "Ss'abc"],
    ["ŉ'abc", "ʼN'Abc"],
    ['ǆep ǄEP', 'ǅep ǅep'],
    ['ﬁsch', 'Fisch'],
    ['ΟΔΥΣΣΕΥΣ σίσυφος', 'Οδυσσευς Σίσυφος'],
    ['თბილისი ᲗᲑᲘᲚᲘᲡᲘ', 'თბილისი თბილისი'],
    ['\u200Fאבג abc', '\u200Fאבג Abc'],
    ['😀abc \uDC00def', '😀Abc \uDC00Def'],
    ['王小明', '王小明'],
  ])('%j in title case is %j', (text, title) => {
    expect(toCase(text, 'title')).toBe(title)
  })

  it('changes nothing the second time', () => {
    const odd = fc
      .array(
        fc.constantFrom("'", '’', 'ʼ', 'ŉ', 'ß', 'İ', 'Σ', 'ς', 'ǆ', 'ﬁ', 'ΐ', 'ა', 'a', 'B', 'o', '\u0345', '-', ' '),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), odd),
        fc.constantFrom('lower', 'upper', 'title'),
        (text, one) => {
          const once = toCase(text, one)
          expect(toCase(once, one)).toBe(once)
        },
      ),
      { numRuns: 1000 },
    )
  })

  it('takes a word of a megabyte', () => {
    expect(toCase('a'.repeat(1 << 20), 'title')).toBe(`A${'a'.repeat((1 << 20) - 1)}`)
    expect(toCase("a'".repeat(1 << 19), 'title')).toHaveLength(1 << 20)
  })
})
