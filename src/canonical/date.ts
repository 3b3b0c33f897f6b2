import { type CivilDate, civilFromDays, daysFromCivil, daysInMonth } from './calendar.ts'
import { type CanonicalForm, viewOf } from './form.ts'

export const dateInfinity = 0x7fffffff
export const dateMinusInfinity = -0x80000000

/** int32 days since 2000-01-01; `YYYY-MM-DD`, years BC as `0044-03-15 BC`, and the two infinities. */
export const dateForm: CanonicalForm = {
  toText(bytes, start) {
    const days = viewOf(bytes, start, 4).getInt32(0, true)
    if (days === dateInfinity) return 'infinity'
    if (days === dateMinusInfinity) return '-infinity'
    const civil = civilFromDays(days)
    return dateText(civil) + eraText(civil)
  },
  fromText(text) {
    const days = text === 'infinity' ? dateInfinity : text === '-infinity' ? dateMinusInfinity : parseDate(text)
    if (days === undefined) return undefined
    const cell = new Uint8Array(4)
    new DataView(cell.buffer).setInt32(0, days, true)
    return cell
  },
}

/** `YYYY-MM-DD` without the era. */
export function dateText({ year, month, day }: CivilDate): string {
  const shown = year > 0 ? year : 1 - year
  return `${String(shown).padStart(4, '0')}-${two(month)}-${two(day)}`
}

export function eraText({ year }: CivilDate): string {
  return year > 0 ? '' : ' BC'
}

export function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

/** Days since 2000-01-01, or undefined where there is no such day. */
export function parseDate(text: string): number | undefined {
  const match = /^(\d{4,})-(\d\d)-(\d\d)( BC)?$/.exec(text)
  if (match === null) return undefined
  const shown = Number(match[1])
  const year = match[4] === undefined ? shown : 1 - shown
  const month = Number(match[2])
  const day = Number(match[3])
  if (shown === 0 || month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined
  return daysFromCivil(year, month, day)
}
