import { bsonType } from '../../format/bson/bson-type.ts'

/**
 * Kinds of values in the order that MongoDB has between them (mongodb.com/docs, comparison and sort order). A comparison such
 * as `$gt` finds values of the same kind only. Types are BSON's, as their bytes say.
 */
const kinds = [
  [bsonType.minKey],
  [bsonType.undefined],
  [bsonType.null],
  [bsonType.double, bsonType.int32, bsonType.int64, bsonType.decimal128],
  [bsonType.string, bsonType.symbol],
  [bsonType.document],
  [bsonType.array],
  [bsonType.binary],
  [bsonType.objectId],
  [bsonType.bool],
  [bsonType.date],
  [bsonType.timestamp],
  [bsonType.regex],
  [bsonType.dbPointer],
  [bsonType.code],
  [bsonType.codeWithScope],
  [bsonType.maxKey],
] as const

const unknownKind = 0xff
const kindOfType = new Uint8Array(256).fill(unknownKind)
for (const [kind, types] of kinds.entries()) for (const type of types) kindOfType[type] = kind

export const numberKind = kindOfType[bsonType.double]!

/** There is one value of the kind, and one document has it. */
const singleTypes: ReadonlySet<number> = new Set([bsonType.minKey, bsonType.null, bsonType.maxKey])

/**
 * Types whose values cannot be asked for in order: of regular expressions no server takes a comparison, an array is compared
 * by its elements, and the others are values that the driver cannot send. MongoDB takes none of the first three as `_id`.
 */
export const unorderedTypes: readonly number[] = [
  bsonType.undefined,
  bsonType.array,
  bsonType.regex,
  bsonType.dbPointer,
]

/** Those of the types that some servers do not know even the number of. */
export const rareTypes = [
  bsonType.undefined,
  bsonType.dbPointer,
  bsonType.code,
  bsonType.symbol,
  bsonType.codeWithScope,
] as const

/** The place of a type's kind among the kinds; 255 where it is no type. */
export function kindOf(type: number): number {
  return kindOfType[type]!
}

/** A key that exists. `value` is what the driver sends. */
export interface IdBound {
  readonly type: number
  readonly value: unknown
  readonly isNaN: boolean
}

/** Whether a split may begin at it. */
export function isUsableBound({ type, isNaN }: IdBound): boolean {
  const isOrdered = !unorderedTypes.includes(type) && kindOf(type) !== unknownKind
  return isOrdered && !singleTypes.has(type) && !isNaN
}

/** The keys from the first to before the second, where there are such. With `isAfter` the first one itself is not among them. */
export interface IdRange {
  readonly from?: IdBound | undefined
  readonly isAfter?: boolean | undefined
  readonly below?: IdBound | undefined
  /** There are no keys of other kinds than these and those between them; absent: there may be any. */
  readonly kinds?: KindRange | undefined
}

/** Kinds as `kindOf` numbers them, both ends among them. */
export interface KindRange {
  readonly lowest: number
  readonly highest: number
}

/** A condition on `_id`. The keys of one are in the server's own order. */
export type IdFilter = { readonly [operator: string]: unknown }

/**
 * Conditions that one after the other give the keys of a range in their order: the whole range is no single condition, since
 * a comparison finds values of one kind alone. Each key is found by exactly one of them, whatever the server thinks of NaN:
 * it stands before all numbers, is equal to itself, and is asked for by itself.
 *
 * @param unknownTypes Types that the server does not know, and so has no values of
 */
export function filtersOf(
  { from, isAfter = false, below, kinds: range }: IdRange,
  unknownTypes: readonly number[] = [],
): IdFilter[] {
  const filters: IdFilter[] = []
  const first = from === undefined ? (range?.lowest ?? 0) : kindOf(from.type)
  const last = below === undefined ? (range?.highest ?? kinds.length - 1) : kindOf(below.type)
  let run: number[] = []
  const endRun = (): void => {
    if (run.length > 0) filters.push({ $type: run })
    run = []
  }
  for (let kind = first; kind <= last; kind++) {
    const lower = from !== undefined && kind === first ? from : undefined
    const upper = below !== undefined && kind === last ? below : undefined
    const isWhole = lower === undefined && upper === undefined
    if (isWhole && kind !== numberKind) {
      run.push(...kinds[kind]!.filter((type) => !unknownTypes.includes(type)).map(typeNumber))
      continue
    }
    endRun()
    if (kind === numberKind) filters.push(...numberFilters(lower, isAfter, upper))
    else if (!isSingleEnd(lower, isAfter, upper)) filters.push(rangeFilter(lower, isAfter, upper))
  }
  endRun()
  return filters
}

function rangeFilter(lower: IdBound | undefined, isAfter: boolean, upper: IdBound | undefined): IdFilter {
  return {
    ...(lower === undefined ? {} : { [isAfter ? '$gt' : '$gte']: lower.value }),
    ...(upper === undefined ? {} : { $lt: upper.value }),
  }
}

/** Nothing of a kind that has one value stands behind or before that value. */
function isSingleEnd(lower: IdBound | undefined, isAfter: boolean, upper: IdBound | undefined): boolean {
  return (
    (lower !== undefined && isAfter && singleTypes.has(lower.type)) ||
    (upper !== undefined && singleTypes.has(upper.type))
  )
}

/** Infinity is written out as a bound: some servers count NaN among the numbers above it. */
function numberFilters(lower: IdBound | undefined, isAfter: boolean, upper: IdBound | undefined): IdFilter[] {
  const hasNaN = lower === undefined || (lower.isNaN && !isAfter)
  const bottom = lower === undefined || lower.isNaN ? { $gte: -Infinity } : { [isAfter ? '$gt' : '$gte']: lower.value }
  if (upper?.isNaN === true) return []
  const top = upper === undefined ? { $lte: Infinity } : { $lt: upper.value }
  return [...(hasNaN ? [{ $eq: Number.NaN }] : []), { ...bottom, ...top }]
}

/** As `$type` has it. */
function typeNumber(type: number): number {
  return type === bsonType.minKey ? -1 : type
}
