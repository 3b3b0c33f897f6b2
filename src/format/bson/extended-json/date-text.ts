import { daysFromCivil } from '../../../canonical/calendar.ts'
import { DayText, int53At, putClock } from '../../clock-text.ts'

const pattern = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,3})0*)?(Z|[+-]\d{2}:?\d{2})$/

/**
 * Milliseconds since 1970 of ASCII text[start, end) in ISO 8601 with a zone (RFC 3339), as relaxed Extended JSON has dates
 * of the years 0 to 9999. Undefined where it is none, has more than milliseconds, or names a day or time that is not.
 */
export function readDateMs(text: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > 64) return undefined
  let source = ''
  for (let i = start; i < end; i++) source += String.fromCharCode(text[i]!)
  const [, clock, fraction = '', zone] = pattern.exec(source) ?? []
  if (clock === undefined || zone === undefined) return undefined
  const ms = Date.parse(`${clock}.${fraction.padEnd(3, '0')}Z`)
  // Date.parse takes the 30th of February for a day of March, and 24:00 for the day after.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, clock.length) !== clock) return undefined
  if (zone === 'Z') return ms
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))]
  if (hours > 23 || minutes > 59) return undefined
  return ms - (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

const dayMs = 86_400_000
const days1970 = daysFromCivil(1970, 1, 1)

/** Relaxed Extended JSON has a date as ISO 8601 from 0, 1970, up to here, the end of 9999. */
const lastIsoMs = 253_402_300_799_999

export function isIsoDate(ms: number): boolean {
  return ms >= 0 && ms <= lastIsoMs
}

/** Dates as text, one after the other: those of documents that stand together often are of the same day. */
export class IsoDateText {
  readonly #days = new DayText()

  /**
   * Writes the int64 of milliseconds since 1970 as `2024-02-29T12:00:00Z`, with three digits behind the seconds where those
   * are not all zero; returns the end. There is room for 27 bytes: a clock takes three more while it is written.
   * @param view At `start` it has one of {@link isIsoDate}
   */
  put(out: Uint8Array, at: number, view: DataView, start: number): number {
    const ms = int53At(view, start)
    const days = Math.floor(ms / dayMs)
    const day = this.#days.of(days + days1970)
    for (let i = 0; i < day.length; i++) out[at + i] = day[i]!
    out[at + day.length] = 0x54
    const ofDay = ms - days * dayMs
    const end = putClock(out, at + day.length + 1, ofDay * 1000, ofDay % 1000 === 0 ? 0 : 3)
    out[end] = 0x5a
    return end + 1
  }
}
