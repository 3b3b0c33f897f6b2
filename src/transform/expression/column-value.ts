import { parseJson, type JsonNode } from '../../canonical/json-compare.ts'
import { dateValue, timeValue, momentValue } from './calendar-value.ts'
import { ExactDecimal } from './exact-decimal.ts'
import type { ExpressionValue } from './expression-type.ts'
import type { CanonicalType } from '../../model/canonical-type.ts'
import { isInt } from './int-range.ts'

/** Deeper, comparing two of them would take the engine’s whole stack. MySQL goes to 100. */
const maxJsonDepth = 500

/** Canonical text → value; undefined where expressions have no such value, as of a decimal that is NaN. */
export type ReadText = (text: string) => ExpressionValue | undefined

/** How the values of a column of this type are read. Undefined where expressions cannot read them. */
export function readerOf(type: CanonicalType): ReadText | undefined {
  switch (type.kind) {
    case 'bool':
      return (text) => text === 'true'
    case 'int':
      return BigInt
    case 'float32':
    case 'float64':
      return Number
    case 'decimal':
      return (text) => ExactDecimal.parse(text)
    case 'date':
      return dateValue
    case 'time':
      return timeValue
    case 'timestamp':
      return (text) => momentValue(text, '')
    case 'instant':
      return (text) => momentValue(text, '+00')
    case 'text':
    case 'enum':
    case 'uuid':
    case 'inet':
    case 'objectId':
    case 'bits':
    case 'interval':
    case 'bytes':
    case 'geometry':
      return (text) => text
    case 'set':
      return (text) => (text === '' ? [] : text.split(','))
    case 'array':
      return arrayReader(type.of)
    case 'json':
      return (text) => jsonValue(parseJson(text, maxJsonDepth), false)
    case 'document':
      return (text) => jsonValue(parseJson(text, maxJsonDepth), true)
    case 'native':
      return undefined
  }
}

/** An array is a JSON array of its elements' canonical texts; numbers and truths may stand bare. */
function arrayReader(of: CanonicalType): ReadText | undefined {
  const element = readerOf(of)
  if (element === undefined) return undefined
  return (text) => {
    const node = parseJson(text, maxJsonDepth)
    if (node?.kind !== 'array') return undefined
    const values: ExpressionValue[] = []
    for (const item of node.items) {
      if (item.kind === 'array' || item.kind === 'object') return undefined
      const value = item.kind === 'literal' && item.text === 'null' ? null : element(item.text)
      if (value === undefined) return undefined
      values.push(value)
    }
    return values
  }
}

/** `isDocument`: numbers and ids of Extended JSON are what they stand for. */
function jsonValue(node: JsonNode | undefined, isDocument: boolean): ExpressionValue | undefined {
  switch (node?.kind) {
    case undefined:
      return undefined
    case 'literal':
      return node.text === 'null' ? null : node.text === 'true'
    case 'string':
      return node.text
    case 'number':
      return numberValue(node.text)
    case 'array': {
      const items = node.items.map((item) => jsonValue(item, isDocument))
      return items.every((item) => item !== undefined) ? items : undefined
    }
    case 'object': {
      const [first] = node.entries
      if (isDocument && first !== undefined && node.entries.length === 1) {
        const plain = plainValue(...first)
        if (plain !== undefined) return plain
      }
      const entries = new Map<string, ExpressionValue>()
      for (const [key, inner] of node.entries) {
        const value = jsonValue(inner, isDocument)
        if (value === undefined) return undefined
        entries.set(key, value)
      }
      return entries
    }
  }
}

/** Exact whatever its digits: whole numbers that fit are ints, all others decimals. */
function numberValue(text: string): ExpressionValue | undefined {
  if (/^-?\d{1,20}$/.test(text)) {
    const value = BigInt(text)
    if (isInt(value)) return value
  }
  return ExactDecimal.parse(text)
}

function plainValue(key: string, node: JsonNode): ExpressionValue | undefined {
  if (node.kind !== 'string') return undefined
  switch (key) {
    case '$oid':
      return node.text
    case '$numberInt':
    case '$numberLong':
    case '$numberDecimal':
    case '$numberDouble':
      return numberValue(node.text)
    default:
      return undefined
  }
}
