import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { loadPhoneParser } from './phone-parser.ts'

describe('loadPhoneParser', () => {
  it.each<[string | undefined, string, string]>([
    ['DE', '030 12345678', '+493012345678'],
    ['DE', '(030) 1234-5678', '+493012345678'],
    ['DE', ' +49 (0)30/12345678\u00A0', '+493012345678'],
    ['DE', '0049 30 12345678', '+493012345678'],
    ['DE', '+1 (212) 555-2368', '+12125552368'],
    ['US', '(212) 555-2368', '+12125552368'],
    ['US', '1-212-555-2368', '+12125552368'],
    ['GB', '020 7946 0018', '+442079460018'],
    [undefined, '+49 30 12345678', '+493012345678'],
    [undefined, '+٤٩ 30 12345678', '+493012345678'],
  ])('%s: %j is %s', async (country, text, phone) => {
    const parse = await loadPhoneParser(country)
    expect(parse(text)).toBe(phone)
  })

  it.each<[string | undefined, string]>([
    ['DE', ''],
    ['DE', ' '],
    ['DE', '5'],
    ['DE', '110'],
    ['DE', 'unknown'],
    ['DE', 'Tel. 030 12345678'],
    ['DE', '030 12345678 (abends)'],
    ['DE', '030 12345678, 030 87654321'],
    ['DE', '030 12345678 ext. 5'],
    ['DE', '030 123456789012345678'],
    ['DE', '00000000'],
    ['US', '123-456-7890'],
    ['US', '1-800-FLOWERS'],
    [undefined, '030 12345678'],
    [undefined, '+999 123456'],
    ['DE', '😀'],
    ['DE', '030 1234567\uD800'],
  ])('%s: %j is none', async (country, text) => {
    const parse = await loadPhoneParser(country)
    expect(parse(text)).toBeUndefined()
  })

  it('gives E.164 or nothing, and E.164 is itself', async () => {
    const parse = await loadPhoneParser('DE')
    const ends = fc.array(fc.constantFrom('0', '3', '1', '9', '+', '49', ' ', '-', '(', ')', '/', 'x'))
    let phoneCount = 0
    fc.assert(
      fc.property(fc.constantFrom('', '030', '+49 30', '+1 212'), ends, (begin, end) => {
        const phone = parse(begin + end.join(''))
        if (phone !== undefined) phoneCount++
        expect(phone ?? '+10').toMatch(/^\+[1-9]\d{1,14}$/)
        expect(phone === undefined || parse(phone) === phone).toBe(true)
      }),
      { numRuns: 1000 },
    )
    expect(phoneCount).toBeGreaterThan(50)
  })

  it('gives no number that is longer than E.164 has room for, though a country has such', async () => {
    const parse = await loadPhoneParser('DE')
    expect(parse('+4930049490004949')).toBeUndefined()
    expect(parse('+493004949000494')).toBe('+493004949000494')
  })

  it('takes a megabyte', async () => {
    const parse = await loadPhoneParser('DE')
    expect(parse(' '.repeat(1 << 20))).toBeUndefined()
    expect(parse('1'.repeat(1 << 20))).toBeUndefined()
    expect(parse(`030 12345678${' '.repeat(1 << 20)}`)).toBe('+493012345678')
  })

  it.each(['XX', 'de', '', 'Germany', 'constructor'])('refuses the country %j', async (country) => {
    await expect(loadPhoneParser(country)).rejects.toThrow(TransloadError)
    await expect(loadPhoneParser(country)).rejects.toThrow('No country of telephone numbers')
  })

  it('loads the numbering plans only when it is called', async () => {
    const script = `
      import { registerHooks } from 'node:module'
      const loaded = []
      registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) })
      const isLoaded = () => loaded.some((url) => url.includes('libphonenumber'))
      const { loadPhoneParser } = await import(${JSON.stringify(import.meta.resolve('./phone-parser.ts'))})
      const before = isLoaded()
      await loadPhoneParser('DE')
      console.log(before, isLoaded())`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
    expect(stdout.trim()).toBe('false true')
  })
})
