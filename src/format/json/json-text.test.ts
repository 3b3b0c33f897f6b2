import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inspectJson, replaceJsonNul } from './json-text.ts'

function inspect(text: string): string {
  const bytes = Buffer.from(`xx${text}yy`, 'utf8')
  return inspectJson(bytes, 2, bytes.length - 2)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('inspectJson', () => {
  it.each([
    '1',
    ' [1, -0.5e+3, "a\\u00e9😀", true, false, null, {}, []] ',
    '{"a":{"b":[{"c":"\\\\u0000"}]}}',
    '""',
    '1e400',
  ])('takes %s', (text) => expect(inspect(text)).toBe('valid'))

  it.each([
    '',
    ' ',
    '01',
    '1.',
    '.5',
    '1e',
    '-',
    '+1',
    "'a'",
    '{a:1}',
    '[1,]',
    '{"a":1,}',
    '{"a"}',
    '[1 2]',
    '"\t"',
    '"\\x"',
    '"\\u12g4"',
    '"a',
    '[',
    ']',
    '[}',
    '{]',
    'nul',
    'truex',
    '1 2',
    'NaN',
    '{"a":}',
  ])('refuses %j', (text) => expect(inspect(text)).toBe('invalid'))

  it.each(['"\\u0000"', '{"a\\u0000":1}', '["\\\\\\u0000"]'])('finds the NUL of %s', (text) =>
    expect(inspect(text)).toBe('nul'),
  )

  it('takes 100,000 levels without a stack of its own', () => {
    expect(inspect('['.repeat(100_000) + ']'.repeat(100_000))).toBe('valid')
    expect(inspect('['.repeat(100_000) + ']'.repeat(99_999))).toBe('invalid')
  })

  it('agrees with JSON.parse on anything near JSON', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"',
      '\\',
      'a',
      '1',
      '0',
      '-',
      '.',
      'e',
      'true',
      'null',
      ' ',
      '"k"',
      '\\u0041',
      '\n',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        expect(inspect(text) !== 'invalid').toBe(isJson(text))
      }),
      { numRuns: 5000 },
    )
    fc.assert(fc.property(fc.json(), (text) => inspect(text) !== 'invalid'))
  })
})

describe('replaceJsonNul', () => {
  it('leaves an escaped backslash before u0000 alone', () => {
    expect(replaceJsonNul('"a\\u0000b\\\\u0000\\\\\\u0000"', '')).toBe('"ab\\\\u0000\\\\"')
  })
})
