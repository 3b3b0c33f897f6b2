import { type DigestForm, elementForm, isListForm } from '../model/digest-form.ts'
import { listText } from './list-text.ts'

/**
 * Evens out how a value is spelled, so that two engines' texts of one value are the same text. What is of no form that
 * is known here stays as it is, and so is different from what is.
 */
export function digestText(form: DigestForm, text: string): string {
  if (isListForm(form)) return listText(text, (element) => digestText(elementForm(form), element)) ?? text
  switch (form) {
    case 'number':
      return numberText(text)
    case 'float32':
      return floatText(text, Math.fround)
    case 'float64':
      return floatText(text, (value) => value)
    case 'date':
      return yearText(text)
    case 'time':
      return timeText(text)
    case 'timestamp':
    case 'instant':
      return yearText(withoutTrailingZeros(text.replace(/\+00(?= BC$|$)/, '')))
    case 'text':
    case 'bytes':
    case 'bits':
    case 'set':
    case 'json':
    case 'json-value':
    case 'json-text':
      return text
  }
}

/** Decimal digits without an exponent, leading zeros, trailing zeros of a fraction, or the sign of a zero. */
export function numberText(text: string): string {
  const plain = plainDigits(text)
  if (!/^-?\d/.test(plain)) return plain
  const even = plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain
  return even === '-0' ? '0' : even
}

/** Decimal digits without an exponent or leading zeros; as many behind the point as the exponent leaves there. */
export function plainDigits(text: string): string {
  const found = /^([-+]?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d{1,4}))?$/.exec(text)
  if (found === null) return text
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  const padded = point < 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0')
  const at = Math.max(point, 0)
  const left = padded.slice(0, at).replace(/^0+(?=\d)/, '')
  const right = padded.slice(at)
  return `${sign === '-' ? '-' : ''}${left === '' ? '0' : left}${right === '' ? '' : `.${right}`}`
}

function floatText(text: string, round: (value: number) => number): string {
  if (/^-?infinity$/i.test(text)) return text.startsWith('-') ? '-Infinity' : 'Infinity'
  if (!/^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text)) return text
  const value = round(Number(text))
  return Object.is(value, -0) ? '-0' : String(value)
}

/** Trailing zeros of a fraction of a second are left out by some and written by others. */
function withoutTrailingZeros(text: string): string {
  return text.replace(/(\.\d*?)0+(?= BC$|$)/, '$1').replace(/\.(?= BC$|$)/, '')
}

/** The year before year 1 is 0 to some, and 1 BC to others. */
function yearText(text: string): string {
  const found = /^(\d+)(-.*) BC$/.exec(text)
  if (found === null) return text
  const year = 1 - Number(found[1])
  const digits = String(-year).padStart(4, '0')
  return `${year < 0 ? '-' : ''}${digits}${found[2] ?? ''}`
}

/** `[-]H:MM:SS[.f]`; a span that has days, months or years of its own is another value, and stays as it is. */
function timeText(text: string): string {
  const clock = /^(-?)0*(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(withoutTrailingZeros(text))
  if (clock !== null) return `${clock[1] ?? ''}${clock[2] ?? ''}:${clock[3] ?? ''}:${clock[4] ?? ''}`
  const span = /^(-?)PT(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?\d+(?:\.\d{1,6})?)S)?$/.exec(text)
  if (span === null) return text
  const [, sign = '', hours = '0', minutes = '0', seconds = '0'] = span
  const parts = [hours, minutes, seconds]
  const isNegative = parts.some((part) => part.startsWith('-'))
  // A span of which one part is taken from another is spelled in no other way here.
  if (isNegative && (sign !== '' || parts.some((part) => !part.startsWith('-') && Number(part) !== 0))) return text
  const [hour = '', minute = '', second = ''] = parts.map((part) => part.replace('-', ''))
  const [whole = '', fraction] = second.split('.')
  const even = `${Number(hour)}:${minute.padStart(2, '0')}:${whole.padStart(2, '0')}`
  const exact = fraction === undefined ? even : withoutTrailingZeros(`${even}.${fraction}`)
  return `${isNegative || sign !== '' ? '-' : ''}${exact}`
}
