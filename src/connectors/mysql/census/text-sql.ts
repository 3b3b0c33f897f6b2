import type { CensusColumn } from '../../../model/census.ts'
import { quoteName } from '../quote.ts'
import type { ServerFacts } from '../server-facts.ts'

const utf8Charsets = new Set(['utf8mb4', 'utf8mb3', 'utf8'])
/** A character has two or four bytes, of which any may be zero. */
const wideCharsets = new Set(['ucs2', 'utf16', 'utf16le', 'utf32'])
/** One byte a character, every byte one of them. */
const fullCharsets = new Set([
  'armscii8',
  'cp850',
  'cp852',
  'cp866',
  'keybcs2',
  'koi8r',
  'koi8u',
  'latin1',
  'latin2',
  'latin5',
  'latin7',
  'macce',
  'macroman',
])
/** One byte a character, some bytes none: as the servers' own CONVERT has it, asked for every byte of every charset. */
const gappyCharsets = new Set([
  'ascii',
  'cp1250',
  'cp1251',
  'cp1256',
  'cp1257',
  'dec8',
  'geostd8',
  'greek',
  'hebrew',
  'hp8',
  'swe7',
  'tis620',
])
/**
 * One byte a character, and no letters from 0x80 to 0xBF, which is what the second byte of a UTF-8 character is: ordinary
 * text cannot be taken for UTF-8. In the others (cp866, cp1256, the Macintosh's) it can.
 */
const tellingCharsets = new Set([
  'cp1250',
  'cp1251',
  'cp1257',
  'dec8',
  'greek',
  'koi8r',
  'latin1',
  'latin2',
  'latin5',
  'latin7',
])

/** The text holds a NUL character. Bytes are looked at, since there are collations for which NUL is nothing. */
export function hasNulSql(column: CensusColumn, flavor: Flavor): string {
  return holdsSql('00', plainSql(column), flavor)
}

export type Flavor = ServerFacts['flavor']

/**
 * The text holds these bytes. Where one side of a comparison is binary MariaDB compares bytes, which takes a third of the
 * time of making a binary copy of each value (measured). MySQL compares text there, and so needs the copy.
 */
export function holdsSql(hex: string, text: string, flavor: Flavor): string {
  return `${placeSql(hex, text, flavor)} > 0`
}

function placeSql(hex: string, text: string, flavor: Flavor): string {
  if (flavor === 'mariadb') return `LOCATE(CAST(X'${hex}' AS BINARY), ${text})`
  return `LOCATE(X'${hex}', CAST(${text} AS BINARY))`
}

/** The column, in a charset in which a byte of ASCII is that character. */
export function plainSql({ column, native }: CensusColumn): string {
  const c = quoteName(column)
  const isPlain = native.charset !== undefined && !wideCharsets.has(native.charset)
  return isPlain ? c : `CONVERT(${c} USING utf8mb4)`
}

/**
 * The bytes are not all characters of the column's charset.
 *
 * - UTF-8: both servers let nothing in that is ill-formed, save that MariaDB takes halves of surrogate pairs, which are
 *   counted. What damaged files may hold beyond is found while it is copied: looking for it here would take as long as a
 *   fifth of the copy (measured).
 * - Bytes that are said to be UTF-8, whatever the column's charset: those that the server does not take for it. Of those
 *   in another charset nobody tells.
 * - Else: taken as that charset by the server they do not come out the same, or the server turns some of them into a
 *   question mark on the way to UTF-8.
 */
export function invalidTextSql({ column, native }: CensusColumn, flavor: Flavor): string | undefined {
  const c = quoteName(column)
  const charset = native.readAs ?? native.charset ?? 'binary'
  if (fullCharsets.has(charset)) return 'FALSE'
  const bytes = `CAST(${c} AS BINARY)`
  if (native.readAs !== undefined)
    return utf8Charsets.has(charset) ? `${c} IS NOT NULL AND ${notUtf8Sql(bytes)}` : undefined
  const utf8 = `CONVERT(${c} USING utf8mb4)`
  if (gappyCharsets.has(charset)) return `NOT (CAST(CONVERT(${utf8} USING ${charset}) AS BINARY) <=> ${bytes})`
  if (utf8Charsets.has(charset)) return flavor === 'mariadb' ? hasSurrogateSql(c) : 'FALSE'
  const malformed = `NOT (CAST(CONVERT(${bytes} USING ${charset}) AS BINARY) <=> ${bytes})`
  const replaced = `CHAR_LENGTH(REPLACE(${utf8}, '?', '')) <> CHAR_LENGTH(REPLACE(${c}, '?', ''))`
  return whereNotNull(c, `(${malformed} OR ${replaced})`)
}

/** Half of a surrogate pair: ED and a byte from A0 to BF. */
function hasSurrogateSql(c: string): string {
  return `${holdsSql('ed', c, 'mariadb')} AND HEX(${c}) REGEXP '^(..)*ED[AB]'`
}

function whereNotNull(c: string, condition: string): string {
  return `${c} IS NOT NULL AND ${condition}`
}

/**
 * The text looks like UTF-8 that was read as something else (`JosÃ©`): all of it, taken back to one byte a character, is
 * well-formed UTF-8, and some of it beyond ASCII. Text that mixes both kinds is not counted. A sign, not a proof.
 *
 * - In a Unicode column the bytes are those of latin1 as MySQL has it, which is cp1252, or of ISO 8859-1, whose characters
 *   from 0x80 to 0x9F are controls. Such text begins with a character from U+00C2 to U+00F4, two bytes of which the first
 *   is 0xC3, after what is ASCII, and goes on with one from U+0080 to U+00BF or of those that cp1252 has beyond: where the
 *   bytes do not look like that, which is where nearly all other text ends, nothing is converted.
 * - In a column of one byte a character they are the column's own bytes: UTF-8 that a client sent as, say, latin1.
 *
 * Undefined for charsets in which ordinary text may be well-formed UTF-8 too, and for those of Chinese, Japanese and
 * Korean.
 */
export function doubleEncodedSql({ column, native }: CensusColumn, flavor: Flavor): string | undefined {
  const c = quoteName(column)
  const charset = native.charset ?? 'binary'
  if (tellingCharsets.has(charset)) {
    const bytes = `CAST(${c} AS BINARY)`
    return `${isUtf8Sql(bytes)} AND CHAR_LENGTH(CONVERT(${bytes} USING utf8mb4)) < LENGTH(${c})`
  }
  if (!utf8Charsets.has(charset) && !wideCharsets.has(charset)) return undefined
  const utf8 = charset === 'utf8mb4' ? c : `CONVERT(${c} USING utf8mb4)`
  const latin1 = `CONVERT(${utf8} USING latin1)`
  const isLatin1 = `CAST(CONVERT(${latin1} USING utf8mb4) AS BINARY) = CAST(${utf8} AS BINARY)`
  // U+00XX is two bytes in UTF-16, the first of them zero. In latin5 each byte above ASCII is two in UTF-8, so that a
  // character such as U+0100, which loses its second byte, makes a difference in length.
  const lowBytes = `REPLACE(CAST(CONVERT(${utf8} USING utf16) AS BINARY), X'00', '')`
  const fromLatin5 = `CONVERT(CONVERT(${lowBytes} USING latin5) USING utf8mb4)`
  const isIso = `LENGTH(${lowBytes}) = CHAR_LENGTH(${c}) AND LENGTH(${fromLatin5}) = LENGTH(${utf8})`
  const bytes = `CAST(${utf8} AS BINARY)`
  const follower = `SUBSTRING(${bytes}, ${placeSql('c3', utf8, flavor)} + 2, 1)`
  return `${holdsSql('c3', utf8, flavor)} AND ${follower} IN (X'c2', X'c5', X'c6', X'cb', X'e2') AND (
    (${isLatin1} AND ${isUtf8Sql(`CAST(${latin1} AS BINARY)`)}) OR (${isIso} AND ${isUtf8Sql(lowBytes)}))`
}

/** MySQL makes NULL of bytes that are no UTF-8, MariaDB question marks. */
function notUtf8Sql(bytes: string): string {
  return `NOT (CAST(CONVERT(${bytes} USING utf8mb4) AS BINARY) <=> ${bytes})`
}

function isUtf8Sql(bytes: string): string {
  return `CAST(CONVERT(${bytes} USING utf8mb4) AS BINARY) = ${bytes}`
}
