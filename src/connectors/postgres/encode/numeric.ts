import type { IntBits } from '../../../model/canonical-type.ts'
import { numericLimit, type TargetType } from '../types.ts'
import { type Encode, type Fault, shown, unfit } from './encoder.ts'
import { shortReader } from './integer.ts'
import type { Output } from './output.ts'

/*
 * numeric on the wire (numeric.c: numeric_recv): int16 count of digits, int16 weight of the first one, int16 sign, int16
 * scale to show, then the digits, int16 each, to the base of 10,000.
 */
const positive = 0x0000
const negative = 0x4000
const notANumber = 0xc000
const plusInfinity = 0xd000
const minusInfinity = 0xf000

/** Digits behind the point that the server can keep (numeric.h: NUMERIC_DSCALE_MASK), and before it. */
const maxScale = 16_383
const maxIntegerDigits = 131_072

const zero = 0x30
const nine = 0x39
const minus = 0x2d
const point = 0x2e

/** Digits before and behind the point of a decimal that is encoded in one go, as numbers: sums of money, mostly. */
const maxShortInteger = 12
const maxShortFraction = 4
/** By how many digits there are, what makes a group of four of them. */
const groupUnits = [10_000, 1_000, 100, 10, 1]

/**
 * Decimal text into numeric, digit by digit: exact, or a fault. Zeros at the end of the fraction that the target has no
 * room for are no digits of the value.
 */
export function encodeDecimal(to: TargetType): Encode {
  const limit = numericLimit(to)
  const scaleLimit = limit?.scale ?? maxScale
  const integerLimit = limit === undefined ? maxIntegerDigits : limit.precision - limit.scale
  const integerBound = integerLimit > maxShortInteger ? Infinity : 10 ** integerLimit
  const shortScale = integerLimit < 0 ? -1 : Math.min(scaleLimit, maxShortFraction)
  return (out, source, view, start, length) => {
    if (shortScale >= 0 && encodeShort(out, view, start, length, integerBound, shortScale)) return undefined
    const end = start + length
    let place = start
    const isNegative = source[place] === 0x2d
    if (isNegative || source[place] === 0x2b) place++
    const digitsStart = place
    while (place < end && isDigit(source[place])) place++
    const integerEnd = place
    let fractionStart = place
    if (place < end && source[place] === 0x2e) {
      fractionStart = ++place
      while (place < end && isDigit(source[place])) place++
    }
    const shownScale = place - fractionStart
    if (place !== end || integerEnd - digitsStart + shownScale === 0)
      return encodeSpecial(out, to, source, start, length)

    let integerStart = digitsStart
    while (integerStart < integerEnd && source[integerStart] === zero) integerStart++
    const integerDigits = integerEnd - integerStart
    let scale = shownScale
    while (scale > 0 && source[fractionStart + scale - 1] === zero) scale--
    if (scale > Math.max(0, scaleLimit)) {
      return unfit(to, `${shown(source, start, length)} has ${scale} digits behind the point`)
    }
    if (integerDigits > Math.max(0, integerLimit)) {
      return unfit(to, `${shown(source, start, length)} has ${integerDigits} digits before the point`)
    }
    if (integerLimit < 0 && !isZeros(source, fractionStart, fractionStart + Math.min(scale, -integerLimit))) {
      return unfit(to, `${shown(source, start, length)} has too many digits`)
    }
    if (scaleLimit < 0 && !isZeros(source, Math.max(integerStart, integerEnd + scaleLimit), integerEnd)) {
      return unfit(to, `${shown(source, start, length)} would be rounded`)
    }
    const dscale = Math.min(shownScale, limit === undefined ? maxScale : Math.max(0, scaleLimit))
    writeDigits(out, source, integerStart, integerEnd, fractionStart, fractionStart + scale, isNegative, dscale)
    return undefined
  }
}

/** Encodes a decimal of few digits; false, and nothing written, where it is none, or may not fit. */
function encodeShort(
  out: Output,
  view: DataView,
  start: number,
  length: number,
  integerBound: number,
  maxScale: number,
): boolean {
  const end = start + length
  let place = start
  if (length === 0) return false
  const isNegative = view.getUint8(place) === minus
  if (isNegative) place++
  let integer = 0
  const first = place
  let digit = 0
  while (place < end && (digit = view.getUint8(place) - zero) >= 0 && digit <= 9) {
    integer = integer * 10 + digit
    place++
  }
  const integerDigits = place - first
  if (integerDigits === 0 || integerDigits > maxShortInteger || integer >= integerBound) return false
  let fraction = 0
  let scale = 0
  if (place < end) {
    scale = end - place - 1
    if (scale > maxScale || view.getUint8(place) !== point) return false
    for (place++; place < end; place++) {
      digit = view.getUint8(place) - zero
      if (digit < 0 || digit > 9) return false
      fraction = fraction * 10 + digit
    }
    fraction *= groupUnits[scale] ?? 1
  }
  const upper = integer < 1e8 ? 0 : Math.floor(integer / 1e8)
  writeGroups(out, upper, integer - upper * 1e8, fraction, isNegative, scale)
  return true
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= zero && byte <= nine
}

function isZeros(source: Uint8Array, start: number, end: number): boolean {
  for (let place = start; place < end; place++) if (source[place] !== zero) return false
  return true
}

function writeDigits(
  out: Output,
  source: Uint8Array,
  integerStart: number,
  integerEnd: number,
  fractionStart: number,
  fractionEnd: number,
  isNegative: boolean,
  dscale: number,
): void {
  const integerDigits = integerEnd - integerStart
  const integerGroups = Math.ceil(integerDigits / 4)
  const fractionGroups = Math.ceil((fractionEnd - fractionStart) / 4)
  out.room(12 + 2 * (integerGroups + fractionGroups))
  const { view } = out
  const head = out.at
  const firstDigit = head + 12
  let at = firstDigit
  let weight = integerGroups - 1

  let place = integerStart
  let groupEnd = integerEnd - (integerGroups - 1) * 4
  while (place < integerEnd) {
    let group = 0
    for (; place < groupEnd; place++) group = group * 10 + (source[place] ?? zero) - zero
    view.setInt16(at, group)
    at += 2
    groupEnd += 4
  }
  for (place = fractionStart; place < fractionEnd; place += 4) {
    let group = 0
    for (let digit = place; digit < place + 4; digit++) {
      group = group * 10 + (digit < fractionEnd ? (source[digit] ?? zero) - zero : 0)
    }
    if (group === 0 && at === firstDigit) {
      // A zero group that nothing stands before is a lower weight.
      weight--
    } else {
      view.setInt16(at, group)
      at += 2
    }
  }
  while (at > firstDigit && view.getInt16(at - 2) === 0) at -= 2
  finishNumeric(out, (at - firstDigit) / 2, weight, isNegative, dscale)
}

/** Writes the head of a numeric whose digits stand behind it already. A zero has no digits and no sign. */
function finishNumeric(out: Output, groupCount: number, weight: number, isNegative: boolean, dscale: number): void {
  const { view } = out
  view.setInt32(out.at, 8 + 2 * groupCount)
  view.setInt16(out.at + 4, groupCount)
  view.setInt16(out.at + 6, groupCount === 0 ? 0 : weight)
  view.setInt16(out.at + 8, isNegative && groupCount > 0 ? negative : positive)
  view.setInt16(out.at + 10, dscale)
  out.at += 12 + 2 * groupCount
}

function encodeSpecial(
  out: Output,
  to: TargetType,
  source: Uint8Array,
  start: number,
  length: number,
): Fault | undefined {
  const text = shown(source, start, length)
  const sign =
    text === 'NaN' ? notANumber : text === 'Infinity' ? plusInfinity : text === '-Infinity' ? minusInfinity : undefined
  if (sign === undefined) return unfit(to, `${JSON.stringify(text)} is no number`)
  // With a precision the server takes NaN and no infinity (numeric.c: apply_typmod_special).
  if (sign !== notANumber && numericLimit(to) !== undefined) return unfit(to, text)
  out.room(12)
  out.view.setInt32(out.at, 8)
  out.view.setInt32(out.at + 4, 0)
  out.view.setUint16(out.at + 8, sign)
  out.view.setInt16(out.at + 10, 0)
  out.at += 12
  return undefined
}

/** Integers into numeric. */
export function encodeIntAsNumeric(from: { readonly bits: IntBits; readonly signed: boolean }, to: TargetType): Encode {
  const limit = numericLimit(to)
  const integerLimit = limit === undefined ? maxIntegerDigits : Math.max(0, limit.precision - limit.scale)
  const unit = limit === undefined || limit.scale >= 0 ? 1 : 10 ** -limit.scale
  const isLong = from.bits === 64
  // 18446744073709551615, 4294967295, 65535, 255
  const isLimited = integerLimit < (isLong ? 20 : from.bits === 32 ? 10 : from.bits === 16 ? 5 : 3)
  const readShort = isLong ? undefined : shortReader(from)
  const pieces = new Float64Array(2)
  return (out, _source, view, start) => {
    let isNegative: boolean
    if (readShort === undefined) {
      isNegative = splitLong(view, start, from.signed, pieces)
    } else {
      const value = readShort(view, start)
      isNegative = value < 0
      pieces[0] = Math.floor(Math.abs(value) / 1e8)
      pieces[1] = Math.abs(value) % 1e8
    }
    const upper = pieces[0] ?? 0
    const lower = pieces[1] ?? 0
    const digitCount = isLimited ? (upper > 0 ? 8 + countDigits(upper) : countDigits(lower)) : 0
    if (digitCount > integerLimit || (unit > 1 && isRounded(upper, lower, unit))) {
      const sign = isNegative ? '-' : ''
      return unfit(to, upper > 0 ? `${sign}${upper}${String(lower).padStart(8, '0')}` : `${sign}${lower}`)
    }
    writeGroups(out, upper, lower, 0, isNegative, 0)
    return undefined
  }
}

/**
 * A 64-bit integer as two parts to the base of 10^8, by long division over 16-bit digits: every step stays below 2^53,
 * and no bigint is made. Returns whether it is negative.
 */
function splitLong(view: DataView, start: number, signed: boolean, parts: Float64Array): boolean {
  let low = view.getUint32(start, true)
  let high = view.getUint32(start + 4, true)
  const isNegative = signed && high >= 0x8000_0000
  if (isNegative) {
    low = (~low + 1) >>> 0
    high = (~high + (low === 0 ? 1 : 0)) >>> 0
  }
  // Of doubles a remainder takes far longer than a product.
  const first = Math.floor(high / 1e8)
  const middle = (high - first * 1e8) * 65_536 + (low >>> 16)
  const second = Math.floor(middle / 1e8)
  const last = (middle - second * 1e8) * 65_536 + (low & 0xffff)
  const third = Math.floor(last / 1e8)
  parts[0] = (first * 65_536 + second) * 65_536 + third
  parts[1] = last - third * 1e8
  return isNegative
}

function countDigits(value: number): number {
  let count = 0
  for (let power = 1; power <= value; power *= 10) count++
  return count
}

function isRounded(upper: number, lower: number, unit: number): boolean {
  return unit <= 1e8 ? lower % unit !== 0 : lower !== 0 || upper % (unit / 1e8) !== 0
}

/**
 * Writes an integer, of which there are two parts to the base of 10^8, and one group behind the point. Five groups hold 64
 * bits: 1844 6744 0737 0955 1615.
 */
function writeGroups(
  out: Output,
  upper: number,
  lower: number,
  fraction: number,
  isNegative: boolean,
  dscale: number,
): void {
  // Below 10^8 everything is a small integer, whose division the compiler turns into a multiplication.
  const top = upper < 1e8 ? 0 : Math.floor(upper / 1e8)
  const middle = (upper - top * 1e8) | 0
  const bottom = lower | 0
  const weight = top > 0 ? 4 : middle >= 10_000 ? 3 : middle > 0 ? 2 : bottom >= 10_000 ? 1 : bottom > 0 ? 0 : -1
  out.room(12 + 12)
  const { view } = out
  const firstDigit = out.at + 12
  let at = firstDigit
  if (weight === 4) {
    view.setInt16(at, top)
    at += 2
  }
  if (weight >= 3) {
    view.setInt16(at, (middle / 10_000) | 0)
    at += 2
  }
  if (weight >= 2) {
    view.setInt16(at, middle % 10_000)
    at += 2
  }
  if (weight >= 1) {
    view.setInt16(at, (bottom / 10_000) | 0)
    at += 2
  }
  if (weight >= 0) {
    view.setInt16(at, bottom % 10_000)
    at += 2
  }
  if (fraction > 0) {
    view.setInt16(at, fraction)
    at += 2
  }
  while (at > firstDigit && view.getInt16(at - 2) === 0) at -= 2
  finishNumeric(out, (at - firstDigit) / 2, weight, isNegative, dscale)
}
