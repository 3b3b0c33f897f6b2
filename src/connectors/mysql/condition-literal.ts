import type { ReadColumn } from '../../model/plan.ts'
import { familyOf, integerBits } from './decode/type-family.ts'
import { quoteLiteral } from './quote.ts'

/** A canonical text as a literal to compare the column with; undefined where the column can hold no such value. */
export function conditionLiteral(column: ReadColumn, value: string): string | undefined {
  switch (familyOf(column.native)) {
    case 'integer':
      return integerLiteral(column, value)
    case 'decimal':
      return decimalLiteral(column, value)
    case 'date':
      return years.test(value) && dates.test(value) ? `DATE${quoteLiteral(value)}` : undefined
    case 'datetime':
      return momentLiteral(column, value)
    case 'enum':
      // What is no label could be taken for the number of one.
      return value !== '' && column.native.labels?.includes(value) === true ? textLiteral(column, value) : undefined
    case 'text':
      return textLiteral(column, value)
    default:
      return undefined
  }
}

const years = /^[1-9]\d{3}-/
const dates = /^\d{4}-\d\d-\d\d$/
const moments = /^(\d{4})-\d\d-\d\d \d\d:\d\d:\d\d(?:\.(\d{1,6}))?$/

function integerLiteral({ native }: ReadColumn, value: string): string | undefined {
  const bits = integerBits(native)
  if (bits === undefined || !/^-?\d{1,20}$/.test(value)) return undefined
  const number = BigInt(value)
  const width = BigInt(bits)
  const isUnsigned = native.unsigned === true
  const least = isUnsigned ? 0n : -(1n << (width - 1n))
  const largest = (1n << (isUnsigned ? width : width - 1n)) - 1n
  return number >= least && number <= largest ? String(number) : undefined
}

function decimalLiteral({ native }: ReadColumn, value: string): string | undefined {
  const found = /^(-?)0*(\d+?)(?:\.(\d*?)0*)?$/.exec(value)
  if (found === null) return undefined
  const [, sign = '', whole = '', fraction = ''] = found
  const [precision = 10, scale = 0] = native.args
  const wholeDigits = whole === '0' ? 0 : whole.length
  if (wholeDigits > precision - scale || fraction.length > scale) return undefined
  if (sign === '-' && native.unsigned === true) return undefined
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

function momentLiteral({ native }: ReadColumn, value: string): string | undefined {
  const text = value.replace(/\+00$/, '')
  const found = moments.exec(text)
  if (found === null || !years.test(text) || (found[2]?.length ?? 0) > (native.args[0] ?? 0)) return undefined
  const year = Number(found[1])
  // A TIMESTAMP begins in 1970 and ends in 2038.
  if (native.name === 'timestamp' && (year < 1971 || year > 2037)) return undefined
  return `TIMESTAMP${quoteLiteral(text)}`
}

/** Text is compared in the charset of the column, which has to have these characters, and where we read it, too. */
function textLiteral({ native }: ReadColumn, value: string): string | undefined {
  const characters = charsets[native.charset ?? '']
  if (characters?.test(value) !== true) return undefined
  const isBounded = native.name === 'char' || native.name === 'varchar'
  if (isBounded && value.length > (native.args[0] ?? 1)) return undefined
  return quoteLiteral(value)
}

const basicPlane = /^[^\u{10000}-\u{10ffff}]*$/u
// oxlint-disable-next-line no-control-regex -- ASCII is what is meant
const ascii = /^[\u0000-\u007f]*$/

/** The characters of a charset that there is no doubt of. */
const charsets: { readonly [charset in string]?: RegExp } = {
  utf8mb4: /^/,
  utf8mb3: basicPlane,
  utf8: basicPlane,
  ascii,
  // oxlint-disable-next-line no-control-regex -- what is between 80 and 9f is another character in each latin1
  latin1: /^[\u0000-\u007f\u00a0-\u00ff]*$/,
}
