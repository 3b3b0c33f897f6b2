import { Binary, BSONRegExp, Decimal128, Double, Int32, Long, MinKey, ObjectId } from 'bson'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bareCollection, noWishes } from '../../../test/support/shaped-collections.ts'
import { isDocument, type SlowDocument, slowCensus, typeOf } from '../../../test/support/census-of-documents.ts'
import type { ValueType } from '../../model/document-census.ts'
import { TransloadError } from '../../errors/transload-error.ts'
import { parsePath, pathText } from '../../model/document-path.ts'
import type { ChildTableInfo, ColumnInfo, NativeType } from '../../model/relation.ts'
import type { PathShape } from '../../config/shape-config.ts'
import { shapeCollection } from './shape-collection.ts'
import type { ShapedCollection } from './shaped.ts'

/** What a column of the native has a cell for, as `document-native.ts` says it; a second opinion to the code's own. */
function holds({ name, of }: NativeType, value: unknown): boolean {
  const type = typeOf(value)
  if (type === 'null') return true
  const numbers: readonly ValueType[] = ['int', 'long', 'double', 'decimal']
  switch (name) {
    case 'json':
    case 'extendedJson':
    case 'id':
      return true
    case 'decimal':
      return numbers.includes(type)
    case 'double':
      return (
        type === 'int' || type === 'double' || (type === 'long' && Number.isSafeInteger((value as Long).toNumber()))
      )
    case 'long':
      return type === 'int' || type === 'long'
    case 'valueArray':
      return Array.isArray(value) && value.every((element) => element !== null && holds(of!, element))
    default:
      return name === type
  }
}

/** A key of null is one, as text: it is not NULL. */
function isNull({ name, native }: ColumnInfo, value: unknown): boolean {
  return !holds(native, value) || (value === null && !(name === '_id' && native.name === 'id'))
}

/** Where the values of one table's documents go. */
class Places {
  readonly columns: readonly ColumnInfo[]
  readonly leftOut: ReadonlySet<string>
  readonly hasRest: boolean
  readonly #shaped: ShapedCollection
  readonly #own: number | undefined

  constructor(shaped: ShapedCollection, own?: number) {
    this.#shaped = shaped
    this.#own = own
    this.columns = own === undefined ? shaped.table.columns : shaped.table.children![own]!.columns
    this.leftOut = new Set(own === undefined ? shaped.leftOut : shaped.childLeftOut[own])
    this.hasRest = this.columns.some(({ name }) => name === '$rest')
  }

  column(name: string): ColumnInfo | undefined {
    return this.columns.find((one) => one.name === name)
  }

  child(path: string): { readonly table: ChildTableInfo; readonly places: Places } | undefined {
    const place = this.#shaped.table.children?.findIndex((one) => one.parent === this.#own && one.path === path) ?? -1
    return place < 0
      ? undefined
      : { table: this.#shaped.table.children![place]!, places: new Places(this.#shaped, place) }
  }

  /** Whether some column or table stands for a path below. */
  leads(path: readonly string[]): boolean {
    const paths = [
      ...this.columns.filter(({ name }) => !name.startsWith('$')).map(({ name }) => name),
      ...(this.#shaped.table.children ?? []).filter((one) => one.parent === this.#own).map((one) => one.path),
      ...this.leftOut,
    ].map(parsePath)
    return paths.some((one) => one.length > path.length && path.every((name, place) => one[place] === name))
  }
}

/** What has no place, each with its path. */
function lost(document: SlowDocument, places: Places, path: readonly string[], found: string[]): string[] {
  for (const [name, value] of document) {
    const own = [...path, name]
    const text = pathText(own)
    if (places.leftOut.has(text)) continue
    const column = places.column(text)
    if (column !== undefined) {
      if (!holds(column.native, value) && !places.hasRest) found.push(text)
      if (!column.nullable && isNull(column, value)) found.push(`${text} is NULL`)
    } else if (places.child(text) !== undefined) lostWithin(value, places, text, found)
    else if (isDocument(value) && places.leads(own)) lost(value, places, own, found)
    else if (!places.hasRest && value !== null) found.push(text)
  }
  return found
}

function lostWithin(value: unknown, places: Places, text: string, found: string[]): void {
  const { table, places: within } = places.child(text)!
  const isRight = table.kind === 'map' ? isDocument(value) : Array.isArray(value)
  if (!isRight) {
    if (value !== null && !places.hasRest) found.push(text)
    return
  }
  const elements = table.kind === 'map' ? [...(value as SlowDocument).values()] : (value as unknown[])
  const column = within.column('$value')
  for (const element of elements) {
    if (column !== undefined) {
      if (!holds(column.native, element) && !within.hasRest) found.push(`${table.as} $value`)
      if (!column.nullable && isNull(column, element)) found.push(`${table.as} is NULL`)
    } else if (isDocument(element)) lost(element, within, [], found)
    else if (within.child('$value') !== undefined) lostWithin(element, within, '$value', found)
    else if (!within.hasRest && element !== null) found.push(`${table.as} ${typeOf(element)}`)
    if (!isDocument(element) && column === undefined && within.child('$value') === undefined) {
      for (const { name, nullable } of within.columns) {
        if (!nullable && !name.startsWith('$')) found.push(`${table.as}.${name} is NULL`)
      }
    }
  }
}

/** Columns that are never NULL, and whose field a document does not have. */
function missing(document: SlowDocument, { columns }: Places): string[] {
  return columns
    .filter(({ name, nullable }) => !nullable && !name.startsWith('$'))
    .filter(({ name }) => {
      let value: unknown = document
      for (const step of parsePath(name)) {
        if (!isDocument(value) || !value.has(step)) return true
        value = value.get(step)
      }
      return false
    })
    .map(({ name }) => `${name} is missing`)
}

const scalar = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3, max: 3 }).map((number) => new Int32(number)) },
  { weight: 4, arbitrary: fc.constantFrom('', 'a', 'b') },
  fc.constantFrom<unknown>(
    null,
    undefined,
    true,
    new Double(0.5),
    new Double(Number.NaN),
    Long.fromBigInt(2n ** 60n),
    Long.fromNumber(7),
    Decimal128.fromString('1E+3'),
    new ObjectId(new Uint8Array(12)),
    new Date(0),
    new Date(-8.64e15),
    new Binary(new Uint8Array(16), 4),
    new Binary(new Uint8Array(2), 0),
    new BSONRegExp('a', 'i'),
    new MinKey(),
  ),
)
const names = fc.constantFrom(
  'a',
  'b',
  'A',
  'a.b',
  'a_b',
  '',
  '$x',
  '$ref',
  '$id',
  '_id',
  'type',
  'coordinates',
  '*',
  'x[]',
  '1',
)
const keys = fc.integer({ min: 0, max: 60 }).map((number) => `u${number}`)

const { document } = fc.letrec<{
  value: unknown
  document: SlowDocument
  array: unknown[]
  same: unknown[]
  map: SlowDocument
}>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    { weight: 3, arbitrary: scalar },
    tie('document'),
    tie('array'),
    tie('same'),
    tie('map'),
  ),
  document: fc.array(fc.tuple(names, tie('value')), { maxLength: 5 }).map((entries) => new Map(entries)),
  array: fc.array(tie('value'), { maxLength: 4 }),
  same: fc
    .tuple(tie('document'), fc.integer({ min: 0, max: 3 }))
    .map(([one, count]) => Array.from({ length: count }, () => one)),
  map: fc.array(fc.tuple(keys, scalar), { minLength: 35, maxLength: 60 }).map((entries) => new Map(entries)),
}))

/** Documents that are mostly alike, as those of a collection are, and one of each kind. */
const collections = fc
  .tuple(fc.array(document, { minLength: 1, maxLength: 4 }), fc.constantFrom(1, 3, 1100), fc.boolean())
  .map(([kinds, count, hasKeys]) => {
    const withKey = (kind: SlowDocument, key: number): SlowDocument => {
      return new Map<string, unknown>([['_id', new Int32(key)], ...[...kind].filter(([name]) => name !== '_id')])
    }
    const of = (kind: SlowDocument, place: number): SlowDocument[] =>
      Array.from({ length: place === 0 ? count : 1 }, (_, number) =>
        hasKeys ? withKey(kind, place * 10_000 + number) : kind,
      )
    const byKind = kinds.map(of)
    return { all: byKind.flat(), kinds: byKind.map(([first]) => first!) }
  })

const wishes = fc.dictionary(
  fc.constantFrom('*', 'a', 'b', 'a.a', 'a.*', 'a[]', 'a[].a', 'a[].*', 'a\\.b'),
  fc.oneof(
    fc.constantFrom<PathShape>(
      { as: 'json' },
      { as: 'rest' },
      { as: 'drop' },
      { as: 'column', type: 'string' },
      { as: 'column', type: 'id' },
    ),
    fc.constantFrom<PathShape>({ as: 'flatten' }, { as: 'table' }, { as: 'map' }, { as: 'array' }, {}),
  ),
  { maxKeys: 2 },
)

function check(all: readonly SlowDocument[], shaped: ShapedCollection): void {
  const places = new Places(shaped)
  for (const one of all) expect([...lost(one, places, [], []), ...missing(one, places)]).toEqual([])
  const tables = [shaped.table, ...(shaped.table.children ?? [])]
  for (const { columns } of tables) {
    expect(new Set(columns.map(({ name }) => name)).size).toBe(columns.length)
    expect(new Set(columns.map(({ as, name }) => (as ?? name).toLowerCase())).size).toBe(columns.length)
    expect(columns.length).toBeLessThanOrEqual(1590)
  }
  const called = [shaped.table.name.name, ...(shaped.table.children ?? []).map(({ as }) => as)]
  expect(new Set(called.map((name) => name.toLowerCase())).size).toBe(called.length)
  expect(shaped.childLeftOut).toHaveLength(shaped.table.children?.length ?? 0)
  for (const [place, { parent, carried, columns }] of (shaped.table.children ?? []).entries()) {
    expect(parent ?? -1).toBeLessThan(place)
    const above = parent === undefined ? shaped.table.columns : shaped.table.children![parent]!.columns
    const keyLength = parent === undefined ? 1 : shaped.table.children![parent]!.carried.length + 1
    expect(carried).toEqual(above.slice(0, keyLength).map(({ name }) => name))
    for (const [at, name] of carried.entries()) {
      expect(columns[at]).toMatchObject({ native: above.find((one) => one.name === name)!.native, nullable: false })
    }
  }
}

describe('every value of every document', () => {
  it('has a column, a table, JSON or $rest, and no column that is never NULL is', () => {
    fc.assert(
      fc.property(
        collections,
        fc.constantFrom('convenient' as const, 'lossless' as const),
        ({ all, kinds }, fidelity) => {
          const census = slowCensus('orders', all)
          const shaped = shapeCollection(bareCollection('orders', all.length), census, { ...noWishes, fidelity })
          check(kinds, shaped)
          expect(shaped.leftOut).toEqual([])
          const again = shapeCollection(bareCollection('orders', all.length), census, { ...noWishes, fidelity })
          expect(again).toEqual(shaped)
          const childCount = shaped.table.children?.length ?? 0
          expect(shaped.childSignatures).toHaveLength(fidelity === 'lossless' ? childCount : 0)
        },
      ),
      { numRuns: 120 },
    )
  })

  it('has one, or is left out, whatever is wished and can be had', () => {
    let had = 0
    fc.assert(
      fc.property(collections, wishes, ({ all, kinds }, shape) => {
        let shaped: ShapedCollection
        try {
          shaped = shapeCollection(bareCollection('orders', all.length), slowCensus('orders', all), {
            ...noWishes,
            shape,
          })
        } catch (error) {
          if (!(error instanceof TransloadError) || error.code !== 'TL_C102') throw error
          return
        }
        had++
        check(kinds, shaped)
      }),
      { numRuns: 120 },
    )
    expect(had).toBeGreaterThan(20)
  })
})
