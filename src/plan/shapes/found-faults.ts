import type { DocumentCensus, FieldCensus, TypeCensus, ValueCensus, ValueType } from '../../model/document-census.ts'
import type { FoundFaults } from '../../model/relation.ts'
import type { Place } from './choose-place.ts'
import { takes } from './read-types.ts'

/** Types with texts in them that a census does not look at. */
const unseen: ReadonlySet<ValueType> = new Set(['regex', 'dbPointer', 'javascriptWithScope'])
const textNatives: ReadonlySet<string> = new Set(['string', 'symbol', 'javascript'])

interface TextFaults {
  readonly nulBytes: number
  readonly invalidText: number
}

/** How many values of a place's column have a fault, as far as a census of all documents tells. */
export function faultsAt(value: ValueCensus & Pick<FieldCensus, 'repeats'>, place: Place): FoundFaults {
  // Of several fields of one name one is taken, and nobody knows which.
  if (value.repeats !== undefined && value.repeats > 0) return {}
  if (place.as === 'column' && textNatives.has(place.native)) {
    return named(sumOf(value.types.filter(({ type }) => takes(place.native, type))))
  }
  // A value with several of them within is one.
  const isWhole = place.as === 'json' || place.as === 'array' || (place.as === 'column' && place.native === 'json')
  return isWhole ? noneOf(faultsWithin(value)) : {}
}

/** Of every column, whatever stands in it: none, where no document has one. */
export function faultsAnywhere(census: DocumentCensus): FoundFaults {
  return noneOf(faultsWithin({ ...census, types: [] }))
}

function noneOf(found: TextFaults | undefined): FoundFaults {
  return {
    ...(found?.nulBytes === 0 && { 'nul-byte': 0, 'json-nul': 0 }),
    ...(found?.invalidText === 0 && { 'invalid-text': 0 }),
  }
}

function named({ nulBytes, invalidText }: TextFaults): FoundFaults {
  return { 'nul-byte': nulBytes, 'json-nul': nulBytes, 'invalid-text': invalidText }
}

/** Undefined: there are texts that nobody has looked at, such as names. */
function faultsWithin({ types, fields, otherFields, elements }: ValueCensus): TextFaults | undefined {
  const isSeen = otherFields === undefined && fields.every(({ name }) => !name.includes('\ufffd'))
  if (!isSeen || types.some(({ type }) => unseen.has(type))) return undefined
  const inner = [...fields, ...(elements === undefined ? [] : [elements])].map(faultsWithin)
  return inner.some((one) => one === undefined)
    ? undefined
    : sumOf([...types, ...inner.filter((one) => one !== undefined)])
}

function sumOf(all: readonly Pick<TypeCensus, 'nulBytes' | 'invalidText'>[]): TextFaults {
  return {
    nulBytes: all.reduce((sum, { nulBytes = 0 }) => sum + nulBytes, 0),
    invalidText: all.reduce((sum, { invalidText = 0 }) => sum + invalidText, 0),
  }
}
