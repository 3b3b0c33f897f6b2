import type { Random } from './random.ts'

/** The shop's last day; nothing in it hangs on the day on which it is made. */
export const lastDay = '2026-01-31'

const secondsPerDay = 86_400

/** A day between two days, both `YYYY-MM-DD` and both included. */
export function dayBetween(random: Random, first: string, last: string): string {
  const firstDay = Date.parse(`${first}T00:00:00Z`) / 1000 / secondsPerDay
  const lastDayNumber = Date.parse(`${last}T00:00:00Z`) / 1000 / secondsPerDay
  return textOf(random.between(firstDay, lastDayNumber) * secondsPerDay).slice(0, 10)
}

/** `YYYY-MM-DD HH:MM:SS`, on a day between two days. Any wall clock time: also those that a summer time skips. */
export function momentBetween(random: Random, first: string, last: string): string {
  return `${dayBetween(random, first, last)} ${textOf(random.below(secondsPerDay)).slice(11, 19)}`
}

/** `.` and `digitCount` digits. */
export function fraction(random: Random, digitCount: number): string {
  return `.${String(random.below(10 ** digitCount)).padStart(digitCount, '0')}`
}

/** `YYYY-MM-DD HH:MM:SS`, a number of seconds after a day's midnight. */
export function secondsAfter(day: string, seconds: number): string {
  return textOf(Date.parse(`${day}T00:00:00Z`) / 1000 + seconds)
}

/** MySQL's TIME for a number of seconds: `131:45:00`, `-12:30:00`. At most 838:59:59 either way. */
export function timeOf(seconds: number): string {
  const absolute = Math.abs(seconds)
  const parts = [Math.floor(absolute / 3600), Math.floor(absolute / 60) % 60, absolute % 60]
  return (seconds < 0 ? '-' : '') + parts.map((part) => String(part).padStart(2, '0')).join(':')
}

function textOf(secondsSinceEpoch: number): string {
  return new Date(secondsSinceEpoch * 1000).toISOString().slice(0, 19).replace('T', ' ')
}
