import { textAsCell } from '../canonical/text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'

/** Digits before and behind the point that a number is compared by. */
const decimalDigits = 80

/** A longer text is not compared: an index has no room for it. */
const maxTextBytes = 500

/** Text that sorts, byte by byte, as the values do; undefined for a value that is too long. */
export type RankOf = (text: string) => string | undefined

/** Undefined for a type whose values have no order. */
export function rankOf(type: CanonicalType): RankOf | undefined {
  switch (type.kind) {
    case 'bool':
      return (text) => (text === 'true' ? '1' : '0')
    case 'int':
    case 'decimal':
      return decimalRank
    case 'float32':
    case 'float64':
      return floatRank
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant':
      return (text) => momentRank(type, text)
    case 'text':
    case 'enum':
      return (text) => {
        const bytes = Buffer.from(text)
        return bytes.length > maxTextBytes ? undefined : bytes.toString('hex')
      }
    default:
      return undefined
  }
}

/** The rank of the opposite order. */
export function opposite(rank: string): string {
  // What is longer comes first then: behind the last digit stands what sorts after all of them.
  return `${rank
    .split('')
    .map((digit) => (15 - Number.parseInt(digit, 16)).toString(16))
    .join('')}g`
}

/** Sign, then digits of a fixed number; of a negative number each is the one that is left to nine. */
function decimalRank(text: string): string | undefined {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const digits = whole.padStart(decimalDigits, '0') + fraction.padEnd(decimalDigits, '0')
  if (digits.length > decimalDigits * 2 || !/^\d+$/.test(digits)) return undefined
  if (!text.startsWith('-')) return `1${digits}`
  return `0${digits
    .split('')
    .map((digit) => 9 - Number(digit))
    .join('')}`
}

/** The bits of IEEE 754 sort as the numbers do, those of negative ones the other way round. NaN is the greatest. */
function floatRank(text: string): string {
  const view = new DataView(new ArrayBuffer(8))
  const value = Number(text.replace('infinity', 'Infinity'))
  // Both zeros are one value.
  view.setFloat64(0, value === 0 ? 0 : value)
  const bits = view.getBigUint64(0)
  const isNegative = bits >> 63n === 1n
  return (isNegative ? ~bits & 0xffff_ffff_ffff_ffffn : bits | (1n << 63n)).toString(16).padStart(16, '0')
}

/** Cells of days and moments are signed numbers, the least byte first. */
function momentRank(type: CanonicalType, text: string): string | undefined {
  const cell = textAsCell(type, text)
  if (cell === undefined) return undefined
  const view = new DataView(cell.buffer, cell.byteOffset, cell.byteLength)
  const value = cell.byteLength === 4 ? BigInt(view.getInt32(0, true)) : view.getBigInt64(0, true)
  return (value + (1n << 63n)).toString(16).padStart(16, '0')
}
