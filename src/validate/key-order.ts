import { digestText } from '../canonical/digest-text.ts'
import type { DigestForm } from '../model/digest-form.ts'

/** Compares two cells of a key as both servers order them: below, at or above 0. */
export type CellOrder = (
  one: Buffer,
  start: number,
  length: number,
  other: Buffer,
  otherStart: number,
  otherLength: number,
) => number

/** The order of a form that every engine has; undefined where it hangs on the engine or its collation. */
export function orderOf(form: DigestForm): CellOrder | undefined {
  switch (form) {
    case 'number':
      return compareNumbers
    case 'date':
    case 'timestamp':
    case 'instant':
      return (one, start, length, other, otherStart, otherLength) =>
        compareTexts(
          digestText(form, one.toString('latin1', start, start + length)),
          digestText(form, other.toString('latin1', otherStart, otherStart + otherLength)),
        )
    case 'bytes':
      return (one, start, length, other, otherStart, otherLength) =>
        one.compare(other, otherStart, otherStart + otherLength, start, start + length)
    default:
      return undefined
  }
}

const minus = 0x2d
const zero = 0x30

/** Decimal digits, as text. */
function compareNumbers(
  one: Buffer,
  start: number,
  length: number,
  other: Buffer,
  otherStart: number,
  otherLength: number,
): number {
  const isInteger = isDigits(one, start, length) && isDigits(other, otherStart, otherLength)
  if (!isInteger) {
    return compareDecimals(
      digestText('number', one.toString('latin1', start, start + length)),
      digestText('number', other.toString('latin1', otherStart, otherStart + otherLength)),
    )
  }
  const isNegative = one[start] === minus
  if (isNegative !== (other[otherStart] === minus)) return isNegative ? -1 : 1
  let from = isNegative ? start + 1 : start
  let otherFrom = isNegative ? otherStart + 1 : otherStart
  const end = start + length
  const otherEnd = otherStart + otherLength
  while (from < end - 1 && one[from] === zero) from++
  while (otherFrom < otherEnd - 1 && other[otherFrom] === zero) otherFrom++
  let difference = end - from - (otherEnd - otherFrom)
  for (; difference === 0 && from < end; from++, otherFrom++) difference = one[from]! - other[otherFrom]!
  return isNegative ? -difference : difference
}

function isDigits(bytes: Buffer, start: number, length: number): boolean {
  const end = start + length
  let at = bytes[start] === minus ? start + 1 : start
  if (at === end) return false
  for (; at < end; at++) {
    const digit = bytes[at]! - zero
    if (digit < 0 || digit > 9) return false
  }
  return true
}

/** Texts of `digestText`. */
function compareDecimals(one: string, other: string): number {
  if (one === other) return 0
  const isNegative = one.startsWith('-')
  if (isNegative !== other.startsWith('-')) return isNegative ? -1 : 1
  const [whole = '', fraction = ''] = (isNegative ? one.slice(1) : one).split('.')
  const [otherWhole = '', otherFraction = ''] = (isNegative ? other.slice(1) : other).split('.')
  const difference =
    whole.length - otherWhole.length || compareTexts(whole, otherWhole) || compareTexts(fraction, otherFraction)
  return isNegative ? -difference : difference
}

function compareTexts(one: string, other: string): number {
  if (one === other) return 0
  return one < other ? -1 : 1
}
