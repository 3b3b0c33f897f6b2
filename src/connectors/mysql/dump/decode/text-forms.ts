import { readBitLiteral, readHexLiteral } from '../../../../format/sql-text/hex-literal.ts'
import { kindMask, ValueKind } from '../../../../format/sql-text/row-scanner.ts'
import { type LiteralRules, unescapeLiteral } from '../../../../format/sql-text/unescape.ts'
import { fault } from '../../decode/fault.ts'
import type { LiteralForm, Scratch } from './literal-form.ts'

const doubleQuote = 0x22
/** Up to here a loop of our own beats the call of a native copy. */
const shortBytes = 32

/** Text and binary: the bytes that the literal stands for, in the charset that it is written in. */
export class BytesForm implements LiteralForm {
  readonly fixedBytes = 0
  readonly #rules: LiteralRules
  readonly #takesNumbers: boolean

  /** @param takesNumbers Whether a number means its digits; to an ENUM or SET it means an ordinal. */
  constructor(rules: LiteralRules, takesNumbers: boolean) {
    this.#rules = rules
    this.#takesNumbers = takesNumbers
  }

  toWire(bytes: Buffer, flags: number, from: number, length: number, scratch: Scratch): number {
    const target = scratch.reserve(length)
    const written = this.#write(bytes, flags, from, length, target)
    if (written < 0) return fault.malformed
    // A search for a NUL ends here at the latest.
    target[written] = 0
    return written
  }

  #write(bytes: Buffer, flags: number, from: number, length: number, target: Buffer): number {
    switch (flags & kindMask) {
      case ValueKind.hex:
        return readHexLiteral(bytes, from, length, target, 0)
      case ValueKind.bits:
        return readBitLiteral(bytes, from, length, target, 0)
      case ValueKind.number:
        if (!this.#takesNumbers || !isAsPrinted(bytes, from, length)) return -1
        return copy(bytes, from, length, target)
      default:
        return readTextLiteral(bytes, flags, from, length, target, this.#rules)
    }
  }
}

/** The bytes that a literal in quotes stands for; −1 where it is none. */
export function readTextLiteral(
  bytes: Buffer,
  flags: number,
  from: number,
  length: number,
  target: Uint8Array,
  rules: LiteralRules,
): number {
  switch (flags & kindMask) {
    case ValueKind.text:
      return copy(bytes, from, length, target)
    case ValueKind.escapedText:
      return unescapeLiteral(bytes, from, length, target, 0, rules)
    case ValueKind.escapedTextInDoubleQuotes:
      return unescapeLiteral(bytes, from, length, target, 0, { ...rules, quote: doubleQuote })
    default:
      return -1
  }
}

function copy(bytes: Buffer, from: number, length: number, target: Uint8Array): number {
  if (length > shortBytes) bytes.copy(target, 0, from, from + length)
  else for (let i = 0; i < length; i++) target[i] = bytes[from + i]!
  return length
}

/** Whether a number is written as the server would print it, so that its text is what a text column would get. */
function isAsPrinted(bytes: Buffer, from: number, length: number): boolean {
  return /^-?(0|[1-9]\d*)(\.\d+)?$/.test(bytes.toString('latin1', from, from + length))
}
