import { scaledDecimal } from '../../canonical/decimal-sum.ts'
import { plainDigits } from '../../canonical/digest-text.ts'
import { rowFault } from './row-fault.ts'

/** Beyond what PostgreSQL and MySQL keep behind the point, and far below what takes time. */
const maxDigits = 20_000

/** A decimal number, exact: `units` × 10^−`scale`. `1.10` and `1.1` are equal, and each keeps its own spelling. */
export class ExactDecimal {
  readonly units: bigint
  /** Digits behind the point. */
  readonly scale: number
  /** Digits in all, at most: what computing with it costs. */
  readonly digitBound: number

  constructor(units: bigint, scale: number, digitBound: number) {
    if (digitBound > maxDigits) throw rowFault(`a number has more than ${maxDigits} digits`)
    this.units = units
    this.scale = scale
    this.digitBound = digitBound
  }

  /** Digits with or without a fraction, exponent and sign. Undefined where the text is none, as `NaN` is none. */
  static parse(text: string): ExactDecimal | undefined {
    if (text.length > maxDigits) return undefined
    const plain = /[eE+]/.test(text) ? plainDigits(text) : text
    const found = /^-?\d+(?:\.(\d+))?$/.exec(plain)
    if (found === null) return undefined
    const scale = found[1]?.length ?? 0
    return new ExactDecimal(scaledDecimal(plain, scale), scale, plain.length)
  }

  static ofInt(value: bigint): ExactDecimal {
    return new ExactDecimal(value, 0, 20)
  }

  get text(): string {
    if (this.scale === 0) return this.units.toString()
    const digits = (this.units < 0n ? -this.units : this.units).toString().padStart(this.scale + 1, '0')
    const point = digits.length - this.scale
    return `${this.units < 0n ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
  }

  get isZero(): boolean {
    return this.units === 0n
  }

  plus(other: ExactDecimal): ExactDecimal {
    const scale = Math.max(this.scale, other.scale)
    return new ExactDecimal(this.#unitsAt(scale) + other.#unitsAt(scale), scale, sumBound(this, other, scale))
  }

  minus(other: ExactDecimal): ExactDecimal {
    return this.plus(other.negated())
  }

  times(other: ExactDecimal): ExactDecimal {
    return new ExactDecimal(this.units * other.units, this.scale + other.scale, this.digitBound + other.digitBound)
  }

  negated(): ExactDecimal {
    return new ExactDecimal(-this.units, this.scale, this.digitBound)
  }

  /** Below, equal to or above 0 as this is less than, equal to or greater than the other. */
  compare(other: ExactDecimal): number {
    const scale = Math.max(this.scale, other.scale)
    const difference = this.#unitsAt(scale) - other.#unitsAt(scale)
    return difference < 0n ? -1 : difference > 0n ? 1 : 0
  }

  /** To so many digits behind the point; half goes away from zero, as ROUND of SQL does it. */
  rounded(scale: number): ExactDecimal {
    if (scale >= this.scale) return new ExactDecimal(this.#unitsAt(scale), scale, this.digitBound + scale - this.scale)
    return new ExactDecimal(roundedQuotient(this.units, tenTo(this.scale - scale)), scale, this.digitBound + 1)
  }

  /** The quotient to so many digits behind the point, rounded as {@link rounded} does. The other is not zero. */
  dividedBy(other: ExactDecimal, scale: number): ExactDecimal {
    const shift = scale + other.scale - this.scale
    const dividend = shift > 0 ? this.units * tenTo(shift) : this.units
    const divisor = shift < 0 ? other.units * tenTo(-shift) : other.units
    return new ExactDecimal(
      roundedQuotient(dividend, divisor),
      scale,
      this.digitBound + other.digitBound + Math.abs(shift),
    )
  }

  /** Without its fraction. */
  truncated(): bigint {
    return this.scale === 0 ? this.units : this.units / tenTo(this.scale)
  }

  #unitsAt(scale: number): bigint {
    return scale === this.scale ? this.units : this.units * tenTo(scale - this.scale)
  }
}

function sumBound(one: ExactDecimal, other: ExactDecimal, scale: number): number {
  return Math.max(one.digitBound - one.scale, other.digitBound - other.scale) + scale + 1
}

function roundedQuotient(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  const rest = dividend % divisor
  const doubled = (rest < 0n ? -rest : rest) * 2n
  if (doubled < (divisor < 0n ? -divisor : divisor)) return quotient
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n
}

function tenTo(exponent: number): bigint {
  return 10n ** BigInt(exponent)
}
