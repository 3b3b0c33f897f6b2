import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeInts } from './fake-ints.ts'
import { type FakeMask, fakeMask } from './fake-mask.ts'
import { hashMask, maskKey, partialMask, redactMask, uuidMask } from './mask-text.ts'

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
    expect(hashMask(key, { as: 'hex' })('é')).toBe(createHmac('sha256', key).update(Buffer.from('é')).digest('hex'))
    expect(hashMask(key, { as: 'hex', length: 16 })('')).toMatch(/^[0-9a-f]{16}$/)
    expect(hashMask(key, { as: 'base64url' })('é')).toBe(createHmac('sha256', key).update('é').digest('base64url'))
    expect(hashMask(key, { as: 'hex' })(Buffer.from('é'))).toBe(hashMask(key, { as: 'hex' })('é'))
    expect(hashMask(key, { as: 'hex' })('a')).not.toBe(hashMask(otherKey, { as: 'hex' })('a'))
  })

  it('refuses other lengths', () => {
    for (const length of [7, 65, 8.5]) {
      expect(() => hashMask(key, { as: 'hex', length })).toThrow(`the hash has ${length} characters`)
    }
    expect(() => hashMask(key, { as: 'base64url', length: 44 })).toThrow('the hash has 44 characters')
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

/** Of each text by itself. */
function one(mask: FakeMask): (text: string) => string {
  return (text) => mask([text])[0] ?? 'none'
}

describe('uuidMask', () => {
  it('is the beginning of the hash, as a UUID of version 8', () => {
    const hash = createHmac('sha256', key).update('a').digest('hex')
    const uuid = uuidMask(key)('a')
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(uuid.slice(0, 13)).toBe(`${hash.slice(0, 8)}-${hash.slice(8, 12)}`)
    expect(uuid.slice(-12)).toBe(hash.slice(20, 32))
  })
})

describe('fakeMask', () => {
  const fakeAll = fakeMask(key)
  const fake = one(fakeAll)

  it('makes what every version has made', () => {
    expect(['7', '+49 (30) 1234-5678', "Anne-Marie O'Neil", 'Müller', 'Юлия', '王小明', 'user42@example.com'].map(fake))
      .toMatchInlineSnapshot(`
        [
          "1",
          "+16 (34) 7706-3666",
          "Mche-Rdegt R'Cexb",
          "Tßuqfg",
          "Ѕфтћ",
          "帜栶塺",
          "rzem86@bwtxgtm.vro",
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
        expect(one(fakeMask(key))(text)).toBe(fake(text))
      }),
    )
  })

  it.each(['0', 'a', 'A', '00', 'a0', '000', 'A-0a', '0000', '0.a.0', 'Aa'])(
    'is a permutation of all texts of the form %s',
    (form) => {
      const texts = allOf(form)
      const masked = new Set(fakeAll(texts))
      expect(masked.size).toBe(texts.length)
      expect(texts.every((text) => masked.has(text))).toBe(true)
    },
  )

  it.each(['é', 'É', 'щ', 'Щ', 'ω', 'Ω', 'א', 'ع', 'अ', 'ก', 'あ', 'ア', '中', '한', '٣', '３'])(
    'is a permutation of the letters beside %s',
    (letter) => {
      const all = Array.from({ length: 0xffff }, (_, unit) => String.fromCharCode(unit))
      const masked = fakeAll(all)
      const around = all.filter((one, place) => masked[place] !== one || one === letter)
      expect(new Set(fakeAll(around)).size).toBe(around.length)
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
    expect(new Set(fakeAll(numbers)).size).toBe(numbers.length)
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
    const other = one(fakeMask(otherKey))
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

  it('makes of many at once what it makes of each', () => {
    const texts = fc.array(fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-z@. ]{0,200}$/)), { maxLength: 30 })
    fc.assert(
      fc.property(texts, (all) => {
        expect(fakeMask(key)(all)).toEqual(all.map(fake))
      }),
    )
  })

  it('is another in another domain', () => {
    const [plain, phones, emails] = [undefined, 'phones', 'emails'].map((domain) =>
      fakeMask(key, domain)(['0301234567']),
    )
    expect(new Set([plain?.[0], phones?.[0], emails?.[0]]).size).toBe(3)
  })

  it('hangs on no hash under the same key', () => {
    // Who may write values into a column that is hashed under the key would have the keys of this mask otherwise.
    const known = createHmac('sha256', key).update('transload fake seed').digest()
    expect(one(fakeMask(known))('0301234567')).not.toBe(fake('0301234567'))
  })
})

describe('fakeInts', () => {
  const mask = fakeMask(key)

  it.each([
    [8, true, -128, 127],
    [8, false, 0, 255],
    [16, true, -32_768, 32_767],
  ] as const)('is a permutation of all numbers of %i bits, signed: %s', (bits, signed, least, greatest) => {
    const all = Array.from({ length: greatest - least + 1 }, (_, place) => String(least + place))
    const masked = fakeInts(mask, { kind: 'int', bits, signed })(all)
    expect(new Set(masked)).toEqual(new Set(all))
    expect(masked.map((text) => text.length)).toEqual(all.map((text) => text.length))
    expect(masked.map((text) => text.startsWith('-'))).toEqual(all.map((text) => text.startsWith('-')))
  })

  it.each([
    [32, true, ['2147483647', '-2147483648', '1000000000']],
    [64, false, ['18446744073709551615', '10000000000000000000']],
    [64, true, ['9223372036854775807', '-9223372036854775808']],
  ] as const)('stays within %i bits, signed: %s', (bits, signed, all) => {
    const greatest = 2n ** BigInt(signed ? bits - 1 : bits) - 1n
    for (const text of fakeInts(mask, { kind: 'int', bits, signed })(all)) {
      expect(BigInt(text) <= greatest && BigInt(text) >= (signed ? -greatest - 1n : 0n)).toBe(true)
      expect(text).toMatch(/^-?[1-9]/)
    }
  })
})
