import { pathText } from '../../model/document-path.ts'
import type { NotCarried } from '../../model/plan.ts'
import type { IndexInfo, IndexPart } from '../../model/relation.ts'
import { ExtendedJsonWriter } from '../../format/bson/extended-json/extended-json-writer.ts'
import { bsonType } from '../../format/bson/bson-type.ts'
import { type NamedValue, type NestedValue, readNamedValues } from './named-values.ts'
import { ScratchArena } from './scratch-arena.ts'

/** A field that an index is made of, in the order that the index has them. */
export interface CollectionIndexPart {
  /** Names joined by dots, as MongoDB has it: `address.city`, `$**`. */
  readonly path: string
  /** `hashed`, `text`, `2dsphere` and the like are kinds of their own. */
  readonly kind: 'ascending' | 'descending' | (string & {})
}

/** What `listIndexes` and dumps say of an index. Texts of documents are relaxed Extended JSON. */
export interface CollectionIndex {
  readonly name: string
  readonly parts: readonly CollectionIndexPart[]
  readonly unique: boolean
  readonly sparse: boolean
  readonly hidden: boolean
  /** Its `_id` is what the collection is stored in the order of. */
  readonly clustered: boolean
  /** Documents leave the collection so long after the date in the field. */
  readonly expireAfterSeconds?: number | undefined
  /** Which documents are in it; absent: all. */
  readonly partialFilter?: string | undefined
  readonly collation?: string | undefined
  /** All of what the server says of it. */
  readonly text: string
}

/** What a collection is, besides its documents. Texts of documents are relaxed Extended JSON. */
export interface CollectionOptions {
  readonly capped: boolean
  /** Of a view: the collection that it is of, and what is done with its documents. */
  readonly viewOn?: string | undefined
  readonly pipeline?: string | undefined
  readonly validator?: string | undefined
  /** `strict`, `moderate` or `off`; `error` or `warn`. */
  readonly validationLevel?: string | undefined
  readonly validationAction?: string | undefined
  readonly clusteredIndex?: string | undefined
  readonly timeseries?: string | undefined
  readonly collation?: string | undefined
  readonly expireAfterSeconds?: number | undefined
  /** All of them. */
  readonly text: string
}

/** A collection without its documents, as dumps and servers tell of it. */
export interface CollectionMetadata {
  /** Hexadecimal digits; absent where it is not told. */
  readonly uuid?: string | undefined
  /** `collection`, `view`, `timeseries`; empty where an old server or dump does not tell. */
  readonly type: string
  /** The whole name, where the file's name is too short for it. */
  readonly name?: string | undefined
  readonly options: CollectionOptions
  readonly indexes: readonly CollectionIndex[]
}

const noValues: ReadonlyMap<string, NamedValue> = new Map()

/**
 * What a document of `.metadata.json` says, in BSON.
 * @throws DocumentFault where it is no BSON
 */
export function readCollectionMetadata(bytes: Uint8Array, start: number, end: number): CollectionMetadata {
  const values = readNamedValues(bytes, start, end)
  const list = nested(values.get('indexes'))
  return {
    uuid: textOf(values.get('uuid'))?.replace(/^0x/, ''),
    type: textOf(values.get('type')) ?? '',
    name: textOf(values.get('collectionName')),
    options: readCollectionOptions(bytes, nested(values.get('options'))),
    indexes: [...valuesOf(bytes, list).values()].flatMap((value) => {
      const index = nested(value)
      return index === undefined ? [] : [readCollectionIndex(bytes, index.start, index.end)]
    }),
  }
}

/** @param options What `listCollections` has under this name; absent: none */
export function readCollectionOptions(bytes: Uint8Array, options: NestedValue | undefined): CollectionOptions {
  const values = valuesOf(bytes, options)
  const document = (name: string): string | undefined => shown(bytes, nested(values.get(name)))
  return {
    capped: values.get('capped') === true,
    viewOn: textOf(values.get('viewOn')),
    pipeline: document('pipeline'),
    validator: document('validator'),
    validationLevel: textOf(values.get('validationLevel')),
    validationAction: textOf(values.get('validationAction')),
    // Of an old kind, `true`.
    clusteredIndex: document('clusteredIndex') ?? (values.get('clusteredIndex') === true ? 'true' : undefined),
    timeseries: document('timeseries'),
    collation: document('collation'),
    expireAfterSeconds: numberOf(values.get('expireAfterSeconds')),
    text: shown(bytes, options) ?? '{}',
  }
}

/**
 * What a document of `listIndexes`, or of `indexes` in `.metadata.json`, says, in BSON.
 * @throws DocumentFault where it is no BSON
 */
export function readCollectionIndex(bytes: Uint8Array, start: number, end: number): CollectionIndex {
  const values = readNamedValues(bytes, start, end)
  const key = valuesOf(bytes, nested(values.get('key')))
  return {
    name: textOf(values.get('name')) ?? '',
    parts: [...key].map(([path, value]) => ({ path, kind: partKind(value) })),
    unique: isTrue(values.get('unique')),
    sparse: isTrue(values.get('sparse')),
    hidden: isTrue(values.get('hidden')),
    clustered: isTrue(values.get('clustered')),
    expireAfterSeconds: numberOf(values.get('expireAfterSeconds')),
    partialFilter: shown(bytes, nested(values.get('partialFilterExpression'))),
    collation: shown(bytes, nested(values.get('collation'))),
    text: shown(bytes, { type: 'document', start, end }) ?? '',
  }
}

/** What a table can have of a collection's indexes, and what it cannot, with the reason. */
export interface TableIndexes {
  readonly indexes: readonly IndexInfo[]
  readonly notCarried: readonly NotCarried[]
}

/**
 * The indexes as a table has them: columns are called by the path of their field (`pathText`). The index on `_id` alone is the
 * primary key. What a plain index cannot do is not carried, and named: an index of another kind, a condition that makes it
 * unique for some documents only; and of one that is carried, that documents expire by it, and a collation.
 */
export function tableIndexes({ indexes }: Pick<CollectionMetadata, 'indexes'>): TableIndexes {
  const carried: IndexInfo[] = []
  const notCarried: NotCarried[] = []
  for (const index of indexes) {
    const tell = (reason: string, kind = 'index'): void => {
      notCarried.push({ kind, name: index.name, reason, sql: index.text })
    }
    const refusal = whyNotCarried(index)
    if (refusal !== undefined) {
      tell(refusal)
      continue
    }
    carried.push(carry(index))
    if (index.expireAfterSeconds !== undefined) {
      tell(`the index is carried, but no row expires ${index.expireAfterSeconds} seconds after its date`, 'expiry')
    }
    if (index.partialFilter !== undefined)
      tell('the index is carried with all rows in it, not only those of its condition', 'condition')
    if (index.collation !== undefined)
      tell('the index is carried with the order and equality of its column, not with its collation', 'collation')
  }
  return { indexes: carried, notCarried }
}

function carry(index: CollectionIndex): IndexInfo {
  const isPrimary = isIdIndex(index)
  return {
    name: index.name,
    kind: isPrimary ? 'primary' : index.unique ? 'unique' : 'index',
    parts: index.parts.map(({ path, kind }): IndexPart => ({
      column: pathText(path.split('.')),
      descending: kind === 'descending',
    })),
    visible: !index.hidden,
    method: 'btree',
    comment: '',
  }
}

/** The one that every collection has. It is unique, though it need not say so. */
function isIdIndex({ parts }: CollectionIndex): boolean {
  return (
    parts.length === 1 &&
    parts[0]!.path === '_id' &&
    (parts[0]!.kind === 'ascending' || parts[0]!.kind === 'descending')
  )
}

function whyNotCarried({ parts, unique, partialFilter }: CollectionIndex): string | undefined {
  const [first] = parts
  if (first === undefined) return 'it has no fields'
  const wildcard = parts.find(({ path }) => path === '$**' || path.endsWith('.$**'))
  if (wildcard !== undefined) return `it is a wildcard index, on whatever fields there are (${wildcard.path})`
  const special = parts.find(({ kind }) => kind !== 'ascending' && kind !== 'descending')
  if (special !== undefined) return `it is of the kind ${special.kind}`
  if (unique && partialFilter !== undefined) return `it is unique among the documents of ${partialFilter} only`
  return undefined
}

/** Numbers are directions; any number is one. */
function partKind(value: NamedValue): string {
  if (typeof value === 'number' || typeof value === 'bigint') return value < 0 ? 'descending' : 'ascending'
  return textOf(value) ?? 'unknown'
}

/** Old servers let an option be any number. */
function isTrue(value: NamedValue): boolean {
  const number = numberOf(value)
  return value === true || (number !== undefined && number !== 0)
}

function numberOf(value: NamedValue): number | undefined {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
}

function textOf(value: NamedValue): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function nested(value: NamedValue): NestedValue | undefined {
  return typeof value === 'object' ? value : undefined
}

function valuesOf(bytes: Uint8Array, value: NestedValue | undefined): ReadonlyMap<string, NamedValue> {
  return value === undefined ? noValues : readNamedValues(bytes, value.start, value.end)
}

const writer = new ExtendedJsonWriter({ isRelaxed: true, invalidText: 'replace' })

function shown(bytes: Uint8Array, value: NestedValue | undefined): string | undefined {
  if (value === undefined) return undefined
  const arena = new ScratchArena()
  writer.appendValue(arena, bytes, bsonType[value.type], value.start, value.end)
  return Buffer.from(arena.bytes.subarray(0, arena.used)).toString()
}
