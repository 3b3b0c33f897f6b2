import { daysInMonth } from '../../../../canonical/calendar.ts'
import type { CensusFact } from '../../../../model/census.ts'
import type { LiteralBytes } from '../literal-bytes.ts'
import type { FactCounter } from './fact-counter.ts'

/** Counts dates that are none: all of it zero, and those with a month or day that does not exist. */
export class DateFaults implements FactCounter {
  #zeroCount = 0
  #partialCount = 0

  add({ bytes, length }: LiteralBytes): void {
    if (length < 10) return
    const year = digits(bytes, 0, 4)
    const month = digits(bytes, 5, 2)
    const day = digits(bytes, 8, 2)
    if (Number.isNaN(year + month + day)) return
    if (year === 0 && month === 0 && day === 0) this.#zeroCount++
    else if (month === 0 || day === 0 || month > 12 || day > daysInMonth(year, month)) this.#partialCount++
  }

  answer(fact: CensusFact): string | undefined {
    if (fact === 'zero-dates') return String(this.#zeroCount)
    return fact === 'partial-dates' ? String(this.#partialCount) : undefined
  }
}

function digits(bytes: Uint8Array, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}
