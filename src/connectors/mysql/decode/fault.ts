import type { ErrorCode } from '../../../errors/catalogue.ts'
import type { ValueFault } from '../../../model/plan.ts'

/** What a decoder answers in place of a length where its cell cannot hold the value. */
export const fault = {
  zeroDate: -1,
  partialDate: -2,
  nulByte: -3,
  invalidText: -4,
  enumZero: -5,
  outOfRange: -6,
  invalidJson: -7,
  jsonNul: -8,
  /** A literal of a dump that is no value of the type. */
  malformed: -9,
  /** Digits behind the point, of a value that is to be a whole number. */
  fraction: -10,
} as const

interface FaultInfo {
  /** As policies name it. */
  readonly name: ValueFault
  readonly code: ErrorCode
  readonly reason: string
  /** Whether `remove` and `replace` mean single characters of the value, and not the value. */
  readonly inText: boolean
}

const infos: readonly FaultInfo[] = [
  { name: 'zero-date', code: 'TL_D406', reason: 'the date is 0000-00-00', inText: false },
  { name: 'partial-date', code: 'TL_D406', reason: 'there is no such day', inText: false },
  { name: 'nul-byte', code: 'TL_D405', reason: 'a NUL character in the text', inText: true },
  { name: 'invalid-text', code: 'TL_D404', reason: 'bytes that are no character of the charset', inText: true },
  { name: 'enum-zero', code: 'TL_D407', reason: 'index 0, which stands for an invalid label', inText: false },
  { name: 'out-of-range', code: 'TL_D402', reason: 'the value is out of the type’s range', inText: false },
  { name: 'invalid-json', code: 'TL_D408', reason: 'the text is not valid JSON', inText: false },
  { name: 'json-nul', code: 'TL_D408', reason: '\\u0000 in the JSON text', inText: true },
  { name: 'out-of-range', code: 'TL_D402', reason: 'what is written is no value of the type', inText: false },
  { name: 'out-of-range', code: 'TL_D402', reason: 'the value is no whole number', inText: false },
]

/** @param found A negative answer of a decoder. */
export function faultInfo(found: number): FaultInfo {
  return infos[-1 - found]!
}
