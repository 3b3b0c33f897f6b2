import { copyWords, maxWordBytes } from '../../../batch/copy-words.ts'
import { cellToText } from '../../../canonical/text.ts'
import { bsonType, oldBinarySubtype, uuidSubtype } from '../../../format/bson/bson-type.ts'
import { putHex } from '../../../format/bson/bytes-text.ts'
import { isCanonicalDecimal128, putDecimal128 } from '../../../format/bson/decimal128-text.ts'
import { putShortDoubleAt } from '../../../format/bson/double-text.ts'
import { putInt32, putInt64 } from '../../../format/integer-text.ts'
import { invalidUtf8At } from '../../../format/charset/invalid-utf8.ts'
import { copyPlainWords } from '../../../format/charset/copy-plain.ts'
import { oddUtf8At } from '../../../format/charset/odd-utf8.ts'
import type { CellOut } from './cell-out.ts'
import type { CellPlan } from './cell-plan.ts'
import { putMicros } from './micros.ts'
import { maxPlainBytes, type PlainDecimal, writeOut } from './plain-decimal.ts'
import { way } from './way.ts'

/** In place of a cell's length. */
export const misfit = {
  /** The cell cannot hold the value. */
  value: -1,
  nul: -2,
  invalidText: -3,
} as const

/** Exact as a double: the upper half of 2^53. */
const exactHigh = 0x20_0000
const two32 = 2 ** 32
/** From here on native checks and copies are the fastest. */
const nativeBytes = 512

/**
 * Writes the cells of single values but for those that are JSON or arrays. Nothing is counted as written: a cell stands at
 * the output's end, and is its caller's to keep.
 */
export class CellWriter {
  /** A decimal has lost its exponent, or a zero its sign: whoever looks sets it back. */
  hasLostExponent = false
  /** What was written does not tell the value to the byte: whoever looks sets it back. */
  isInexact = false
  readonly #out: CellOut
  readonly #plain: PlainDecimal = { end: 0, hasFilledZeros: false, hasLostSign: false }

  constructor(out: CellOut) {
    this.#out = out
  }

  /** The cell's length, or one of {@link misfit}. The value is bytes[start, end), as `BsonCursor` has it. */
  write(plan: CellPlan, how: number, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const out = this.#out
    out.makeRoom(16)
    switch (how) {
      case way.copy1:
        out.bytes[out.at] = bytes[start]!
        return 1
      case way.copy4:
        out.view.setInt32(out.at, view.getInt32(start, true), true)
        return 4
      case way.copy8:
        out.view.setInt32(out.at, view.getInt32(start, true), true)
        out.view.setInt32(out.at + 4, view.getInt32(start + 4, true), true)
        return 8
      case way.copy12:
        out.view.setInt32(out.at, view.getInt32(start, true), true)
        out.view.setInt32(out.at + 4, view.getInt32(start + 4, true), true)
        out.view.setInt32(out.at + 8, view.getInt32(start + 8, true), true)
        return 12
      case way.text:
        return this.#putText(plan, bytes, view, start + 4, end - 1)
      case way.dateToMicros:
        return putMicros(view, start, plan.dateStepMs, out.view, out.at) ? 8 : misfit.value
      case way.int32ToInt64: {
        const value = view.getInt32(start, true)
        out.view.setInt32(out.at, value, true)
        out.view.setInt32(out.at + 4, value >> 31, true)
        return 8
      }
      case way.binary:
        return this.#putBinary(plan, bytes, view, start, end)
      default:
        return this.#writeOther(plan, how, bytes, view, start, end)
    }
  }

  #writeOther(plan: CellPlan, how: number, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const out = this.#out
    const { at } = out
    switch (how) {
      case way.int32ToInt: {
        const value = view.getInt32(start, true)
        return this.#putInt(plan, value >> 31, value)
      }
      case way.int64ToInt:
        return this.#putInt(plan, view.getInt32(start + 4, true), view.getInt32(start, true))
      case way.boolToInt:
        return this.#putInt(plan, 0, bytes[start]!)
      case way.timestampToInt64:
        return bytes[end - 1]! < 0x80 ? this.write(plan, way.copy8, bytes, view, start, end) : misfit.value
      case way.int32ToFloat64:
        out.view.setFloat64(at, view.getInt32(start, true), true)
        return 8
      case way.int64ToFloat64: {
        const value = exactNumber(view, start)
        out.view.setFloat64(at, value, true)
        return Number.isNaN(value) ? misfit.value : 8
      }
      case way.int32ToFloat32:
        return this.#putFloat32(view.getInt32(start, true))
      case way.int64ToFloat32: {
        const value = exactNumber(view, start)
        return Number.isNaN(value) ? misfit.value : this.#putFloat32(value)
      }
      case way.doubleToFloat32:
        return this.#putFloat32(view.getFloat64(start, true))
      default:
        return this.#writeAsText(plan, how, bytes, view, start, end)
    }
  }

  /** Cells that are text, or digits; those that may be written out in full have room for it before they are written. */
  #writeAsText(plan: CellPlan, how: number, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const out = this.#out
    out.makeRoom(maxPlainBytes)
    const { at } = out
    switch (how) {
      case way.int32ToText:
        return this.#checked(plan, putInt32(out.bytes, at, view.getInt32(start, true)))
      case way.int64ToText:
        return this.#checked(plan, putInt64(out.bytes, at, view.getInt32(start + 4, true), view.getInt32(start, true)))
      case way.int32ToDecimal:
        return this.#checked(plan, putInt32(out.bytes, at, view.getInt32(start, true)))
      case way.int64ToDecimal:
        return this.#checked(plan, putInt64(out.bytes, at, view.getInt32(start + 4, true), view.getInt32(start, true)))
      case way.doubleToText:
        return this.#checked(plan, this.#putDouble(view, start))
      case way.doubleToDecimal: {
        const to = this.#putDouble(view, start)
        return this.#checked(plan, this.#putPlain(to, false))
      }
      case way.decimalToDecimal:
        if (!isCanonicalDecimal128(view, start)) this.isInexact = true
        return this.#checked(plan, this.#putPlain(putDecimal128(view, start, out.bytes, at), true))
      case way.boolToText:
        return this.#checked(plan, this.#putAscii(bytes[start] === 1 ? 'true' : 'false'))
      case way.dateToText:
        if (!putMicros(view, start, 1, out.view, at)) return misfit.value
        return this.#checked(plan, this.#putAscii(cellToText({ kind: 'instant', precision: 3 }, out.bytes, at, 8)))
      case way.timestampToText:
        return this.#checked(plan, this.#putAscii(view.getBigUint64(start, true).toString()))
      case way.hex:
        return this.#checked(plan, putHex(bytes, start, end, out.bytes, at))
      case way.binaryToHex: {
        const from = payloadStart(bytes, start, end)
        if (from < 0 || isOther(plan, bytes[start + 4]!)) return misfit.value
        out.makeRoom((end - from) * 2)
        return this.#checked(plan, putHex(bytes, from, end, out.bytes, out.at))
      }
      case way.uuid:
        if (!isUuid(bytes, start, end)) return misfit.value
        copyWords(view, start + 5, 16, out.view, at)
        return 16
      case way.uuidToText:
        if (!isUuid(bytes, start, end)) return misfit.value
        return this.#checked(plan, this.#putAscii(cellToText({ kind: 'uuid' }, bytes, start + 5, 16)))
      default:
        return misfit.value
    }
  }

  #putText(plan: CellPlan, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const out = this.#out
    const length = end - start
    out.makeRoom(length)
    if (length <= maxWordBytes) {
      if (!copyPlainWords(view, start, length, out.view, out.at)) {
        const odd = oddUtf8At(view, start, end)
        if (odd >= 0) return bytes[odd] === 0 && invalidUtf8At(bytes, odd, end) < 0 ? misfit.nul : misfit.invalidText
        copyWords(view, start, length, out.view, out.at)
      }
    } else {
      if (invalidUtf8At(bytes, start, end) >= 0) return misfit.invalidText
      if (holdsNul(bytes, start, end)) return misfit.nul
      out.bytes.set(bytes.subarray(start, end), out.at)
    }
    return length > plan.maxLength && characterCount(bytes, start, end) > plan.maxLength ? misfit.value : length
  }

  #putBinary(plan: CellPlan, bytes: Uint8Array, view: DataView, start: number, end: number): number {
    const from = payloadStart(bytes, start, end)
    const length = end - from
    const subtype = bytes[start + 4]!
    if (from < 0 || length > plan.maxLength || isOther(plan, subtype)) return misfit.value
    if (subtype !== 0) this.isInexact = true
    const out = this.#out
    out.makeRoom(length)
    if (length <= maxWordBytes) copyWords(view, from, length, out.view, out.at)
    else out.bytes.set(bytes.subarray(from, end), out.at)
    return length
  }

  /** An integer of 64 bits, in halves, where one of the column's holds it. */
  #putInt({ bits, isSigned }: CellPlan, high: number, low: number): number {
    const { view, at } = this.#out
    if (bits === 64) {
      if (!isSigned && high < 0) return misfit.value
      view.setInt32(at, low, true)
      view.setInt32(at + 4, high, true)
      return 8
    }
    const span = 2 ** bits
    const value = high * two32 + (low >>> 0)
    const lowest = isSigned ? -span / 2 : 0
    if (value < lowest || value >= lowest + span) return misfit.value
    view.setInt32(at, low, true)
    return bits / 8
  }

  #putFloat32(value: number): number {
    if (Math.fround(value) !== value && !Number.isNaN(value)) return misfit.value
    this.#out.view.setFloat32(this.#out.at, value, true)
    return 4
  }

  #putDouble(view: DataView, start: number): number {
    const { bytes, at } = this.#out
    return putShortDoubleAt(bytes, at, view, start)
  }

  #putPlain(end: number, isExponentKept: boolean): number {
    const { bytes, at } = this.#out
    writeOut(bytes, at, end, this.#plain)
    const { hasFilledZeros, hasLostSign } = this.#plain
    if (hasLostSign || (hasFilledZeros && isExponentKept)) this.hasLostExponent = true
    return this.#plain.end
  }

  #putAscii(text: string): number {
    const { bytes, at } = this.#out
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
    return at + text.length
  }

  /** The length of ASCII text that ends at `end`, where the column has room for it. */
  #checked(plan: CellPlan, end: number): number {
    const { bytes, at } = this.#out
    const length = end - at
    if (length > plan.maxLength) return misfit.value
    return plan.wholeDigits === Infinity || hasDigits(plan, bytes, at, end) ? length : misfit.value
  }
}

/** Whether decimal text has no more digits than the column. */
function hasDigits({ wholeDigits, fractionDigits }: CellPlan, bytes: Uint8Array, start: number, end: number): boolean {
  let at = bytes[start] === 0x2d ? start + 1 : start
  // NaN goes with any number of digits, an infinity with none.
  if (bytes[at]! > 0x39) return bytes[at] === 0x4e
  while (at < end && bytes[at] === 0x30) at++
  const from = at
  while (at < end && bytes[at] !== 0x2e) at++
  return at - from <= wholeDigits && Math.max(0, end - at - 1) <= fractionDigits
}

/** An int64 as a double, or NaN where that is not as exact. */
function exactNumber(view: DataView, start: number): number {
  const high = view.getInt32(start + 4, true)
  const low = view.getUint32(start, true)
  const isExact = (high >= -exactHigh && high < exactHigh) || (high === exactHigh && low === 0)
  return isExact ? high * two32 + low : Number.NaN
}

/** Where the bytes of a binary value begin; −1 where it is a UUID. */
function payloadStart(bytes: Uint8Array, start: number, end: number): number {
  if (isUuid(bytes, start, end)) return -1
  return bytes[start + 4] === oldBinarySubtype ? start + 9 : start + 5
}

function isOther({ subtype }: CellPlan, found: number): boolean {
  return subtype >= 0 && subtype !== found
}

function isUuid(bytes: Uint8Array, start: number, end: number): boolean {
  return bytes[start + 4] === uuidSubtype && end - start === 21
}

function holdsNul(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start >= nativeBytes) return bytes.subarray(start, end).includes(0)
  for (let i = start; i < end; i++) if (bytes[i] === 0) return true
  return false
}

/** Of valid UTF-8. */
function characterCount(bytes: Uint8Array, start: number, end: number): number {
  let count = 0
  for (let i = start; i < end; i++) if ((bytes[i]! & 0xc0) !== 0x80) count++
  return count
}

/** The types whose value is a length, text and a NUL. */
export function isTextType(type: number): boolean {
  return type === bsonType.string || type === bsonType.symbol || type === bsonType.code
}

const exponentBits = 0x7ff0_0000
const plainNanBits = 0x7ff8_0000

/** Whether a double is a NaN of other bits than the one that the text NaN is read as. */
export function isOddNan(view: DataView, start: number): boolean {
  const high = view.getInt32(start + 4, true)
  if ((high & exponentBits) !== exponentBits) return false
  const low = view.getInt32(start, true)
  if ((high & ~exponentBits & 0x7fff_ffff) === 0 && low === 0) return false
  return high !== plainNanBits || low !== 0
}
