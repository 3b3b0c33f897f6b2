import {
  Binary,
  BSONRegExp,
  BSONSymbol,
  Code,
  Decimal128,
  Double,
  EJSON,
  Int32,
  Long,
  MaxKey,
  MinKey,
  ObjectId,
  Timestamp,
} from 'bson'
import type {
  DocumentCensus,
  FieldCensus,
  TypeCensus,
  ValueCensus,
  ValueType,
} from '../../src/model/document-census.ts'
import { maxCountedFields } from '../../src/model/document-census.ts'

/** A document of values as the `bson` package has them; its names are in the order of insertion. */
export type SlowDocument = ReadonlyMap<string, unknown>

/** A document of an object's fields. A plain number is what the `bson` package takes it for. */
export function documentOf(fields: { readonly [name: string]: unknown }): SlowDocument {
  return new Map(Object.entries(fields))
}

export function isDocument(value: unknown): value is SlowDocument {
  return value instanceof Map
}

/** What a value is to MongoDB. */
export function typeOf(value: unknown): ValueType {
  if (value === null) return 'null'
  if (value === undefined) return 'undefined'
  if (typeof value === 'string') return 'string'
  if (typeof value === 'boolean') return 'bool'
  if (typeof value === 'number') return Number.isInteger(value) && (value | 0) === value ? 'int' : 'double'
  if (isDocument(value)) return 'object'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Date) return 'date'
  if (value instanceof Int32) return 'int'
  if (value instanceof Timestamp) return 'timestamp'
  if (value instanceof Long) return 'long'
  if (value instanceof Double) return 'double'
  if (value instanceof Decimal128) return 'decimal'
  if (value instanceof ObjectId) return 'objectId'
  if (value instanceof Binary) return value.sub_type === Binary.SUBTYPE_UUID ? 'uuid' : 'binData'
  if (value instanceof BSONRegExp) return 'regex'
  if (value instanceof BSONSymbol) return 'symbol'
  if (value instanceof Code) return value.scope === null ? 'javascript' : 'javascriptWithScope'
  if (value instanceof MinKey) return 'minKey'
  if (value instanceof MaxKey) return 'maxKey'
  throw new Error(`no value of MongoDB: ${JSON.stringify(value)}`)
}

/** Every document counted one by one, all values of a path held at once: small collections alone. */
export function slowCensus(name: string, documents: readonly SlowDocument[], isSample = false): DocumentCensus {
  const keyed = documents.map((document) => ({ value: document, key: keyText(document.get('_id')) }))
  return {
    table: { schema: 'shop', name },
    documents: documents.length,
    bytes: 0,
    isSample,
    faulty: 0,
    ...fieldsOf(keyed),
  }
}

interface Keyed<T = unknown> {
  readonly value: T
  readonly key: string
}

function keyText(key: unknown): string {
  return EJSON.stringify(key instanceof Map ? Object.fromEntries(key) : key, { relaxed: false })
}

function fieldsOf(documents: readonly Keyed<SlowDocument>[]): Pick<ValueCensus, 'fields' | 'otherFields'> {
  const byName = new Map<string, Keyed[]>()
  const others: Keyed[] = []
  for (const { value, key } of documents) {
    for (const [name, inside] of value) {
      const there = byName.get(name)
      if (there !== undefined) there.push({ value: inside, key })
      else if (byName.size < maxCountedFields) byName.set(name, [{ value: inside, key }])
      else others.push({ value: inside, key })
    }
  }
  const fields: FieldCensus[] = [...byName].map(([name, values]) => ({ name, ...valuesOf(values) }))
  return others.length === 0 ? { fields } : { fields, otherFields: valuesOf(others) }
}

function valuesOf(values: readonly Keyed[]): ValueCensus {
  const byType = new Map<ValueType, Keyed[]>()
  for (const one of values) {
    const same = byType.get(typeOf(one.value))
    if (same === undefined) byType.set(typeOf(one.value), [one])
    else same.push(one)
  }
  const documents = values.filter((one): one is Keyed<SlowDocument> => isDocument(one.value))
  const arrays = values.filter((one): one is Keyed<unknown[]> => Array.isArray(one.value))
  const elements = arrays.flatMap(({ value, key }) => value.map((element) => ({ value: element, key })))
  return {
    types: [...byType].map(([type, same]) => typeCensus(type, same)),
    ...fieldsOf(documents),
    ...(arrays.length === 0 ? {} : { elements: valuesOf(elements) }),
  }
}

function typeCensus(type: ValueType, values: readonly Keyed[]): TypeCensus {
  const numbers = values.flatMap(({ value }) => numberOf(type, value) ?? [])
  const sorted = numbers.toSorted((a, b) => (a < b ? -1 : 1))
  const sizes = values.map(({ value }) => (isDocument(value) ? value.size : Array.isArray(value) ? value.length : 0))
  const isHolder = type === 'object' || type === 'array'
  return {
    type,
    count: values.length,
    ...(sorted.length === 0 ? {} : { min: String(sorted[0]), max: String(sorted.at(-1)) }),
    ...(isHolder ? { elements: sizes.reduce((sum, size) => sum + size, 0), maxLength: Math.max(...sizes) } : {}),
    ...(type === 'string' ? { nulBytes: values.filter(({ value }) => String(value).includes('\0')).length } : {}),
    ...(type === 'double' || type === 'decimal' ? { notFinite: values.length - numbers.length } : {}),
    ...(type === 'binData'
      ? { subtypes: [Math.min(...subtypesOf(values)), Math.max(...subtypesOf(values))] as const }
      : {}),
    firstKeys: [...new Set(values.map(({ key }) => key))].slice(0, 3),
  }
}

function subtypesOf(values: readonly Keyed[]): number[] {
  return values.flatMap(({ value }) => (value instanceof Binary ? [value.sub_type] : []))
}

/** For extremes; undefined: there is none of it. */
function numberOf(type: ValueType, value: unknown): number | bigint | undefined {
  if (type === 'int') return BigInt(Number(value))
  if (type === 'long') return (value as Long).toBigInt()
  if (type === 'date') return Number.isNaN(Number(value)) ? undefined : BigInt(Number(value))
  const number = type === 'double' ? Number(value) : type === 'decimal' ? Number(String(value)) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}
