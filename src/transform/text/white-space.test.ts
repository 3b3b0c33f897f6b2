import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { collapseSpaces, isWhiteSpace, trimSpaces } from './white-space.ts'

const megabyte = 1 << 20
const anyText = fc.string({ unit: 'binary' })
const spacedText = fc
  .array(fc.constantFrom('a', '😀', 'e\u0301', ' ', '\t', '\u00A0', '\u200B', '\u200D', '\uFEFF', '\u2028', '\uD800'))
  .map((parts) => parts.join(''))

describe('isWhiteSpace', () => {
  it('is Unicode’s White_Space and three characters without width', () => {
    const isSpace = /^[\p{White_Space}\u200B\u2060\uFEFF]$/u
    const units = Array.from({ length: 0x1_0000 }, (_, unit) => unit)
    expect(units.filter(isWhiteSpace)).toEqual(units.filter((unit) => isSpace.test(String.fromCharCode(unit))))
    expect(isWhiteSpace(Number.NaN)).toBe(false)
  })
})

describe('trimSpaces', () => {
  it.each([
    ['', ''],
    [' ', ''],
    ['a', 'a'],
    ['  a b\t\r\n', 'a b'],
    ['\u00A0\u3000a\u2003\u0085', 'a'],
    ['\uFEFF\u200Ba\u2060', 'a'],
    ['\u200Da\u200C', '\u200Da\u200C'],
    ['\u200F שלום \u200E', '\u200F שלום \u200E'],
    [' \uD83D ', '\uD83D'],
    [' 😀 ', '😀'],
  ])('of %j is %j', (text, trimmed) => {
    expect(trimSpaces(text)).toBe(trimmed)
  })

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, spacedText), (text) => {
        expect(trimSpaces(trimSpaces(text))).toBe(trimSpaces(text))
      }),
    )
  })

  it('takes a megabyte of spaces before a letter', () => {
    expect(trimSpaces(`x${' '.repeat(megabyte)}x`)).toHaveLength(megabyte + 2)
    expect(trimSpaces(' '.repeat(megabyte))).toBe('')
  })
})

describe('collapseSpaces', () => {
  it.each([
    ['', ''],
    ['a  b', 'a b'],
    ['a\u00A0b', 'a b'],
    ['\n a \r\n\tb\u2028', ' a b '],
    ['a\u200Bb', 'a\u200Bb'],
    ['a\u200B \uFEFFb', 'a b'],
    ['👨\u200D👩', '👨\u200D👩'],
  ])('of %j is %j', (text, collapsed) => {
    expect(collapseSpaces(text)).toBe(collapsed)
  })

  it('changes nothing the second time, and no other character', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, spacedText), (text) => {
        const collapsed = collapseSpaces(text)
        expect(collapseSpaces(collapsed)).toBe(collapsed)
        expect(collapsed.replaceAll(/[\p{White_Space}\u200B\u2060\uFEFF]/gu, '')).toBe(
          text.replaceAll(/[\p{White_Space}\u200B\u2060\uFEFF]/gu, ''),
        )
      }),
    )
  })

  it('takes a megabyte of spaces', () => {
    expect(collapseSpaces(`x${' '.repeat(megabyte)}x`)).toBe('x x')
    expect(collapseSpaces(`x${'\u200B'.repeat(megabyte)}x`)).toHaveLength(megabyte + 2)
  })
})
