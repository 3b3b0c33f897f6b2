import { describe, expect, it } from 'vitest'
import { quoteBytes, quoteLiteral, quoteName, quoteQualified } from './quote.ts'

describe('quoteName', () => {
  it('doubles backquotes and leaves the rest alone', () => {
    expect(quoteName('plain')).toBe('`plain`')
    expect(quoteName('a`b"c\'d 名')).toBe('`a``b"c\'d 名`')
    expect(quoteQualified({ schema: 'my.db', name: 't`' })).toBe('`my.db`.`t```')
  })
})

describe('quoteLiteral', () => {
  it('doubles quotes', () => {
    expect(quoteLiteral("it's")).toBe("'it''s'")
    expect(quoteLiteral('')).toBe("''")
    expect(quoteLiteral('😀"`')).toBe("'😀\"`'")
  })

  it('spells in hexadecimal what a sql_mode could read differently', () => {
    expect(quoteLiteral('\\')).toBe("_utf8mb4 X'5c'")
    expect(quoteLiteral("'\u0000")).toBe("_utf8mb4 X'2700'")
    expect(quoteLiteral('a\nb')).toBe("_utf8mb4 X'610a62'")
  })
})

describe('quoteBytes', () => {
  it('spells every byte', () => {
    expect(quoteBytes(new Uint8Array([0, 1, 255]))).toBe("X'0001ff'")
    expect(quoteBytes(new Uint8Array([9, 10, 11]).subarray(1, 2))).toBe("X'0a'")
    expect(quoteBytes(new Uint8Array())).toBe("X''")
  })
})
