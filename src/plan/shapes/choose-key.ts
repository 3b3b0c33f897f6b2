import type { DocumentCensus, TypeCensus } from '../../model/document-census.ts'
import type { DocumentNative } from '../../model/document-native.ts'
import { madeColumn } from '../../model/document-path.ts'
import type { NativeType, TableInfo } from '../../model/relation.ts'
import { isMostlyInt, isNumber, numberNative, takesAll } from './read-types.ts'
import type { ShapeNote } from '../../model/shape-note.ts'
import { type DraftColumn, madeOf, nativeOf } from './table-draft.ts'
import { typesWithKeys } from './types-text.ts'
import { valueCount } from './value-census.ts'
import type { WishBook } from './wish-book.ts'

const keyPath = ['_id']

/** Natives that rows can be told apart and read in the order of; `id` takes whatever there is. */
const keyNatives = [
  'objectId',
  'string',
  'int',
  'long',
  'decimal',
  'date',
  'uuid',
  'binData',
  'id',
] as const satisfies readonly DocumentNative[]

/**
 * What tells a collection's documents apart: their `_id`, where all of them have one, else their place in the file.
 *
 * @throws TL_C102 where something is wished of `_id` that a key cannot be
 */
export function chooseKey(
  collection: TableInfo,
  census: DocumentCensus,
  book: WishBook,
): { readonly column: DraftColumn; readonly notes: readonly ShapeNote[] } {
  const field = census.fields.find(({ name }) => name === '_id')
  const isThere = field !== undefined && valueCount(field) - (field.repeats ?? 0) >= census.documents
  const isDeclared = collection.indexes.some(({ kind, parts }) => kind === 'primary' && parts[0]?.column === '_id')
  if (!isThere && !(census.documents === 0 && isDeclared)) {
    const why = field === undefined ? 'the documents have no _id' : 'not all of the documents have an _id'
    const note = { path: '', chosen: 'the place in the file is the key', why, others: [] }
    return {
      column: madeOf(madeColumn.ordinal, 'ordinal', 'ordinal'),
      notes: census.documents === 0 ? [] : [note],
    }
  }
  const wish = book.at(keyPath, false)
  const types = field?.types ?? []
  if (wish?.as !== undefined && wish.as !== 'column') {
    throw book.fault(
      wish.key,
      `${wish.key} is the key: it stays one column`,
      'Leave it out, or take {as: column, type: id}.',
    )
  }
  const wished = keyNatives.find((native) => native === wish?.type)
  if (wish?.type !== undefined && (wished === undefined || !types.every((type) => takesAll(wished, type)))) {
    const found = types.length === 0 ? '' : `: there are ${typesWithKeys(types)}`
    throw book.fault(
      wish.key,
      `${wish.key} cannot be a key of ${wish.type}${found}`,
      `Possible for a key: ${keyNatives.join(', ')}.`,
    )
  }
  const native = wished ?? keyNative(types)
  book.end(keyPath, 'is the key')
  return {
    column: {
      name: '_id',
      label: wish?.name ?? '_id',
      native: wished === undefined ? keyNativeOf(native, types) : nativeOf(native),
      isMostlyInt: isMostlyInt(native, types),
      nullable: false,
      path: keyPath,
      values: census.documents,
      namedBy: wish?.name === undefined ? undefined : wish.key,
      isWished: true,
    },
    notes: wished === undefined ? keyNotes(native, types, census.isSample) : [],
  }
}

type KeyNative = (typeof keyNatives)[number]

function keyNative(types: readonly TypeCensus[]): KeyNative {
  const [first] = types
  if (first === undefined) return 'objectId'
  if (types.every(({ type }) => isNumber(type))) {
    const native = numberNative(types)
    if (native !== 'double' && native !== 'decimal') return native
    // Of numbers that are none there may be several, and whether they are the same is for each engine to say.
    return types.every(({ notFinite = 0 }) => notFinite === 0) ? 'decimal' : 'id'
  }
  const own = types.length === 1 ? keyNatives.find((native) => native === first.type) : undefined
  return own !== undefined && takesAll(own, first) && sharedPart(first) === undefined ? own : 'id'
}

/** The type of binary data says the subtype that all keys are of: the same bytes of another one are another key. */
function keyNativeOf(native: KeyNative, [first]: readonly TypeCensus[]): NativeType {
  const { subtypes: [subtype] = [] } = first ?? {}
  return native === 'binData' && subtype !== undefined ? { ...nativeOf(native), args: [subtype] } : nativeOf(native)
}

/** What tells keys of the type apart and would not in a column of their own; undefined: there is no such. */
function sharedPart({ subtypes: [least, greatest] = [0, 0], nulBytes = 0 }: TypeCensus): string | undefined {
  if (least !== greatest) return 'the same bytes of another subtype are another key'
  return nulBytes > 0 ? 'some hold U+0000, which a text column loses' : undefined
}

function keyNotes(native: KeyNative, types: readonly TypeCensus[], isSample: boolean): ShapeNote[] {
  const others = ['{as: column, type: TYPE}']
  if (native === 'id') {
    const part = types.length === 1 ? sharedPart(types[0]!) : undefined
    const because = part === undefined ? '' : `; ${part}`
    const why = `no column holds all keys as they are: there are ${typesWithKeys(types)}${because}`
    return [{ path: '_id', chosen: 'key as text', why, others: [] }]
  }
  if (types.length > 1 || (types.length === 1 && types[0]!.type !== native)) {
    return [{ path: '_id', chosen: `key of ${native}`, why: `there are ${typesWithKeys(types)}`, others }]
  }
  if (!isSample) return []
  const why = 'not all documents were looked at: a key of another type is rejected'
  return [{ path: '_id', chosen: `key of ${native}`, why, others: ['{as: column, type: id}'] }]
}
