import type { TypeCensus, ValueCensus, ValueType } from '../../model/document-census.ts'
import type { DocumentNative } from '../../model/document-native.ts'

type NumberType = 'int' | 'long' | 'double' | 'decimal'

/** Values that one column can hold, or one way of reading them: numbers of any type are of one kind. */
type ValueKind = Exclude<ValueType, NumberType | 'null' | 'undefined'> | 'number'

/** What the values at a path are, rare types aside. */
export interface TypesRead {
  /** `nothing`: there is null at most. */
  readonly kind: ValueKind | 'mixed' | 'nothing'
  /** Those that decide. */
  readonly types: readonly TypeCensus[]
}

/** A part of the values, and how many of them at most, that does not decide what a column is made for. */
const rarePart = 0.001
const rareCount = 1000

/** Whole numbers up to it, and down to its negative, are doubles too. */
const exactInDouble = 2n ** 53n

/** Milliseconds since 1970 of what every engine's moments and ours can be: 4713 BC to 294276 AD. */
const firstMoment = -210_866_803_200_000n
const lastMoment = 9_224_318_015_999_999n

export function isNumber(type: ValueType): type is NumberType {
  return type === 'int' || type === 'long' || type === 'double' || type === 'decimal'
}

/**
 * What decides of the values at a path. A type decides nothing where at most a thousandth of the values and a thousand of
 * them are of it, or all but a thousandth are of another; null and undefined never do.
 */
export function readTypes({ types }: Pick<ValueCensus, 'types'>): TypesRead {
  const values = types.filter(({ type, count }) => type !== 'null' && type !== 'undefined' && count > 0)
  const deciding = withoutRare(values, kindOf)
  const kinds = [...new Set(deciding.map(kindOf))]
  const [kind] = kinds
  if (kind === undefined) return { kind: 'nothing', types: [] }
  if (kinds.length > 1) return { kind: 'mixed', types: deciding }
  if (kind !== 'number') return { kind, types: deciding }
  // A few doubles among whole numbers are to cost them nothing.
  return { kind, types: withoutRare(deciding, ({ type }) => (type === 'long' ? 'int' : type)) }
}

function withoutRare(types: readonly TypeCensus[], groupOf: (type: TypeCensus) => string): readonly TypeCensus[] {
  const counts = new Map<string, number>()
  for (const one of types) counts.set(groupOf(one), (counts.get(groupOf(one)) ?? 0) + one.count)
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
  const most = Math.max(0, ...counts.values())
  return types.filter((one) => {
    const count = counts.get(groupOf(one)) ?? 0
    if (count === most) return true
    return count > total * rarePart || (count > rareCount && total - most > total * rarePart)
  })
}

function kindOf({ type }: TypeCensus): TypesRead['kind'] {
  if (isNumber(type)) return 'number'
  return type === 'null' || type === 'undefined' ? 'nothing' : type
}

/** The column for values of one kind; undefined: it takes JSON to say what they are. */
export function nativeFor({ kind, types }: TypesRead): DocumentNative | undefined {
  switch (kind) {
    case 'number':
      return numberNative(types)
    case 'string':
    case 'objectId':
    case 'bool':
    case 'date':
    case 'timestamp':
    case 'binData':
    case 'uuid':
    case 'symbol':
    case 'javascript':
      return kind
    default:
      return undefined
  }
}

/** The narrowest that holds all of them exactly. */
export function numberNative(types: readonly TypeCensus[]): NumberType {
  const has = (type: ValueType): boolean => types.some((one) => one.type === type)
  if (has('decimal')) return 'decimal'
  if (has('double')) return types.every((one) => takesAll('double', one)) ? 'double' : 'decimal'
  return has('long') ? 'long' : 'int'
}

/** Whether most of the values are `int`, and the column is for wider numbers. */
export function isMostlyInt(native: DocumentNative, types: readonly TypeCensus[]): boolean {
  if (native !== 'long' && native !== 'double' && native !== 'decimal') return false
  const ints = types.find(({ type }) => type === 'int')?.count ?? 0
  return types.every(({ type, count }) => type === 'int' || !isNumber(type) || count < ints) && ints > 0
}

/** Whether values of the type have a cell in a column of the native at all. */
export function takes(native: DocumentNative, type: ValueType): boolean {
  switch (native) {
    case 'json':
    case 'extendedJson':
    case 'id':
      return true
    case 'long':
      return type === 'int' || type === 'long'
    case 'double':
      return type === 'int' || type === 'long' || type === 'double'
    case 'decimal':
      return isNumber(type)
    default:
      return native === type
  }
}

/** Whether each of them has: none is too great for a double, nor too far from now for a moment. */
export function takesAll(native: DocumentNative, { type, min, max }: TypeCensus): boolean {
  if (!takes(native, type)) return false
  if (native === 'double' && type === 'long') return isWithin(min, max, -exactInDouble, exactInDouble)
  if (native === 'date') return isWithin(min, max, firstMoment, lastMoment)
  return true
}

function isWithin(min: string | undefined, max: string | undefined, least: bigint, greatest: bigint): boolean {
  return min !== undefined && max !== undefined && BigInt(min) >= least && BigInt(max) <= greatest
}
