import type { DumpServer } from './dump-server.ts'

/** Default collations that are not called `CHARSET_general_ci`, by charset. */
const exceptions: { readonly [charset in string]?: string } = {
  big5: 'big5_chinese_ci',
  binary: 'binary',
  cp932: 'cp932_japanese_ci',
  dec8: 'dec8_swedish_ci',
  eucjpms: 'eucjpms_japanese_ci',
  euckr: 'euckr_korean_ci',
  gb18030: 'gb18030_chinese_ci',
  gb2312: 'gb2312_chinese_ci',
  gbk: 'gbk_chinese_ci',
  hp8: 'hp8_english_ci',
  latin1: 'latin1_swedish_ci',
  latin5: 'latin5_turkish_ci',
  sjis: 'sjis_japanese_ci',
  swe7: 'swe7_swedish_ci',
  tis620: 'tis620_thai_ci',
  ujis: 'ujis_japanese_ci',
}
const unicode = new Set(['utf8mb3', 'utf8mb4', 'ucs2', 'utf16', 'utf32'])

/** The collation of text in a charset for which none is written: SHOW CHARACTER SET of MySQL 9.7 and MariaDB 10.11. */
export function defaultCollation(charset: string, { flavor, version }: DumpServer): string {
  const [major, minor] = version
  if (charset === 'utf8mb4' && flavor === 'mysql' && major >= 8) return 'utf8mb4_0900_ai_ci'
  if (flavor === 'mariadb' && unicode.has(charset) && (major > 11 || (major === 11 && minor >= 5))) {
    return `${charset}_uca1400_ai_ci`
  }
  return exceptions[charset] ?? `${charset}_general_ci`
}

/** `utf8` is an old name of `utf8mb3`, which servers print since MySQL 8.0.28 and MariaDB 10.6. */
export function charsetName(charset: string): string {
  return charset === 'utf8' ? 'utf8mb3' : charset
}

export function collationName(collation: string): string {
  return collation.replace(/^utf8_/, 'utf8mb3_')
}

/** A collation's name begins with its charset's. */
export function charsetOfCollation(collation: string): string {
  return /^[^_]+/.exec(collationName(collation))?.[0] ?? collation
}
