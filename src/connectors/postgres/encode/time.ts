import { fractionLimit, type TargetType } from '../types.ts'
import { type Encode, type Fault, unfit } from './encoder.ts'
import { encodeTurned8 } from './fixed.ts'

/** Days from 2000-01-01 to the first and behind the last date (timestamp.h: DATETIME_MIN_JULIAN, DATE_END_JULIAN). */
const firstDate = -2_451_545
const endOfDates = 2_145_031_949
const dateInfinities: readonly number[] = [2_147_483_647, -2_147_483_648]

/** µs from 2000-01-01 to the first and behind the last timestamp (timestamp.h: MIN_TIMESTAMP, END_TIMESTAMP). */
const firstTimestamp = -211_813_488_000_000_000n
const endOfTimestamps = 9_223_371_331_200_000_000n
const timestampInfinities: readonly bigint[] = [2n ** 63n - 1n, -(2n ** 63n)]
/** Between these high words every timestamp is in range, whatever its low word. */
const lowestSafeHigh = Number(firstTimestamp >> 32n) + 1
const highestSafeHigh = Number(endOfTimestamps >> 32n) - 1

export function encodeDate(to: TargetType): Encode {
  return (out, _source, view, start) => {
    const days = view.getInt32(start, true)
    if ((days < firstDate || days >= endOfDates) && !dateInfinities.includes(days)) {
      return unfit(to, `${days} days from 2000-01-01 are out of its range`)
    }
    out.room(8)
    out.view.setInt32(out.at, 4)
    out.view.setInt32(out.at + 4, days)
    out.at += 8
    return undefined
  }
}

/** A date as the midnight it begins with. */
export function encodeDateAsTimestamp(to: TargetType): Encode {
  return (out, _source, view, start) => {
    const days = view.getInt32(start, true)
    const infinity = dateInfinities.indexOf(days)
    const micros = timestampInfinities[infinity] ?? BigInt(days) * 86_400_000_000n
    if (infinity < 0 && (micros < firstTimestamp || micros >= endOfTimestamps)) {
      return unfit(to, `${days} days from 2000-01-01 are out of its range`)
    }
    out.room(12)
    out.view.setInt32(out.at, 8)
    out.view.setBigInt64(out.at + 4, micros)
    out.at += 12
    return undefined
  }
}

/** Wall clocks and moments. Digits of a second that the column has no room for are a fault, never rounded. */
export function encodeTimestamp(precision: number, to: TargetType): Encode {
  const limit = fractionLimit(to) ?? 6
  const unit = precision > limit ? 10 ** (6 - limit) : 1
  return (out, source, view, start, length) => {
    const high = view.getInt32(start + 4, true)
    if (high < lowestSafeHigh || high > highestSafeHigh) {
      const micros = view.getBigInt64(start, true)
      if (timestampInfinities.includes(micros)) return encodeTurned8(out, source, view, start, length)
      if (micros < firstTimestamp || micros >= endOfTimestamps) {
        return unfit(to, `${micros} µs from 2000-01-01 are out of its range`)
      }
    }
    if (unit > 1 && !isMultiple(view, start, unit)) return tooFine(to, limit)
    out.room(12)
    out.view.setInt32(out.at, 8)
    out.view.setInt32(out.at + 4, high)
    out.view.setInt32(out.at + 8, view.getInt32(start, true))
    out.at += 12
    return undefined
  }
}

/** Whether an int64 is a multiple of `unit`, 10^6 at most: all products stay below 2^53. */
function isMultiple(view: DataView, start: number, unit: number): boolean {
  const low = view.getUint32(start, true)
  const high = view.getInt32(start + 4, true)
  return ((high % unit) * (4_294_967_296 % unit) + (low % unit)) % unit === 0
}

function tooFine(to: TargetType, limit: number): Fault {
  return unfit(to, `it has more than ${limit} digits of a second`)
}

export function encodeTime(precision: number, to: TargetType): Encode {
  const limit = fractionLimit(to) ?? 6
  const unit = precision > limit ? 10 ** (6 - limit) : 1
  return (out, source, view, start, length) => {
    if (unit > 1 && !isMultiple(view, start, unit)) return tooFine(to, limit)
    return encodeTurned8(out, source, view, start, length)
  }
}

/** A time of day as the span since midnight. */
export function encodeTimeAsInterval(precision: number, to: TargetType): Encode {
  const limit = fractionLimit(to) ?? 6
  const unit = precision > limit ? 10 ** (6 - limit) : 1
  return (out, _source, view, start) => {
    if (unit > 1 && !isMultiple(view, start, unit)) return tooFine(to, limit)
    out.room(20)
    out.view.setInt32(out.at, 16)
    out.view.setInt32(out.at + 4, view.getInt32(start + 4, true))
    out.view.setInt32(out.at + 8, view.getInt32(start, true))
    out.view.setInt32(out.at + 12, 0)
    out.view.setInt32(out.at + 16, 0)
    out.at += 20
    return undefined
  }
}

const duration =
  /^(-?)P(?=.)(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)W)?(?:(-?\d+)D)?(?:T(?=.)(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+)(?:\.(\d+))?S)?)?$/

/**
 * An ISO 8601 duration: months, days and µs stay three numbers, as in PostgreSQL. On the wire µs stand first, then days,
 * then months (timestamp.c: interval_recv).
 */
export function encodeInterval(to: TargetType): Encode {
  const limit = fractionLimit(to) ?? 6
  return (out, source, _view, start, length) => {
    const text = Buffer.from(source.buffer, source.byteOffset + start, length).toString('latin1')
    const found = duration.exec(text)
    if (found === null) return unfit(to, `${JSON.stringify(text.slice(0, 100))} is no duration`)
    const sign = found[1] === '-' ? -1n : 1n
    const part = (place: number): bigint => BigInt(found[place] ?? '0')
    const fraction = (found[10] ?? '').replace(/0+$/, '')
    if (fraction.length > limit) return tooFine(to, limit)
    const seconds = part(9) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
    const micros = sign * (part(6) * 3_600_000_000n + part(7) * 60_000_000n + (found[8] === '-' ? -seconds : seconds))
    const days = sign * (part(4) * 7n + part(5))
    const months = sign * (part(2) * 12n + part(3))
    if (!fits(micros, 63n) || !fits(days, 31n) || !fits(months, 31n)) return unfit(to, text)
    out.room(20)
    out.view.setInt32(out.at, 16)
    out.view.setBigInt64(out.at + 4, micros)
    out.view.setInt32(out.at + 12, Number(days))
    out.view.setInt32(out.at + 16, Number(months))
    out.at += 20
    return undefined
  }
}

function fits(value: bigint, bits: bigint): boolean {
  return value >= -(2n ** bits) && value < 2n ** bits
}
