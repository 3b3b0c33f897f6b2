import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { charsetDecoder } from './charset-decoder.ts'
import type { CharsetDecoder } from './decoder.ts'

/** Charset, bytes, text; the bytes were made by Python's codecs of the same charsets, where it has one. */
const known: readonly (readonly [charset: string, bytes: string, text: string])[] = [
  ['ascii', '506c61696e207e7f00', 'Plain ~\u007f\0'],
  ['armscii8', 'b2b3204828', 'Աա H('],
  ['big5', 'b35ca55cbb5ca540acc9', '許功蓋世界'],
  ['binary', '41c3b1f09f9880', 'Añ😀'],
  ['cp1250', '5a61bff3b3e62067ea9c6cb9206a619ff120848094', 'Zażółć gęślą jaźń „€”'],
  ['cp1251', 'd1fae5f8fc20e5f9b820fdf2e8f520e1f3ebeeea20b92035', 'Съешь ещё этих булок № 5'],
  ['cp1256', 'e3d1cdc8c7a1208190c7e52080', 'مرحبا، پگاه €'],
  ['cp1257', 'dee073697320736b72656e646120e120706965747573', 'Žąsis skrenda į pietus'],
  ['cp850', '926e696d6120ab20b0b1b2', 'Ænima ½ ░▒▓'],
  ['cp852', '9da264ab206e61642057617274a5', 'Łódź nad Wartą'],
  ['cp866', '8fe0a8a2a5e22c20f1abaaa020fc', 'Привет, ёлка ⁿ'], // to both servers; elsewhere FC is №
  ['cp932', '8740eee08bb4c3bdc48160878a', '①髙橋ﾃｽﾄ～㈱'],
  ['dec8', 'd7dde5', 'ŒŸå'],
  ['eucjpms', 'b4c1bbfa8eb68ec58fb0a1', '漢字ｶﾅ丂'],
  ['euckr', 'bec8b3e7208c63b9e6b0a2c7cf', '안녕 똠방각하'],
  ['gb18030', 'd6d0a2e381308a399439fc36', '中€ñ😀'],
  ['gb2312', 'c4e3bac3a3accac0bde7', '你好，世界'],
  ['gbk', 'e946bbf9b7b1f377', '镕基繁體'],
  ['geostd8', 'd2c1', 'რბ'],
  ['greek', 'cae1ebe7ecddf1e120eafcf3ece5', 'Καλημέρα κόσμε'],
  ['hebrew', 'f9ece5ed20f2e5eced', 'שלום עולם'],
  ['hp8', '436166c520b6616e64c7', 'Café Ñandú'],
  ['keybcs2', '8092', 'ČŽ'],
  ['koi8r', 'fbc9d2cfcbc120d3d4d2c1cec1208081', 'Широка страна ─│'],
  ['koi8u', 'b7a720adc1cecfcb20a4', 'Її ґанок є'],
  ['latin1', '4772fcdf652c20352080209620936e61ef766594209c75767265', 'Grüße, 5 € – “naïve” œuvre'],
  ['latin1', '818d8f909d', '\u0081\u008d\u008f\u0090\u009d'],
  ['latin2', '50f8ed6c69b920be6c75bb6f75e86bfd206bf9f2', 'Příliš žluťoučký kůň'],
  ['latin5', 'dd7374616e62756c276461206465f0696c', "İstanbul'da değil"],
  ['latin7', 'c0fe756f6c617320b4fb6b6173a1', 'Ąžuolas “ūkas”'],
  ['macce', '4a65fd20ec696a65', 'Jeż žije'],
  ['macroman', '4669616e638e65d57320d2bd6d656761d320c9', 'Fiancée’s “Ωmega” …'],
  ['sjis', '93fa967b8ceac3b7bdc48141835c945c', '日本語ﾃｷｽﾄ、ソ能'],
  ['swe7', '5b5c5d5e407b7c7d', 'ÄÖÅÜÉäöå'],
  ['tis620', 'cac7d1cab4d5aad2c7e2c5a1', 'สวัสดีชาวโลก'],
  ['ucs2', '004100f18a9e', 'Añ語'],
  ['ujis', 'c6fccbdcb8ec8ec38eb78ebd8ec48fb0a1', '日本語ﾃｷｽﾄ丂'],
  ['utf16', '004100f18a9ed83dde00', 'Añ語😀'],
  ['utf16le', '4100f1009e8a3dd800de', 'Añ語😀'],
  ['utf32', '00000041000000f100008a9e0001f6000010ffff', 'Añ語😀\u{10ffff}'],
  ['utf8', '41c3b1e8aa9e', 'Añ語'],
  ['utf8mb3', '41c3b1e8aa9e', 'Añ語'],
  ['utf8mb4', '41c3b1e8aa9ef09f9880', 'Añ語😀'],
]

/** Charset, bytes, index of the first byte without a mapping. */
const bad: readonly (readonly [charset: string, bytes: string, index: number])[] = [
  ['ascii', '4180', 1],
  ['big5', '41a15a', 1], // the servers answer U+FFFD
  ['big5', '4180', 1],
  ['binary', '41ff', 1],
  ['cp1251', '414243444546474849984a', 9],
  ['eucjpms', '418e', 1], // MySQL drops it
  ['eucjpms', '8fa1', 0],
  ['eucjpms', '41a0', 1],
  ['gb18030', '418130813a', 1],
  ['gb18030', '41813081', 1],
  ['gb18030', '418431a530', 1], // behind U+FFFF
  ['gb18030', '41e3329a36', 1], // behind U+10FFFF
  ['gb18030', '41ff308130', 1],
  ['gbk', '4141414141414180', 7],
  ['gbk', 'd6d0ff', 2],
  ['greek', '41d2', 1],
  ['hebrew', 'f9d9', 1],
  ['sjis', '93fa81', 2],
  ['sjis', '93fa81ad', 2],
  ['swe7', '4180', 1],
  ['swe7', '417f', 1],
  ['tis620', 'cafc', 1], // the servers answer U+FFFD
  ['ucs2', '0041d83dde00', 2],
  ['ucs2', '004100', 2],
  ['ujis', '8fb0', 0],
  ['utf16', '0041dc00', 2],
  ['utf16', '0041d83d', 2],
  ['utf16', '0041d83d0041', 2],
  ['utf16', '0041d83dde', 2],
  ['utf16', '0041d83de000', 2],
  ['utf16', '0041d83ddbff', 2],
  ['utf16le', '41003dd84100', 2],
  ['utf32', '000000410000d800', 4],
  ['utf32', '0000004100110000', 4],
  ['utf32', '00000041ff000041', 4],
  ['utf32', '00000041000000', 4],
  ['utf8mb3', '41f09f9880', 1],
  ['utf8mb4', '41eda080', 1],
  ['utf8mb4', '41c3', 1],
]

/** One character without a mapping, of charsets of every build. */
const spoilers: readonly (readonly [charset: string, bytes: string])[] = [
  ['ascii', '80'],
  ['big5', 'a15a'],
  ['cp1251', '98'],
  ['eucjpms', '8fa1a1'],
  ['gb18030', '8431a530'],
  ['sjis', '81ad'],
  ['swe7', '7f'],
  ['ucs2', 'd800'],
  ['utf16', 'dc00'],
  ['utf16le', '00dc'],
  ['utf32', '00110000'],
  ['utf8mb3', 'f09f9880'],
  ['utf8mb4', 'eda080'],
]

const charsets = [...new Set(known.map(([charset]) => charset))].filter((charset) => charset !== 'utf8')

function decoderOf(charset: string): CharsetDecoder {
  const decoder = charsetDecoder(charset)
  if (decoder === undefined) throw new Error(`no decoder for ${charset}`)
  return decoder
}

const before = 3
const guard = 0xaa

/** Decodes from the middle of a larger source into the middle of a target that has not a byte more than was promised. */
function decoded(charset: string, bytes: Uint8Array): Buffer | number {
  const decoder = decoderOf(charset)
  const source = Buffer.concat([Buffer.from([0xff, 0x41]), bytes, Buffer.from([0x41, 0xff])])
  const reserve = Math.ceil(bytes.length * decoder.maxGrowth)
  const target = Buffer.alloc(before + reserve + 8, guard)
  const end = decoder.decode(source, 2, 2 + bytes.length, target, before)
  expect(end).toBeLessThanOrEqual(before + reserve)
  expect([...target.subarray(0, before), ...target.subarray(before + reserve)]).toEqual(Array(before + 8).fill(guard))
  return end < 0 ? -(1 + end) - 2 : target.subarray(before, end)
}

/** Every character of one or two bytes (of a Unicode charset: some) with its text, by trying all. */
function characters(charset: string): { bytes: Buffer; text: string }[] {
  const decoder = decoderOf(charset)
  const target = new Uint8Array(16)
  const found: { bytes: Buffer; text: string }[] = []
  for (let value = 0; value < 0x10100; value++) {
    const bytes = value < 0x100 ? Buffer.of(value) : Buffer.of((value - 0x100) >> 8, value & 0xff)
    const end = decoder.decode(bytes, 0, bytes.length, target, 0)
    const text = end < 0 ? '' : Buffer.from(target.subarray(0, end)).toString()
    if (Array.from(text).length === 1) found.push({ bytes, text })
  }
  return found
}

/** Characters around every border of UTF-8's lengths, and ASCII. */
const utf32 = [...Array(0x100).keys(), 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff].map((point) =>
  String.fromCodePoint(point),
)

function utf32Bytes(text: string): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(text.codePointAt(0)!)
  return bytes
}

describe('charsetDecoder', () => {
  it.each(known)('decodes %s %s', (charset, bytes, text) => {
    expect(String(decoded(charset, Buffer.from(bytes, 'hex')))).toBe(text)
  })

  it.each(bad)('reports %s %s at %i', (charset, bytes, index) => {
    expect(decoded(charset, Buffer.from(bytes, 'hex'))).toBe(index)
  })

  it.each(charsets)('makes of any text in %s what it makes of the characters one by one', (charset) => {
    const pool = characters(charset)
    if (charset === 'utf32') for (const text of utf32) pool.push({ bytes: utf32Bytes(text), text })
    expect(pool.length).toBeGreaterThanOrEqual(127)
    // Weighed, so that runs of ASCII of every length come up, which are taken eight at a time.
    const ascii = pool.filter(({ text }) => text < '\x80')
    const character = fc.oneof(
      { arbitrary: fc.constantFrom(...(ascii.length > 0 ? ascii : pool)), weight: 6 },
      { arbitrary: fc.constantFrom(...pool), weight: 1 },
    )
    const text = fc.array(character, { maxLength: 200, size: 'max' })
    fc.assert(
      fc.property(text, (list) => {
        const bytes = Buffer.concat(list.map((one) => one.bytes))
        expect(String(decoded(charset, bytes))).toBe(list.map((one) => one.text).join(''))
      }),
      { numRuns: 60 },
    )
    const [, spoiler] = spoilers.find(([name]) => name === charset) ?? []
    if (spoiler === undefined) return
    fc.assert(
      fc.property(text, text, (list, rest) => {
        const first = Buffer.concat(list.map((one) => one.bytes))
        const all = Buffer.concat([first, Buffer.from(spoiler, 'hex'), ...rest.map((one) => one.bytes)])
        expect(decoded(charset, all)).toBe(first.length)
      }),
      { numRuns: 60 },
    )
  })

  it.each([
    ['gbk', 'd6d0'],
    ['sjis', '93fa'],
    ['ujis', '8ec3'],
    ['ujis', '8fb0a1'],
    ['eucjpms', '8fb0a1'],
    ['gb18030', '8136a530'],
    ['ucs2', '0041'],
    ['utf16', 'd83dde00'],
    ['utf16le', '3dd800de'],
    ['utf32', '0001f600'],
    ['utf8mb4', 'f09f9880'],
  ])('does not read behind the end of the range: %s %s', (charset, hex) => {
    const bytes = Buffer.concat([Buffer.from(hex, 'hex'), Buffer.from(hex, 'hex')])
    const length = hex.length / 2
    const decoder = decoderOf(charset)
    for (let end = length + 1; end < 2 * length; end++) {
      // What lies behind the end would make the character whole.
      expect(decoder.decode(bytes, 0, end, Buffer.alloc(16), 0)).toBe(-(1 + length))
    }
    expect(decoder.decode(bytes, 0, 2 * length, Buffer.alloc(16), 0)).toBeGreaterThan(0)
  })

  it('takes the names in any case and keeps one decoder for each', () => {
    expect(charsetDecoder('Latin1')).toBe(charsetDecoder('latin1'))
    expect(charsetDecoder('UTF8')?.charset).toBe('utf8mb3')
    expect(charsetDecoder('GBK')?.charset).toBe('gbk')
  })

  it.each(['', 'latin9', 'cp1252', 'constructor', '__proto__', 'utf8mb5', 'filename'])('does not know %j', (name) => {
    expect(charsetDecoder(name)).toBeUndefined()
  })

  it('states no more growth than a character can need', () => {
    const growth = Object.fromEntries(charsets.map((charset) => [charset, decoderOf(charset).maxGrowth]))
    expect(growth).toMatchObject({ ascii: 1, latin1: 3, latin2: 2, greek: 3, swe7: 2, sjis: 3, gbk: 1.5, utf16: 1.5 })
    expect(Math.max(...Object.values(growth))).toBe(3)
  })

  it('accepts an empty range', () => {
    for (const charset of charsets) expect(decoderOf(charset).decode(Buffer.of(0xff), 1, 1, Buffer.alloc(0), 0)).toBe(0)
  })
})
