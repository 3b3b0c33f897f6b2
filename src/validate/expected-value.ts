import { isUtf8 } from 'node:buffer'
import { isCalendarDay } from '../canonical/calendar.ts'
import { listText } from '../canonical/list-text.ts'
import { isJson } from '../canonical/json-compare.ts'
import { invalidUtf8At } from '../format/charset/invalid-utf8.ts'
import type { CanonicalType } from '../model/canonical-type.ts'
import { isJsonForm, isListForm } from '../model/digest-form.ts'
import type { ValueFault } from '../model/plan.ts'
import type { ComparedColumn } from './compared-table.ts'

/** What the target is to have of a value, and the rule that changes it, if one does. `undefined` is NULL. */
export function expectedCell(
  column: JudgedColumn,
  source: Buffer | undefined,
): { readonly cell: Buffer | undefined; readonly rule?: string } {
  if (source === undefined) return { cell: source }
  const whole = withoutDigits(column, source)
  if (whole !== undefined) return whole
  let cell = source
  let first: string | undefined
  for (const fault of faultsOf(column, source)) {
    const policy = column.policies[fault]
    if (policy === undefined || policy.do === 'reject') continue
    const { rule } = policy
    first ??= rule
    if (policy.do === 'null') return { cell: undefined, rule }
    // What is no label reads as the empty text.
    if (policy.do === 'text') return { cell: fault === 'enum-zero' ? Buffer.alloc(0) : source, rule }
    const by = policy.do === 'replace' ? policy.text : ''
    cell = mended(fault, cell, column.form === 'number' ? (truthDigits[by] ?? by) : by)
  }
  return first === undefined ? { cell } : { cell, rule: first }
}

/** Whether `expectedCell` changes nothing in a value of the column that is UTF-8 and has no NUL. */
export function isOfCharacters({ form, sourceType, cut }: JudgedColumn): boolean {
  return form === 'text' && sourceType.name !== 'enum' && cut === undefined
}

/** A time whose digits are cut, or an array of which one is. Undefined: none is. */
function withoutDigits({ cut, form }: JudgedColumn, source: Buffer): { cell: Buffer; rule: string } | undefined {
  if (cut === undefined) return undefined
  const text = source.toString('latin1')
  const whole = isListForm(form)
    ? listText(text, (element) => cutTime(element, cut.digits) ?? element)
    : cutTime(text, cut.digits)
  return whole === undefined || whole === text ? undefined : { cell: Buffer.from(whole, 'latin1'), rule: cut.rule }
}

/** Undefined: it has no such digits. */
function cutTime(text: string, digitCount: number): string | undefined {
  const [, start = '', digits = '', end = ''] = /^(.*:\d\d\.)(\d+)(.*)$/.exec(text) ?? []
  return /[1-9]/.test(digits.slice(digitCount)) ? start + digits.slice(0, digitCount) + end : undefined
}

/** What a run gives its stages of a value: undefined for NULL, `rejected` where it rejects the row. */
export function expectedValue(column: JudgedColumn, source: Buffer | undefined): Buffer | 'rejected' | undefined {
  if (source === undefined) return undefined
  const fault = faultsOf(column, source).find((one) => isDecided(column, one))
  if (fault === undefined) return source
  const policy = column.policies[fault]
  if (policy === undefined || policy.do === 'reject') return 'rejected'
  return expectedCell(column, source).cell
}

/** Whether a run's reader looks for the fault: JSON is any text to it, but where a policy changes it. */
function isDecided({ policies }: JudgedColumn, fault: ValueFault): boolean {
  const policy = policies[fault]
  if (fault === 'invalid-json' || fault === 'json-nul') return policy !== undefined && policy.do !== 'reject'
  return policy !== undefined || fault === 'zero-date' || fault === 'partial-date'
}

/** Truth values as servers write them. */
const truthDigits: { readonly [text: string]: string } = { true: '1', false: '0' }

/** Of a text each character that cannot stand is replaced, of another value the whole. */
function mended(fault: ValueFault, value: Buffer, by: string): Buffer {
  if (fault === 'invalid-text') return withoutInvalid(value, by)
  const text = value.toString('utf8')
  if (fault === 'nul-byte') return Buffer.from(text.replaceAll('\0', () => by))
  // An escape, and not the end of an escaped backslash with digits behind it.
  if (fault === 'json-nul') {
    return Buffer.from(text.replaceAll(/(?<!\\)((?:\\\\)*)\\u0000/g, (_, before: string) => before + by))
  }
  return Buffer.from(by)
}

/** Every byte that begins no character of UTF-8 gives way. */
function withoutInvalid(value: Buffer, by: string): Buffer {
  const pieces: Buffer[] = []
  let start = 0
  for (;;) {
    const bad = invalidUtf8At(value, start, value.length)
    if (bad < 0) return Buffer.concat([...pieces, value.subarray(start)])
    pieces.push(value.subarray(start, bad), Buffer.from(by))
    start = bad + 1
  }
}

/** A day or month of zero, or a day that its month does not have. */
function isNoDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number)
  return !isCalendarDay(year, month, day)
}

/** What faults of a value hang on. */
export type JudgedColumn = Pick<ComparedColumn, 'form' | 'sourceType' | 'targetType' | 'readType' | 'policies' | 'cut'>

function faultsOf(column: JudgedColumn, source: Buffer): ValueFault[] {
  const { form, sourceType, policies } = column
  if (form === 'date' || form === 'timestamp' || form === 'instant') {
    const text = source.toString('latin1')
    if (text.startsWith('0000-00-00')) return ['zero-date']
    return isNoDay(text) ? ['partial-date'] : []
  }
  const faults: ValueFault[] = []
  // A source gives a label that was invalid as NUL, which is no label.
  if (sourceType.name === 'enum' && source.length === 1 && source[0] === 0) return ['enum-zero']
  if (form !== 'bytes' && source.includes(0)) faults.push('nul-byte')
  const holdsJson = isJsonForm(form)
  if (holdsJson && source.includes('\\u0000')) faults.push('json-nul')
  // What costs to be told is looked for where something hangs on it.
  if (policies['out-of-range'] !== undefined && isOutOfRange(column, source.toString('latin1'))) {
    faults.push('out-of-range')
  }
  if (policies['invalid-text'] !== undefined && form !== 'bytes' && !isUtf8(source)) faults.unshift('invalid-text')
  if (policies['invalid-json'] !== undefined && holdsJson && !isJson(source.toString('utf8'))) {
    faults.push('invalid-json')
  }
  return faults
}

/** Least and largest values of the target's types that a value may be beyond. */
const integerRanges: { readonly [type: string]: readonly [bigint, bigint] } = {
  boolean: [0n, 1n],
  smallint: [-(2n ** 15n), 2n ** 15n - 1n],
  integer: [-(2n ** 31n), 2n ** 31n - 1n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
}

/** Of a type that a run reads, where it is narrower than what the target may have it in. */
function rangeOf(type: CanonicalType): readonly [bigint, bigint] | undefined {
  if (type.kind === 'bool') return [0n, 1n]
  if (type.kind !== 'int' || (type.bits === 64 && !type.signed)) return undefined
  const values = 2n ** BigInt(type.bits)
  return type.signed ? [-values / 2n, values / 2n - 1n] : [0n, values - 1n]
}

function isOutOfRange({ form, targetType, readType }: JudgedColumn, text: string): boolean {
  if (form === 'time' && targetType.startsWith('time')) return /^-|^0*(2[4-9]|[3-9]\d|[1-9]\d\d):/.test(text)
  const range = (readType && rangeOf(readType)) ?? integerRanges[targetType]
  if (form !== 'number' || range === undefined || !/^-?\d+$/.test(text)) return false
  const value = BigInt(text)
  return value < range[0] || value > range[1]
}
