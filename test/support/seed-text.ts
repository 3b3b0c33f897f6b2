import { cellToText, textToCell } from '../../src/canonical/text.ts'
import type { CanonicalType } from '../../src/model/canonical-type.ts'

/**
 * One spelling of a value, whoever printed it: equal texts mean equal values. JSON loses spacing and the order of keys,
 * intervals are counted in months, days and microseconds, floats and times are printed anew. `1.10` and `1.1` stay two.
 */
export function comparableText(type: CanonicalType, text: string | null): string | null {
  if (text === null) return null
  switch (type.kind) {
    case 'json':
    case 'document':
      return JSON.stringify(withSortedKeys(JSON.parse(text)))
    case 'interval':
      return intervalParts(text)
    case 'float32':
      return floatText(Math.fround(Number(text)))
    case 'float64':
      return floatText(Number(text))
    case 'array':
      return JSON.stringify(elements(text).map((element) => comparableText(type.of, element)))
    case 'date':
    case 'time':
    case 'timestamp':
    case 'instant': {
      const cell = textToCell(type, text)
      return cellToText(type, cell, 0, cell.length)
    }
    default:
      return text
  }
}

/** What a driver gave for a column that the server was asked to print. */
export function seedText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value)
  throw new Error(`the driver made an object of ${JSON.stringify(value)}`)
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function withSortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedKeys)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, withSortedKeys(inner)]))
}

const parts = ['Y', 'M', 'D', 'H', 'M', 'S'] as const
const pattern = /^(-?)P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?)?$/

/** `MONTHS DAYS MICROSECONDS` of an ISO 8601 duration. */
function intervalParts(text: string): string {
  const match = pattern.exec(text)
  if (match === null) throw new Error(`${text} is no ISO 8601 duration`)
  const [years = 0, months = 0, days = 0, hours = 0, minutes = 0] = parts.map((_, i) => Number(match[i + 2] ?? 0))
  const sign = match[1] === '-' ? -1 : 1
  const seconds = match[7] ?? '0'
  const micros = (hours * 3600 + minutes * 60) * 1e6 + Math.round(Number(seconds) * 1e6)
  return [years * 12 + months, days, micros].map((part) => String(part * sign + 0)).join(' ')
}

/** Of `[1,2]` or `{1,2}`: numbers and words without commas. */
function elements(text: string): string[] {
  const inner = text.slice(1, -1).trim()
  return inner === '' ? [] : inner.split(',').map((element) => element.trim())
}
