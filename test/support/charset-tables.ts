/**
 * Asks live servers what each byte sequence of a charset means, and writes the answers to
 * src/format/charset/tables.ts:
 *
 *     node test/support/charset-tables.ts MYSQL_URL MARIADB_URL
 *
 * The tests ask through the same functions, so what counts as "has no mapping" is written down once, here.
 */
import { writeFileSync } from 'node:fs'
import { brotliCompressSync, constants } from 'node:zlib'
import { createConnection } from 'mysql2/promise'
import type { Connection, RowDataPacket } from 'mysql2/promise'
import { invalidUtf8At } from '../../src/format/charset/invalid-utf8.ts'

/** One open session; `sequences` is its temporary table of byte strings to be asked about. */
export interface CharsetServer extends AsyncDisposable {
  readonly connection: Connection
  /** Name → bytes of the longest character, from SHOW CHARACTER SET. */
  readonly charsets: ReadonlyMap<string, number>
}

const unicodeUnitBytes: Readonly<Record<string, number>> = { ucs2: 2, utf16: 2, utf16le: 2, utf32: 4 }
const isUnicode = (charset: string): boolean => charset.startsWith('utf') || charset === 'ucs2' || charset === 'binary'

/** Rows come as raw bytes (`character_set_results=NULL`), without the client library decoding anything. */
export async function rawRows(connection: Connection, sql: string): Promise<(Buffer | null)[][]> {
  const [rows] = await connection.query<RowDataPacket[]>({
    sql,
    rowsAsArray: true,
    typeCast: (field) => field.buffer(),
  })
  return rows as unknown as (Buffer | null)[][]
}

/** Opens a session in a database of its own, which is dropped on dispose. */
export async function openCharsetServer(url: string): Promise<CharsetServer> {
  const connection = await createConnection(url)
  const database = `charset_${process.pid}_${Math.random().toString(36).slice(2)}`
  await connection.query(`CREATE DATABASE ${database}`)
  await connection.query(`USE ${database}`)
  // Strict, so that what MySQL cannot convert is NULL and not a string cut short.
  await connection.query(`SET character_set_results = NULL, max_error_count = 0, sql_mode = 'STRICT_ALL_TABLES'`)
  const rows = await rawRows(connection, 'SHOW CHARACTER SET')
  return {
    connection,
    charsets: new Map(rows.map((row) => [String(row[0]), Number(String(row[3]))])),
    async [Symbol.asyncDispose]() {
      await connection.query(`DROP DATABASE ${database}`)
      await connection.end()
    },
  }
}

/** Replaces the session's list of sequences. */
export async function putSequences(server: CharsetServer, sequences: readonly Uint8Array[]): Promise<void> {
  const { connection } = server
  await connection.query('DROP TEMPORARY TABLE IF EXISTS sequences')
  await connection.query('CREATE TEMPORARY TABLE sequences (id INT PRIMARY KEY, b VARBINARY(8000) NOT NULL)')
  for (let from = 0; from < sequences.length; from += 20_000) {
    const values = sequences.slice(from, from + 20_000).map((bytes, at) => `(${from + at},X'${hex(bytes)}')`)
    await connection.query(`INSERT INTO sequences VALUES ${values.join(',')}`)
  }
}

/**
 * What `CONVERT(… USING utf8mb4)` makes of each of the session's sequences, read as text of `charset`; undefined where
 * the server refuses the bytes or has no mapping for some of them.
 */
export async function askMappings(server: CharsetServer, charset: string): Promise<(Buffer | undefined)[]> {
  const text = `CONVERT(b USING ${charset})`
  // As BINARY: mysql2 breaks off on the column definition of a charset that iconv-lite does not know (dec8, swe7, …).
  const rows = await rawRows(
    server.connection,
    `SELECT b, CAST(${text} AS BINARY), CONVERT(${text} USING utf8mb4), CHAR_LENGTH(${text}),
      CHAR_LENGTH(CONVERT(${text} USING utf8mb4)) FROM sequences ORDER BY id`,
  )
  return rows.map(([bytes, stored, converted, charCount, convertedCount]) => {
    // MySQL answers malformed bytes with NULL, MariaDB with other bytes.
    if (!bytes || !stored?.equals(bytes) || !converted) return undefined
    // MySQL's eucjpms takes an incomplete character at the end for well-formed, and then drops it.
    if (charset !== 'binary' && String(charCount) !== String(convertedCount)) return undefined
    return isExact(charset, bytes, converted) ? converted : undefined
  })
}

/** Whether no character of the answer stands for "no mapping". */
function isExact(charset: string, source: Uint8Array, converted: Buffer): boolean {
  // MariaDB copies surrogates into UTF-8.
  if (invalidUtf8At(converted, 0, converted.length) !== -1) return false
  // tis620 and big5 map what they do not define to U+FFFD; elsewhere U+FFFD is a character like any other.
  if (!isUnicode(charset) && converted.includes('\ufffd')) return false
  // In no charset is 0x3F part of a longer character, but in those of fixed units.
  return (
    countOf(converted, 1, 0) === countOf(source, unicodeUnitBytes[charset] ?? 1, charset === 'utf16le' ? 0 : undefined)
  )
}

/** How many units of `unitBytes` bytes are a question mark, whose one non-zero byte is at `place` (default: the last). */
function countOf(bytes: Uint8Array, unitBytes: number, place = unitBytes - 1): number {
  let count = 0
  for (let at = 0; at + unitBytes <= bytes.length; at += unitBytes) {
    let isMark = true
    for (let i = 0; i < unitBytes; i++) isMark &&= bytes[at + i] === (i === place ? 0x3f : 0)
    if (isMark) count++
  }
  return count
}

/** Every sequence of `prefix` plus `byteCount` bytes, in order. */
export function allSequences(byteCount: number, prefix: readonly number[] = []): Uint8Array[] {
  return Array.from({ length: 256 ** byteCount }, (_, value) =>
    Uint8Array.from([
      ...prefix,
      ...Array.from({ length: byteCount }, (_, i) => (value >> (8 * (byteCount - 1 - i))) & 255),
    ]),
  )
}

/** Four-byte GB 18030 by its linear number (0 = 81 30 81 30). */
export function gb18030Sequence(linear: number): number[] {
  const third = Math.floor(linear / 10)
  const second = Math.floor(third / 126)
  return [0x81 + Math.floor(second / 10), 0x30 + (second % 10), 0x81 + (third % 126), 0x30 + (linear % 10)]
}

export const gb18030LinearCount = 126 * 10 * 126 * 10

/** The code point of each four-byte GB 18030 sequence, by linear number; −1 for none. */
export async function askGb18030FourByte(server: CharsetServer): Promise<Int32Array> {
  const points = new Int32Array(gb18030LinearCount)
  const perRow = 1260
  await putSequences(
    server,
    Array.from({ length: gb18030LinearCount / perRow }, (_, row) =>
      Uint8Array.from(Array.from({ length: perRow }, (_, i) => gb18030Sequence(row * perRow + i)).flat()),
    ),
  )
  // A four-byte sequence has no 0x3F in it, so here every '?' is a sequence without a mapping.
  const rows = await rawRows(
    server.connection,
    'SELECT CONVERT(CONVERT(b USING gb18030) USING utf8mb4) FROM sequences ORDER BY id',
  )
  for (const [row, [converted]] of rows.entries()) {
    const characters = Array.from(String(converted))
    if (characters.length !== perRow) throw new Error(`row ${row} has ${characters.length} characters`)
    for (const [i, character] of characters.entries()) {
      points[row * perRow + i] = character === '?' ? -1 : character.codePointAt(0)!
    }
  }
  return points
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}

/** The servers' common answer; where only one has a mapping, that one. Prints what they do not agree on. */
async function askAll(
  servers: readonly CharsetServer[],
  charset: string,
  sequences: readonly Uint8Array[],
): Promise<(number | undefined)[]> {
  const speakers = servers.filter((server) => server.charsets.has(charset))
  const answers = await Promise.all(speakers.map((server) => askMappings(server, charset)))
  const known = sequences.map((sequence, i) => {
    const told = answers.map((answer) => answer[i]?.toString())
    const distinct = new Set(told.filter((text) => text !== undefined))
    if (distinct.size > 1)
      throw new Error(`${charset} ${hex(sequence)}: the servers disagree: ${[...distinct].join(' ')}`)
    if (distinct.size === 1 && told.includes(undefined))
      console.log(`${charset} ${hex(sequence)}: only one server maps it`)
    return [...distinct][0]
  })
  const seen = new Map<string, string[]>()
  known.forEach((text, i) => {
    if (text !== undefined && Array.from(text).length === 1)
      seen.set(text, [...(seen.get(text) ?? []), hex(sequences[i]!)])
  })
  const shared = [...seen].filter(([, from]) => from.length > 1)
  if (shared.length > 0) {
    const list = shared.slice(0, 12).map(([text, from]) => `U+${text.codePointAt(0)!.toString(16)}=${from.join('=')}`)
    console.log(`${charset}: ${shared.length} characters have several spellings: ${list.join(' ')}`)
  }
  return known.map((text) => (text !== undefined && Array.from(text).length === 1 ? text.codePointAt(0)! : undefined))
}

const singles = allSequences(1)
const pairs = allSequences(2)
const families = [['big5'], ['euckr'], ['gb2312', 'gbk', 'gb18030'], ['sjis', 'cp932', 'ujis', 'eucjpms']]
const threeByte = new Set(['ujis', 'eucjpms'])

/** 65,536 code points by (lead, trail); the row of lead 0 holds the single bytes from 0x80 on. 0 is no mapping. */
async function askPairs(servers: readonly CharsetServer[], charset: string, prefix: number[]): Promise<Uint16Array> {
  const table = new Uint16Array(65_536)
  const sequences = prefix.length > 0 ? allSequences(2, prefix) : [...singles, ...pairs]
  await Promise.all(servers.map((server) => putSequences(server, sequences)))
  const known = await askAll(servers, charset, sequences)
  known.forEach((point, i) => {
    const bytes = sequences[i]!
    if (point === undefined) return
    if (point > 0xffff || point === 0xfffd) throw new Error(`${charset} ${hex(bytes)}: U+${point.toString(16)}`)
    if (prefix.length === 0 && bytes[0]! < 0x80) {
      if (bytes.length > 1 || point !== bytes[0]) throw new Error(`${charset} ${hex(bytes)} is not ASCII`)
      return
    }
    table[bytes.length === 1 ? bytes[0]! : (bytes.at(-2)! << 8) | bytes.at(-1)!] = point
  })
  return table
}

function packed(tables: readonly Uint16Array[]): string {
  const bytes = Buffer.concat(tables.map((table) => Buffer.from(table.buffer)))
  const params = { [constants.BROTLI_PARAM_LGWIN]: 24, [constants.BROTLI_PARAM_QUALITY]: 11 }
  return brotliCompressSync(bytes, { params }).toString('base64')
}

const escaped = (point: number): string =>
  point > 0x20 && point < 0x7f && point !== 0x27 && point !== 0x5c
    ? String.fromCodePoint(point)
    : `\\u${point.toString(16).padStart(4, '0')}`

async function writeTables(urls: readonly string[]): Promise<void> {
  const servers = await Promise.all(urls.map(openCharsetServer))
  const lines: string[] = []
  await Promise.all(servers.map((server) => putSequences(server, singles)))
  const names = [
    ...new Set(
      servers
        .flatMap((server) => [...server.charsets])
        .filter(([, n]) => n === 1)
        .map(([n]) => n),
    ),
  ]
  for (const charset of names.filter((name) => name !== 'binary').sort()) {
    const points = await askAll(servers, charset, singles)
    const isAscii = points.every((point, byte) => byte >= 0x80 || point === byte)
    const upper = points.slice(isAscii ? 128 : 0)
    const text = upper.every((point) => point === undefined)
      ? ''
      : upper.map((point) => escaped(point ?? 0xfffd)).join('')
    lines.push(`  ${charset}: '${text}',`)
  }
  const blobs: string[] = []
  for (const family of families) {
    const after8f = family.filter((charset) => threeByte.has(charset))
    const tables: Uint16Array[] = []
    for (const charset of family) tables.push(await askPairs(servers, charset, []))
    for (const charset of after8f) tables.push(await askPairs(servers, charset, [0x8f]))
    const names = (list: readonly string[]) => `[${list.map((name) => `'${name}'`).join(', ')}]`
    blobs.push(
      `  {\n    charsets: ${names(family)},\n    after8f: ${names(after8f)},\n    brotli:\n      '${packed(tables)}',\n  },`,
    )
  }
  const points = await askGb18030FourByte(servers.find((server) => server.charsets.has('gb18030'))!)
  const runs: string[] = []
  for (let linear = 0; linear < points.length;) {
    const first = linear
    while (++linear < points.length && points[linear]! - points[first]! === (points[first]! < 0 ? 0 : linear - first));
    const isAstral = points[first]! > 0xffff
    // The decoder computes these.
    if (isAstral && (first !== 189_000 || linear - first !== 0x10_0000))
      throw new Error('gb18030 above U+FFFF has changed')
    if (points[first]! >= 0 && !isAstral) runs.push(`${first},${linear - first},${points[first]}`)
  }
  await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()))
  writeFileSync(
    new URL('../../src/format/charset/tables.ts', import.meta.url),
    `// Written by test/support/charset-tables.ts from what MySQL 9.7 and MariaDB 10.11 answer. Do not edit.

/** Characters of the last bytes of each charset, up to 0xFF; those before are ASCII. U+FFFD: no mapping. */
export const singleByteTables: Readonly<Record<string, string>> = {
${lines.join('\n')}
}

/**
 * Tables of 65,536 little-endian 16-bit code points, brotli in base64: one for each of \`charsets\`, then one for each of
 * \`after8f\` with the last two bytes of the characters that begin with 0x8F. Place: lead × 256 + trail, or, in a table of
 * the first kind, a byte from 0x80 on that is a character by itself. 0: no mapping.
 */
export const multiByteTables: readonly {
  readonly charsets: readonly string[]
  readonly after8f: readonly string[]
  readonly brotli: string
}[] = [
${blobs.join('\n')}
]

/** Four-byte GB 18030 up to U+FFFF, in runs: first linear number (0 = 81 30 81 30), count, first code point. */
export const gb18030Runs =
  '${runs.join(' ')}'
`,
  )
}

if (import.meta.main) await writeTables(process.argv.slice(2))
