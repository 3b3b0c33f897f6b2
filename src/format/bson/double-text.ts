import { putNineDigits, putSixDigits, putUint53 } from '../integer-text.ts'

/** The most bytes that a double has as text: -2.2250738585072014e-308 */
export const maxDoubleTextBytes = 25

const maxExact = 2 ** 53
/** What is not below it, or is below the other one, is left to JavaScript, which writes some of it with an exponent. */
const maxPlain = 1e15
const minPlain = 1e-6

/**
 * Writes a double as the shortest text that reads back as the same, and of those the nearest: the way that JavaScript
 * writes numbers, but with a fraction always (`1.0`, `-0.0`), unless there is an exponent; `NaN`, `Infinity`, `-Infinity`.
 * Returns the end; does not check that there is room. Only very large and very small numbers cost a string.
 */
export function putDouble(out: Uint8Array, at: number, value: number): number {
  bits.setFloat64(0, value, true)
  return putDoubleAt(out, at, bits, 0)
}

/** As {@link putDouble}, of the double that lies at `start`, little-endian: handed over, each would be an object. */
export function putDoubleAt(out: Uint8Array, at: number, view: DataView, start: number): number {
  const value = view.getFloat64(start, true)
  let i = at
  let magnitude = value
  if (value < 0 || Object.is(value, -0)) {
    out[i++] = 0x2d
    magnitude = -value
  }
  const whole = Math.floor(magnitude)
  if (whole === magnitude && magnitude <= maxExact) {
    i = putUint53(out, i, magnitude)
    out[i] = 0x2e
    out[i + 1] = 0x30
    return i + 2
  }
  if (magnitude >= minPlain && magnitude < maxPlain) {
    const end = putCents(out, i, magnitude, whole)
    if (end > 0) return end
    const micros = putMicros(out, i, magnitude, whole)
    if (micros > 0) return micros
    const other = putPlain(out, i, magnitude)
    if (other > 0) return other
  }
  return putSlowly(out, i, magnitude)
}

/** As JavaScript writes it: without a fraction that is nothing. As {@link putDoubleAt} otherwise. */
export function putShortDoubleAt(out: Uint8Array, at: number, view: DataView, start: number): number {
  const end = putDoubleAt(out, at, view, start)
  return out[end - 1] === 0x30 && out[end - 2] === 0x2e ? end - 2 : end
}

/** Numbers of one or two decimals, which many are; 0 for others. */
function putCents(out: Uint8Array, at: number, magnitude: number, whole: number): number {
  const cents = Math.round(magnitude * 100)
  // The quotient of two exact doubles is rounded right: it is what the text reads back as.
  if (cents >= maxPlain || cents / 100 !== magnitude) return 0
  const i = putUint53(out, at, whole)
  const rest = cents - whole * 100
  const tens = Math.floor(rest / 10)
  out[i] = 0x2e
  out[i + 1] = 0x30 + tens
  out[i + 2] = 0x30 + rest - tens * 10
  return rest === tens * 10 ? i + 2 : i + 3
}

/** Those of up to six, as places on earth often have; for the reason that {@link putCents} has. */
function putMicros(out: Uint8Array, at: number, magnitude: number, whole: number): number {
  const micros = Math.round(magnitude * 1e6)
  if (micros >= maxPlain || micros / 1e6 !== magnitude) return 0
  const point = putUint53(out, at, whole)
  out[point] = 0x2e
  let end = putSixDigits(out, point + 1, micros - whole * 1e6)
  while (out[end - 1] === 0x30) end--
  return end
}

const splitter = 2 ** 27 + 1
const maxPower = 22

/** 10⁰ to 10²², all of them exact, and each as the sum of two numbers of 26 bits (Dekker). */
const powers = Float64Array.from({ length: maxPower + 1 }, (_, i) => Number(`1e${i}`))
const powerHeads = powers.map((power) => power * splitter - (power * splitter - power))
const powerTails = powers.map((power, i) => power - powerHeads[i]!)

/** The number whose bits are looked at; before that, in {@link putDouble}, the one that is read from it at once. */
const bits = new DataView(new ArrayBuffer(8))

/** From 2⁻²⁰ to 2⁵⁰ half the distance between doubles. */
const halves = Float64Array.from({ length: 71 }, (_, i) => 2 ** (i - 20 - 53))

/** The smaller of two distances must be at least this much smaller, or sums of them might have been rounded past it. */
const safety = 1e-6

/**
 * 17 digits are one more than it takes to tell doubles apart: the number times a power of ten, so that it has 17 before
 * the point, is computed without an error as the sum of two doubles; then the nearest multiple of 100, of 10 or of 1 is
 * taken that is nearer to it than half the distance to the next double. 0 where this cannot be told for sure.
 */
function putPlain(out: Uint8Array, at: number, magnitude: number): number {
  bits.setFloat64(0, magnitude)
  const top = bits.getInt32(0)
  // Of a power of two the double below is nearer than the one above.
  if ((top & 0xf_ffff) === 0 && bits.getInt32(4) === 0) return 0
  const exponent = (top >> 20) - 1023
  const half = halves[exponent + 20]!
  // Digits before the point; below 1 minus the zeros behind it.
  let digitCount = Math.floor(exponent * 0.301_029_995_663_981) + 1
  let power = 17 - digitCount
  if (power > maxPower) power = maxPower
  let high = magnitude * powers[power]!
  if (high >= 1e17) high = magnitude * powers[--power]!
  digitCount = 17 - power
  if (high < 1e16 || high >= 1e17) return 0
  const scaled = magnitude * splitter
  const head = scaled - (scaled - magnitude)
  const tail = magnitude - head
  const powerHead = powerHeads[power]!
  const powerTail = powerTails[power]!
  const low = head * powerHead - high + head * powerTail + tail * powerHead + tail * powerTail
  const margin = half * powers[power]!

  let upper = Math.floor(high / 1e8)
  let lower = high - upper * 1e8
  const overHundred = lower - Math.floor(lower / 100) * 100 + low
  const toHundred = Math.round(overHundred / 100) * 100 - overHundred
  const overTen = lower - Math.floor(lower / 10) * 10 + low
  const toTen = Math.round(overTen / 10) * 10 - overTen
  if (Math.abs(toHundred) < margin - safety) lower += Math.round(low + toHundred)
  else if (Math.abs(toHundred) < margin + safety) return 0
  else if (Math.abs(toTen) < margin - safety && Math.abs(toTen) < 5 - safety) lower += Math.round(low + toTen)
  else if (Math.abs(toTen) < margin + safety) return 0
  else if (Math.abs(Math.abs(low - Math.floor(low)) - 0.5) < safety) return 0
  else lower += Math.round(low)
  if (lower < 0) {
    upper--
    lower += 1e8
  } else if (lower >= 1e8) {
    upper++
    lower -= 1e8
  }
  if (upper < 1e8 || upper >= 1e9) return 0
  return putDigits(out, at, upper, lower, digitCount)
}

/** Seventeen digits, the first nine in `upper`, without the zeros at their end. */
function putDigits(out: Uint8Array, at: number, upper: number, lower: number, digitCount: number): number {
  let i = at
  if (digitCount <= 0) {
    out[i++] = 0x30
    out[i++] = 0x2e
    for (let zeros = digitCount; zeros < 0; zeros++) out[i++] = 0x30
    // The ninth digit of the upper ones is written once more, with the eight of the lower.
    putNineDigits(out, i + 8, lower)
    putNineDigits(out, i, upper)
    i += 17
  } else {
    putNineDigits(out, i + 9, lower)
    putNineDigits(out, i + 1, upper)
    for (const point = i + digitCount; i < point; i++) out[i] = out[i + 1]!
    out[i] = 0x2e
    i += 18 - digitCount
  }
  while (out[i - 1] === 0x30) i--
  return i
}

/** @param magnitude Not negative */
function putSlowly(out: Uint8Array, at: number, magnitude: number): number {
  const text = String(magnitude)
  let isPlain = true
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x2e || code > 0x39) isPlain = false
    out[at + i] = code
  }
  const end = at + text.length
  if (!isPlain) return end
  out[end] = 0x2e
  out[end + 1] = 0x30
  return end + 2
}

/**
 * Reads ASCII text[start, end) as a double: a JSON number, or also `NaN`, `Infinity` or `-Infinity`. Undefined where it is
 * neither, or beyond the largest double.
 */
export function readDouble(text: Uint8Array, start: number, end: number): number | undefined {
  if (end - start > maxNumberTextBytes) return undefined
  let source = ''
  for (let i = start; i < end; i++) source += String.fromCharCode(text[i]!)
  if (source === 'NaN') return Number.NaN
  if (source === 'Infinity') return Number.POSITIVE_INFINITY
  if (source === '-Infinity') return Number.NEGATIVE_INFINITY
  if (!/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(source)) return undefined
  const value = Number(source)
  return Number.isFinite(value) ? value : undefined
}

/** Every double is told by so many digits (IEEE 754-2008, 5.12.2). */
export const maxDoubleDigits = 17

/** How many digits of a JSON number there are from its first to its last that is no zero. */
export function significantDigits(text: Uint8Array, start: number, end: number): number {
  let count = 0
  let zeros = 0
  for (let i = start; i < end; i++) {
    const byte = text[i]!
    if (byte === 0x65 || byte === 0x45) break
    if (byte < 0x30 || byte > 0x39) continue
    if (byte === 0x30) {
      if (count > 0) zeros++
      continue
    }
    count += zeros + 1
    zeros = 0
  }
  return count
}

/** Longer than any double written in full: 1 + 309 digits before the point, 1074 behind it. */
const maxNumberTextBytes = 2048
