import { putUint53 } from './integer-text.ts'

/** The most bytes that a double has as text: -2.2250738585072014e-308 */
export const maxDoubleTextBytes = 25

const maxExact = 2 ** 53
/** Two decimal texts of at most so many digits never stand for one double. */
const maxSureMantissa = 1e15
/** Powers of ten that are tried as a number of decimals; all are exact doubles. */
const powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8]
/** JavaScript writes smaller ones with an exponent. */
const minPlain = 1e-6

/**
 * Writes a double as the shortest text that reads back as the same, the way that JavaScript writes numbers, but with a
 * fraction always (`1.0`, `-0.0`), unless there is an exponent; `NaN`, `Infinity`, `-Infinity`. Returns the end; does not
 * check that there is room.
 *
 * Whole numbers and those of a few decimals, which most are, are written without a string.
 */
export function putDouble(out: Uint8Array, at: number, value: number): number {
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
  if (magnitude >= minPlain && magnitude < maxSureMantissa) {
    for (let decimals = 1; decimals < powers.length; decimals++) {
      const power = powers[decimals]!
      const mantissa = Math.round(magnitude * power)
      if (mantissa >= maxSureMantissa) break
      // A quotient of two exact doubles is rounded right: this is what the text of it reads back as.
      if (mantissa / power === magnitude) {
        i = putUint53(out, i, whole)
        out[i++] = 0x2e
        return putDecimals(out, i, mantissa - whole * power, decimals)
      }
    }
  }
  return putSlowly(out, i, magnitude)
}

function putDecimals(out: Uint8Array, at: number, value: number, digitCount: number): number {
  let left = value
  for (let i = at + digitCount - 1; i >= at; i--) {
    const upper = Math.floor(left / 10)
    out[i] = 0x30 + (left - upper * 10)
    left = upper
  }
  return at + digitCount
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

/** Longer than any double written in full: 1 + 309 digits before the point, 1074 behind it. */
const maxNumberTextBytes = 2048
