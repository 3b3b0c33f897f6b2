import type { FieldCensus, TypeCensus, ValueCensus, ValueType } from '../../model/document-census.ts'

/** Values of a type at a path. */
export function countOf({ types }: Pick<ValueCensus, 'types'>, type: ValueType): number {
  return types.find((one) => one.type === type)?.count ?? 0
}

/** Values at a path, null among them. */
export function valueCount({ types }: Pick<ValueCensus, 'types'>): number {
  return types.reduce((sum, { count }) => sum + count, 0)
}

/** Those that have it are all that a document's fields hold, of which nobody knows how they are called. */
export function valuesOfMap({ fields, otherFields }: Pick<ValueCensus, 'fields' | 'otherFields'>): ValueCensus {
  return mergeValues([...fields, ...(otherFields === undefined ? [] : [otherFields])])
}

/** The census of values that stand at several paths, as if they stood at one. */
function mergeValues(all: readonly ValueCensus[]): ValueCensus {
  const types = new Map<ValueType, TypeCensus[]>()
  const fields = new Map<string, FieldCensus[]>()
  for (const value of all) {
    for (const one of value.types) types.set(one.type, [...(types.get(one.type) ?? []), one])
    for (const field of value.fields) {
      const same = fields.get(field.name)
      if (same === undefined) fields.set(field.name, [field])
      else same.push(field)
    }
  }
  const otherFields = all.flatMap((one) => one.otherFields ?? [])
  const elements = all.flatMap((one) => one.elements ?? [])
  return {
    types: [...types.values()].map(mergeTypes),
    fields: [...fields].map(([name, same]) => ({ name, ...mergeValues(same) })),
    ...(otherFields.length === 0 ? {} : { otherFields: mergeValues(otherFields) }),
    ...(elements.length === 0 ? {} : { elements: mergeValues(elements) }),
  }
}

/** Keys that a census keeps of each type. */
const maxKeys = 3

function mergeTypes(same: readonly TypeCensus[]): TypeCensus {
  const [first] = same
  const compare = first?.type === 'date' || first?.type === 'int' || first?.type === 'long' ? wholeNumbers : numbers
  const extreme = (which: 'min' | 'max'): string | undefined => {
    const texts = same.map((one) => one[which]).filter((text) => text !== undefined)
    const sorted = texts.toSorted(compare)
    return which === 'min' ? sorted[0] : sorted.at(-1)
  }
  const greatest = (of: (one: TypeCensus) => number | undefined): number | undefined => {
    const known = same.map(of).filter((number) => number !== undefined)
    return known.length === 0 ? undefined : Math.max(...known)
  }
  const sum = (of: (one: TypeCensus) => number | undefined): number | undefined => {
    const known = same.map(of).filter((number) => number !== undefined)
    return known.length === 0 ? undefined : known.reduce((total, number) => total + number, 0)
  }
  return {
    type: first!.type,
    count: sum((one) => one.count) ?? 0,
    min: extreme('min'),
    max: extreme('max'),
    wholeDigits: greatest((one) => one.wholeDigits),
    fractionDigits: greatest((one) => one.fractionDigits),
    maxLength: greatest((one) => one.maxLength),
    elements: sum((one) => one.elements),
    notFinite: sum((one) => one.notFinite),
    nulBytes: sum((one) => one.nulBytes),
    invalidText: sum((one) => one.invalidText),
    subtypes: first?.subtypes && [
      Math.min(...same.flatMap((one) => one.subtypes ?? [])),
      Math.max(...same.flatMap((one) => one.subtypes ?? [])),
    ],
    firstKeys: [...new Set(same.flatMap((one) => one.firstKeys))].slice(0, maxKeys),
  }
}

function wholeNumbers(a: string, b: string): number {
  const [one, other] = [BigInt(a), BigInt(b)]
  return one < other ? -1 : one > other ? 1 : 0
}

/** Doubles and decimals: what lies between two neighbours among doubles decides nothing here. */
function numbers(a: string, b: string): number {
  return Number(a) - Number(b)
}
