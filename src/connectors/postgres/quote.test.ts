import { describe, expect, it } from 'vitest'
import { quoteLiteral, quoteName, quoteQualified, quoteVisible } from './quote.ts'

describe('quoteName', () => {
  it('keeps spelling and doubles quotes', () => {
    expect(quoteName('Größe "x"')).toBe('"Größe ""x"""')
    expect(quoteName('select')).toBe('"select"')
  })

  it('refuses NUL', () => {
    expect(() => quoteName('a\u0000b')).toThrow('TL_D405')
  })
})

describe('quoteQualified', () => {
  it('joins schema and name', () => {
    expect(quoteQualified({ schema: 'a.b', name: 'c"d' })).toBe('"a.b"."c""d"')
    expect(quoteQualified({ schema: '', name: 't' })).toBe('"t"')
  })
})

describe('quoteLiteral', () => {
  it('doubles apostrophes', () => {
    expect(quoteLiteral("it's")).toBe("'it''s'")
    expect(quoteLiteral('')).toBe("''")
  })

  it('uses the escape form where a backslash is', () => {
    expect(quoteLiteral("\\'; DROP")).toBe(" E'\\\\''; DROP'")
  })

  it('refuses NUL', () => {
    expect(() => quoteLiteral('\u0000')).toThrow('TL_D405')
  })
})

describe('quoteVisible', () => {
  it('is the same where all of it can be seen', () => {
    for (const text of ["it's 漢字 😀", "\\'; DROP", '']) expect(quoteVisible(text)).toBe(quoteLiteral(text))
  })

  it('spells out what acts in place of being seen, and line ends', () => {
    expect(quoteVisible("a\n-- 'b'\\n\u001b[2J\u202e\u{e0041}")).toBe(
      " E'a\\u000a-- ''b''\\\\n\\u001b[2J\\u202e\\U000e0041'",
    )
  })

  it('refuses NUL', () => {
    expect(() => quoteVisible('\u0000')).toThrow('TL_D405')
  })
})
