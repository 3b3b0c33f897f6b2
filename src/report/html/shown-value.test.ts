import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shownValues } from './shown-value.ts'

const text = (value: string) => ({ text: value })
const bytes = (...values: number[]) => ({ base64: Buffer.from(values).toString('base64') })

/** Both sides in one line each: what is marked in brackets, what was left out in braces. */
function marked(source: Parameters<typeof shownValues>[0], target: Parameters<typeof shownValues>[1]) {
  const shown = shownValues(source, target)
  const line = ({ runs }: typeof shown.source) =>
    runs
      .map(([kind, run]) => (kind.startsWith('differ') ? `[${run}]` : kind === 'left-out' ? `{${run}}` : run))
      .join('')
  return [line(shown.source), line(shown.target)]
}

describe('shownValues', () => {
  it.each([
    ['a digit', '09:00:00', '07:00:00', '0[9]:00:00', '0[7]:00:00'],
    ['what one has alone', 'abcd', 'abd', 'ab[c]d', 'abd'],
    ['two places', 'one two three', 'one 2wo thre', 'one [t]wo thr[e]e', 'one [2]wo thre'],
    ['texts with little in common as a whole', 'margarine', 'butter', '[margarine]', '[butter]'],
    ['what stands at the same place', '15T00', '14T22', '1[5]T[00]', '1[4]T[22]'],
    ['a letter with its accent', 'cafés', 'cafe\u0301s', 'caf[é]s', 'caf[e\u0301]s'],
    ['blanks at the end', 'a b  ', 'a b', 'a b[␣␣]', 'a b'],
    ['words as words', 'one two', 'drei vier  fünf', '[one two]', '[drei vier][␣␣][fünf]'],
    ['a no-break space', 'a b', 'a\u00A0b', 'a[␣]b', 'a[U+00A0]b'],
    ['an emoji of several code points', '👩‍👩‍👧!', '?!', '[👩‍👩‍👧]!', '[?]!'],
    ['half a character', 'a\uD83D', 'a', 'a[U+D83D]', 'a'],
    ['an accent that stands alone', '\u0301', '', '[◌\u0301]', ''],
  ])('marks %s', (_name, source, target, left, right) => {
    expect(marked(text(source), text(target))).toEqual([left, right])
  })

  it('shows what is not seen where it is the same too: at the ends, in a row, and what acts', () => {
    expect(marked(text(' a b  c\td\ne\u202Ef '), text(' a b  c\td\ne\u202Ef x'))).toEqual([
      '␣a b␣␣c⇥d↵eU+202Ef␣',
      '␣a b␣␣c⇥d↵eU+202Ef [x]',
    ])
  })

  it('names the code points of what differs, and none of figures that can be told by looking', () => {
    const { source, target } = shownValues(text('é\u200B'), text('e\u0301'))
    expect(source.points).toEqual([
      ['é', 'U+00E9'],
      ['', 'U+200B zero width space'],
    ])
    expect(target.points).toEqual([['e\u0301', 'U+0065 U+0301 combining acute']])
    expect(shownValues(text('2024-05-06 07:08:09'), text('2024-05-06 05:08:09')).source.points).toEqual([])
    expect(shownValues(text('abcdefghi'), text('ABCDEFGHI')).source).toMatchObject({ morePoints: 3 })
  })

  it('shows bytes as hex, and a text beside bytes as its bytes', () => {
    expect(marked(bytes(0, 1, 255), bytes(0, 2, 255))).toEqual(['00 [01 ]ff ', '00 [02 ]ff '])
    expect(marked(text('a'), bytes(0x61, 0xff))).toEqual(['61 ', '61 [ff ]'])
  })

  it('tells NULL from the text NULL, and from the empty text', () => {
    expect(shownValues(null, text('NULL'))).toMatchObject({ source: { kind: 'null' }, target: { kind: 'text' } })
    expect(shownValues(null, text('')).target).toMatchObject({ kind: 'text', runs: [] })
    expect(shownValues(undefined, null)).toMatchObject({ source: { kind: 'null' }, target: { kind: 'null' } })
    expect(marked(null, bytes(1, 2))).toEqual(['NULL', '01 02 '])
  })

  it('marks nothing in hashes that stand in the place of values', () => {
    const [one, other] = [{ masked: 'hmac:0123456789abcdef' }, { masked: 'hmac:0123456789abcdee' }]
    const shown = (text: string) => ({ kind: 'masked', runs: [['same', text]], points: [], morePoints: 0 })
    expect(shownValues(one, other)).toEqual({ source: shown(one.masked), target: shown(other.masked) })
    expect(shownValues(null, other)).toMatchObject({ source: { kind: 'null' }, target: { kind: 'masked' } })
    // A text that looks like one is a text.
    expect(shownValues(text(one.masked), text(other.masked)).source.kind).toBe('text')
  })

  it('leaves out what is the same far from what differs, and says how much', () => {
    const long = 'x'.repeat(1_000)
    expect(marked(text(`${long}a${long}`), text(`${long}b${long}`))).toEqual([
      `{… 960 characters …}${'x'.repeat(40)}[a]${'x'.repeat(40)}{… 960 characters …}`,
      `{… 960 characters …}${'x'.repeat(40)}[b]${'x'.repeat(40)}{… 960 characters …}`,
    ])
    expect(marked(text(`${'x'.repeat(50)}a`), text('x'.repeat(50)))[0]).toBe(`${'x'.repeat(50)}[a]`)
  })

  it.each([
    ['texts', text('a'.repeat(3_000_000)), text('b'.repeat(3_000_000))],
    ['a text and a beginning of it', text('ab'.repeat(1_000_000)), text('a')],
    [
      'bytes',
      { base64: Buffer.alloc(2_000_000).toString('base64') },
      { base64: Buffer.alloc(1_000_000, 1).toString('base64') },
    ],
    ['a text beside NULL', text('a'.repeat(3_000_000)), null],
    ['one character of many code points', text(`a${'\u0301'.repeat(1_000_000)}`), text('a')],
  ])('is small for large %s', (_name, source, target) => {
    const shown = shownValues(source, target)
    expect(JSON.stringify(shown).length).toBeLessThan(10_000)
    expect(shown.source.runs.some(([kind]) => kind === 'left-out')).toBe(true)
  })

  it('loses no character, and marks none where both are the same', () => {
    const plainText = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'é', 'z', '😀'), maxLength: 40 })
    fc.assert(
      fc.property(plainText, plainText, (one, other) => {
        const shown = shownValues(text(one), text(other))
        const of = ({ runs }: typeof shown.source, kinds: readonly string[]) =>
          runs.flatMap(([kind, run]) => (kinds.includes(kind) ? [run] : [])).join('')
        expect(of(shown.source, ['same', 'differs'])).toBe(one)
        expect(of(shown.target, ['same', 'differs'])).toBe(other)
        // What is not marked is the same at both ends.
        expect(of(shown.source, ['same'])).toBe(of(shown.target, ['same']))
      }),
    )
  })
})
