import { describe, expect, it } from 'vitest'
import { visible, visibleJson } from './visible.ts'

describe('visible', () => {
  it.each([
    ['colours and titles', '\u001b]0;pwned\u0007\u001b[31mred', String.raw`\u001b]0;pwned\u0007\u001b[31mred`],
    ['the controls of eight bits', 'a\u009b31mb', String.raw`a\u009b31mb`],
    ['line ends', 'a\r\nb\u2028c', String.raw`a\u000d\u000ab\u2028c`],
    ['text that runs backwards', 'abc\u202Egnp.exe', String.raw`abc\u202egnp.exe`],
    ['what takes no room', 'pay\u200Bpal\uFEFF', String.raw`pay\u200bpal\ufeff`],
    ['half a character', 'a\ud800b', String.raw`a\ud800b`],
    ['tags', 'a\u{E0041}', String.raw`a\u{e0041}`],
  ])('writes out %s', (_name, text, shown) => {
    expect(visible(text)).toBe(shown)
  })

  it('leaves letters of every language and joined emoji as they are', () => {
    const text = 'Zoë 山田太郎 עברית کتاب‌ها 👩‍👩‍👧 é'
    expect(visible(text)).toBe(text)
  })
})

describe('visibleJson', () => {
  it('reads back the same and holds nothing that acts', () => {
    const value = { 'a\u009b': 'x\u001b\u202E\u2028\n\u{E0041}', list: ['\u007f'] }
    for (const indent of [undefined, 2]) {
      const json = visibleJson(value, indent)
      expect(JSON.parse(json)).toEqual(value)
      expect(json).toMatch(/^[\u0020-\u007e\n]*$/)
    }
  })
})
