import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeMask } from './fake-mask.ts'
import { hashMask, maskKey, partialMask, redactMask } from './mask-text.ts'

const key = maskKey('a secret of tests, no secret at all')
const otherKey = maskKey('another secret of tests, no secret')

describe('maskKey', () => {
  it('counts bytes, and never shows the secret', () => {
    expect(maskKey('€'.repeat(6))).toHaveLength(18)
    expect(() => maskKey('fifteen bytes!!')).toThrow('the key has 15 bytes')
    expect(() => maskKey('fifteen bytes!!')).not.toThrow('fifteen')
  })
})

describe('redactMask', () => {
  it('is the same for all', () => {
    expect(['', 'a', '😀'].map(redactMask('***'))).toEqual(['***', '***', '***'])
  })
})

describe('partialMask', () => {
  it.each([
    ['', 1, 1, ''],
    ['a', 1, 1, '*'],
    ['ab', 1, 1, '**'],
    ['abc', 1, 1, 'a*c'],
    ['secret', 1, 2, 's***et'],
    ['4111111111111111', 0, 4, '************1111'],
    ['abc', 0, 0, '***'],
    ['abc', 2, 0, 'ab*'],
    ['😀😀😀', 1, 0, '😀**'],
    ['e\u0301x\u200F', 1, 1, 'e**\u200F'],
    ['\uD83D\uD83Dx', 1, 1, '\uD83D*x'],
  ])('of %j, first %i and last %i, is %j', (text, first, last, masked) => {
    expect(partialMask(first, last)(text)).toBe(masked)
  })

  it('keeps the length in code points', () => {
    const counts = fc.integer({ min: 0, max: 10 })
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), counts, counts, (text, first, last) => {
        expect(Array.from(partialMask(first, last)(text))).toHaveLength(Array.from(text).length)
      }),
    )
  })

  it('refuses what is no count', () => {
    expect(() => partialMask(-1, 0)).toThrow('-1 characters')
    expect(() => partialMask(0, 0.5)).toThrow('0.5 characters')
  })
})

describe('hashMask', () => {
  it('is HMAC-SHA256, as anything else makes it', () => {
    expect(hashMask(key)('é')).toBe(createHmac('sha256', key).update(Buffer.from('é')).digest('hex'))
    expect(hashMask(key, 16)('')).toMatch(/^[0-9a-f]{16}$/)
    expect(hashMask(key)('a')).not.toBe(hashMask(otherKey)('a'))
  })

  it('refuses other lengths', () => {
    for (const length of [7, 65, 8.5]) expect(() => hashMask(key, length)).toThrow(`the hash has ${length} digits`)
  })
})

const kinds = (text: string): string =>
  Array.from(text, (one) => (/[0-9]/.test(one) ? '0' : /[a-z]/.test(one) ? 'a' : /[A-Z]/.test(one) ? 'A' : one)).join(
    '',
  )

/** All texts of a form of 0, a, A and other characters. */
function allOf(form: string): string[] {
  let texts = ['']
  for (const kind of form) {
    const alphabet = { 0: '0123456789', a: 'abcdefghijklmnopqrstuvwxyz', A: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ' }[kind] ?? kind
    texts = texts.flatMap((text) => Array.from(alphabet, (one) => text + one))
  }
  return texts
}

describe('fakeMask', () => {
  const fake = fakeMask(key)

  it('makes what every version has made', () => {
    expect(['7', '+49 (30) 1234-5678', "Anne-Marie O'Neil", 'Müller', 'Юлия', '王小明', 'user42@example.com'].map(fake))
      .toMatchInlineSnapshot(`
      [
        "1",
        "+50 (73) 1292-1532",
        "Xutm-Fqcbx D'Rlet",
        "Gòqqtu",
        "Лъбє",
        "厅殿呷",
        "exnn03@uknqlno.ufu",
      ]
    `)
  })

  it.each(['', ' ', '😀', '\u0301', '\u200F-\u200E', '\uD800', '---'])(
    'leaves %j, which has nothing to hide',
    (text) => {
      expect(fake(text)).toBe(text)
    },
  )

  it('keeps length and kinds, and is the same each time', () => {
    const texts = fc.oneof(fc.string({ unit: 'grapheme-ascii' }), fc.string({ unit: 'binary' }))
    fc.assert(
      fc.property(texts, (text) => {
        expect(kinds(fake(text)).replaceAll(/[^\x00-\x7f]/gu, '?')).toBe(kinds(text).replaceAll(/[^\x00-\x7f]/gu, '?'))
        expect(Array.from(fake(text))).toHaveLength(Array.from(text).length)
        expect(fakeMask(key)(text)).toBe(fake(text))
      }),
    )
  })

  it.each(['0', 'a', 'A', '00', 'a0', '000', 'A-0a', '0000', '0.a.0', 'Aa'])(
    'is a permutation of all texts of the form %s',
    (form) => {
      const texts = allOf(form)
      const masked = new Set(texts.map(fake))
      expect(masked.size).toBe(texts.length)
      expect(texts.every((text) => masked.has(text))).toBe(true)
    },
  )

  it.each(['é', 'É', 'щ', 'Щ', 'ω', 'Ω', 'א', 'ع', 'अ', 'ก', 'あ', 'ア', '中', '한', '٣', '３'])(
    'is a permutation of the letters beside %s',
    (letter) => {
      const around = Array.from({ length: 0xffff }, (_, unit) => String.fromCharCode(unit)).filter(
        (one) => fake(one) !== one || one === letter,
      )
      expect(new Set(around.map(fake)).size).toBe(around.length)
      expect(around).toContain(letter)
    },
  )

  it('never makes one of two', () => {
    const letters = fc.constantFrom('0', '1', 'a', 'B', 'é', 'Ж', '中', '-', '😀')
    const texts = fc.array(letters, { minLength: 1, maxLength: 12 }).map((all) => all.join(''))
    fc.assert(
      fc.property(fc.uniqueArray(texts, { minLength: 2, maxLength: 50 }), (all) => {
        expect(new Set(all.map(fake)).size).toBe(all.length)
      }),
    )
    const numbers = Array.from({ length: 5000 }, (_, id) => `user${id}@example.com`)
    expect(new Set(numbers.map(fake)).size).toBe(numbers.length)
  })

  it('does not count what stays in its place', () => {
    const digits = fc.stringMatching(/^[0-9]{1,20}$/)
    fc.assert(
      fc.property(digits, (text) => {
        expect(fake(Array.from(text).join('-')).replaceAll('-', '')).toBe(fake(text))
      }),
    )
  })

  it('hangs on the key, and on every character', () => {
    const other = fakeMask(otherKey)
    const numbers = Array.from({ length: 500 }, (_, id) => String(1_000_000_000 + id))
    expect(numbers.filter((text) => fake(text) === other(text))).toEqual([])
    const places = Array.from({ length: 10 }, (_, place) => new Set(numbers.map((text) => fake(text)[place])).size)
    expect(places).toEqual(places.map(() => 10))
    const asTheyWere = numbers.filter((text) => fake(text).slice(0, 5) === text.slice(0, 5))
    expect(asTheyWere.length).toBeLessThan(5)
  })

  it('takes a megabyte', () => {
    const masked = fake('7'.repeat(1 << 20))
    expect(masked).toMatch(/^[0-9]{1048576}$/)
    expect(fake(' '.repeat(1 << 20))).toHaveLength(1 << 20)
  })
})
