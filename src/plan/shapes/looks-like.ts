import type { FieldCensus, ValueCensus } from '../../model/document-census.ts'
import { readTypes } from './read-types.ts'
import { countOf, valueCount } from './value-census.ts'

/** Names from which on they may be data. */
const manyNames = 30
/** Names from which on an object is no record that somebody wrote down. */
const tooManyNames = 200
/** What is in fewer documents than this part of them is in few. */
const fewDocuments = 0.1
/** A part of the whole that is as good as all of it. */
const nearlyAll = 0.9

/** Whether the object is keyed by data: its fields are rows rather than columns. */
export function looksLikeMap(object: ValueCensus): boolean {
  const { fields, otherFields } = object
  if (otherFields !== undefined || fields.length > tooManyNames) return true
  const keyed = keyedByData(fields, countOf(object, 'object'))
  return keyed.size > fields.length / 2
}

/**
 * Names that are data: there are many, each is in few documents or is an identifier, a number or a day, and what stands
 * under them is alike. Empty where they are the names of a record.
 *
 * @param documents That have the fields
 */
export function keyedByData(fields: readonly FieldCensus[], documents: number): ReadonlySet<string> {
  if (fields.length <= manyNames) return new Set()
  const patterns = commonPattern(fields)
  const keyed = fields.filter(
    (field) =>
      valueCount(field) <= documents * fewDocuments ||
      isIdentifier(field.name) ||
      (patterns !== undefined && patternOf(field.name) === patterns),
  )
  if (keyed.length <= manyNames || !isAlike(keyed)) return new Set()
  return new Set(keyed.map(({ name }) => name))
}

/** `user_1`, `user_2` …: what nearly all of very many names are but for their digits. */
function commonPattern(fields: readonly FieldCensus[]): string | undefined {
  if (fields.length <= tooManyNames) return undefined
  const counts = new Map<string, number>()
  for (const { name } of fields) counts.set(patternOf(name), (counts.get(patternOf(name)) ?? 0) + 1)
  return [...counts].find(([pattern, count]) => pattern.includes('0') && count >= fields.length * nearlyAll)?.[0]
}

function patternOf(name: string): string {
  return name.replaceAll(/\d+/g, '0')
}

function isIdentifier(name: string): boolean {
  return (
    /^\d+$/.test(name) ||
    /^[\da-f]{24}$/i.test(name) ||
    /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(name) ||
    /^\d{4}-\d{2}(-\d{2})?$/.test(name)
  )
}

function isAlike(fields: readonly FieldCensus[]): boolean {
  const counts = new Map<string, number>()
  for (const field of fields) {
    const { kind } = readTypes(field)
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  const known = fields.length - (counts.get('nothing') ?? 0)
  counts.delete('nothing')
  return Math.max(0, ...counts.values()) >= known * nearlyAll
}

/** Every one of them says which document of which collection it means (`$ref`, `$id`). */
export function isReference(object: ValueCensus): boolean {
  const count = countOf(object, 'object')
  const isInAll = (name: string): boolean => object.fields.some((one) => one.name === name && valueCount(one) === count)
  return count > 0 && isInAll('$ref') && isInAll('$id')
}

const geoNames = new Set(['type', 'coordinates', 'geometries', 'bbox', 'crs'])

/** Every one of them is a geometry as GeoJSON has it, whether its rings are closed or not. */
export function isGeoJson(object: ValueCensus): boolean {
  const count = countOf(object, 'object')
  if (count === 0 || object.otherFields !== undefined || !object.fields.every(({ name }) => geoNames.has(name))) {
    return false
  }
  const arrays = object.fields
    .filter(({ name }) => name === 'coordinates' || name === 'geometries')
    .reduce((sum, one) => sum + countOf(one, 'array'), 0)
  return arrays === count && object.fields.some((one) => one.name === 'type' && countOf(one, 'string') === count)
}
