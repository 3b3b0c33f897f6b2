import { Buffer, isAscii, isUtf8 } from 'node:buffer'
import { SqlTextError } from './sql-text-error.ts'

/**
 * The character sets that statements are written in, by the name of their WHATWG decoder. This is for names, comments
 * and expressions; the values of rows are decoded elsewhere, by tables that are tested against the servers.
 */
const labels: Readonly<Record<string, string>> = {
  latin1: 'windows-1252',
  latin2: 'iso-8859-2',
  greek: 'iso-8859-7',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1256: 'windows-1256',
  cp1257: 'windows-1257',
  koi8r: 'koi8-r',
  koi8u: 'koi8-u',
  cp866: 'ibm866',
  gbk: 'gbk',
  gb2312: 'gbk',
  gb18030: 'gb18030',
  big5: 'big5',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  ujis: 'euc-jp',
  eucjpms: 'euc-jp',
  euckr: 'euc-kr',
}
const utf8 = new Set(['utf8', 'utf8mb3', 'utf8mb4', 'binary', 'ascii'])

/**
 * Text in a MySQL character set as a string; what is not text in it becomes U+FFFD. Throws {@link SqlTextError} if the
 * character set is not known here and the text is not plain ASCII.
 */
export function decodeText(bytes: Uint8Array, charset: string): string {
  if (utf8.has(charset)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8')
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
  const label = labels[charset]
  if (label === undefined) throw new SqlTextError(`the text is written in ${charset}, which is not known`, 0, '')
  return new TextDecoder(label, { ignoreBOM: true }).decode(bytes)
}

/** True if the bytes are text in the character set, every one of them. */
export function isTextIn(bytes: Uint8Array, charset: string): boolean {
  if (utf8.has(charset)) return isUtf8(bytes)
  return isAscii(bytes) || !decodeText(bytes, charset).includes('\uFFFD')
}
