import { brotliDecompressSync } from 'node:zlib'
import type { CharsetDecoder } from './decoder.ts'
import type { PairTable } from './multi-byte-decoder.ts'
import { MultiByteDecoder } from './multi-byte-decoder.ts'
import { SingleByteDecoder } from './single-byte-decoder.ts'
import { gb18030Runs, multiByteTables, singleByteTables } from './tables.ts'
import { Utf16Decoder } from './utf16-decoder.ts'
import { Utf32Decoder } from './utf32-decoder.ts'
import { Utf8Decoder } from './utf8-decoder.ts'

const decoders = new Map<string, CharsetDecoder>()

/**
 * The decoder of a charset by its server's name, in any case: every charset that `SHOW CHARACTER SET` of MySQL 9.7 and
 * MariaDB 10.11 lists, and `utf8`, which means utf8mb3. Where both servers map a sequence they map it alike, so there is
 * one decoder for both. Undefined: unknown charset; the caller raises an error. The first call for an East Asian charset
 * unpacks its tables (some milliseconds); later calls return the same decoder.
 */
export function charsetDecoder(charset: string): CharsetDecoder | undefined {
  const lower = charset.toLowerCase()
  const name = lower === 'utf8' ? 'utf8mb3' : lower
  let decoder = decoders.get(name)
  if (decoder === undefined) {
    decoder = build(name)
    if (decoder !== undefined) decoders.set(name, decoder)
  }
  return decoder
}

function build(name: string): CharsetDecoder | undefined {
  if (Object.hasOwn(singleByteTables, name)) return new SingleByteDecoder(name, singleByteTables[name]!)
  switch (name) {
    case 'utf8mb4':
    // A column keeps the charset `binary` and is still text where it is an ENUM or SET: its labels are what they are in
    // UTF-8, and so the server's CONVERT takes them.
    case 'binary':
      return new Utf8Decoder(name, 4)
    case 'utf8mb3':
      return new Utf8Decoder(name, 3)
    case 'ucs2':
      return new Utf16Decoder(name, { littleEndian: false, pairs: false })
    case 'utf16':
      return new Utf16Decoder(name, { littleEndian: false, pairs: true })
    case 'utf16le':
      return new Utf16Decoder(name, { littleEndian: true, pairs: true })
    case 'utf32':
      return new Utf32Decoder()
  }
  const family = multiByteTables.find(({ charsets }) => charsets.includes(name))
  if (family === undefined) return undefined
  const tables = brotliDecompressSync(Buffer.from(family.brotli, 'base64'))
  const after8f = family.after8f.indexOf(name)
  return new MultiByteDecoder(name, pairTable(tables, family.charsets.indexOf(name)), {
    after8f: after8f === -1 ? undefined : pairTable(tables, family.charsets.length + after8f),
    fourByte: name === 'gb18030' ? fourByteGb18030() : undefined,
  })
}

function pairTable(tables: Buffer, place: number): PairTable {
  const pairs = new Uint16Array(65_536)
  for (let i = 0; i < pairs.length; i++) pairs[i] = tables.readUInt16LE((place * pairs.length + i) * 2)
  return pairs
}

function fourByteGb18030(): Uint16Array {
  const points = new Uint16Array(39_420)
  for (const run of gb18030Runs.split(' ')) {
    const [first, count, point] = run.split(',').map(Number) as [number, number, number]
    for (let i = 0; i < count; i++) points[first + i] = point + i
  }
  return points
}
