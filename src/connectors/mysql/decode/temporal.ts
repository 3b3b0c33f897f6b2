import { daysFromCivil, daysInMonth } from '../../../canonical/calendar.ts'
import type { ValuePolicies } from '../../../model/plan.ts'
import type { CellDecoder, RepairedText } from './cell-decoder.ts'
import { writeDigits, writePadded } from './digits.ts'
import { fault } from './fault.ts'
import { writeHalf } from './integer.ts'

/*
 * The binary protocol's dates: nothing where all is zero; else uint16 year, month, day; then hour, minute and second
 * where one of them is not zero; then uint32 µs where they are not. Its times: nothing where all is zero; else one byte
 * 1 for negative, uint32 days, hour, minute, second; then uint32 µs where they are not zero.
 */

/** Up to here, 285 years around 2000, a count of µs is exact as a number. */
const exactSeconds = 9_000_000_000
const secondsPerDay = 86_400
const dash = 0x2d
const colon = 0x3a
const space = 0x20
const dot = 0x2e

function uint32(source: Buffer, at: number): number {
  return (source[at]! | (source[at + 1]! << 8) | (source[at + 2]! << 16) | (source[at + 3]! << 24)) >>> 0
}

/** Days since 2000-01-01, remembering the last answer: neighbours in a table often share their day. */
class DayCounter {
  #last = -1
  #days = 0

  /** NaN where there is no such day. */
  count(source: Buffer, from: number, length: number): number {
    if (length === 0) return Number.NaN
    const packed = source[from]! | (source[from + 1]! << 8) | (source[from + 2]! << 16) | (source[from + 3]! << 24)
    if (packed === this.#last) return this.#days
    const year = packed & 0xffff
    const month = (packed >> 16) & 0xff
    const day = packed >>> 24
    if (month === 0 || day === 0 || month > 12 || day > daysInMonth(year, month)) return Number.NaN
    this.#last = packed
    this.#days = daysFromCivil(year, month, day)
    return this.#days
  }
}

function dateFault(source: Buffer, from: number, length: number): number {
  return length === 0 || uint32(source, from) === 0 ? fault.zeroDate : fault.partialDate
}

/** int32 days. */
export class DateDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 4
  readonly #days = new DayCounter()

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const days = this.#days.count(source, from, length)
    if (Number.isNaN(days)) return dateFault(source, from, length)
    writeHalf(days, target, at)
    return 4
  }
}

/** int64 µs, of a DATE, DATETIME or TIMESTAMP. */
export class TimestampDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 8
  readonly #days = new DayCounter()

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const days = this.#days.count(source, from, length)
    if (Number.isNaN(days)) return dateFault(source, from, length)
    let seconds = days * secondsPerDay
    if (length >= 7) seconds += source[from + 4]! * 3600 + source[from + 5]! * 60 + source[from + 6]!
    writeMicros(seconds, length >= 11 ? uint32(source, from + 7) : 0, target, at)
    return 8
  }
}

/**
 * Writes `seconds × 10^6 + micros` as int64. `seconds` is a whole number below 2^38; the product is beyond what a number
 * holds exactly, so it is made of 16-bit digits.
 */
export function writeMicros(seconds: number, micros: number, target: Uint8Array, at: number): void {
  if (seconds < exactSeconds && seconds > -exactSeconds) {
    const total = seconds * 1e6 + micros
    const upperHalf = Math.floor(total / 0x1_0000_0000)
    writeHalf((total - upperHalf * 0x1_0000_0000) | 0, target, at)
    writeHalf(upperHalf, target, at + 4)
    return
  }
  const upper = Math.floor(seconds / 0x10000)
  const lower = (seconds - upper * 0x10000) * 1e6 + micros
  const product = upper * 1e6
  const high = Math.floor(product / 0x10000)
  const rest = (product - high * 0x10000) * 0x10000 + lower
  const carry = Math.floor(rest / 0x1_0000_0000)
  writeHalf((rest - carry * 0x1_0000_0000) | 0, target, at)
  writeHalf((high + carry) | 0, target, at + 4)
}

/**
 * As the server prints it, zero and impossible dates too: the plan chose text to keep them. Those that a policy minds are
 * faults nevertheless, since they are counted.
 */
export class DateToTextDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes: number
  readonly #withTime: boolean
  readonly #precision: number
  readonly #minded: ReadonlySet<number>
  readonly #days = new DayCounter()

  /** @param precision Digits of the second's fraction; undefined for a DATE. */
  constructor(precision: number | undefined, policies: ValuePolicies = {}) {
    this.#minded = new Set([
      ...(policies['zero-date'] === undefined ? [] : [fault.zeroDate]),
      ...(policies['partial-date'] === undefined ? [] : [fault.partialDate]),
    ])
    this.#withTime = precision !== undefined
    this.#precision = precision ?? 0
    this.extraBytes = 26
  }

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    if (this.#minded.size > 0 && Number.isNaN(this.#days.count(source, from, length))) {
      const found = dateFault(source, from, length)
      if (this.#minded.has(found)) return found
    }
    return this.#print(source, from, length, target, at)
  }

  repair(source: Buffer, from: number, length: number): RepairedText {
    const bytes = Buffer.alloc(this.extraBytes)
    return { bytes: bytes.subarray(0, this.#print(source, from, length, bytes, 0)), rules: [] }
  }

  #print(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const year = length === 0 ? 0 : source[from]! | (source[from + 1]! << 8)
    let end = writePadded(year, 4, target, at)
    target[end++] = dash
    end = writePadded(length === 0 ? 0 : source[from + 2]!, 2, target, end)
    target[end++] = dash
    end = writePadded(length === 0 ? 0 : source[from + 3]!, 2, target, end)
    if (!this.#withTime) return end - at
    target[end++] = space
    end = writeClock(
      length >= 7 ? source[from + 4]! : 0,
      length >= 7 ? source[from + 5]! : 0,
      length >= 7 ? source[from + 6]! : 0,
      length >= 11 ? uint32(source, from + 7) : 0,
      this.#precision,
      target,
      end,
    )
    return end - at
  }
}

function writeClock(
  hour: number,
  minute: number,
  second: number,
  micros: number,
  precision: number,
  target: Uint8Array,
  at: number,
): number {
  let end = hour < 100 ? writePadded(hour, 2, target, at) : writeDigits(hour, target, at)
  target[end++] = colon
  end = writePadded(minute, 2, target, end)
  target[end++] = colon
  end = writePadded(second, 2, target, end)
  return precision === 0 ? end : writeFraction(micros, precision, target, end)
}

/** A dot and `digits` digits of a second's fraction. */
function writeFraction(micros: number, digits: number, target: Uint8Array, at: number): number {
  target[at] = dot
  return writePadded(Math.floor(micros / 10 ** (6 - digits)), digits, target, at + 1)
}

/** int64 µs since midnight; negative times and those beyond 24:00:00 are out of range. */
export class TimeDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 8

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const seconds = timeSeconds(source, from, length)
    const micros = length >= 12 ? uint32(source, from + 8) : 0
    const isNegative = length > 0 && source[from] === 1
    if (seconds > secondsPerDay || (seconds === secondsPerDay && micros > 0) || isNegative) return fault.outOfRange
    writeMicros(seconds, micros, target, at)
    return 8
  }
}

function timeSeconds(source: Buffer, from: number, length: number): number {
  if (length === 0) return 0
  return (uint32(source, from + 1) * 24 + source[from + 5]!) * 3600 + source[from + 6]! * 60 + source[from + 7]!
}

/** ISO 8601, as `canonical/interval.ts` writes a duration: `-PT838H59M59S`, `PT0H0M1.5S`. */
export class TimeToIntervalDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 32

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const seconds = timeSeconds(source, from, length)
    let micros = length >= 12 ? uint32(source, from + 8) : 0
    let end = at
    if (length > 0 && source[from] === 1) target[end++] = dash
    target[end++] = 0x50 // P
    target[end++] = 0x54 // T
    end = writeDigits(Math.floor(seconds / 3600), target, end)
    target[end++] = 0x48 // H
    end = writeDigits(Math.floor(seconds / 60) % 60, target, end)
    target[end++] = 0x4d // M
    end = writeDigits(seconds % 60, target, end)
    if (micros > 0) {
      let digits = 6
      for (; micros % 10 === 0; micros /= 10) digits--
      target[end++] = dot
      end = writePadded(micros, digits, target, end)
    }
    target[end++] = 0x53 // S
    return end - at
  }
}

/** As the server prints it: `-838:59:59.000`. */
export class TimeToTextDecoder implements CellDecoder {
  readonly growth = 0
  readonly extraBytes = 32
  readonly #precision: number

  constructor(precision: number) {
    this.#precision = precision
  }

  write(source: Buffer, from: number, length: number, target: Uint8Array, at: number): number {
    const seconds = timeSeconds(source, from, length)
    const micros = length >= 12 ? uint32(source, from + 8) : 0
    let end = at
    if (length > 0 && source[from] === 1) target[end++] = dash
    const hours = Math.floor(seconds / 3600)
    end = writeClock(hours, Math.floor(seconds / 60) % 60, seconds % 60, micros, this.#precision, target, end)
    return end - at
  }
}
