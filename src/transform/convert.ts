import { numberText, plainDigits } from '../canonical/digest-text.ts'
import { isJson } from '../canonical/json-compare.ts'
import { cellToText, textAsCell } from '../canonical/text.ts'
import type { CanonicalType } from '../model/canonical-type.ts'

/** The canonical text of the same value in another type; undefined where that type does not have it. */
export type Conversion = (text: string) => string | undefined

const unchanged: Conversion = (text) => text

/** How values of one type become values of another, without a loss; undefined where there is no such way. */
export function conversionOf(from: CanonicalType, to: CanonicalType): Conversion | undefined {
  const convert = rawConversionOf(from, to)
  return (
    convert &&
    ((text) => {
      const converted = convert(text)
      return converted !== undefined && hasRoomFor(to, converted) ? converted : undefined
    })
  )
}

/** Whether a canonical text is no longer, and has no more digits, than the type says: a server would cut it. */
export function hasRoomFor(type: CanonicalType, text: string): boolean {
  if (type.kind === 'text') return type.maxLength === undefined || lengthOf(text) <= type.maxLength
  if (type.kind === 'bytes') return type.maxLength === undefined || text.length / 2 <= type.maxLength
  if (type.kind === 'decimal') return hasDigits(text, type)
  if (!('precision' in type)) return true
  const fraction = /\.(\d*[1-9])0*(?:\D|$)/.exec(text)?.[1] ?? ''
  return fraction.length <= type.precision
}

/** In characters. */
function lengthOf(text: string): number {
  let count = 0
  for (const _ of text) count++
  return count
}

function hasDigits(text: string, { precision, scale = 0 }: CanonicalType & { readonly kind: 'decimal' }): boolean {
  if (precision === undefined) return true
  const [, whole = '', fraction = ''] = /^-?0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  return whole.length <= precision - scale && fraction.length <= scale
}

function rawConversionOf(from: CanonicalType, to: CanonicalType): Conversion | undefined {
  if (to.kind === 'text') return isBytes(from) ? undefined : unchanged
  if (from.kind === 'text' || from.kind === 'enum') return ofText(to)
  if (from.kind === to.kind) return from.kind === 'decimal' || from.kind === 'int' ? numberTo(to) : unchanged
  switch (from.kind) {
    case 'bool':
      return isNumber(to) ? (text) => (text === 'true' ? '1' : '0') : undefined
    case 'int':
    case 'decimal':
    case 'float32':
    case 'float64':
      return to.kind === 'bool' ? truth : numberTo(to)
    case 'date':
      return to.kind === 'timestamp' ? midnightOf : undefined
    case 'timestamp':
      return to.kind === 'date' ? dayOf : undefined
    default:
      return undefined
  }
}

function isBytes({ kind }: CanonicalType): boolean {
  return kind === 'bytes' || kind === 'geometry' || kind === 'native' || kind === 'objectId'
}

function isNumber({ kind }: CanonicalType): boolean {
  return kind === 'int' || kind === 'decimal' || kind === 'float32' || kind === 'float64'
}

function ofText(to: CanonicalType): Conversion | undefined {
  switch (to.kind) {
    case 'bool':
      return (text) => truths.get(text.trim().toLowerCase())
    case 'int':
    case 'decimal':
    case 'float32':
    case 'float64': {
      const convert = numberTo(to)
      return (text) => (/^[-+]?\d+(\.\d+)?([eE][-+]?\d{1,4})?$/.test(text.trim()) ? convert?.(text.trim()) : undefined)
    }
    case 'json':
      return (text) => (isJson(text) ? text : undefined)
    case 'bytes':
      return undefined
    case 'timestamp':
      return (text) => (/^\S{10}$/.test(text) ? midnightOf(text) : text.replace('T', ' '))
    case 'uuid':
      return (text) => text.trim().toLowerCase()
    default:
      return (text) => text.trim()
  }
}

const truths: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['t', 'true'],
  ['yes', 'true'],
  ['y', 'true'],
  ['on', 'true'],
  ['1', 'true'],
  ['false', 'false'],
  ['f', 'false'],
  ['no', 'false'],
  ['n', 'false'],
  ['off', 'false'],
  ['0', 'false'],
])

function truth(text: string): string | undefined {
  if (/^-?0+(\.0+)?$/.test(text)) return 'false'
  return /^0*1(\.0+)?$/.test(text) ? 'true' : undefined
}

function numberTo(to: CanonicalType): Conversion | undefined {
  switch (to.kind) {
    case 'int':
      return (text) => wholeOf(plainDigits(text))
    case 'decimal':
      return (text) => scaled(plainDigits(text), to.scale)
    case 'float32':
    case 'float64':
      return (text) => floatOf(text, to.kind)
    default:
      return undefined
  }
}

/** Digits before the point, where there is nothing behind it. */
function wholeOf(text: string): string | undefined {
  const found = /^(-?\d+)(?:\.0*)?$/.exec(text)
  if (found === null) return undefined
  return found[1] === '-0' ? '0' : found[1]
}

/** As many digits behind the point as the type has, where no other digit has to go. */
function scaled(text: string, scale: number | undefined): string | undefined {
  const found = /^(-?\d+)(?:\.(\d*))?$/.exec(text)
  if (found === null) return undefined
  const [, whole = '', fraction = ''] = found
  if (scale === undefined) return text
  const kept = fraction.replace(/0+$/, '')
  if (kept.length > scale) return undefined
  return scale === 0 ? whole : `${whole}.${kept.padEnd(scale, '0')}`
}

/** A float whose digits are the same number again: 2^53 + 1 is none, and 0.1 is one. */
function floatOf(text: string, kind: 'float32' | 'float64'): string | undefined {
  if (/^-?Infinity$|^NaN$/.test(text)) return text
  const cell = textAsCell({ kind }, String(Number(text)))
  const again = cell && cellToText({ kind }, cell, 0, cell.length)
  return again !== undefined && numberText(again) === numberText(text) ? again : undefined
}

function midnightOf(day: string): string {
  return day.endsWith(' BC') ? `${day.slice(0, -3)} 00:00:00 BC` : day.includes('infinity') ? day : `${day} 00:00:00`
}

function dayOf(text: string): string | undefined {
  if (text.includes('infinity')) return text
  const found = /^(\S+) 00:00:00(?:\.0+)?( BC)?$/.exec(text)
  return found === null ? undefined : `${found[1]}${found[2] ?? ''}`
}
