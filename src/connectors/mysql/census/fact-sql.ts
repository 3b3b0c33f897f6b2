import type { CensusColumn, CensusFact } from '../../../model/census.ts'
import { familyOf } from '../decode/type-family.ts'
import { quoteName } from '../quote.ts'
import { type Flavor, doubleEncodedSql, hasNulSql, holdsSql, invalidTextSql, plainSql } from './text-sql.ts'

const dateNames = new Set(['date', 'datetime', 'timestamp'])
const integerNames = new Set(['tinyint', 'smallint', 'mediumint', 'int', 'bigint', 'decimal', 'year', 'bit'])
const floatNames = new Set(['float', 'double'])
const plainNames = new Set(['date', 'datetime', 'timestamp', 'time', 'uuid', 'inet4', 'inet6'])
const textNames = new Set(['char', 'varchar', 'tinytext', 'text', 'mediumtext', 'longtext'])
const byteNames = new Set(['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob'])

/**
 * An aggregate that answers one question about a column; undefined where the question makes no sense for its type.
 * Counts are rows; see {@link takeCensus} for what exactly is counted.
 */
export function factSql(column: CensusColumn, fact: CensusFact, flavor: Flavor): string | undefined {
  const c = quoteName(column.column)
  switch (fact) {
    case 'nulls':
      return `COUNT(*) - COUNT(${c})`
    case 'min':
    case 'max':
      return extremeSql(column, fact === 'min' ? 'MIN' : 'MAX')
    case 'max-length':
      return lengthSql(column)
    case 'whole-digits':
      return familyOf(column.native) === 'decimal' ? wholeDigitsSql(c) : undefined
    case 'fraction-digits':
      return familyOf(column.native) === 'decimal' ? fractionDigitsSql(c, column.native.args[1] ?? 0) : undefined
    case 'zero-dates':
      if (column.native.name === 'timestamp') return countSql(`UNIX_TIMESTAMP(${c}) = 0`)
      return isDate(column) ? countSql(zeroDateSql(c)) : undefined
    case 'partial-dates':
      // A TIMESTAMP is a count of seconds: it is zero or a moment.
      if (column.native.name === 'timestamp') return countSql('FALSE')
      return isDate(column) ? countSql(partialDateSql(c)) : undefined
    case 'enum-zero':
      return column.native.name === 'enum' ? countSql(`${c} + 0 = 0`) : undefined
    case 'nul-bytes':
      return isText(column) ? countSql(hasNulSql(column, flavor)) : undefined
    case 'invalid-text':
      return countOrNone(isText(column) ? invalidTextSql(column, flavor) : undefined)
    case 'double-encoded':
      return countOrNone(isText(column) ? doubleEncodedSql(column, flavor) : undefined)
    case 'invalid-json':
      return isText(column) || column.native.name === 'json' ? countSql(`JSON_VALID(${c}) = 0`) : undefined
    case 'json-nul':
      return isText(column) || column.native.name === 'json' ? countSql(jsonNulSql(column, flavor)) : undefined
  }
}

function countSql(condition: string): string {
  return `COUNT(CASE WHEN ${condition} THEN 1 END)`
}

function countOrNone(condition: string | undefined): string | undefined {
  return condition === undefined ? undefined : countSql(condition)
}

function isDate(column: CensusColumn): boolean {
  return dateNames.has(column.native.name)
}

/** Text that the server keeps as such; MariaDB's JSON is, MySQL's is not. */
function isText({ native }: CensusColumn): boolean {
  return textNames.has(native.name) || (native.name === 'json' && native.charset !== undefined)
}

function extremeSql({ column, native }: CensusColumn, extreme: 'MIN' | 'MAX'): string | undefined {
  const c = quoteName(column)
  if (textNames.has(native.name)) return `CONVERT(${extreme}(${c}) USING utf8mb4)`
  if (plainNames.has(native.name)) return `CAST(${extreme}(${c}) AS CHAR)`
  // Without the sum BIT is bytes and ZEROFILL prints zeros; with it FLOAT is a DOUBLE, printed in full.
  if (integerNames.has(native.name)) {
    return `CAST(${extreme}(${native.name === 'bit' || native.zerofill === true ? `${c} + 0` : c}) AS CHAR)`
  }
  if (floatNames.has(native.name)) return `CAST(${extreme}(${c} + 0e0) AS CHAR)`
  return undefined
}

function lengthSql({ column, native }: CensusColumn): string | undefined {
  const c = quoteName(column)
  if (byteNames.has(native.name)) return `CAST(MAX(LENGTH(${c})) AS CHAR)`
  if (native.name === 'json' && native.charset === undefined) {
    return `CAST(MAX(CHAR_LENGTH(CONVERT(${c} USING utf8mb4))) AS CHAR)`
  }
  const hasCharacters = textNames.has(native.name) || ['json', 'enum', 'set'].includes(native.name)
  return hasCharacters ? `CAST(MAX(CHAR_LENGTH(${c})) AS CHAR)` : undefined
}

/** Taken of the extremes, and not of each value. They are cut first: with more than 65 digits a sum or a sign would round. */
function wholeDigitsSql(c: string): string {
  const whole = (extreme: string): string => `ABS(TRUNCATE(${extreme}(${c}), 0))`
  const most = `GREATEST(${whole('MIN')}, ${whole('MAX')})`
  return `IF(${most} = 0, '0', CAST(CHAR_LENGTH(CAST(${most} AS CHAR)) AS CHAR))`
}

/** By the text: comparing each value with what is left of it at 0, 1, 2 … digits takes longer (measured). */
function fractionDigitsSql(c: string, scale: number): string {
  // No point is printed.
  if (scale === 0) return `IF(COUNT(${c}) = 0, NULL, '0')`
  return `CAST(MAX(CHAR_LENGTH(TRIM(TRAILING '0' FROM SUBSTRING_INDEX(CAST(${c} AS CHAR), '.', -1)))) AS CHAR)`
}

/** A value of DATE, DATETIME or TIMESTAMP that is no day. */
export function noDaySql({ column, native }: CensusColumn): string {
  const c = quoteName(column)
  if (native.name === 'timestamp') return `UNIX_TIMESTAMP(${c}) = 0`
  return `(${zeroDateSql(c)}) OR (${partialDateSql(c)})`
}

function zeroDateSql(c: string): string {
  // What is hardly ever true goes first.
  return `DAYOFMONTH(${c}) = 0 AND MONTH(${c}) = 0 AND YEAR(${c}) = 0`
}

function partialDateSql(c: string): string {
  const year = `YEAR(${c})`
  const february = `IF(${year} % 4 = 0 AND (${year} % 100 <> 0 OR ${year} % 400 = 0), 29, 28)`
  const lastDay = `CASE MONTH(${c}) WHEN 2 THEN ${february} WHEN 4 THEN 30 WHEN 6 THEN 30 WHEN 9 THEN 30 WHEN 11 THEN 30
    ELSE 31 END`
  const isPartial = `((MONTH(${c}) = 0 OR DAYOFMONTH(${c}) = 0) AND NOT (${zeroDateSql(c)})) OR DAYOFMONTH(${c}) > ${lastDay}`
  // Every month has these days: nearly all rows are done with here.
  return `(DAYOFMONTH(${c}) NOT BETWEEN 1 AND 28 OR MONTH(${c}) = 0) AND (${isPartial})`
}

/** `\u0000` */
const nulEscape = '5c7530303030'

/**
 * Whether JSON text says `\u0000`. Backslashes go in pairs from the left, so once each pair is out of the way, one that
 * is left before `u0000` is an escape.
 */
function jsonNulSql(column: CensusColumn, flavor: Flavor): string {
  const c = quoteName(column.column)
  const pairless = `REPLACE(CAST(CONVERT(${c} USING utf8mb4) AS BINARY), X'5c5c', X'78')`
  return `${holdsSql(nulEscape, plainSql(column), flavor)} AND LOCATE(X'${nulEscape}', ${pairless}) > 0`
}
