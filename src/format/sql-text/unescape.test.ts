import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPair, trailBytesOf } from './trail-bytes.ts'
import { unescapeLiteral, type LiteralRules } from './unescape.ts'

const letters = new Map([
  [0, 0x30],
  [10, 0x6e],
  [13, 0x72],
  [26, 0x5a],
  [0x22, 0x22],
  [0x27, 0x27],
  [0x5c, 0x5c],
])

/**
 * What `mysql_real_escape_string` writes in a character set: whole characters as they are, a byte that only looks like
 * the start of one with a backslash before it, the rest by its table.
 */
function escapeAsServer(bytes: Uint8Array, charset?: string): Buffer {
  const table = trailBytesOf(charset)
  const written: number[] = []
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (table !== undefined && isPair(table, byte, bytes[at + 1] ?? 0)) written.push(byte, bytes[++at]!)
    else if (table !== undefined && (table[byte]! & 1) !== 0) written.push(0x5c, byte)
    else if (letters.has(byte)) written.push(0x5c, letters.get(byte)!)
    else written.push(byte)
  }
  return Buffer.from(written)
}

function unescape(written: Uint8Array, rules?: LiteralRules): Buffer {
  const target = Buffer.alloc(written.length + 2, 0xee)
  const length = unescapeLiteral(written, 0, written.length, target, 1, rules)
  expect([target[0], target[1 + length]]).toEqual([0xee, 0xee])
  return target.subarray(1, 1 + length)
}

const text = (written: string, rules?: LiteralRules): string => unescape(Buffer.from(written), rules).toString()

describe('unescapeLiteral', () => {
  it.each([
    [String.raw`a\0b\n\r\t\b\Z\\\'\"`, 'a\0b\n\r\t\b\x1a\\\'"'],
    [String.raw`50\% a\_b`, String.raw`50\% a\_b`],
    [String.raw`\x\N\z\é`, 'xNzé'],
    ["it''s '''' ", "it's '' "],
    ['', ''],
    ['plain', 'plain'],
    [`${'long '.repeat(50)}\\n${'long '.repeat(50)}`, `${'long '.repeat(50)}\n${'long '.repeat(50)}`],
  ])('reads %j as %j', (written, expected) => {
    expect(text(written)).toBe(expected)
  })

  it('reads the quote that the literal stands in, and the other one as a letter', () => {
    expect(text(`a""b''c\\"`, { quote: 0x22 })).toBe(`a"b''c"`)
  })

  it('reads backslashes as letters where they escape nothing', () => {
    expect(text(String.raw`a\nb''c\'`.slice(0, -1), { backslash: false })).toBe(String.raw`a\nb'c` + '\\')
  })

  it('takes a backslash that ends a letter as part of it', () => {
    const written = Buffer.from([0x95, 0x5c, 0x6e, 0x5c, 0x6e])
    expect([...unescape(written, { trailBytes: trailBytesOf('sjis') })]).toEqual([0x95, 0x5c, 0x6e, 0x0a])
    expect([...unescape(written)]).toEqual([0x95, 0x0a, 0x0a])
  })

  it.each([undefined, 'sjis', 'cp932', 'gbk', 'gb18030', 'big5'])('undoes what the server does in %s', (charset) => {
    const special = fc.constantFrom(0, 8, 9, 10, 13, 26, 0x22, 0x25, 0x27, 0x5c, 0x5f, 0x60, 0x81, 0x95, 0xd5, 0xfe)
    const bytes = fc.array(fc.oneof(special, fc.nat({ max: 255 })), { maxLength: 200 })
    fc.assert(
      fc.property(bytes, (original) => {
        const written = escapeAsServer(Uint8Array.from(original), charset)
        const rules = { trailBytes: trailBytesOf(charset) }
        expect([...unescape(written, rules)]).toEqual(original)
        const inPlace = Buffer.concat([Buffer.from('##'), written])
        const length = unescapeLiteral(inPlace, 2, written.length, inPlace, 0, rules)
        expect([...inPlace.subarray(0, length)]).toEqual(original)
      }),
      { numRuns: 300 },
    )
  })
})
