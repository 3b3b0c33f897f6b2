import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TransloadError } from '../../errors/transload-error.ts'
import { loadPatternSplitter } from './pattern-splitter.ts'
import { positionSplitter, type Rest, separatorSplitter } from './split-text.ts'

const megabyte = 1 << 20

describe('separatorSplitter', () => {
  it.each<[string, string, number | undefined, Rest, readonly string[] | undefined]>([
    ['', ',', undefined, 'keep', ['']],
    ['a', ',', 2, 'refuse', ['a']],
    ['a,b,c', ',', undefined, 'refuse', ['a', 'b', 'c']],
    [',a,,', ',', undefined, 'keep', ['', 'a', '', '']],
    [' a , b ', ',', 2, 'keep', [' a ', ' b ']],
    ['a,b,c,d', ',', 2, 'keep', ['a', 'b,c,d']],
    ['a,b,c,d', ',', 2, 'drop', ['a', 'b']],
    ['a,b,c,d', ',', 2, 'refuse', undefined],
    ['a,b', ',', 1, 'keep', ['a,b']],
    ['a,b', ',', 1, 'drop', ['a']],
    ['a,b', ',', 2, 'drop', ['a', 'b']],
    ['a,', ',', 2, 'refuse', ['a', '']],
    ['a--b---c', '--', undefined, 'keep', ['a', 'b', '-c']],
    ['a.b', '.', undefined, 'keep', ['a', 'b']],
    ['x😀y', '😀', undefined, 'keep', ['x', 'y']],
    ['a\u200Fb', '\u200F', 2, 'keep', ['a', 'b']],
  ])('%j by %j, at most %s, %s', (text, separator, limit, rest, parts) => {
    expect(separatorSplitter(separator, limit, rest)(text)).toEqual(parts)
  })

  it('joined again is the text, where the rest is kept', () => {
    const texts = fc.array(fc.constantFrom(',', ',,', 'a', '😀', '\uD800')).map((all) => all.join(''))
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 5 }), (text, limit) => {
        const parts = separatorSplitter(',', limit, 'keep')(text)
        expect(parts?.join(',')).toBe(text)
        expect(parts?.length).toBe(Math.min(limit, text.split(',').length))
      }),
    )
  })

  it('takes a megabyte of separators', () => {
    expect(separatorSplitter(',', undefined, 'keep')(','.repeat(megabyte))).toHaveLength(megabyte + 1)
    expect(separatorSplitter(',', megabyte, 'drop')(','.repeat(megabyte))).toHaveLength(megabyte)
  })

  it('refuses no separator, and no number of parts', () => {
    expect(() => separatorSplitter('', 2, 'keep')).toThrow('the separator is empty')
    expect(() => separatorSplitter(',', 0, 'keep')).toThrow('the limit is 0')
    expect(() => separatorSplitter(',', 1.5, 'keep')).toThrow(TransloadError)
  })
})

describe('positionSplitter', () => {
  it.each<[string, readonly number[], readonly string[]]>([
    ['', [0, 5], ['', '']],
    ['x', [0], ['x']],
    ['abcdefghijk', [0, 5, 9], ['abcde', 'fghi', 'jk']],
    ['abcdefg', [0, 5, 9], ['abcde', 'fg', '']],
    ['abc', [0, 5, 9], ['abc', '', '']],
    ['abcdef', [2, 4], ['cd', 'ef']],
    ['ab', [2, 4], ['', '']],
    ['😀😀a😀', [0, 1, 3], ['😀', '😀a', '😀']],
    ['e\u0301x', [0, 1], ['e', '\u0301x']],
    ['\uD83Dx\uDE00', [0, 1, 2], ['\uD83D', 'x', '\uDE00']],
  ])('%j at %j', (text, places, parts) => {
    expect(positionSplitter(places)(text)).toEqual(parts)
  })

  it('joined again is the text', () => {
    const places = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 5 })
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), places, (text, later) => {
        const all = [0, ...later.toSorted((one, other) => one - other)]
        const parts = positionSplitter(all)(text)
        expect(parts?.join('')).toBe(text)
        expect(parts).toHaveLength(all.length)
      }),
    )
  })

  it.each([[[]], [[1, 1]], [[5, 0]], [[-1]], [[0.5]], [[Number.NaN]]])('refuses %j', (places) => {
    expect(() => positionSplitter(places)).toThrow(TransloadError)
  })
})

describe('loadPatternSplitter', () => {
  it.each<[string, string, readonly (string | undefined)[] | undefined]>([
    [String.raw`^(\w+)-(\d+)$`, 'ab-12', ['ab', '12']],
    [String.raw`(\d+)`, 'ab 12 34', ['12']],
    ['^(a)|(b)$', 'b', [undefined, 'b']],
    ['^(a*)$', '', ['']],
    ['(?i)(ab)c', 'ABC', ['AB']],
    ['^(.)(.)$', '😀é', ['😀', 'é']],
    ['^(.+)$', 'a\nb', undefined],
    [String.raw`(\p{L}+)`, '12 žluť', ['žluť']],
    ['(x)', '', undefined],
    ['(x)', 'y', undefined],
  ])('%s of %j', async (source, text, parts) => {
    const { split } = await loadPatternSplitter(source)
    expect(split(text)).toEqual(parts)
  })

  it('knows the names of its groups', async () => {
    const { groups } = await loadPatternSplitter('^(?P<first>a)(b)(?<last>c)$')
    expect(groups).toEqual(['first', undefined, 'last'])
  })

  it.each(['(a+)+$', '(a|aa)+$', '(.*a){20}$', '^(([a-z])+.)+[A-Z]([a-z])+$'])(
    'takes a long text that JavaScript would never be done with: %s',
    async (source) => {
      const { split } = await loadPatternSplitter(source)
      expect(split(`${'a'.repeat(20_000)}!`)).toBeUndefined()
    },
  )

  it('does not begin what would take minutes', async () => {
    const dear = await loadPatternSplitter('(x{1,30}){1,30}$')
    expect(dear.split('x'.repeat(10_000))).toHaveLength(1)
    expect(dear.split('x'.repeat(1_000_000))).toBeUndefined()
    const cheap = await loadPatternSplitter('^(x*)$')
    expect(cheap.split('x'.repeat(1_000_000))).toHaveLength(1)
  })

  it.each([
    ['(', 'missing closing )'],
    ['a', 'it has no group'],
    [`(${'a'.repeat(1000)})`, 'more than 1000 characters'],
    [String.raw`(a)\1`, 'invalid escape sequence'],
    ['(?=a)(b)', 'invalid or unsupported Perl syntax'],
    ['(a){1001}', 'invalid repeat count'],
    ['((a{1000}){1000})', 'invalid repeat count'],
  ])('refuses %s', async (source, problem) => {
    await expect(loadPatternSplitter(source)).rejects.toThrow(TransloadError)
    await expect(loadPatternSplitter(source)).rejects.toThrow(problem)
  })
})
