import { civilFromDays, daysFromCivil, daysInMonth } from '../../../../canonical/calendar.ts'
import { kindMask, ValueKind } from '../../../../format/sql-text/row-scanner.ts'
import { fault } from '../../decode/fault.ts'
import type { LiteralForm, Scratch } from './literal-form.ts'

const dash = 0x2d
const colon = 0x3a
const dot = 0x2e
const space = 0x20
const minutesPerDay = 1440

/** What people write and no server prints: `2024-1-5`, `2024/01/05 1:02`. */
const looseDate = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[ T]+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?)?$/
const looseTime = /^(-?)(\d{1,3}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,6}))?)?$/

/** What the parser found; one set for all, since every value is done with before the next. */
let year = 0
let month = 0
let day = 0
let hour = 0
let minute = 0
let second = 0
let micros = 0
let isNegative = false

/** DATE, DATETIME and TIMESTAMP. Days that do not exist are let through: the decoder's policy decides. */
export class DateForm implements LiteralForm {
  readonly fixedBytes = 11
  readonly #withTime: boolean
  readonly #offsetMinutes: number

  /** @param offsetMinutes What a TIMESTAMP's clock is ahead of UTC; 0 for the others. */
  constructor(withTime: boolean, offsetMinutes: number) {
    this.#withTime = withTime
    this.#offsetMinutes = offsetMinutes
  }

  toWire(bytes: Buffer, flags: number, from: number, length: number, scratch: Scratch): number {
    if ((flags & kindMask) !== ValueKind.text) return fault.malformed
    if (!readDate(bytes, from, length) && !readLooseDate(bytes, from, length)) return fault.malformed
    if (hour > 23 || minute > 59 || second > 59 || month > 12 || day > 31) return fault.malformed
    if (!this.#withTime && (hour | minute | second | micros) !== 0) return fault.malformed
    if (this.#offsetMinutes !== 0) shift(this.#offsetMinutes)
    const target = scratch.bytes
    target[0] = year
    target[1] = year >> 8
    target[2] = month
    target[3] = day
    if (!this.#withTime) return 4
    target[4] = hour
    target[5] = minute
    target[6] = second
    writeMicros(target, 7)
    return 11
  }
}

/** TIME: from `-838:59:59` to `838:59:59`, with a fraction. */
export class TimeForm implements LiteralForm {
  readonly fixedBytes = 12

  toWire(bytes: Buffer, flags: number, from: number, length: number, scratch: Scratch): number {
    if ((flags & kindMask) !== ValueKind.text) return fault.malformed
    if (!readTime(bytes, from, length)) return fault.malformed
    if (minute > 59 || second > 59 || hour > 838) return fault.malformed
    const target = scratch.bytes
    target[0] = isNegative ? 1 : 0
    target[1] = Math.floor(hour / 24)
    target[2] = 0
    target[3] = 0
    target[4] = 0
    target[5] = hour % 24
    target[6] = minute
    target[7] = second
    writeMicros(target, 8)
    return 12
  }
}

function writeMicros(target: Uint8Array, at: number): void {
  target[at] = micros
  target[at + 1] = micros >> 8
  target[at + 2] = micros >> 16
  target[at + 3] = 0
}

/** `YYYY-MM-DD`, `YYYY-MM-DD HH:MM:SS`, and that with a fraction: as servers print them. */
function readDate(bytes: Uint8Array, from: number, length: number): boolean {
  if (length !== 10 && length < 19) return false
  year = two(bytes, from) * 100 + two(bytes, from + 2)
  month = two(bytes, from + 5)
  day = two(bytes, from + 8)
  hour = 0
  minute = 0
  second = 0
  micros = 0
  if (bytes[from + 4] !== dash || bytes[from + 7] !== dash || Number.isNaN(year + month + day)) return false
  if (length === 10) return true
  hour = two(bytes, from + 11)
  minute = two(bytes, from + 14)
  second = two(bytes, from + 17)
  if (bytes[from + 10] !== space || bytes[from + 13] !== colon || bytes[from + 16] !== colon) return false
  return !Number.isNaN(hour + minute + second) && readFraction(bytes, from + 19, from + length)
}

function readLooseDate(bytes: Buffer, from: number, length: number): boolean {
  const found = looseDate.exec(bytes.toString('latin1', from, from + Math.min(length, 40)))
  if (found === null || length > 40) return false
  const part = (index: number): number => Number(found[index] ?? 0)
  year = part(1)
  month = part(3)
  day = part(4)
  hour = part(5)
  minute = part(6)
  second = part(7)
  micros = Number((found[8] ?? '').padEnd(6, '0'))
  return true
}

function readTime(bytes: Buffer, from: number, length: number): boolean {
  isNegative = bytes[from] === dash
  const start = isNegative ? from + 1 : from
  const end = from + length
  const hourDigits = bytes[start + 3] === colon ? 3 : 2
  const rest = start + hourDigits
  hour = hourDigits === 3 ? two(bytes, start) * 10 + (bytes[start + 2]! - 0x30) : two(bytes, start)
  if (end - rest >= 6 && bytes[rest] === colon && bytes[rest + 3] === colon) {
    minute = two(bytes, rest + 1)
    second = two(bytes, rest + 4)
    const isThree = hourDigits === 2 || (bytes[start + 2]! >= 0x30 && bytes[start + 2]! <= 0x39)
    if (isThree && !Number.isNaN(hour + minute + second) && readFraction(bytes, rest + 6, end)) return true
  }
  const found = looseTime.exec(bytes.toString('latin1', from, from + Math.min(length, 20)))
  if (found === null || length > 20) return false
  isNegative = found[1] === '-'
  hour = Number(found[2])
  minute = Number(found[3])
  second = Number(found[4] ?? 0)
  micros = Number((found[5] ?? '').padEnd(6, '0'))
  return true
}

/** A dot and one to six digits, or nothing. */
function readFraction(bytes: Uint8Array, from: number, end: number): boolean {
  micros = 0
  if (from === end) return true
  const count = end - from - 1
  if (bytes[from] !== dot || count < 1 || count > 6) return false
  for (let at = from + 1; at < end; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return false
    micros = micros * 10 + digit
  }
  for (let i = count; i < 6; i++) micros *= 10
  return true
}

/** NaN where the two bytes are no digits. */
function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 0x30
  const ones = bytes[at + 1]! - 0x30
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN
}

/** From the clock of a zone to UTC. A day that does not exist stays as it is: it is no moment at all. */
function shift(offsetMinutes: number): void {
  if (month === 0 || day === 0 || day > daysInMonth(year, month)) return
  const minutes = hour * 60 + minute - offsetMinutes
  const date = civilFromDays(daysFromCivil(year, month, day) + Math.floor(minutes / minutesPerDay))
  const ofDay = minutes - Math.floor(minutes / minutesPerDay) * minutesPerDay
  year = date.year
  month = date.month
  day = date.day
  hour = Math.floor(ofDay / 60)
  minute = ofDay % 60
}
