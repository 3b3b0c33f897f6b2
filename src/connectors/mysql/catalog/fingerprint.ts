import { createHash } from 'node:crypto'
import type { OtherObject, TableInfo } from '../../../model/relation.ts'

/** Members that change without anyone changing the schema. */
const passing = new Set(['rowEstimate', 'byteEstimate', 'nextAutoIncrement'])

/** SHA-256, in lower-case hexadecimal, over JSON with sorted keys of all but estimates and counters. */
export function fingerprintCatalog(tables: readonly TableInfo[], others: readonly OtherObject[]): string {
  const json = JSON.stringify({ tables, others }, (key, value: unknown) => {
    if (passing.has(key)) return undefined
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
  })
  return createHash('sha256').update(json).digest('hex')
}
