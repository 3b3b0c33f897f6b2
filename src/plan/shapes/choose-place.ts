import type { ValueCensus } from '../../model/document-census.ts'
import type { DocumentNative } from '../../model/document-native.ts'
import { isGeoJson, isReference, looksLikeMap } from './looks-like.ts'
import { isNumber, nativeFor, numberNative, readTypes, takes, type TypesRead } from './read-types.ts'
import { typesInConflict, typesText } from './types-text.ts'
import type { Wish, WishBook } from './wish-book.ts'

/** What becomes of the values at a path. */
export type Place =
  | { readonly as: 'column'; readonly native: DocumentNative; readonly said?: Said | undefined }
  | { readonly as: 'json' | 'flatten' | 'map' | 'table'; readonly said?: Said | undefined }
  | { readonly as: 'array'; readonly of: DocumentNative }
  | { readonly as: 'rest' | 'drop' }

/** Why it is not what somebody may have expected. */
interface Said {
  readonly chosen: string
  readonly why: string
  readonly others: readonly string[]
}

/** Documents within documents of one table: what is deeper is JSON. */
const maxDepth = 8

/** @param depth Of the documents that the values stand in: 0 for those that are rows */
export function choosePlace(value: ValueCensus, depth: number): Place {
  const read = readTypes(value)
  switch (read.kind) {
    case 'nothing':
      return jsonPlace('there is nothing but null', ['{as: column, type: TYPE}', 'rest', 'drop'])
    case 'mixed':
      return jsonPlace(
        `its values are of types that no column holds together: ${typesInConflict(read.types)}`,
        mixedOthers(read),
      )
    case 'object':
      return objectPlace(value, depth)
    case 'array':
      return arrayPlace(value.elements)
    default:
      return scalarPlace(read)
  }
}

function scalarPlace(read: TypesRead): Place {
  const native = nativeFor(read)
  if (native === undefined) return jsonPlace(`no column holds ${typesText(read.types)} but as JSON`, ['rest', 'drop'])
  if (read.kind !== 'number' || read.types.every(({ type }) => type === native)) return { as: 'column', native }
  const why = `there are ${typesText(read.types)}: ${native} holds all of them exactly`
  return {
    as: 'column',
    native,
    said: { chosen: `${native} column`, why, others: ['{as: column, type: TYPE}', 'json'] },
  }
}

function objectPlace(value: ValueCensus, depth: number): Place {
  if (value.fields.length === 0 && value.otherFields === undefined)
    return jsonPlace('its documents are empty', ['rest', 'drop'])
  if (isGeoJson(value)) return jsonPlace('it is GeoJSON', ['flatten'])
  if (isReference(value)) return { as: 'flatten' }
  if (looksLikeMap(value)) {
    const more = value.otherFields === undefined ? '' : 'more than '
    const why = `its ${more}${value.fields.length} names look like data, not like those of a record`
    return { as: 'map', said: { chosen: 'table with a row for each name', why, others: ['json', 'flatten'] } }
  }
  if (depth >= maxDepth) return jsonPlace(`it stands within ${maxDepth} documents`, ['flatten'])
  return { as: 'flatten' }
}

function arrayPlace(elements: ValueCensus | undefined): Place {
  const read = readTypes(elements ?? { types: [] })
  if (elements === undefined || read.kind === 'nothing') {
    const why =
      elements === undefined || elements.types.length === 0
        ? 'its arrays are empty'
        : 'its arrays hold nothing but null'
    return jsonPlace(why, ['table', 'rest', 'drop'])
  }
  const place = elementPlace(elements, read)
  if (place.as === 'json')
    return { as: 'json', said: place.said && { ...place.said, others: ['table', 'rest', 'drop'] } }
  const others = ['json', ...(place.as === 'column' ? ['array'] : [])]
  return { as: 'table', said: { chosen: 'table with a row for each element', why: 'it is an array', others } }
}

/** What becomes of the elements of arrays that are a table: `flatten` is a row with a column for each field. */
function elementPlace(elements: ValueCensus, read: TypesRead): Place {
  if (read.kind === 'array') return arrayPlace(elements.elements)
  if (read.kind === 'mixed') return jsonPlace(`its elements are ${typesInConflict(read.types)}`, [])
  if (read.kind !== 'object') {
    const native = nativeFor(read)
    return native === undefined ? jsonPlace(`its elements are ${typesText(read.types)}`, []) : { as: 'column', native }
  }
  if (elements.fields.length === 0) return jsonPlace('the documents in it are empty', [])
  return isGeoJson(elements) ? jsonPlace('its elements are GeoJSON', []) : { as: 'flatten' }
}

/** Of the elements of an array, or the values of a map, that is a table. */
export function choosePlaceOfElements(elements: ValueCensus): Place {
  const read = readTypes(elements)
  if (read.kind === 'nothing') return jsonPlace('there is nothing but null', ['{as: column, type: TYPE}'])
  return elementPlace(elements, read)
}

export function jsonPlace(why: string, others: readonly string[]): Place {
  return { as: 'json', said: { chosen: 'JSON column', why, others } }
}

function mixedOthers({ types }: TypesRead): string[] {
  const has = (type: string): boolean => types.some((one) => one.type === type)
  return [
    ...(types.some(({ type }) => isScalar(type)) ? ['{as: column, type: TYPE}'] : []),
    ...(has('object') ? ['flatten'] : []),
    ...(has('array') ? ['table'] : []),
    'rest',
  ]
}

function isScalar(type: string): boolean {
  return type !== 'object' && type !== 'array'
}

/**
 * What somebody wishes, where it can be had.
 *
 * @param isElement It stands in an array or a map, whose rows have one value each
 * @throws TL_C102
 */
export function wishedPlace(value: ValueCensus, wish: Wish, book: WishBook, isElement = false): Place | undefined {
  const { key } = wish
  const found = value.types.length === 0 ? 'nothing at all' : typesText(value.types)
  const mustHave = (type: 'object' | 'array', what: string): void => {
    if (value.types.some((one) => one.type === type)) return
    throw book.fault(key, `${key} cannot be ${what}: it holds ${found}`, 'Take column, json, rest or drop.')
  }
  switch (wish.as) {
    case undefined:
      return undefined
    case 'json':
      return { as: 'json' }
    case 'column':
      return { as: 'column', native: wishedNative(value, wish, book) }
    case 'flatten':
      mustHave('object', 'flattened')
      if (value.fields.length > 0) return { as: 'flatten' }
      throw book.fault(key, `${key} cannot be flattened: its documents are empty`, 'Take json, rest or drop.')
    case 'table':
      mustHave('array', 'a table of its elements')
      return { as: 'table' }
    case 'map':
      mustHave('object', 'a table of its fields')
      if (!isElement) return { as: 'map' }
      throw book.fault(
        key,
        `${key} is a row itself, and no table of its fields`,
        'Take json, or a column for each field.',
      )
    case 'array':
      mustHave('array', 'an array')
      return { as: 'array', of: wishedElements(value, wish, book) }
    case 'rest':
    case 'drop':
      if (!isElement) return { as: wish.as }
      throw book.fault(key, `${key} is what rows are made of`, `Say ${wish.as} of the array itself.`)
  }
}

function wishedNative(value: ValueCensus, { key, type }: Wish, book: WishBook): DocumentNative {
  const values = value.types.filter((one) => one.type !== 'null' && one.type !== 'undefined')
  if (type !== undefined) {
    if (values.length === 0 || values.some((one) => takes(type, one.type))) return type
    const reason = `${key} cannot be a column of ${type}: it holds ${typesText(values)}`
    throw book.fault(key, reason, 'Take a type that it holds, or json.')
  }
  const native = mostOf(values)
  if (native !== undefined) return native
  const what = values.length === 0 ? 'nothing that tells its type' : typesText(values)
  throw book.fault(key, `${key} cannot be a column: it holds ${what}`, 'Say its type (type: string), or take json.')
}

/** The column for most of the values that one can be made for: numbers together. */
function mostOf(values: TypesRead['types']): DocumentNative | undefined {
  const numbers = values.filter(({ type }) => isNumber(type))
  const count = numbers.reduce((sum, one) => sum + one.count, 0)
  const others = values
    .filter(({ type }) => !isNumber(type))
    .flatMap((one) => {
      const native = nativeFor(readTypes({ types: [one] }))
      return native === undefined ? [] : [{ native, count: one.count }]
    })
  const all = count === 0 ? others : [{ native: numberNative(numbers), count }, ...others]
  return all.toSorted((a, b) => b.count - a.count)[0]?.native
}

function wishedElements(value: ValueCensus, { key, of }: Wish, book: WishBook): DocumentNative {
  const elements = value.elements ?? { types: [], fields: [] }
  const values = elements.types.filter(({ type }) => type !== 'null' && type !== 'undefined')
  const scalars = values.filter(({ type }) => isScalar(type))
  if (values.length > 0 && scalars.length === 0) {
    throw book.fault(
      key,
      `${key} cannot be an array of the target: its elements are ${typesText(values)}`,
      'Take table or json.',
    )
  }
  return wishedNative({ ...elements, types: scalars }, { key, type: of }, book)
}
