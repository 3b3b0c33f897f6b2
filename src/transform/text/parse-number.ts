import { TransloadError } from '../../errors/transload-error.ts'
import { trimSpaces } from './white-space.ts'

/** How numbers are written. What is not stated is not taken. */
export interface NumberFormat {
  /** The one character before the fraction, such as `,`. */
  readonly decimal: string
  /**
   * The one character between groups of digits, such as `.`; without it no groups are taken. A space stands for U+00A0,
   * U+2009 and U+202F too, and an apostrophe for U+2019.
   */
  readonly group?: string | undefined
  /** `thousands`: groups of three, the default. `lakh`: three last, two before (`12,34,567`). */
  readonly grouping?: 'thousands' | 'lakh' | undefined
  /** Whether the sign may stand behind: `12,50-`. */
  readonly trailingMinus?: boolean | undefined
  /** Whether parentheses stand for a minus: `(12,50)`. */
  readonly parentheses?: boolean | undefined
  /** Signs or codes, one of which may stand before or behind, such as `€` or `EUR`. Upper and lower case count. */
  readonly currencies?: readonly string[] | undefined
  /** What a `%` behind means: `12,5 %` is 12.5 (`number`) or 0.125 (`fraction`). Without it, none is taken. */
  readonly percent?: 'number' | 'fraction' | undefined
}

/** Throws TL_C105 where one text could be read in two ways by this format. */
export function assertNumberFormat(format: NumberFormat): void {
  const { decimal, group, currencies = [] } = format
  const problem =
    problemOfSeparator('decimal', decimal) ??
    (decimal.trim() === '' ? 'decimal is a space' : undefined) ??
    (group === undefined ? undefined : problemOfSeparator('group', group)) ??
    (group !== undefined && alternativesOf(group).includes(decimal) ? 'decimal and group are the same' : undefined) ??
    (group === undefined && format.grouping !== undefined ? 'grouping needs a group' : undefined) ??
    currencies.map((currency) => problemOfCurrency(currency, format)).find((one) => one !== undefined)
  if (problem === undefined) return
  throw new TransloadError('TL_C105', {
    reason: `The format of numbers cannot be used: ${problem}`,
    cure: 'Name the characters as the texts have them, such as {decimal: ",", group: "."}.',
  })
}

/**
 * A number written in a stated format as canonical decimal text: digits exactly as they are, a point before the fraction,
 * a minus before what is below zero (`-1234.50`). No digit is rounded or dropped but zeros in front; `1,50` stays `1.50`;
 * minus zero is zero. Takes any length in linear time.
 *
 * Undefined where the text is no such number: other characters, digits other than 0 to 9, exponents, groups of a wrong
 * length or in a part of the number only, a first group that begins with 0 (`0.123` is a fraction in another format), a
 * decimal sign with no digit behind it, two signs. White space is taken at the ends and beside signs and currencies, and
 * U+2212 as a minus. The format is one that `assertNumberFormat` takes.
 */
export function parseNumber(text: string, format: NumberFormat): string | undefined {
  const signs = withoutSigns(text, format)
  const point = signs.body.indexOf(format.decimal)
  const written = point < 0 ? signs.body : signs.body.slice(0, point)
  let fraction = point < 0 ? undefined : signs.body.slice(point + 1)
  let whole = written === '' && fraction !== undefined ? '' : wholeDigits(written, format)
  if (whole === undefined || (fraction !== undefined && !digits.test(fraction))) return undefined
  if (signs.isPercent && format.percent === 'fraction') {
    const wide = whole.padStart(2, '0')
    fraction = wide.slice(-2) + (fraction ?? '')
    whole = wide.slice(0, -2)
  }
  const short = whole.replace(zerosInFront, '')
  const number = (short === '' ? '0' : short) + (fraction === undefined ? '' : `.${fraction}`)
  return signs.isNegative && /[1-9]/.test(number) ? `-${number}` : number
}

const digits = /^[0-9]+$/
const zerosInFront = /^0+/
const minuses = ['-', '\u2212']
const otherSigns = ['+', '(', ')', '%']

interface Signs {
  readonly body: string
  readonly isNegative: boolean
  readonly isPercent: boolean
}

/** Takes off, from outside inwards, at most one sign and at most one currency or percent sign. */
function withoutSigns(text: string, format: NumberFormat): Signs {
  let body = trimSpaces(text)
  let isSigned = false
  let isNegative = false
  let isMarked = false
  let isPercent = false
  for (let before = ''; before !== body; body = trimSpaces(body)) {
    before = body
    if (!isSigned) {
      const bare = withoutSign(body, format)
      if (bare !== undefined) {
        isSigned = true
        isNegative = body[0] !== '+'
        body = bare
        continue
      }
    }
    if (isMarked) continue
    isPercent = format.percent !== undefined && body.endsWith('%')
    body = isPercent ? body.slice(0, -1) : withoutCurrency(body, format.currencies ?? [])
    isMarked = body !== before
  }
  return { body, isNegative, isPercent }
}

function withoutSign(body: string, { parentheses, trailingMinus }: NumberFormat): string | undefined {
  const first = body[0] ?? ''
  if (first === '+' || minuses.includes(first)) return body.slice(1)
  if (parentheses === true && first === '(' && body.endsWith(')')) return body.slice(1, -1)
  return trailingMinus === true && minuses.includes(body.at(-1) ?? '') ? body.slice(0, -1) : undefined
}

function withoutCurrency(body: string, currencies: readonly string[]): string {
  let longest = ''
  for (const currency of currencies) {
    if (currency.length > longest.length && (body.startsWith(currency) || body.endsWith(currency))) longest = currency
  }
  return body.startsWith(longest) ? body.slice(longest.length) : body.slice(0, -longest.length)
}

function wholeDigits(written: string, { group, grouping }: NumberFormat): string | undefined {
  if (digits.test(written)) return written
  if (group === undefined) return undefined
  let even = written
  for (const other of alternativesOf(group)) even = even.replaceAll(other, group)
  const groups = even.split(group)
  const between = grouping === 'lakh' ? 2 : 3
  const fits = groups.every((one, place) => {
    const isLast = place === groups.length - 1
    const isLong = place === 0 ? one.length <= between && !one.startsWith('0') : one.length === (isLast ? 3 : between)
    return isLong && digits.test(one)
  })
  return fits ? groups.join('') : undefined
}

function alternativesOf(group: string): readonly string[] {
  if (group === ' ') return [' ', '\u00A0', '\u2009', '\u202F']
  return group === "'" ? ["'", '\u2019'] : [group]
}

function problemOfSeparator(name: string, separator: string): string | undefined {
  const isOther = /^[^0-9\p{L}]$/u.test(separator) && !minuses.includes(separator) && !otherSigns.includes(separator)
  return isOther
    ? undefined
    : `${name} is ${JSON.stringify(separator)}, not one character that is no digit, letter or sign`
}

function problemOfCurrency(currency: string, { decimal, group }: NumberFormat): string | undefined {
  const first = currency[0] ?? ''
  const last = currency.at(-1) ?? ''
  const taken = [decimal, ...(group === undefined ? [] : alternativesOf(group)), ...minuses, ...otherSigns]
  const isPlain = currency !== '' && currency === trimSpaces(currency) && !/[0-9]/.test(currency)
  // `kr.` behind a number ends in a separator, but no number does.
  if (isPlain && !taken.includes(first) && ![...minuses, ...otherSigns].includes(last)) return undefined
  return `the currency ${JSON.stringify(currency)} is empty, or has digits, or begins or ends as numbers do`
}
