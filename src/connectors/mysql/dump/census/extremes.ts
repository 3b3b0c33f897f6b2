import { kindMask, ValueKind } from '../../../../format/sql-text/row-scanner.ts'
import type { CensusFact } from '../../../../model/census.ts'
import type { NativeType } from '../../../../model/relation.ts'
import { familyOf, type TypeFamily } from '../../decode/type-family.ts'
import type { LiteralBytes } from '../literal-bytes.ts'
import type { FactCounter } from './fact-counter.ts'

/** Up to so many characters a whole number is exact as a number. */
const maxExactLength = 15

/** Least and greatest value of numbers, bits, dates and times, as text that the server would print. */
export class Extremes implements FactCounter {
  readonly #family: TypeFamily | undefined
  readonly #scale: number
  #least: Measured | undefined
  #greatest: Measured | undefined
  #isUnknown = false
  /** Most columns of whole numbers never leave these two. */
  #least53 = Infinity
  #greatest53 = -Infinity

  constructor(native: NativeType) {
    this.#family = familyOf(native)
    this.#scale = native.args[1] ?? 0
  }

  add({ bytes, length }: LiteralBytes, flags: number): void {
    if (this.#family === 'integer' && length <= maxExactLength && isWritten(flags)) {
      const value = exactNumber(bytes, length)
      if (!Number.isNaN(value)) {
        if (value < this.#least53) this.#least53 = value
        if (value > this.#greatest53) this.#greatest53 = value
        return
      }
    }
    const measured = this.#measure(bytes, length, flags)
    if (measured === undefined) {
      this.#isUnknown = true
      return
    }
    this.#take(measured)
  }

  /** What follows is not written as the server would print it: there will be no answer. */
  distrust(): void {
    this.#isUnknown = true
  }

  answer(fact: CensusFact): string | null | undefined {
    if ((fact !== 'min' && fact !== 'max') || this.#isUnknown) return undefined
    if (this.#least53 !== Infinity) {
      for (const value of [this.#least53, this.#greatest53]) {
        this.#take({ order: BigInt(value) * 10n ** BigInt(this.#scale), text: String(value) })
      }
    }
    if (this.#family === undefined || unordered.has(this.#family)) return undefined
    return (fact === 'min' ? this.#least : this.#greatest)?.text ?? null
  }

  #take(measured: Measured): void {
    if (this.#least === undefined || measured.order < this.#least.order) this.#least = measured
    if (this.#greatest === undefined || measured.order > this.#greatest.order) this.#greatest = measured
  }

  #measure(bytes: Buffer, length: number, flags: number): Measured | undefined {
    if (!isWritten(flags) || this.#family === 'bit') return this.#measureBytes(bytes, length, flags)
    const text = bytes.toString('latin1', 0, length)
    switch (this.#family) {
      case 'integer':
      case 'year':
      case 'decimal':
        return decimal(text, this.#scale)
      case 'float':
        return float(Math.fround(Number(text)))
      case 'double':
        return float(Number(text))
      case 'date':
      case 'datetime':
        // Fields of fixed width, the largest first.
        return { order: text, text }
      case 'time':
        return clock(text)
      default:
        return undefined
    }
  }

  /** Hexadecimal and binary digits, and what BIT is written as. */
  #measureBytes(bytes: Buffer, length: number, flags: number): Measured | undefined {
    if (this.#family !== 'bit' && this.#family !== 'integer') return undefined
    if ((flags & kindMask) === ValueKind.number) return decimal(bytes.toString('latin1', 0, length), 0)
    const value = BigInt(`0x${bytes.toString('hex', 0, length) || '0'}`)
    return { order: value, text: value.toString() }
  }
}

interface Measured {
  readonly order: bigint | number | string
  readonly text: string
}

const unordered = new Set<TypeFamily>(['enum', 'set', 'text', 'binary', 'json', 'geometry', 'vector', 'uuid', 'inet'])

/** Whether the literal's bytes are its text, and not what digits stand for. */
function isWritten(flags: number): boolean {
  const kind = flags & kindMask
  return kind === ValueKind.number || kind === ValueKind.text
}

function exactNumber(bytes: Uint8Array, length: number): number {
  const isNegative = bytes[0] === 0x2d
  let value = 0
  for (let at = isNegative ? 1 : 0; at < length; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return isNegative ? 0 - value : value
}

function float(value: number): Measured | undefined {
  return Number.isNaN(value) ? undefined : { order: value, text: String(value) }
}

/** Ordered as a whole number of units of the last place. ZEROFILL's zeros are not part of the text. */
function decimal(text: string, scale: number): Measured | undefined {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)0*(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  if (whole === '') return undefined
  const order = BigInt(`${whole}${fraction.padEnd(Math.max(scale, fraction.length), '0')}`)
  return { order: sign === '-' ? -order : order, text: `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}` }
}

/** `-838:59:59.000` */
function clock(text: string): Measured | undefined {
  const [, sign, hours, minutes, seconds, fraction = ''] = /^(-?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?$/.exec(text) ?? []
  if (sign === undefined) return undefined
  const micros = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1e6 + Number(fraction.padEnd(6, '0'))
  return { order: sign === '-' ? -micros : micros, text }
}
