import { civilFromDays, daysFromCivil } from '../../../canonical/calendar.ts'

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

/**
 * Writes the milliseconds since 1970 as `2024-02-29T12:00:00Z`, with three digits behind the seconds where those are not
 * all zero; returns the end. There is room for 24 bytes. @param ms See {@link isIsoDate}
 */
export function putIsoDate(out: Uint8Array, at: number, ms: number): number {
  const days = Math.floor(ms / dayMs)
  const { year, month, day } = civilFromDays(days + days1970)
  const ofDay = ms - days * dayMs
  const seconds = Math.floor(ofDay / 1000)
  const fraction = ofDay - seconds * 1000
  const minutes = Math.floor(seconds / 60)
  const hours = Math.floor(minutes / 60)
  const century = Math.floor(year / 100)
  let i = putTwoDigits(out, putTwoDigits(out, at, century), year - century * 100)
  i = putTwoDigits(out, putCharacter(out, i, 0x2d), month)
  i = putTwoDigits(out, putCharacter(out, i, 0x2d), day)
  i = putTwoDigits(out, putCharacter(out, i, 0x54), hours)
  i = putTwoDigits(out, putCharacter(out, i, 0x3a), minutes - hours * 60)
  i = putTwoDigits(out, putCharacter(out, i, 0x3a), seconds - minutes * 60)
  if (fraction > 0) {
    const tens = Math.floor(fraction / 10)
    i = putTwoDigits(out, putCharacter(out, i, 0x2e), tens)
    i = putCharacter(out, i, 0x30 + fraction - tens * 10)
  }
  return putCharacter(out, i, 0x5a)
}

function putCharacter(out: Uint8Array, at: number, code: number): number {
  out[at] = code
  return at + 1
}

function putTwoDigits(out: Uint8Array, at: number, value: number): number {
  const tens = Math.floor(value / 10)
  out[at] = 0x30 + tens
  out[at + 1] = 0x30 + value - tens * 10
  return at + 2
}
