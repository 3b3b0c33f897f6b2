import {
  BSONRegExp,
  BSONSymbol,
  Binary,
  Code,
  Decimal128,
  Double,
  deserialize,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import { type TypeCensus, type ValueCensus, type ValueType, valueTypes } from '../../src/model/document-census.ts'

/** What a census is expected to say of documents: all their values gathered as objects, and looked at once more. */
export function slowCensus(documents: readonly Uint8Array[]): Pick<ValueCensus, 'fields'> {
  const root = new Gathered()
  for (const bytes of documents) {
    const document = deserialize(bytes, { promoteValues: false, promoteBuffers: false, bsonRegExp: true })
    const key =
      '_id' in document ? EJSON.stringify({ '': document['_id'] }, { relaxed: false }).slice(4, -1) : undefined
    for (const [name, value] of Object.entries(document)) root.field(name).add(value, key)
  }
  return { fields: root.result().fields }
}

interface Seen {
  readonly values: unknown[]
  readonly keys: string[]
}

class Gathered {
  readonly types = new Map<ValueType, Seen>()
  readonly fields = new Map<string, Gathered>()
  elements: Gathered | undefined

  field(name: string): Gathered {
    const known = this.fields.get(name) ?? new Gathered()
    this.fields.set(name, known)
    return known
  }

  add(value: unknown, key: string | undefined): void {
    const type = typeOf(value)
    const seen = this.types.get(type) ?? { values: [], keys: [] }
    this.types.set(type, seen)
    seen.values.push(value)
    if (key !== undefined && !seen.keys.includes(key) && seen.keys.length < 3) seen.keys.push(key)
    if (Array.isArray(value)) {
      for (const element of value) (this.elements ??= new Gathered()).add(element, key)
    } else if (type === 'object') {
      for (const [name, inner] of Object.entries(value as object)) this.field(name).add(inner, key)
    }
  }

  result(): ValueCensus {
    const types = valueTypes.flatMap((type) => {
      const seen = this.types.get(type)
      if (seen === undefined) return []
      return [{ type, count: seen.values.length, ...particulars(type, seen.values), firstKeys: seen.keys }]
    })
    const fields = Array.from(this.fields, ([name, field]) => ({ name, ...field.result() }))
    return { types, fields, ...(this.elements !== undefined && { elements: this.elements.result() }) }
  }
}

function typeOf(value: unknown): ValueType {
  if (value === undefined) return 'undefined'
  if (value === null) return 'null'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Date) return 'date'
  if (value instanceof Double) return 'double'
  if (value instanceof Int32) return 'int'
  // A timestamp is a long, too.
  if (value instanceof Timestamp) return 'timestamp'
  if (value instanceof Long) return 'long'
  if (value instanceof Decimal128) return 'decimal'
  if (value instanceof ObjectId) return 'objectId'
  if (value instanceof Binary) return value.sub_type === 4 && value.length() === 16 ? 'uuid' : 'binData'
  if (value instanceof BSONRegExp) return 'regex'
  if (value instanceof BSONSymbol) return 'symbol'
  if (value instanceof Code) return value.scope === null ? 'javascript' : 'javascriptWithScope'
  if (value instanceof MinKey) return 'minKey'
  if (value instanceof MaxKey) return 'maxKey'
  return 'object'
}

function particulars(type: ValueType, values: readonly unknown[]): Partial<TypeCensus> {
  switch (type) {
    case 'int':
    case 'long':
    case 'date': {
      const numbers = values.map((value) => BigInt(value instanceof Date ? value.getTime() : String(value)))
      const [first = 0n] = numbers
      const min = numbers.reduce((least, number) => (number < least ? number : least), first)
      const max = numbers.reduce((most, number) => (number > most ? number : most), first)
      return { min: String(min), max: String(max) }
    }
    case 'double':
      return numbers(values.map((value) => String((value as Double).value)))
    case 'decimal':
      return numbers(values.map(String))
    case 'string':
      return texts(values as string[])
    case 'symbol':
      return texts(values.map((value) => (value as BSONSymbol).value))
    case 'javascript':
    case 'javascriptWithScope':
      return texts(values.map((value) => (value as Code).code))
    case 'binData': {
      const subtypes = values.map((value) => (value as Binary).sub_type)
      return { maxLength: longest(values), subtypes: [Math.min(...subtypes), Math.max(...subtypes)] }
    }
    case 'uuid':
      return { maxLength: longest(values) }
    case 'array':
      return lengths(values.map((value) => (value as unknown[]).length))
    case 'object':
      return lengths(values.map((value) => Object.keys(value as object).length))
    default:
      return {}
  }
}

function longest(values: readonly unknown[]): number {
  return Math.max(...values.map((value) => (value as Binary).length()))
}

function lengths(all: readonly number[]): Partial<TypeCensus> {
  return { elements: all.reduce((sum, one) => sum + one, 0), maxLength: Math.max(...all) }
}

function texts(all: readonly string[]): Partial<TypeCensus> {
  const maxLength = Math.max(...all.map((text) => Array.from(text).length))
  return { nulBytes: all.filter((text) => text.includes('\0')).length, invalidText: 0, maxLength }
}

/** A whole number times a power of ten. */
interface Scaled {
  readonly whole: bigint
  readonly exponent: number
}

function numbers(all: readonly string[]): Partial<TypeCensus> {
  const finite = all.filter((text) => !/NaN|Infinity/.test(text)).map(scaled)
  const notFinite = all.length - finite.length
  if (finite.length === 0) return { notFinite }
  const sorted = finite.toSorted(order)
  const digits = finite.map(({ whole }) => String(whole < 0n ? -whole : whole))
  return {
    min: textOf(sorted[0]!),
    max: textOf(sorted.at(-1)!),
    wholeDigits: Math.max(
      0,
      ...finite.map(({ exponent }, i) => (digits[i] === '0' ? 0 : digits[i]!.length + exponent)),
    ),
    fractionDigits: Math.max(0, ...finite.map(({ exponent }) => -exponent)),
    notFinite,
  }
}

/** Of a text as JavaScript or MongoDB writes it; without zeros at the end of the whole number. */
function scaled(text: string): Scaled {
  const [, sign = '', before = '', behind = '', power = '0'] = /^(-?)(\d*)\.?(\d*)(?:[eE]([-+]?\d+))?$/.exec(text) ?? []
  const digits = (before + behind).replace(/^0+/, '')
  const short = digits.replace(/0+$/, '')
  if (short === '') return { whole: 0n, exponent: 0 }
  const exponent = Number(power) - behind.length + digits.length - short.length
  return { whole: BigInt(sign + short), exponent }
}

function order(a: Scaled, b: Scaled): number {
  const exponent = Math.min(a.exponent, b.exponent)
  const difference = a.whole * 10n ** BigInt(a.exponent - exponent) - b.whole * 10n ** BigInt(b.exponent - exponent)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

function textOf({ whole, exponent }: Scaled): string {
  if (whole === 0n) return '0'
  const sign = whole < 0n ? '-' : ''
  const digits = String(whole < 0n ? -whole : whole)
  const first = digits.length + exponent - 1
  if (first >= 21 || first < -6) {
    return `${sign}${digits[0]}${digits.length > 1 ? '.' : ''}${digits.slice(1)}e${first < 0 ? '' : '+'}${first}`
  }
  if (exponent >= 0) return sign + digits + '0'.repeat(exponent)
  const padded = digits.padStart(1 - exponent, '0')
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`
}
