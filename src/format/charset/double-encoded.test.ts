import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { charsetDecoder } from './charset-decoder.ts'
import { looksDoubleEncoded } from './double-encoded.ts'

const looks = (text: string): boolean => {
  const bytes = Buffer.from(`ÿ${text}Ã`)
  return looksDoubleEncoded(bytes, 2, bytes.length - 2)
}

/** The text that a latin1 column shows whose client wrote UTF-8 bytes into it. */
function misread(text: string): string {
  const bytes = Buffer.from(text)
  const target = Buffer.alloc(bytes.length * 3)
  return target.toString('utf8', 0, charsetDecoder('latin1')!.decode(bytes, 0, bytes.length, target, 0))
}

describe('looksDoubleEncoded', () => {
  it.each([
    'AndrÃ©',
    'â‚¬ 5',
    'â€œquotedâ€\u009d',
    'ðŸ˜€',
    'Ã\u00a0 propos',
    'Ð\u009fÑ€Ð¸Ð²ÐµÑ‚',
    'Ã©',
    'æ—¥æœ¬',
    '\u00f0\u009f\u0098\u0080',
  ])('reports %j', (text) => expect(looks(text)).toBe(true))

  it.each([
    '',
    'Andre',
    'André',
    'São Paulo',
    'SÃO PAULO',
    'naïve café',
    'Привет',
    '日本語 😀',
    'AndrÃ© and André', // both kinds
    'AndrÃ', // cut off
    'Ãa©',
    'Ã😀',
    'À\u0080', // C0 80: overlong
    'à\u0080\u0080', // E0 80 80: overlong
    'í\u00a0\u0080', // ED A0 80: a surrogate
    'ô\u0090\u0080\u0080', // F4 90 80 80: above U+10FFFF
    'ð\u0080\u0080\u0080', // F0 80 80 80: overlong
  ])('does not report %j', (text) => expect(looks(text)).toBe(false))

  it('does not report bytes that are not UTF-8', () => {
    expect(looksDoubleEncoded(Buffer.from('c383c2', 'hex'), 0, 3)).toBe(false)
    expect(looksDoubleEncoded(Buffer.from('c3a9ff', 'hex'), 0, 3)).toBe(false)
  })

  it('reports any text beyond ASCII that was read as latin1', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).map((part) => `${part}é`)
    fc.assert(
      fc.property(text, (written) => {
        expect(looks(misread(written.toWellFormed()))).toBe(true)
      }),
    )
  })

  it('reports no Cyrillic text', () => {
    const letter = fc.integer({ min: 0x400, max: 0x4ff }).map((point) => String.fromCodePoint(point))
    fc.assert(
      fc.property(fc.array(letter, { minLength: 1 }), (letters) => {
        expect(looks(letters.join(''))).toBe(false)
      }),
    )
  })
})
