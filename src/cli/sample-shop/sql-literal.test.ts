import { describe, expect, it } from 'vitest'
import { decimal, escapeBytes, escapeText } from './sql-literal.ts'

describe('escapeText', () => {
  it('escapes the seven characters and no other', () => {
    expect(escapeText('\0\n\r\\\'"\x1a')).toBe(`\\0\\n\\r\\\\\\'\\"\\Z`)
    expect(escapeText('tab\t %_ é 🎁 \b')).toBe('tab\t %_ é 🎁 \b')
  })
})

describe('escapeBytes', () => {
  const escaped = (hex: string): string => Buffer.from(escapeBytes(Buffer.from(hex, 'hex'))).toString('hex')

  // All expectations were read off mysqldump 9.7.
  it('escapes what escapeText does', () => expect(escaped('000a0d5c27221a09')).toBe('5c305c6e5c725c5c5c275c225c5a09'))
  it('passes whole characters over', () => expect(escaped('c3a9e697a5f09f8e81')).toBe('c3a9e697a5f09f8e81'))
  it('puts a backslash before half a character', () => expect(escaped('c341e141f2d292')).toBe('5cc3415ce1415cf2d292'))
  it('leaves bytes that start no character', () => expect(escaped('8090afbfc0c1f8ff')).toBe('8090afbfc0c1f8ff'))
  it('takes overlong forms and surrogates for halves', () => {
    expect(escaped('e08080')).toBe('5ce08080')
    expect(escaped('f0808080')).toBe('5cf0808080')
    expect(escaped('f4908080')).toBe('5cf4908080')
    expect(escaped('eda080')).toBe('5ceda080')
  })
  it('keeps nothing back at the end', () => expect(escaped('61e697')).toBe('615ce697'))
})

describe('decimal', () => {
  it('keeps every digit', () => {
    expect([decimal(1990, 2), decimal(5, 2), decimal(-5, 2), decimal(0, 4)].map(({ digits }) => digits)).toEqual([
      '19.90',
      '0.05',
      '-0.05',
      '0.0000',
    ])
    expect(decimal(9_223_372_036_854_775_807n, 15).digits).toBe('9223.372036854775807')
  })
})
