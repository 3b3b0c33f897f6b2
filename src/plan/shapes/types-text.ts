import type { TypeCensus } from '../../model/document-census.ts'

/** How many of which type, for people: `1,200 string, 3 int`. */
export function typesText(types: readonly TypeCensus[]): string {
  return types.map(({ type, count }) => `${numberText(count)} ${type}`).join(', ')
}

/** The same with documents that have such values. */
export function typesWithKeys(types: readonly TypeCensus[]): string {
  return types
    .map((one) => {
      const keys =
        one.firstKeys.length === 0
          ? ''
          : ` (in _id ${one.firstKeys.join(', ')}${one.count > one.firstKeys.length ? ' …' : ''})`
      return `${typesText([one])}${keys}`
    })
    .join(', ')
}

export function numberText(number: number): string {
  return number.toLocaleString('en-US')
}

/** The same where one type is not what it might be for the sake of the others: their documents are told. */
export function typesInConflict(types: readonly TypeCensus[]): string {
  const most = Math.max(...types.map(({ count }) => count))
  const main = types.find(({ count }) => count === most)
  return types.map((one) => (one === main ? typesText([one]) : typesWithKeys([one]))).join(', ')
}
