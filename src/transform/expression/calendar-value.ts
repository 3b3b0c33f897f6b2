import { civilFromDays, type CivilDate } from '../../canonical/calendar.ts'
import { dateForm, dateInfinity, dateMinusInfinity } from '../../canonical/date.ts'
import type { CanonicalForm } from '../../canonical/form.ts'
import { parseTime, timeText } from '../../canonical/time.ts'
import { timestampForm, timestampInfinity, timestampMinusInfinity } from '../../canonical/timestamp.ts'

/*
 * Days and times as numbers, in the units of their cells: µs and years BC are kept, the infinities are the extreme values
 * and so stand before and after everything else.
 */

const microsPerDay = 86_400_000_000n
const microsPerMinute = 60_000_000n

const forms = { '': timestampForm(0, ''), '+00': timestampForm(0, '+00') }

/** Days since 2000-01-01 of a date's canonical text. */
export function dateValue(text: string): number | undefined {
  const cell = dateForm.fromText(text)
  return cell === undefined ? undefined : new DataView(cell.buffer).getInt32(0, true)
}

export function dateValueText(days: number): string {
  const cell = new Uint8Array(4)
  new DataView(cell.buffer).setInt32(0, days, true)
  return dateForm.toText(cell, 0, 4)
}

/** µs since midnight. */
export const timeValue = parseTime

export function timeValueText(micros: number): string {
  return timeText(micros, 0)
}

/** µs since 2000-01-01 of the canonical text of a timestamp (``), or of an instant (`+00`). */
export function momentValue(text: string, zone: '' | '+00'): bigint | undefined {
  const form: CanonicalForm = forms[zone]
  const cell = form.fromText(text)
  return cell === undefined ? undefined : new DataView(cell.buffer).getBigInt64(0, true)
}

/** With as many digits of the second's fraction as are not zero. */
export function momentValueText(micros: bigint, zone: '' | '+00'): string {
  const cell = new Uint8Array(8)
  new DataView(cell.buffer).setBigInt64(0, micros, true)
  return forms[zone].toText(cell, 0, 8)
}

/** As people write it: also with a `T`, and a day alone, which is its midnight. */
export function parseTimestamp(text: string): bigint | undefined {
  const day = /^\d{4,}-\d\d-\d\d( BC)?$/.test(text) ? dateValue(text) : undefined
  return day === undefined ? momentValue(text.replace(/^([\d-]+)T/, '$1 '), '') : BigInt(day) * microsPerDay
}

/** As people write it: with `Z` or hours and minutes from UTC. Undefined without either, as it could be any moment. */
export function parseInstant(text: string): bigint | undefined {
  if (/^-?infinity$/.test(text)) return momentValue(text, '+00')
  const found = /^(.*\d)(?:Z|([-+])(\d\d)(?::?(\d\d))?)( BC)?$/.exec(text)
  if (found === null) return undefined
  const [, clock = '', sign = '+', hours = '0', minutes = '0', era = ''] = found
  const local = clock.includes(':') ? parseTimestamp(clock + era) : undefined
  const offset = BigInt(Number(hours) * 60 + Number(minutes)) * microsPerMinute
  return local === undefined ? undefined : sign === '-' ? local + offset : local - offset
}

/** The midnight that begins a day. */
export function momentOfDate(days: number): bigint {
  if (days === dateInfinity) return timestampInfinity
  return days === dateMinusInfinity ? timestampMinusInfinity : BigInt(days) * microsPerDay
}

/** The day of a timestamp; of an instant, its day in UTC. */
export function dateOfMoment(micros: bigint): number {
  if (micros === timestampInfinity) return dateInfinity
  if (micros === timestampMinusInfinity) return dateMinusInfinity
  const inDay = ((micros % microsPerDay) + microsPerDay) % microsPerDay
  return Number((micros - inDay) / microsPerDay)
}

/** Year, month and day of the month; undefined of an infinity. Years BC are negative, as SQL counts them: 44 BC is −44. */
export function civilOf(days: number): CivilDate | undefined {
  if (days === dateInfinity || days === dateMinusInfinity) return undefined
  const { year, month, day } = civilFromDays(days)
  return { year: year > 0 ? year : year - 1, month, day }
}
