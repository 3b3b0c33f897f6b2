import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  allSequences,
  askGb18030FourByte,
  askMappings,
  gb18030LinearCount,
  gb18030Sequence,
  openCharsetServer,
  putSequences,
  rawRows,
} from '../../../test/support/charset-tables.ts'
import type { CharsetServer } from '../../../test/support/charset-tables.ts'
import { describeEngines } from '../../../test/support/engines/describe-engines.ts'
import { engineUrl } from '../../../test/support/engines/engine-url.ts'
import { charsetDecoder } from './charset-decoder.ts'
import type { CharsetDecoder } from './decoder.ts'

const target = Buffer.alloc(1 << 16)

function decoderOf(charset: string): CharsetDecoder {
  const decoder = charsetDecoder(charset)
  if (decoder === undefined) throw new Error(`no decoder for ${charset}`)
  return decoder
}

/** The decoder's UTF-8, in a buffer that the next call overwrites; undefined where it reports a byte. */
function decoded(decoder: CharsetDecoder, bytes: Uint8Array): Buffer | undefined {
  const end = decoder.decode(bytes, 0, bytes.length, target, 0)
  return end < 0 ? undefined : target.subarray(0, end)
}

/** What the decoder makes otherwise of the sequences than the server, and how many they both decode. */
function compare(charset: string, sequences: readonly Uint8Array[], answers: readonly (Buffer | undefined)[]) {
  const decoder = decoderOf(charset)
  const differences: string[] = []
  let decodedCount = 0
  for (const [i, bytes] of sequences.entries()) {
    const ours = decoded(decoder, bytes)
    const theirs = answers[i]
    if (ours === undefined ? theirs !== undefined : theirs === undefined || !ours.equals(theirs)) {
      differences.push(
        `${charset} ${Buffer.from(bytes).toString('hex')}: ${ours?.toString()}, server ${theirs?.toString()}`,
      )
    } else if (ours !== undefined) decodedCount++
  }
  return { differences: differences.slice(0, 20), decodedCount }
}

/** A repeatable sequence of numbers from 0 to below `limit` (xorshift). */
function dice(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
}

/** Characters beyond the sequences of one and two bytes, where the charset has them. */
const longer: Readonly<Record<string, readonly string[]>> = {
  ujis: ['8fb0a1', '8feda3', '8fa2af'],
  eucjpms: ['8fb0a1', '8ff3f3', '8fe5a1'],
  gb18030: ['81308130', '8136a530', '90308130', 'e3329a35', '8431a439'],
  utf8mb3: ['e0a080', 'e282ac', 'ed9fbf', 'efbfbf'],
  utf8mb4: ['e0a080', 'e282ac', 'ed9fbf', 'efbfbf', 'f0908080', 'f48fbfbf'],
  utf16: ['d800dc00', 'd83dde00', 'dbffdfff'],
  utf16le: ['00d800dc', '3dd800de', 'ffdbffdf'],
  utf32: ['00000000', '0000003f', '00000041', '000000e9', '000020ac', '0000d7ff', '0000e000', '0000ffff', '0010ffff'],
}

/** Charsets on whose columns mysql2 breaks off the connection: iconv-lite, by which it reads their names, has none such. */
const unreadable = new Set(['dec8', 'hp8', 'swe7', 'keybcs2', 'geostd8', 'eucjpms'])

for (const engine of ['mysql9', 'mariadb'] as const) {
  describeEngines([engine], `charset decoders and ${engine}`, () => {
    let server: CharsetServer

    beforeAll(async () => {
      server = await openCharsetServer(engineUrl(engine))
    })

    afterAll(() => server[Symbol.asyncDispose]())

    it('have the same charsets', () => {
      expect(server.charsets.size).toBeGreaterThanOrEqual(40)
      expect([...server.charsets.keys()].filter((charset) => charsetDecoder(charset)?.charset !== charset)).toEqual([])
    })

    it('agree on every sequence of one and two bytes in every charset', { timeout: 60_000 }, async () => {
      const sequences = [...allSequences(1), ...allSequences(2)]
      await putSequences(server, sequences)
      const counts = new Map<string, number>()
      for (const charset of server.charsets.keys()) {
        const { differences, decodedCount } = compare(charset, sequences, await askMappings(server, charset))
        expect(differences).toEqual([])
        counts.set(charset, decodedCount)
      }
      const none = [...counts].filter(([, count]) => count < 128 + 128 ** 2)
      expect(none.map(([charset]) => charset)).toEqual(['swe7', 'utf32'].filter((charset) => counts.has(charset)))
      expect(counts.get('latin1')).toBe(256 + 65_536)
      expect(counts.get('utf16')).toBe(65_536 - 2_048)
    })

    it.each(['ujis', 'eucjpms'])('agree on every sequence of three bytes after 8F in %s', async (charset) => {
      const sequences = allSequences(2, [0x8f])
      await putSequences(server, sequences)
      const { differences, decodedCount } = compare(charset, sequences, await askMappings(server, charset))
      expect(differences).toEqual([])
      expect(decodedCount).toBeGreaterThan(6_000)
    })

    it('agree on long texts as they come out of columns', { timeout: 60_000 }, async () => {
      const seed = 1 + Math.floor(Math.random() * 0x7fffffff)
      const pick = dice(seed)
      const pairs = [...allSequences(1), ...allSequences(2)]
      for (const charset of server.charsets.keys()) {
        if (charset === 'binary') continue
        const decoder = decoderOf(charset)
        const pool = [...pairs, ...(longer[charset] ?? []).map((text) => Buffer.from(text, 'hex'))].filter(
          (bytes) => decoded(decoder, bytes) !== undefined,
        )
        const rare = pool.slice(-(longer[charset]?.length ?? 1))
        const texts = Array.from({ length: 30 }, () =>
          Buffer.concat(
            Array.from({ length: pick(400) }, () =>
              pick(8) > 0 ? pool[pick(pool.length)]! : rare[pick(rare.length)]!,
            ),
          ),
        )
        const { connection } = server
        await connection.query('DROP TEMPORARY TABLE IF EXISTS texts')
        await connection.query(`CREATE TEMPORARY TABLE texts (id INT PRIMARY KEY, c TEXT CHARACTER SET ${charset})`)
        const values = texts.map((bytes, id) => `(${id},CONVERT(X'${bytes.toString('hex')}' USING ${charset}))`)
        await connection.query(`INSERT INTO texts VALUES ${values.join(',')}`)
        const column = unreadable.has(charset) ? 'CAST(c AS BINARY)' : 'c'
        const rows = await rawRows(connection, `SELECT ${column}, CONVERT(c USING utf8mb4) FROM texts ORDER BY id`)
        const wrong = rows.filter(([raw, converted], id) => {
          return !raw?.equals(texts[id]!) || !converted || !decoded(decoder, raw)?.equals(converted)
        })
        expect(wrong, `${charset}, seed ${seed}`).toEqual([])
        expect(rows.length).toBe(30)
      }
    })
  })
}

// MariaDB has no gb18030.
describeEngines(['mysql9'], 'gb18030', () => {
  it('agrees on every sequence of four bytes', { timeout: 60_000 }, async () => {
    await using server = await openCharsetServer(engineUrl('mysql9'))
    const points = await askGb18030FourByte(server)
    const decoder = decoderOf('gb18030')
    const differences: string[] = []
    for (let linear = 0; linear < gb18030LinearCount; linear++) {
      const ours = decoded(decoder, Uint8Array.from(gb18030Sequence(linear)))
      const point = ours === undefined ? -1 : ours.toString().codePointAt(0)
      if (point !== points[linear]) differences.push(`${linear}: ${point}, server ${points[linear]}`)
    }
    expect(differences.slice(0, 20)).toEqual([])
    expect(points.filter((point) => point > 0xffff).length).toBe(0x100000)
  })
})
