import { civilFromDays, daysFromCivil, isCalendarDay } from '../../canonical/calendar.ts'
import { dateText, eraText } from '../../canonical/date.ts'
import { timeText } from '../../canonical/time.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { type DateField, type DatePart, parseDatePattern } from './date-pattern.ts'
import { isWhiteSpace, trimSpaces } from './white-space.ts'

export interface DateOptions {
  /** The first of the hundred years that YY stands for: with 1950, `49` is 2049 and `50` is 1950. Needed by YY alone. */
  readonly pivotYear?: number | undefined
  /** January to December in another language than English, for MMMM; their first three letters serve MMM. */
  readonly monthNames?: readonly string[] | undefined
}

export interface DateParser {
  /** The canonical type of what `parse` gives: `instant` where the pattern has a Z, `date` where it has no hour. */
  readonly kind: 'date' | 'timestamp' | 'instant'
  /** Digits of the second's fraction, 0 to 6. */
  readonly precision: number
  /**
   * The canonical text: `YYYY-MM-DD`; `YYYY-MM-DD HH:MM:SS` with a fraction of as many digits as the pattern has; the
   * same in UTC, followed by `+00`. Undefined where the text does not fit the pattern to its end or names a day or a time
   * that does not exist: 29 February of a common year, year 0, hour 24, second 60, an offset of 16 hours.
   */
  parse(text: string): string | undefined
}

/**
 * A parser of dates written by one pattern of YYYY, YY, MMMM and MMM (names of months, upper and lower case alike; MMM
 * takes `Sept` too), MM, M, DD, D, HH, H (0 to 23; 1 to 12 where there is an A), hh, h, mm, ss, S to SSSSSS, A (AM or
 * PM), Z (`Z`, `UTC`, `+02`, `+0200`, `+02:00`). M, D, H and h have one digit or two, the others as many as letters. `T`
 * and what is none of A to Z stand for themselves; other letters do in `[ ]`. White space at the ends of a text is
 * passed over, and where the pattern has a space the text has any run of white space. Linear in the text.
 *
 * Throws TL_C105 where the pattern or the options cannot be used.
 */
export function dateParser(pattern: string, options: DateOptions = {}): DateParser {
  const parts = parseDatePattern(pattern)
  const fields = parts.flatMap((part) => ('field' in part ? [part] : []))
  assertOptions(
    options,
    fields.map(({ field }) => field),
  )
  const steps = parts.map((part) => stepOf(part, options))
  const hasHour = fields.some(({ field }) => field.toUpperCase().startsWith('H'))
  const hasHalf = fields.some(({ field }) => field === 'A')
  const kind = fields.some(({ field }) => field === 'Z') ? 'instant' : hasHour ? 'timestamp' : 'date'
  const precision = fields.find(({ field }) => field === 'S')?.width ?? 0
  return {
    kind,
    precision,
    parse(text) {
      const trimmed = trimSpaces(text)
      const found: Found = {
        year: 0,
        month: 0,
        day: 0,
        hour: 0,
        minute: 0,
        second: 0,
        micros: 0,
        isPm: false,
        offset: 0,
      }
      let at = 0
      for (const step of steps) {
        at = step(trimmed, at, found)
        if (at < 0) return undefined
      }
      if (at !== trimmed.length || !isMoment(found, hasHalf)) return undefined
      const hour = hasHalf ? (found.hour % 12) + (found.isPm ? 12 : 0) : found.hour
      return canonicalText({ ...found, hour }, kind, precision)
    },
  }
}

interface Found {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  micros: number
  isPm: boolean
  /** Minutes east of UTC. */
  offset: number
}

/** Reads one part of a text from a place on; answers where it ends, or −1. */
type Step = (text: string, at: number, found: Found) => number

function isMoment({ year, month, day, hour, minute, second }: Found, hasHalf: boolean): boolean {
  if (year < 1 || !isCalendarDay(year, month, day) || minute > 59 || second > 59) return false
  return hasHalf ? hour >= 1 && hour <= 12 : hour <= 23
}

const minutesPerDay = 1440

function canonicalText(found: Found, kind: DateParser['kind'], precision: number): string {
  if (kind === 'date') return dateText(found)
  const minutes = found.hour * 60 + found.minute - found.offset
  const civil = civilFromDays(daysFromCivil(found.year, found.month, found.day) + Math.floor(minutes / minutesPerDay))
  const inDay = ((minutes % minutesPerDay) + minutesPerDay) % minutesPerDay
  const time = timeText((inDay * 60 + found.second) * 1e6 + found.micros, precision)
  return `${dateText(civil)} ${time}${kind === 'instant' ? '+00' : ''}${eraText(civil)}`
}

function stepOf(part: DatePart, options: DateOptions): Step {
  if ('literal' in part) return part.literal === ' ' ? skipSpaces : skipLiteral(part.literal)
  const { field, width } = part
  switch (field) {
    case 'YYYY':
      return readDigits(4, 4, (found, value) => (found.year = value))
    case 'YY':
      return readDigits(2, 2, (found, value) => (found.year = yearOf(value, options.pivotYear ?? 0)))
    case 'MMMM':
      return readMonth(namesOf(options))
    case 'MMM':
      return readMonth(shortNamesOf(options))
    case 'MM':
    case 'M':
      return readDigits(width, 2, (found, value) => (found.month = value))
    case 'DD':
    case 'D':
      return readDigits(width, 2, (found, value) => (found.day = value))
    case 'HH':
    case 'H':
    case 'hh':
    case 'h':
      return readDigits(width, 2, (found, value) => (found.hour = value))
    case 'mm':
      return readDigits(2, 2, (found, value) => (found.minute = value))
    case 'ss':
      return readDigits(2, 2, (found, value) => (found.second = value))
    case 'S':
      return readDigits(width, width, (found, value) => (found.micros = value * 10 ** (6 - width)))
    case 'A':
      return readHalf
    case 'Z':
      return readOffset
  }
}

function skipLiteral(literal: string): Step {
  return (text, at) => (text.startsWith(literal, at) ? at + literal.length : -1)
}

function skipSpaces(text: string, at: number): number {
  let end = at
  while (end < text.length && isWhiteSpace(text.charCodeAt(end))) end++
  return end > at ? end : -1
}

function readDigits(least: number, most: number, put: (found: Found, value: number) => void): Step {
  return (text, at, found) => {
    let end = at
    let value = 0
    while (end < at + most) {
      const digit = text.charCodeAt(end) - 0x30
      if (!(digit >= 0 && digit <= 9)) break
      value = value * 10 + digit
      end++
    }
    if (end - at < least) return -1
    put(found, value)
    return end
  }
}

function yearOf(twoDigits: number, pivotYear: number): number {
  return pivotYear + ((((twoDigits - pivotYear) % 100) + 100) % 100)
}

/** A name in lower case, and its month from 1 on. */
type MonthName = readonly [name: string, month: number]

function readMonth(names: readonly MonthName[]): Step {
  const longestFirst = names.toSorted(([one], [other]) => other.length - one.length)
  return (text, at, found) => {
    for (const [name, month] of longestFirst) {
      if (text.slice(at, at + name.length).toLowerCase() !== name) continue
      found.month = month
      return at + name.length
    }
    return -1
  }
}

const englishNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

function namesOf({ monthNames = englishNames }: DateOptions): readonly MonthName[] {
  return monthNames.map((name, place) => [name.toLowerCase(), place + 1] as const)
}

function shortNamesOf(options: DateOptions): readonly MonthName[] {
  const short = namesOf(options).map(([name, month]) => [Array.from(name).slice(0, 3).join(''), month] as const)
  return options.monthNames === undefined ? [...short, ['sept', 9]] : short
}

function readHalf(text: string, at: number, found: Found): number {
  const half = text.slice(at, at + 2).toLowerCase()
  if (half !== 'am' && half !== 'pm') return -1
  found.isPm = half === 'pm'
  return at + 2
}

const offset = /^(?:Z|UTC|([+-])(\d\d)(?::?(\d\d))?)/

/** The largest that PostgreSQL takes too. */
const longestOffset = 15 * 60 + 59

function readOffset(text: string, at: number, found: Found): number {
  const match = offset.exec(text.slice(at, at + 6))
  if (match === null) return -1
  const [whole, sign, hours = '0', minutes = '0'] = match
  const size = Number(hours) * 60 + Number(minutes)
  if (Number(minutes) > 59 || size > longestOffset) return -1
  found.offset = sign === '-' ? -size : size
  return at + whole.length
}

function assertOptions(options: DateOptions, fields: readonly DateField[]): void {
  const { pivotYear, monthNames } = options
  const hasTwoDigits = fields.includes('YY')
  if (hasTwoDigits && pivotYear === undefined) {
    refuse('YY could be of any century', 'State the first of its hundred years, such as pivotYear: 1950.')
  }
  if (!hasTwoDigits && pivotYear !== undefined) refuse('pivotYear is for YY alone', 'Leave pivotYear out, or write YY.')
  if (pivotYear !== undefined && !(Number.isInteger(pivotYear) && pivotYear >= 1 && pivotYear <= 9900)) {
    refuse(`pivotYear is ${pivotYear}`, 'Write a whole year from 1 to 9900.')
  }
  if (monthNames === undefined) return
  const isTold = (names: readonly MonthName[]): boolean => new Set(names.map(([name]) => name)).size === 12
  if (monthNames.length !== 12 || monthNames.includes('') || !isTold(namesOf(options))) {
    refuse('monthNames are not twelve names', 'Name January to December in their order, each once.')
  }
  if (fields.includes('MMM') && !isTold(shortNamesOf(options))) {
    refuse('of monthNames, two have the same first three letters', 'Write MMMM, with the short names as monthNames.')
  }
}

function refuse(problem: string, cure: string): never {
  throw new TransloadError('TL_C105', { reason: `The dates’ format cannot be used: ${problem}`, cure })
}
