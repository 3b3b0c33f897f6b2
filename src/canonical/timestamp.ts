import { civilFromDays } from './calendar.ts'
import { dateText, eraText, parseDate } from './date.ts'
import { type CanonicalForm, viewOf } from './form.ts'
import { parseTime, timeText } from './time.ts'

export const timestampInfinity = 0x7fffffffffffffffn
export const timestampMinusInfinity = -0x8000000000000000n

const microsPerDay = 86_400_000_000n

/**
 * int64 µs since 2000-01-01 00:00; `YYYY-MM-DD HH:MM:SS.ffffff`, followed by `+00` where it is a moment, and by ` BC`.
 * `suffix` is `+00` for `instant`, empty for `timestamp`.
 */
export function timestampForm(precision: number, suffix: '' | '+00'): CanonicalForm {
  return {
    toText(bytes, start) {
      const micros = viewOf(bytes, start, 8).getBigInt64(0, true)
      if (micros === timestampInfinity) return 'infinity'
      if (micros === timestampMinusInfinity) return '-infinity'
      const inDay = ((micros % microsPerDay) + microsPerDay) % microsPerDay
      const civil = civilFromDays(Number((micros - inDay) / microsPerDay))
      return `${dateText(civil)} ${timeText(Number(inDay), precision)}${suffix}${eraText(civil)}`
    },
    fromText(text) {
      const micros = parse(text, suffix)
      if (micros === undefined) return undefined
      const cell = new Uint8Array(8)
      new DataView(cell.buffer).setBigInt64(0, micros, true)
      return cell
    },
  }
}

function parse(text: string, suffix: string): bigint | undefined {
  if (text === 'infinity') return timestampInfinity
  if (text === '-infinity') return timestampMinusInfinity
  const match = /^(\S+) ([\d:.]+)(\+00)?( BC)?$/.exec(text)
  if (match === null || (match[3] ?? '') !== suffix) return undefined
  const days = parseDate((match[1] ?? '') + (match[4] ?? ''))
  const time = parseTime(match[2] ?? '')
  return days === undefined || time === undefined ? undefined : BigInt(days) * microsPerDay + BigInt(time)
}
