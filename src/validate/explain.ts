import { compareJson, isSameJson } from '../canonical/json-compare.ts'
import { scaledDecimal } from '../canonical/decimal-sum.ts'
import { inet6Text } from '../canonical/inet.ts'
import { digestText, numberText } from '../canonical/digest-text.ts'
import { isJsonForm, type JsonForm } from '../model/digest-form.ts'
import type { ComparedColumn } from './compared-table.ts'
import type { DifferenceReason } from './difference.ts'
import { expectedCell } from './expected-value.ts'

/** What two cells that are not the same bytes have to do with each other. */
export type Judgement =
  | { readonly is: 'same' }
  /** A loss that the mapping declares. */
  | { readonly is: 'declared'; readonly rule: string }
  | { readonly is: 'different'; readonly reason: DifferenceReason; readonly detail?: string | undefined }

const same: Judgement = { is: 'same' }

function because(reason: DifferenceReason, detail?: string): Judgement {
  return { is: 'different', reason, detail }
}

/** Judges the texts of one value at both ends, of which at least one byte differs. `undefined` is NULL. */
export function judge(column: ComparedColumn, source: Buffer | undefined, target: Buffer | undefined): Judgement {
  const declared = declaredLoss(column, source, target)
  if (declared !== undefined) return declared
  if (source === undefined || target === undefined) {
    const isEmpty = (source ?? target)?.length === 0
    return because(isEmpty ? 'NULL_VS_EMPTY' : 'VALUE')
  }
  const { form } = column
  if (form === 'bytes') return judgeBytes(source, target)
  const [one, other] = [source.toString('utf8'), target.toString('utf8')]
  if (isJsonForm(form)) return judgeJson(form, one, other)
  // No label is no label, whatever the target has in its place.
  if (column.sourceType.name === 'enum' && one === '\0') return because('VALUE')
  const [left, right] = [digestText(form, one), digestText(form, other)]
  if (column.sourceType.name === 'inet6' && inet6Text(left) === inet6Text(right)) return same
  // Bytes that are no UTF-8 read alike and are not.
  if (left === right) return form === 'text' ? because('ENCODING') : same
  switch (form) {
    case 'number':
      return judgeNumbers(column, left, right)
    case 'float32':
    case 'float64':
      return judgeFloats(left, right, form === 'float32')
    case 'date':
    case 'timestamp':
    case 'instant':
    case 'time':
      return judgeTimes(left, right)
    default:
      return judgeTexts(left, right)
  }
}

function declaredLoss(
  column: ComparedColumn,
  source: Buffer | undefined,
  target: Buffer | undefined,
): Judgement | undefined {
  const { cell, rule } = expectedCell(column, source)
  if (rule === undefined || (cell === undefined) !== (target === undefined)) return undefined
  if (cell === undefined || target === undefined) return { is: 'declared', rule }
  const { form } = column
  const [one, other] = [cell.toString('utf8'), target.toString('utf8')]
  if (isJsonForm(form)) return isSameJson(compareJson(one, other), form) ? { is: 'declared', rule } : undefined
  return digestText(form, one) === digestText(form, other) ? { is: 'declared', rule } : undefined
}

function judgeBytes(source: Buffer, target: Buffer): Judgement {
  const isPrefix = target.length < source.length && source.subarray(0, target.length).equals(target)
  if (!isPrefix) return because('VALUE')
  const rest = source.subarray(target.length)
  return rest.every((byte) => byte === 0) ? because('PAD_STRIPPED') : because('TRUNCATED')
}

function judgeJson(form: JsonForm, source: string, target: string): Judgement {
  const relation = compareJson(source, target)
  if (isSameJson(relation, form)) return same
  switch (relation) {
    case 'same':
    case 'order':
      return because('JSON_ORDER')
    case 'number':
      return because('JSON_NUMBER')
    case 'type':
      return because('TYPE_DRIFT')
    case 'different':
      return judgeTexts(source, target)
  }
}

function judgeNumbers({ targetType }: ComparedColumn, source: string, target: string): Judgement {
  if (targetType === 'boolean' && /^-?\d+$/.test(source) && source !== '0' && source !== '1') {
    return because('BOOL_RANGE')
  }
  return isRounded(source, target) ? because('PRECISION_REDUCED') : because('VALUE')
}

/** Whether `target` is `source` with fewer digits behind the point, rounded or cut. */
function isRounded(source: string, target: string): boolean {
  const [, fraction = ''] = source.split('.')
  const [, kept = ''] = target.split('.')
  if (!/^-?\d+(\.\d+)?$/.test(source) || !/^-?\d+(\.\d+)?$/.test(target) || kept.length >= fraction.length) return false
  const scale = 10n ** BigInt(fraction.length)
  const difference = scaledDecimal(source, fraction.length) - scaledDecimal(target, fraction.length)
  const unit = scale / 10n ** BigInt(kept.length)
  return (difference < 0n ? -difference : difference) < unit
}

/** Neighbours of the same kind of float, or a float64 that was held in 32 bits. */
function judgeFloats(source: string, target: string, isNarrow: boolean): Judgement {
  const [one, other] = [Number(source), Number(target)]
  if (!Number.isFinite(one) || !Number.isFinite(other)) return because('VALUE')
  // Zeros of two signs.
  if (one === other) return because('VALUE')
  const distance = isNarrow ? ulps32(one, other) : ulps64(one, other)
  if (distance <= 4n) return because('FLOAT_ULP')
  if (!isNarrow && Math.fround(one) === other) return because('PRECISION_REDUCED')
  // As MySQL prints a FLOAT, and PostgreSQL floats of either width where it is told to print no further digits.
  if (Number(one.toPrecision(6)) === other || Number(one.toPrecision(15)) === other) return because('PRECISION_REDUCED')
  return isRounded(numberText(source), numberText(target)) ? because('PRECISION_REDUCED') : because('VALUE')
}

function ulps64(one: number, other: number): bigint {
  const view = new DataView(new ArrayBuffer(16))
  view.setFloat64(0, one)
  view.setFloat64(8, other)
  return apart(view.getBigInt64(0), view.getBigInt64(8), 63n)
}

function ulps32(one: number, other: number): bigint {
  const view = new DataView(new ArrayBuffer(8))
  view.setFloat32(0, one)
  view.setFloat32(4, other)
  return apart(BigInt(view.getInt32(0)), BigInt(view.getInt32(4)), 31n)
}

/** Floats as their bits, which are ordered as they are but for the sign. */
function apart(one: bigint, other: bigint, signBit: bigint): bigint {
  const place = (bits: bigint): bigint => (bits < 0n ? -(bits + (1n << signBit)) : bits)
  const distance = place(one) - place(other)
  return distance < 0n ? -distance : distance
}

/** Zones are at most 14 hours from UTC, and by quarters of an hour from each other. */
const maxShiftMs = 26 * 3_600_000
const quarterMs = 900_000

function judgeTimes(source: string, target: string): Judgement {
  if (source.startsWith(target) || isCutFraction(source, target)) return because('PRECISION_REDUCED')
  const [one, other] = [momentOf(source), momentOf(target)]
  if (one === undefined || other === undefined) return because('VALUE')
  const shift = other.ms - one.ms
  const isZone = one.micros === other.micros && Math.abs(shift) <= maxShiftMs && shift % quarterMs === 0 && shift !== 0
  return isZone && /\d:\d/.test(source) ? because('TZ_SHIFT', shiftText(shift)) : because('VALUE')
}

/** Fewer digits of the second's fraction, cut or rounded up. */
function isCutFraction(source: string, target: string): boolean {
  const fraction = /\.(\d+)$/.exec(source)?.[1] ?? ''
  const kept = /\.(\d+)$/.exec(target)?.[1] ?? ''
  if (kept.length >= fraction.length) return false
  const [one, other] = [momentOf(source), momentOf(target)]
  if (one === undefined || other === undefined) return false
  const micros = (other.ms - one.ms) * 1000 + (other.micros - one.micros)
  return Math.abs(micros) < 10 ** (6 - kept.length)
}

function momentOf(text: string): { readonly ms: number; readonly micros: number } | undefined {
  const found = /^(?:(\d{4}-\d\d-\d\d)(?: |$))?(?:(\d{1,3}):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?$/.exec(text)
  if (found === null) return undefined
  const [, day = '1970-01-01', hours = '0', minutes = '0', seconds = '0', fraction = ''] = found
  const ms = Date.parse(`${day}T00:00:00Z`)
  if (Number.isNaN(ms)) return undefined
  const clockSeconds = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  return { ms: ms + clockSeconds * 1000, micros: Number(fraction.padEnd(6, '0')) }
}

function shiftText(shiftMs: number): string {
  const minutes = Math.abs(shiftMs) / 60_000
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${shiftMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

function judgeTexts(source: string, target: string): Judgement {
  if (source.includes('\0') && source.replaceAll('\0', '') === target) return because('NUL_REMOVED')
  if (source.replace(/ +$/, '') === target.replace(/ +$/, '')) return because('PAD_STRIPPED')
  if (target.length < source.length && source.startsWith(target)) return because('TRUNCATED')
  if (isOtherEncoding(source, target)) return because('ENCODING')
  if (source.toLowerCase() === target.toLowerCase()) return because('CASE_FOLD')
  return because('VALUE')
}

/**
 * Composed otherwise, with a mark in the place of characters that could not be said, or UTF-8 taken for a charset of one
 * byte a character.
 */
function isOtherEncoding(source: string, target: string): boolean {
  if (source.normalize('NFC') === target.normalize('NFC')) return true
  const isMarked = /[?\ufffd]/.test(target) && withoutForeign(source) === withoutForeign(target)
  return isMarked || asLatin1(source) === target || asLatin1(target) === source
}

/** With one sign for every run of characters that are not of ASCII, or stand for such. */
function withoutForeign(text: string): string {
  return text.replaceAll(/[?\u0080-\u{10ffff}]+/gu, '\u0001')
}

function asLatin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
