import { kindMask, ValueKind } from '../../../../format/sql-text/row-scanner.ts'

/** Upper half of the number that {@link readWholeNumber} read last, as uint32. */
export let numberHigh = 0
/** Its lower half, as uint32. */
export let numberLow = 0
export let numberIsNegative = false

const plus = 0x2b
const minus = 0x2d
const zero = 0x30
const billion = 1_000_000_000
const maxDigits = 20

/**
 * Reads a whole number as a dump writes one: digits with or without quotes, hexadecimal or binary digits, TRUE or FALSE.
 * False where the literal is none, or is beyond 64 bits; else the three variables of this module have it.
 */
export function readWholeNumber(bytes: Uint8Array, flags: number, from: number, length: number): boolean {
  numberIsNegative = false
  switch (flags & kindMask) {
    case ValueKind.number:
    case ValueKind.text:
      return readDigits(bytes, from, from + length)
    case ValueKind.hex:
      return readPowerOfTwo(bytes, from, from + length, 4)
    case ValueKind.bits:
      return readPowerOfTwo(bytes, from, from + length, 1)
    case ValueKind.expression:
      numberHigh = 0
      numberLow = isWord(bytes, from, length, 'TRUE') ? 1 : 0
      return numberLow === 1 || isWord(bytes, from, length, 'FALSE')
    default:
      return false
  }
}

function readDigits(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from
  if (bytes[at] === minus || bytes[at] === plus) {
    numberIsNegative = bytes[at] === minus
    at++
  }
  if (at >= end) return false
  while (at < end - 1 && bytes[at] === zero) at++
  const digitCount = end - at
  if (digitCount > maxDigits) return false
  // The last nine digits, and those before them: neither is beyond what a number holds exactly.
  const split = Math.max(at, end - 9)
  let upper = 0
  for (; at < split; at++) {
    const digit = bytes[at]! - zero
    if (digit < 0 || digit > 9) return false
    upper = upper * 10 + digit
  }
  let lower = 0
  for (; at < end; at++) {
    const digit = bytes[at]! - zero
    if (digit < 0 || digit > 9) return false
    lower = lower * 10 + digit
  }
  if (upper === 0) {
    numberHigh = 0
    numberLow = lower
    return true
  }
  const high = Math.floor(upper / 0x10000) * billion
  const low = (upper % 0x10000) * billion + lower + (high % 0x10000) * 0x10000
  numberLow = low % 0x1_0000_0000
  numberHigh = Math.floor(high / 0x10000) + Math.floor(low / 0x1_0000_0000)
  return numberHigh <= 0xffff_ffff
}

/** Hexadecimal (4) or binary (1) digits. */
function readPowerOfTwo(bytes: Uint8Array, from: number, end: number, bitsPerDigit: 1 | 4): boolean {
  numberHigh = 0
  numberLow = 0
  for (let at = from; at < end; at++) {
    if (numberHigh >>> (32 - bitsPerDigit) !== 0) return false
    const byte = bytes[at]!
    const digit = byte < 0x3a ? byte - zero : (byte | 0x20) - 0x57
    numberHigh = ((numberHigh << bitsPerDigit) | (numberLow >>> (32 - bitsPerDigit))) >>> 0
    numberLow = ((numberLow << bitsPerDigit) | digit) >>> 0
  }
  return true
}

function isWord(bytes: Uint8Array, from: number, length: number, word: string): boolean {
  if (length !== word.length) return false
  for (let i = 0; i < length; i++) if ((bytes[from + i]! & 0xdf) !== word.charCodeAt(i)) return false
  return true
}
