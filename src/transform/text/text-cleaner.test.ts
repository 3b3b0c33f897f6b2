import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dropControls } from './control-characters.ts'
import { decodeEntities } from './html-entities.ts'
import { type CleanOperations, textCleaner } from './text-cleaner.ts'

describe('dropControls', () => {
  it.each([
    ['', '', ''],
    ['\0', '', ''],
    ['a\0b\u0007\u007F\u0085c\u009F', 'abc', 'abc'],
    ['a\tb\r\nc\u000B', 'abc', 'a\tb\r\nc'],
    ['👨\u200D👩\u200F\uFE0F\uD800', '👨\u200D👩\u200F\uFE0F\uD800', '👨\u200D👩\u200F\uFE0F\uD800'],
  ])('of %j', (text, all, lines) => {
    expect(dropControls(text, false)).toBe(all)
    expect(dropControls(text, true)).toBe(lines)
  })

  it('takes a megabyte of NULs', () => {
    expect(dropControls('\0'.repeat(1 << 20), false)).toBe('')
  })
})

describe('decodeEntities', () => {
  it.each([
    ['', ''],
    ['a & b', 'a & b'],
    ['caf&eacute; &#233; &#xE9; &#Xe9;', 'café é é é'],
    ['&amp;lt;', '&lt;'],
    ['&amp;amp;amp;', '&amp;amp;'],
    ['?a=1&copy=2&lt', '?a=1&copy=2&lt'],
    ['&nbsp;', '\u00A0'],
    ['&#x1F600;', '😀'],
    ['&unknown; &; &#; &#x;', '&unknown; &; &#; &#x;'],
    ['&#0;&#xD800;&#x110000;', '\uFFFD\uFFFD\uFFFD'],
    ['&#128;', '€'],
    ['&#99999999999999999999;', '\uFFFD'],
    ['<b>&quot;&apos;</b>', '<b>"\'</b>'],
  ])('of %j is %j', (text, decoded) => {
    expect(decodeEntities(text)).toBe(decoded)
  })

  it('leaves whatever has no reference', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = text.replaceAll(';', '')
        expect(decodeEntities(plain)).toBe(plain)
      }),
    )
  })

  it('takes a megabyte of beginnings', () => {
    expect(decodeEntities('&'.repeat(1 << 20))).toHaveLength(1 << 20)
    expect(decodeEntities('&#1'.repeat(1 << 18))).toHaveLength(3 << 18)
  })
})

describe('textCleaner', () => {
  it('does nothing where nothing is asked', () => {
    expect(textCleaner({})(' a\0&amp; ')).toBe(' a\0&amp; ')
  })

  it.each<[CleanOperations, string, string]>([
    [{ trim: true, entities: true }, '&nbsp;a&nbsp;', 'a'],
    [{ trim: true, controls: 'all' }, '\0 a \0', 'a'],
    [{ controls: 'all', normalise: 'NFC' }, 'e\0\u0301', 'é'],
    [{ collapse: true, normalise: 'NFKC' }, 'a\u2003\u2003b', 'a b'],
    [{ case: 'lower', normalise: 'NFKC' }, '℡ Ａ', 'tel a'],
    [{ case: 'title', trim: true, collapse: true }, "  ANNE-MARIE   O'NEIL ", "Anne-Marie O'Neil"],
    [{ controls: 'keep-lines', trim: true }, '\ta\r\n\u0007b\n', 'a\r\nb'],
    [{ normalise: 'NFC' }, '\uD800', '\uD800'],
  ])('%j of %j is %j', (operations, text, cleaned) => {
    expect(textCleaner(operations)(text)).toBe(cleaned)
  })

  it('changes nothing the second time', () => {
    const operations = fc.record<CleanOperations>({
      controls: fc.constantFrom('all', 'keep-lines', undefined),
      normalise: fc.constantFrom('NFC', 'NFKC', undefined),
      case: fc.constantFrom('lower', 'upper', 'title', undefined),
      collapse: fc.boolean(),
      trim: fc.boolean(),
    })
    const odd = fc
      .array(
        fc.constantFrom(' ', '\0', '\u00A0', '\u200B', 'ß', 'İ', 'ﬁ', '℡', '´', 'ﷺ', 'e', '\u0301', '\u0345', 'ᾳ', "'"),
      )
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(operations, fc.oneof(fc.string({ unit: 'binary' }), odd), (asked, text) => {
        const clean = textCleaner(asked)
        expect(clean(clean(text))).toBe(clean(text))
      }),
      { numRuns: 1000 },
    )
  })
})
