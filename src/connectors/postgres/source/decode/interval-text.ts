import { putUint53 } from '../../../../format/integer-text.ts'

const secondMicros = 1_000_000
const minuteMicros = 60 * secondMicros
const hourMicros = 60 * minuteMicros
const largestHigh = 0x7fff_ffff
const smallestHigh = -0x8000_0000

const [zero, minus, point] = [0x30, 0x2d, 0x2e]
const [letterP, letterT, letterY, letterM, letterD, letterH, letterS] = [0x50, 0x54, 0x59, 0x4d, 0x44, 0x48, 0x53]

/** As many bytes as a duration's text has at most. */
export const intervalTextBytes = 80

/**
 * Writes an interval (timestamp.c: interval_send: µs, days, months) as an ISO 8601 duration. One of hours alone has its
 * sign in front, `-PT838H59M59S`; else each part has its own, as they are three numbers. Returns where it ends; −1: it is
 * infinite, which no duration is.
 */
export function putInterval(view: DataView, start: number, target: Uint8Array, at: number): number {
  const days = view.getInt32(start + 8)
  const months = view.getInt32(start + 12)
  if (isInfinite(view, start, days, months)) return -1
  const micros = microsAt(view, start)
  if (days === 0 && months === 0) return putClock(micros, target, at)
  let to = at
  target[to++] = letterP
  to = putPart(Math.trunc(months / 12), letterY, target, to)
  to = putPart(months % 12, letterM, target, to)
  to = putPart(days, letterD, target, to)
  if (micros.hours === 0 && micros.rest === 0) return to
  target[to++] = letterT
  const sign = micros.isNegative ? -1 : 1
  to = putPart(sign * micros.hours, letterH, target, to)
  to = putPart(sign * Math.floor(micros.rest / minuteMicros), letterM, target, to)
  const inMinute = micros.rest % minuteMicros
  if (inMinute === 0) return to
  if (micros.isNegative) target[to++] = minus
  return putSeconds(inMinute, target, to)
}

/** What is reused for every value. */
const parts = { isNegative: false, hours: 0, rest: 0 }

/** Whole hours and the µs behind them: together they may be more than a double holds. */
function microsAt(view: DataView, start: number): typeof parts {
  const high = view.getInt32(start)
  const low = view.getUint32(start + 4)
  const micros = high * 4_294_967_296 + low
  parts.isNegative = micros < 0
  if (Number.isSafeInteger(micros)) {
    const positive = Math.abs(micros)
    parts.hours = Math.floor(positive / hourMicros)
    parts.rest = positive % hourMicros
    return parts
  }
  const exact = view.getBigInt64(start)
  const positive = exact < 0n ? -exact : exact
  parts.hours = Number(positive / BigInt(hourMicros))
  parts.rest = Number(positive % BigInt(hourMicros))
  return parts
}

function isInfinite(view: DataView, start: number, days: number, months: number): boolean {
  const high = view.getInt32(start)
  const low = view.getUint32(start + 4)
  const isPlus = days === largestHigh && months === largestHigh && high === largestHigh && low === 0xffff_ffff
  return isPlus || (days === smallestHigh && months === smallestHigh && high === smallestHigh && low === 0)
}

function putClock({ isNegative, hours, rest }: typeof parts, target: Uint8Array, at: number): number {
  let to = at
  if (isNegative) target[to++] = minus
  target[to++] = letterP
  target[to++] = letterT
  to = putUint53(target, to, hours)
  target[to++] = letterH
  to = putUint53(target, to, Math.floor(rest / minuteMicros))
  target[to++] = letterM
  return putSeconds(rest % minuteMicros, target, to)
}

function putPart(value: number, letter: number, target: Uint8Array, at: number): number {
  if (value === 0) return at
  let to = at
  if (value < 0) target[to++] = minus
  to = putUint53(target, to, Math.abs(value))
  target[to++] = letter
  return to
}

/** @param micros Below a minute */
function putSeconds(micros: number, target: Uint8Array, at: number): number {
  let to = putUint53(target, at, Math.floor(micros / secondMicros))
  let fraction = micros % secondMicros
  if (fraction > 0) {
    target[to++] = point
    for (let unit = secondMicros / 10; fraction > 0; unit /= 10) {
      target[to++] = zero + Math.floor(fraction / unit)
      fraction %= unit
    }
  }
  target[to++] = letterS
  return to
}
