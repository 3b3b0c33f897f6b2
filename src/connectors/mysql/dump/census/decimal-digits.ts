import { kindMask, ValueKind } from '../../../../format/sql-text/row-scanner.ts'
import type { CensusFact } from '../../../../model/census.ts'
import type { LiteralBytes } from '../literal-bytes.ts'
import type { FactCounter } from './fact-counter.ts'

const zero = 0x30
const point = 0x2e

/** Most digits on either side of the point of decimals, zeros at the ends left out. */
export class DecimalDigits implements FactCounter {
  #whole = -1
  #fraction = -1
  #isUnknown = false

  add({ bytes, length }: LiteralBytes, flags: number): void {
    const kind = flags & kindMask
    const isWritten = kind === ValueKind.number || kind === ValueKind.text
    let at = bytes[0] === 0x2d || bytes[0] === 0x2b ? 1 : 0
    const first = at
    while (at < length && bytes[at] === zero) at++
    const wholeStart = at
    while (at < length && isDigit(bytes[at]!)) at++
    const wholeCount = at - wholeStart
    let digitCount = at - first
    let fractionCount = 0
    if (at < length && bytes[at] === point) {
      const fractionStart = ++at
      while (at < length && isDigit(bytes[at]!)) at++
      digitCount += at - fractionStart
      fractionCount = at - fractionStart
      while (fractionCount > 0 && bytes[fractionStart + fractionCount - 1] === zero) fractionCount--
    }
    // An exponent, which no server writes, or no number at all.
    if (!isWritten || digitCount === 0 || at < length) {
      this.#isUnknown = true
      return
    }
    if (wholeCount > this.#whole) this.#whole = wholeCount
    if (fractionCount > this.#fraction) this.#fraction = fractionCount
  }

  answer(fact: CensusFact): string | null | undefined {
    if ((fact !== 'whole-digits' && fact !== 'fraction-digits') || this.#isUnknown) return undefined
    const most = fact === 'whole-digits' ? this.#whole : this.#fraction
    return most < 0 ? null : String(most)
  }
}

function isDigit(byte: number): boolean {
  return byte >= zero && byte <= 0x39
}
