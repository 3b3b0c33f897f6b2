/** A finite decimal number, exactly: 0.`digits` × 10^`point`, its digits without zeros at either end; of zero there are none. */
export interface DecimalValue {
  readonly isNegative: boolean
  readonly digits: string
  readonly point: number
}

const zero = 0x30
const nine = 0x39
const minus = 0x2d
const dot = 0x2e

/** Where JavaScript begins to write numbers with an exponent. */
const maxPlainPoint = 21
const minPlainPoint = -5

/** The number that was parsed last, its digits in room for those of any double or decimal128. */
export class DecimalParts {
  isNegative = false
  readonly digits = new Uint8Array(64)
  digitCount = 0
  point = 0

  /** Takes apart the text of a finite number: digits with or without a minus, a point and an exponent. */
  parse(text: Uint8Array, start: number, end: number): void {
    let at = start
    const isNegative = text[at] === minus
    if (isNegative) at++
    let digitCount = 0
    let point = 0
    let isBehindPoint = false
    for (; at < end; at++) {
      const byte = text[at]!
      if (byte === dot) isBehindPoint = true
      else if (byte < zero || byte > nine) break
      else if (digitCount === 0 && byte === zero) point -= isBehindPoint ? 1 : 0
      else {
        this.digits[digitCount++] = byte
        if (!isBehindPoint) point++
      }
    }
    if (at < end) point += exponentOf(text, at + 1, end)
    while (digitCount > 0 && this.digits[digitCount - 1] === zero) digitCount--
    this.digitCount = digitCount
    this.point = digitCount === 0 ? 0 : point
    this.isNegative = isNegative && digitCount > 0
  }

  /** Digits before the point, without zeros in front. */
  get wholeDigits(): number {
    return Math.max(0, this.point)
  }

  /** Digits behind the point, without zeros at the end. */
  get fractionDigits(): number {
    return Math.max(0, this.digitCount - this.point)
  }

  /** Below zero where the number is less than the other one, above zero where it is more. */
  compare(other: DecimalValue): number {
    const sign = this.digitCount === 0 ? 0 : this.isNegative ? -1 : 1
    const otherSign = other.digits === '' ? 0 : other.isNegative ? -1 : 1
    if (sign !== otherSign || sign === 0) return sign - otherSign
    if (this.point !== other.point) return (this.point - other.point) * sign
    const { digits, digitCount } = this
    for (let i = 0; i < digitCount && i < other.digits.length; i++) {
      const difference = digits[i]! - other.digits.charCodeAt(i)
      if (difference !== 0) return difference * sign
    }
    return (digitCount - other.digits.length) * sign
  }

  value(): DecimalValue {
    const { isNegative, digits, digitCount, point } = this
    return { isNegative, digits: String.fromCharCode(...digits.subarray(0, digitCount)), point }
  }

  /** Makes it the number that was parsed last. */
  set({ isNegative, digits, point }: DecimalValue): void {
    this.isNegative = isNegative
    this.digitCount = digits.length
    this.point = point
    for (let i = 0; i < digits.length; i++) this.digits[i] = digits.charCodeAt(i)
  }
}

/** All digits, the way that JavaScript writes numbers: `1500`, `0.05`, `1e+21`, `1.5e-7`. */
export function decimalText({ isNegative, digits, point }: DecimalValue): string {
  return `${isNegative ? '-' : ''}${magnitudeText(digits, point)}`
}

function magnitudeText(digits: string, point: number): string {
  if (digits === '') return '0'
  if (point > maxPlainPoint || point < minPlainPoint) {
    const exponent = point - 1
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : ''
    return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`
  }
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`
  const whole = digits.slice(0, point).padEnd(point, '0')
  return digits.length > point ? `${whole}.${digits.slice(point)}` : whole
}

/** A sign or none, and digits. */
function exponentOf(text: Uint8Array, start: number, end: number): number {
  let value = 0
  for (let at = start; at < end; at++) {
    const byte = text[at]!
    if (byte >= zero && byte <= nine) value = value * 10 + byte - zero
  }
  return text[start] === minus ? -value : value
}
