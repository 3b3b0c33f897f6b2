import { type CivilDate, civilFromDays } from '../canonical/calendar.ts'
import { dateInfinity, dateMinusInfinity, dateText, eraText } from '../canonical/date.ts'
import { microsPerDay } from '../canonical/time.ts'
import { putSixDigits } from './integer-text.ts'

const zero = 0x30
const two32 = 0x1_0000_0000

/** An int64 as a double, exact up to 2⁵³; NaN stands for the two infinities. */
export function microsAt(view: DataView, start: number): number {
  const high = view.getInt32(start + 4, true)
  const low = view.getUint32(start, true)
  if ((high === 0x7fff_ffff && low === 0xffff_ffff) || (high === -0x8000_0000 && low === 0)) return Number.NaN
  return int53At(view, start)
}

/** An int64, little-endian, as a double, exact up to 2⁵³. */
export function int53At(view: DataView, start: number): number {
  return view.getInt32(start + 4, true) * two32 + view.getUint32(start, true)
}

/** Puts an int64 that a double holds exactly, little-endian. */
export function putInt53(view: DataView, at: number, value: number): void {
  const high = Math.floor(value / two32)
  view.setInt32(at + 4, high, true)
  view.setUint32(at, value - high * two32, true)
}

/** What is not below it, on either side of zero, is not told exactly by {@link microsAt}. */
export const maxMicros = 2 ** 53

/** Days as text, one after the other: rows that stand together often are of the same day, and then no text is made. */
export class DayText {
  #days = Number.NaN
  #day = Buffer.alloc(0)
  #era = Buffer.alloc(0)

  /** `YYYY-MM-DD`, without ` BC`. Not to be changed: the next call may give it again. */
  of(days: number): Uint8Array {
    if (days !== this.#days) this.#turnTo(civilFromDays(days), days)
    return this.#day
  }

  /** ` BC` of the day that was asked for last, or nothing. */
  get era(): Uint8Array {
    return this.#era
  }

  #turnTo(civil: CivilDate, days: number): void {
    this.#days = days
    this.#day = Buffer.from(dateText(civil), 'latin1')
    this.#era = Buffer.from(eraText(civil), 'latin1')
  }
}

export function isInfiniteDay(days: number): boolean {
  return days === dateInfinity || days === dateMinusInfinity
}

/** The most bytes of {@link putClock}. */
export const clockBytes = 15

/** µs of a day, or 24:00:00, as `HH:MM:SS` with a fraction of `precision` digits; what is not zero behind it is shown too. */
export function putClock(out: Uint8Array, at: number, micros: number, precision: number): number {
  // Kept 32-bit numbers, of which quotients cost a multiplication.
  const seconds = Math.floor(micros / 1e6) | 0
  const minutes = (seconds / 60) | 0
  const hours = (minutes / 60) | 0
  putTwo(out, at, hours)
  out[at + 2] = 0x3a
  putTwo(out, at + 3, minutes - hours * 60)
  out[at + 5] = 0x3a
  putTwo(out, at + 6, seconds - minutes * 60)
  const fraction = micros - seconds * 1e6
  let end = at + 8
  if (precision === 0 && fraction === 0) return end
  out[end] = 0x2e
  end = putSixDigits(out, end + 1, fraction)
  const least = at + 9 + precision
  while (end > least && out[end - 1] === zero) end--
  return end
}

/** Days since 2000-01-01, and the µs in that day, of µs that a double holds exactly. */
function dayOf(micros: number): number {
  return Math.floor(micros / microsPerDay)
}

function microsInDay(micros: number, days: number): number {
  return micros - days * microsPerDay
}

function putTwo(out: Uint8Array, at: number, value: number): void {
  const tens = (value / 10) | 0
  out[at] = zero + tens
  out[at + 1] = zero + value - tens * 10
}

/** `YYYY-MM-DD` of a year of four digits. */
const dayBytes = 10

/**
 * Moments and wall clocks, int64 µs since 2000-01-01, as `YYYY-MM-DD HH:MM:SS.ffffff` and `suffix`. Only those from 1714 to
 * 2285: a double holds their µs.
 */
export class MomentText {
  readonly #days = new DayText()
  readonly #precision: number
  readonly #suffix: Buffer
  /** The most bytes of {@link put}. */
  readonly room: number

  /** @param suffix Of a moment `+00`, of a wall clock nothing */
  constructor(precision: number, suffix: '' | '+00') {
    this.#precision = precision
    this.#suffix = Buffer.from(suffix)
    this.room = dayBytes + 1 + clockBytes + suffix.length
  }

  /** Puts the text at `at`, where there is {@link room}; returns the end, or −1 for what is of other years, or infinite. */
  put(out: Uint8Array, at: number, view: DataView, start: number): number {
    const micros = microsAt(view, start)
    if (!(Math.abs(micros) < maxMicros)) return -1
    const day = dayOf(micros)
    out.set(this.#days.of(day), at)
    out[at + dayBytes] = 0x20
    const end = putClock(out, at + dayBytes + 1, microsInDay(micros, day), this.#precision)
    out.set(this.#suffix, end)
    return end + this.#suffix.length
  }
}
