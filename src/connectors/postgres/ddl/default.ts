import { isCalendarDay } from '../../../canonical/calendar.ts'
import { isJson } from '../../../canonical/json-compare.ts'
import { isIP } from 'node:net'
import type { DefaultValue } from '../../../model/relation.ts'
import { renderDefault } from '../expression.ts'
import { quoteLiteral } from '../quote.ts'
import { integerBits, type TargetType } from './target-type.ts'

/** `sql` goes behind DEFAULT; `undefined` in it means that the column has none, as with DEFAULT NULL. */
export type RenderedDefault = { readonly sql: string | undefined } | { readonly dropped: string }

/**
 * A column's default in the column's own type: `'0'` for a boolean is `false`, `'a,b'` for a `text[]` is `{a,b}`.
 *
 * - `CURRENT_TIMESTAMP` of a MySQL DATETIME is the session's wall clock, so that a `timestamp` gets `LOCALTIMESTAMP`; a
 *   `timestamptz` gets `CURRENT_TIMESTAMP`. Both are the time at which the transaction began (MySQL: the statement),
 *   and round to the column's digits where MySQL cuts them off.
 * - A literal for a `timestamptz` is read as UTC: the zone that the source's sessions are pinned to.
 * - What the type cannot hold, such as a zero date, is dropped, with the reason.
 */
export function defaultFor(value: DefaultValue, type: TargetType): RenderedDefault {
  switch (value.kind) {
    case 'now':
      return now(value.precision, type)
    case 'expression': {
      const rendered = renderDefault(value.expression, type)
      return 'reason' in rendered ? { dropped: rendered.reason } : { sql: rendered.sql }
    }
    case 'bits':
      return bits(value.text, type)
    case 'bytes':
      return bytes(value.hex, type)
    case 'number':
    case 'literal':
      return literal(value.text, type)
  }
}

function now(precision: number, type: TargetType): RenderedDefault {
  const digits = precision === 6 ? '' : `(${precision})`
  switch (type.class) {
    case 'timestamp':
      return { sql: `LOCALTIMESTAMP${digits}` }
    case 'timestamptz':
      return { sql: `CURRENT_TIMESTAMP${digits}` }
    case 'date':
      return { sql: 'CURRENT_DATE' }
    case 'time':
      return { sql: `LOCALTIME${digits}` }
    default:
      return dropped('the current time', type)
  }
}

function bits(text: string, type: TargetType): RenderedDefault {
  const significant = text.replace(/^0+/, '')
  switch (type.class) {
    case 'bits': {
      const length = type.args[0] ?? text.length
      if (significant.length > length) return dropped(`b'${text}'`, type)
      return { sql: `B'${significant.padStart(length, '0')}'` }
    }
    case 'bool':
      return literal(significant === '' ? '0' : significant, type)
    case 'int':
    case 'numeric':
      return { sql: BigInt(`0b${text || '0'}`).toString() }
    default:
      return dropped(`b'${text}'`, type)
  }
}

function bytes(hex: string, type: TargetType): RenderedDefault {
  if (type.class === 'bytea') return { sql: `${quoteLiteral(`\\x${hex}`)}::bytea` }
  if (type.class === 'uuid' && /^[0-9a-f]{32}$/.test(hex)) return { sql: `${quoteLiteral(hex)}::uuid` }
  if (type.class === 'text' || type.class === 'padded text') {
    const raw = Buffer.from(hex, 'hex')
    const text = raw.toString('utf8')
    if (Buffer.from(text, 'utf8').equals(raw)) return literal(text, type)
  }
  return dropped(`0x${hex}`, type)
}

function literal(text: string, type: TargetType): RenderedDefault {
  if (text.includes('\0')) return dropped('a text with a NUL character', type)
  const quoted = quoteLiteral(text)
  const shown = `'${text}'`
  switch (type.class) {
    case 'bool':
      return text === '0' || text === '1' ? { sql: text === '1' ? 'true' : 'false' } : dropped(shown, type)
    case 'int':
      return wholeNumber(text, type)
    case 'numeric':
    case 'float':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) && fitsDigits(text, type)
        ? { sql: text }
        : dropped(shown, type)
    case 'text':
    case 'padded text':
      return { sql: quoted }
    case 'bytea':
      return bytes(Buffer.from(text, 'utf8').toString('hex'), type)
    case 'date':
    case 'timestamp':
    case 'timestamptz':
      return dateOrTimestamp(text, type)
    case 'time':
      return /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/.test(text) ? { sql: quoted } : dropped(shown, type)
    case 'interval':
      return /^-?\d{1,3}:[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$/.test(text)
        ? { sql: `${quoted}::interval` }
        : dropped(shown, type)
    case 'uuid':
      return /^[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i.test(text)
        ? { sql: `${quoted}::uuid` }
        : dropped(shown, type)
    case 'bits':
      return /^[01]+$/.test(text) ? bits(text, type) : dropped(shown, type)
    case 'json':
    case 'jsonb':
      return isJson(text) ? { sql: `${quoted}::${type.class}` } : dropped(shown, type)
    case 'inet':
      return isIP(text) === 0 ? dropped(shown, type) : { sql: `${quoted}::inet` }
    case 'enum':
      return type.labels.includes(text) ? { sql: `${quoted}::${type.text}` } : dropped(shown, type)
    case 'array':
      return type.text.replace(/\s/g, '') === 'text[]'
        ? { sql: `${quoteLiteral(setMembers(text))}::text[]` }
        : dropped(shown, type)
    case 'other':
      return dropped(shown, type)
  }
}

function fits(value: bigint, type: TargetType): boolean {
  const bits = integerBits(type.text)
  return bits === undefined || BigInt.asIntN(bits, value) === value
}

/** MySQL keeps `DEFAULT 1.0` of an integer column as it was written. */
function wholeNumber(text: string, type: TargetType): RenderedDefault {
  const whole = /^([+-]?\d+)(\.0*)?$/.exec(text)?.[1]
  // It would be taken, and fail every row that goes by it.
  return whole === undefined || !fits(BigInt(whole), type) ? dropped(`'${text}'`, type) : { sql: whole }
}

/** What has more digits than the type would be rounded in each row that goes by it, or fail it. */
function fitsDigits(text: string, { class: kind, args }: TargetType): boolean {
  const [precision, scale = 0] = kind === 'numeric' ? args : []
  const [, whole = '', fraction = ''] = /^[+-]?0*(\d*)(?:\.(\d*?)0*)?$/.exec(text) ?? []
  return precision === undefined || (fraction.length <= scale && whole.length <= precision - scale)
}

function dateOrTimestamp(text: string, type: TargetType): RenderedDefault {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}:\d{1,2}:\d{1,2}(?:\.\d{1,6})?))?$/.exec(text)
  if (!match) return dropped(`'${text}'`, type)
  const [, year = '', month = '', day = '', time] = match
  if (!isDate(Number(year), Number(month), Number(day))) return { dropped: `'${text}' is not a date that exists` }
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  if (type.class === 'date') {
    return time === undefined || /^0+:0+:0+(\.0+)?$/.test(time)
      ? { sql: `'${date}'::date` }
      : dropped(`'${text}'`, type)
  }
  const clock = time ?? '00:00:00'
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number)
  if (hours > 23 || minutes > 59 || seconds >= 60) return dropped(`'${text}'`, type)
  return type.class === 'timestamp'
    ? { sql: `'${date} ${clock}'::timestamp` }
    : { sql: `'${date} ${clock}+00'::timestamptz` }
}

function isDate(year: number, month: number, day: number): boolean {
  return year >= 1 && isCalendarDay(year, month, day)
}

/** Members of a SET, joined by commas, as PostgreSQL's array text. */
function setMembers(text: string): string {
  if (text === '') return '{}'
  const members = text.split(',').map((member) => `"${member.replace(/[\\"]/g, '\\$&')}"`)
  return `{${members.join(',')}}`
}

function dropped(what: string, type: TargetType): RenderedDefault {
  return { dropped: `${what} cannot be a default of ${type.text}` }
}
