const minExponent = -6176
const maxExponent = 6111
const maxDigits = 34
const two16 = 0x10000
const zero = 0x30
/** Beyond it an exponent is out of range whatever the digits are, for no text is longer. */
const farExponent = 1e9

/** The significant digits that are being read. */
const digits = new Uint8Array(maxDigits)
/** The coefficient in limbs of 16 bits, the lowest first. */
const limbs = new Uint16Array(8)

export type Decimal128Fault = 'no decimal number' | 'more than 34 digits' | 'beyond the exponents of decimal128'

/**
 * Reads ASCII text[start, end) as a decimal128 by MongoDB's specification (General Decimal Arithmetic's numeric strings:
 * `.5`, `017.`, `4E+9`, `Inf`, in either case) and writes its 16 bytes little-endian. Never rounds: zeros at the end are
 * moved between digits and exponent where only that makes the number fit, and what then does not fit is a fault. Nothing
 * is written where there is one.
 */
export function readDecimal128(
  text: Uint8Array,
  start: number,
  end: number,
  out: DataView,
  at: number,
): Decimal128Fault | undefined {
  let i = start
  const isNegative = i < end && text[i] === 0x2d
  if (i < end && (text[i] === 0x2d || text[i] === 0x2b)) i++
  const sign = isNegative ? 0x8000_0000 : 0
  if (isWord(text, i, end, 'nan')) return putTop(out, at, 0x7c00_0000)
  if (isWord(text, i, end, 'inf') || isWord(text, i, end, 'infinity'))
    return putTop(out, at, (sign | 0x7800_0000) >>> 0)

  let digitCount = 0
  let exponent = 0
  let droppedZeros = 0
  let sawDigit = false
  let sawPoint = false
  let isInexact = false
  for (; i < end; i++) {
    const byte = text[i]!
    if (byte === 0x2e && !sawPoint) {
      sawPoint = true
      continue
    }
    const digit = byte - zero
    if (digit < 0 || digit > 9) break
    sawDigit = true
    if (sawPoint) exponent--
    if (digitCount === 0 && digit === 0) continue
    if (digitCount < maxDigits) {
      digits[digitCount++] = digit
    } else {
      droppedZeros++
      if (digit !== 0) isInexact = true
    }
  }
  if (!sawDigit) return 'no decimal number'
  if (i < end) {
    const power = readExponent(text, i, end)
    if (power === undefined) return 'no decimal number'
    exponent += power
  }
  if (isInexact) return 'more than 34 digits'
  exponent += droppedZeros
  while (exponent < minExponent && digitCount > 0 && digits[digitCount - 1] === 0) {
    digitCount--
    exponent++
  }
  while (exponent > maxExponent && digitCount > 0 && digitCount < maxDigits) {
    digits[digitCount++] = 0
    exponent--
  }
  if (digitCount === 0) exponent = Math.min(Math.max(exponent, minExponent), maxExponent)
  if (exponent < minExponent || exponent > maxExponent) return 'beyond the exponents of decimal128'
  putFinite(out, at, digitCount, sign, exponent - minExponent)
  return undefined
}

/** `E`, a sign or none, and digits to the end. */
function readExponent(text: Uint8Array, at: number, end: number): number | undefined {
  if ((text[at]! | 0x20) !== 0x65) return undefined
  let i = at + 1
  const isNegative = i < end && text[i] === 0x2d
  if (i < end && (text[i] === 0x2d || text[i] === 0x2b)) i++
  if (i >= end) return undefined
  let value = 0
  for (; i < end; i++) {
    const digit = text[i]! - zero
    if (digit < 0 || digit > 9) return undefined
    value = Math.min(value * 10 + digit, farExponent)
  }
  return isNegative ? -value : value
}

function putFinite(out: DataView, at: number, digitCount: number, sign: number, biased: number): void {
  limbs.fill(0)
  for (let d = 0; d < digitCount; d++) {
    let carry = digits[d]!
    for (let limb = 0; limb < limbs.length; limb++) {
      const sum = limbs[limb]! * 10 + carry
      limbs[limb] = sum
      carry = Math.floor(sum / two16)
    }
  }
  for (let limb = 0; limb < limbs.length; limb++) out.setUint16(at + 2 * limb, limbs[limb]!, true)
  out.setUint32(at + 12, (out.getUint32(at + 12, true) | sign | (biased << 17)) >>> 0, true)
}

function putTop(out: DataView, at: number, top: number): undefined {
  for (let i = 0; i < 12; i += 4) out.setUint32(at + i, 0, true)
  out.setUint32(at + 12, top, true)
}

/** Whether text[start, end) is the word, which is in lower case, in either case. */
function isWord(text: Uint8Array, start: number, end: number, word: string): boolean {
  if (end - start !== word.length) return false
  for (let i = 0; i < word.length; i++) if ((text[start + i]! | 0x20) !== word.charCodeAt(i)) return false
  return true
}
