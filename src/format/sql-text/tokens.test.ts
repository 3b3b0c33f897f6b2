import { describe, expect, it } from 'vitest'
import { tokenize, type TokenRules } from './tokens.ts'

const shown = (text: string | Uint8Array, rules?: TokenRules): string[] =>
  tokenize(text, rules).map(({ kind, text: value }) => (kind === 'end' ? 'end' : `${kind} ${value}`))

describe('tokenize', () => {
  it.each<[string, string[]]>([
    ['CREATE `a``b`.c1$é', ['word CREATE', 'name a`b', 'symbol .', 'word c1$é']],
    [String.raw`'it''s \'x\' \\' "d""q"`, [String.raw`string it's 'x' ` + '\\', 'string d"q']],
    [
      "1 1.50 .5 1e3 1.5E-3 1. 0x4A x'4a' b'101' 0b11",
      [
        'number 1',
        'number 1.50',
        'number .5',
        'number 1e3',
        'number 1.5E-3',
        'number 1.',
        'hex 4A',
        'hex 4a',
        'bits 101',
        'bits 11',
      ],
    ],
    ['1abc 2_ 0x 0xZ', ['word 1abc', 'word 2_', 'word 0x', 'word 0xZ']],
    ['t.5a', ['word t', 'symbol .', 'word 5a']],
    ["_utf8mb4'x' N'y'", ['word _utf8mb4', 'string x', 'string y']],
    ['@a @@SESSION.sql_mode', ['variable @a', 'variable @@session.sql_mode']],
    [
      'a<=>b<>c!=d->>e->f||g&&h:=i<<j',
      [
        'word a',
        'symbol <=>',
        'word b',
        'symbol <>',
        'word c',
        'symbol !=',
        'word d',
        'symbol ->>',
        'word e',
        'symbol ->',
        'word f',
        'symbol ||',
        'word g',
        'symbol &&',
        'word h',
        'symbol :=',
        'word i',
        'symbol <<',
        'word j',
      ],
    ],
    ["--`a` -- c 'x\n--\n#'y\n/* z' */ b", ['symbol -', 'symbol -', 'name a', 'word b']],
    ['a /*!50001 b */ c /*M!100301 d*/ /*!999999 e */ /*! f */', ['word a', 'word b', 'word c', 'word d', 'word f']],
    ['', []],
  ])('%s', (text, expected) => {
    expect(shown(text)).toEqual([...expected, 'end'])
  })

  it('tells which tokens a conditional comment holds', () => {
    const tokens = tokenize('a /*!50001 b /* c */ d*/ e')
    expect(tokens.map(({ text, version }) => [text, version])).toEqual([
      ['a', 0],
      ['b', 50001],
      ['d', 50001],
      ['e', 0],
      ['', 0],
    ])
  })

  it('takes double quotes as names under ANSI_QUOTES, and backslashes as letters under NO_BACKSLASH_ESCAPES', () => {
    expect(shown('"a\\" "b""c"', { ansiQuotes: true })).toEqual(['name a\\', 'name b"c', 'end'])
    expect(shown("'a\\' 'b'", { backslash: false })).toEqual(['string a\\', 'string b', 'end'])
  })

  it('keeps the bytes of a string that is no text', () => {
    const [token] = tokenize(Buffer.from("'\\0\xff'", 'latin1'))
    expect(token).toMatchObject({ kind: 'string', malformed: true, bytes: new Uint8Array([0, 0xff]) })
    expect(tokenize("'é'")[0]).toMatchObject({ text: 'é', malformed: false })
  })

  it('reads names and strings in the character set of the dump', () => {
    const bytes = Buffer.from([0x60, 0xd5, 0x5c, 0x60, 0x20, 0x27, 0xd5, 0x5c, 0x27])
    expect(shown(bytes, { charset: 'gbk' })).toEqual(['name 誠', 'string 誠', 'end'])
    expect(shown(Buffer.from([0x60, 0x93, 0x60]), { charset: 'latin1' })).toEqual(['name “', 'end'])
  })

  it('refuses text in a character set that it does not know', () => {
    expect(() => tokenize(Buffer.from([0xe9]), { charset: 'armscii8' })).toThrow('armscii8')
    expect(shown(Buffer.from('abc'), { charset: 'armscii8' })).toEqual(['word abc', 'end'])
  })

  it.each(["'a", '`a', '/* a', "x'4", "x'4g'", "b'12'"])('fails on %j', (text) => {
    expect(() => tokenize(`a ${text}`)).toThrow(/at byte 2/)
  })
})
