import { isJson } from '../../canonical/json-compare.ts'
import { typeText } from '../../canonical/type-text.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { ExactDecimal } from './exact-decimal.ts'
import { type ExpressionType, type ExpressionValue, isList } from './expression-type.ts'
import { isListValue, kindName } from './operand.ts'
import { jsonText, scalarText } from './value-text.ts'

/** A value → the canonical text of a type, null of NULL. @throws TL_D402 where the value does not fit: nothing is cut or rounded */
export type WriteResult = (value: ExpressionValue) => string | null

/**
 * How the values of an expression of type `from` are written into a column of type `to`. Undefined where a column of that
 * type takes none of them: the expression then needs int(), string(), decimal() or the like.
 *
 * What it writes is a text that `textToCell` takes, but for the labels of an enum, the range of an int, and the forms of
 * uuid, inet, objectId, bits and interval, which that one looks at.
 */
export function resultWriter(from: ExpressionType, to: CanonicalType): WriteResult | undefined {
  const write = writer(from, to)
  return write === undefined ? undefined : (value) => (value === null ? null : write(value))
}

type Write = (value: Exclude<ExpressionValue, null>) => string

function writer(from: ExpressionType, to: CanonicalType): Write | undefined {
  if (from === 'null') return to.kind === 'native' ? undefined : () => unfit(to, 'it is no NULL')
  switch (to.kind) {
    case 'bool':
    case 'date':
      return from === to.kind || (from === 'dyn' && to.kind === 'bool') ? single(from, to, to.kind) : undefined
    case 'int':
      return from === 'int' || from === 'dyn' ? single(from, to, 'int') : undefined
    case 'float32':
    case 'float64':
      return from === 'double' ? single(from, to, 'double') : undefined
    case 'decimal':
      return from === 'decimal' || from === 'int' || from === 'dyn' ? decimalWriter(from, to) : undefined
    case 'time':
    case 'timestamp':
    case 'instant':
      return from === to.kind ? momentWriter(from, to) : undefined
    case 'text':
      return from === 'string' || from === 'dyn'
        ? lengthChecked(single(from, to, 'string'), to, (text) => Array.from(text).length)
        : undefined
    case 'bytes':
      return from === 'bytes' ? lengthChecked(single(from, to, 'string'), to, (text) => text.length / 2) : undefined
    case 'geometry':
      return from === 'bytes' ? single(from, to, 'string') : undefined
    case 'enum':
    case 'uuid':
    case 'inet':
    case 'objectId':
    case 'bits':
    case 'interval':
      return from === 'string' || from === 'dyn' ? single(from, to, 'string') : undefined
    case 'set':
      return isListOf(from, 'string') || from === 'dyn' ? setWriter(to) : undefined
    case 'array':
      return arrayWriter(from, to)
    case 'json':
      if (from === 'string')
        return (value) => (typeof value === 'string' && isJson(value) ? value : unfit(to, 'it is no JSON'))
      return from === 'dyn' || isList(from) || from === 'bool' || from === 'int' || from === 'decimal'
        ? (value) => jsonText(from, value)
        : undefined
    case 'document':
    case 'native':
      return undefined
  }
}

type Wanted = 'bool' | 'int' | 'double' | 'string' | 'date'

/** The text of a value of one kind: a `dyn` may be of another one. */
function single(from: ExpressionType, to: CanonicalType, wanted: Wanted): Write {
  const kind = { bool: 'boolean', int: 'bigint', double: 'number', date: 'number', string: 'string' }[wanted]
  return (value) => {
    const text = typeof value === kind ? scalarText(from, value) : undefined
    return text ?? unfit(to, `it is ${kindName(value)}`)
  }
}

function decimalWriter(from: ExpressionType, to: Extract<CanonicalType, { kind: 'decimal' }>): Write {
  return (value) => {
    const text = value instanceof ExactDecimal || typeof value === 'bigint' ? scalarText(from, value) : undefined
    if (text === undefined) return unfit(to, `it is ${kindName(value)}`)
    if (to.precision === undefined) return text
    const scale = to.scale ?? 0
    const [whole = '', fraction = ''] = text
      .replace('-', '')
      .replace(/^0+(?=\d)/, '')
      .split('.')
    const digits = fraction.replace(/0+$/, '')
    if (digits.length > scale)
      return unfit(to, 'it has more digits behind the point: say how to round it, by round(x, digits)')
    const wholeDigits = whole === '0' ? 0 : whole.length
    if (wholeDigits > to.precision - scale) return unfit(to, 'it has more digits before the point')
    const sign = text.startsWith('-') ? '-' : ''
    return `${sign}${whole}${scale === 0 ? '' : `.${digits.padEnd(scale, '0')}`}`
  }
}

function momentWriter(
  from: ExpressionType,
  to: Extract<CanonicalType, { kind: 'time' | 'timestamp' | 'instant' }>,
): Write {
  return (value) => {
    const text = scalarText(from, value) ?? unfit(to, `it is ${kindName(value)}`)
    const fraction = /\.(\d+)/.exec(text)?.[1] ?? ''
    return fraction.length <= to.precision ? text : unfit(to, 'it has more digits of a second')
  }
}

function lengthChecked(
  write: Write,
  to: Extract<CanonicalType, { kind: 'text' | 'bytes' }>,
  lengthOf: (text: string) => number,
): Write {
  const { maxLength } = to
  if (maxLength === undefined) return write
  return (value) => {
    const text = write(value)
    return lengthOf(text) <= maxLength ? text : unfit(to, `it is longer than ${maxLength}`)
  }
}

function setWriter(to: Extract<CanonicalType, { kind: 'set' }>): Write {
  return (value) => {
    if (!isListValue(value)) return unfit(to, `it is ${kindName(value)}`)
    const members = new Set(value)
    for (const member of members) {
      if (typeof member !== 'string' || !to.labels.includes(member)) unfit(to, 'it holds what is no member of the set')
    }
    return to.labels.filter((label) => members.has(label)).join(',')
  }
}

/** A JSON array of the elements' canonical texts. */
function arrayWriter(from: ExpressionType, to: Extract<CanonicalType, { kind: 'array' }>): Write | undefined {
  if (!isList(from)) return undefined
  const element = resultWriter(from.list, to.of)
  if (element === undefined) return undefined
  return (value) => {
    if (!isListValue(value)) return unfit(to, `it is ${kindName(value)}`)
    return JSON.stringify(value.map(element))
  }
}

function isListOf(type: ExpressionType, element: ExpressionType): boolean {
  return isList(type) && (type.list === element || type.list === 'null')
}

function unfit(type: CanonicalType, reason: string): never {
  throw new TransloadError('TL_D402', { type: typeText(type), reason })
}
