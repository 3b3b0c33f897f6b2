import { two } from './date.ts'
import { type CanonicalForm, viewOf } from './form.ts'

export const microsPerDay = 86_400_000_000

/** int64 µs since midnight, 0 … 24:00:00; `HH:MM:SS` with `precision` digits of the second's fraction. */
export function timeForm(precision: number): CanonicalForm {
  return {
    toText: (bytes, start) => timeText(Number(viewOf(bytes, start, 8).getBigInt64(0, true)), precision),
    fromText(text) {
      const micros = parseTime(text)
      if (micros === undefined) return undefined
      const cell = new Uint8Array(8)
      new DataView(cell.buffer).setBigInt64(0, BigInt(micros), true)
      return cell
    },
  }
}

/** µs since midnight as text; digits beyond `precision` are shown where they are not zero, never cut. */
export function timeText(micros: number, precision: number): string {
  const seconds = Math.floor(micros / 1e6)
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return clock + fractionText(micros % 1e6, precision)
}

export function fractionText(micros: number, precision: number): string {
  const six = String(micros).padStart(6, '0')
  let digits = precision
  while (digits < 6 && Number(six.slice(digits)) !== 0) digits++
  return digits === 0 ? '' : `.${six.slice(0, digits)}`
}

/** µs since midnight, or undefined. */
export function parseTime(text: string): number | undefined {
  const match = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(text)
  if (match === null) return undefined
  const minute = Number(match[2])
  const second = Number(match[3])
  if (minute > 59 || second > 59) return undefined
  const micros = (Number(match[1]) * 3600 + minute * 60 + second) * 1e6 + Number((match[4] ?? '').padEnd(6, '0'))
  return micros <= microsPerDay ? micros : undefined
}
