import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type EmailOptions, parseEmail } from './parse-email.ts'

const local64 = 'a'.repeat(64)
const label63 = 'b'.repeat(63)

describe('parseEmail', () => {
  it.each<[string, EmailOptions, string]>([
    ['a@b.co', {}, 'a@b.co'],
    [' Anna.Maier@Example.COM\u00A0', {}, 'Anna.Maier@example.com'],
    ['\u200BAnna@Example.COM', { lowerLocal: true }, 'anna@example.com'],
    ["o'neil+tag_1%x@mail.example.com", {}, "o'neil+tag_1%x@mail.example.com"],
    ['a@MÜNCHEN.de', {}, 'a@xn--mnchen-3ya.de'],
    ['a@MU\u0308NCHEN.de', {}, 'a@xn--mnchen-3ya.de'],
    ['a@XN--MNCHEN-3YA.de', {}, 'a@xn--mnchen-3ya.de'],
    ['a@MÜNCHEN.de', { domain: 'unicode' }, 'a@münchen.de'],
    ['a@xn--mnchen-3ya.de', { domain: 'unicode' }, 'a@münchen.de'],
    ['a@straße.de', {}, 'a@xn--strae-oqa.de'],
    ['a@例え.テスト', {}, 'a@xn--r8jz45g.xn--zckzah'],
    ['a@1.2.com', {}, 'a@1.2.com'],
    [`${local64}@example.com`, {}, `${local64}@example.com`],
    [`a@${label63}.com`, {}, `a@${label63}.com`],
  ])('%j with %j is %s', (text, options, email) => {
    expect(parseEmail(text, options)).toBe(email)
  })

  it.each([
    '',
    ' ',
    '@',
    'a',
    'a@',
    '@b.co',
    'a@b',
    'a@localhost',
    'a@@b.co',
    'a@b@c.co',
    'a b@c.co',
    'a@b c.co',
    '.a@b.co',
    'a.@b.co',
    'a..b@c.co',
    'a@.co',
    'a@b..co',
    'a@b.co.',
    'a@-b.co',
    'a@b-.co',
    'a@b_c.co',
    'a@b.c',
    'a@b.12',
    'a@1.2.3.4',
    'a@0x7f.0x1',
    'a@[127.0.0.1]',
    'a@%65xample.com',
    'a@b.co/x',
    'a@b.co:25',
    'a@b\u3002co',
    'a@exam\u00ADple.com',
    'a@i❤.ws',
    '"a b"@c.co',
    'a(x)@b.co',
    'Anna <a@b.co>',
    'mailto:a@b.co',
    'a@b.co, c@d.co',
    'josé@example.com',
    '😀@example.com',
    'a\u200F@b.co',
    'a\0@b.co',
    'a\n@b.co',
    'a@b.co\uD800',
    `${local64}a@example.com`,
    `a@${label63}b.com`,
    `a@${`${label63}.`.repeat(4)}com`,
    `a@${'ü'.repeat(60)}.com`,
  ])('%j is none', (text) => {
    expect(parseEmail(text)).toBeUndefined()
  })

  it('gives an address that it takes as it is, or nothing', () => {
    const odd = fc
      .array(fc.constantFrom('a', 'B', '1', '.', '-', '@', '.co', 'ü', 'ß', 'İ', ' ', '\u0301', '中'))
      .map((all) => all.join(''))
    const options = fc.record<EmailOptions>({
      lowerLocal: fc.boolean(),
      domain: fc.constantFrom('ascii', 'unicode', undefined),
    })
    let emailCount = 0
    fc.assert(
      fc.property(
        fc.oneof(
          odd,
          odd.map((text) => `x@${text}.com`),
          fc.emailAddress(),
        ),
        options,
        (text, asked) => {
          const email = parseEmail(text, asked)
          if (email !== undefined) emailCount++
          expect(email === undefined || parseEmail(email, asked) === email).toBe(true)
          expect(email === undefined || asked.domain === 'unicode' || /^[\x21-\x7e]+$/.test(email)).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
    expect(emailCount).toBeGreaterThan(150)
  })

  it.each([
    ['spaces', ' '.repeat(1 << 20)],
    ['dots', `${'a.'.repeat(1 << 19)}@b.co`],
    ['signs', '@'.repeat(1 << 20)],
    ['hyphens', `a@${'a-'.repeat(1 << 19)}.co`],
  ])('takes a megabyte of %s', (_, text) => {
    expect(parseEmail(text)).toBeUndefined()
  })
})
