import { Int32 } from 'bson'
import type { ColumnInfo, IndexInfo, TableInfo } from '../../src/model/relation.ts'
import { shapeCollection } from '../../src/plan/shapes/shape-collection.ts'
import type { ShapedCollection, ShapeWishes } from '../../src/plan/shapes/shaped.ts'
import { documentOf, type SlowDocument, slowCensus } from './census-of-documents.ts'

const places = { file: 'p.yaml', place: (path: readonly PropertyKey[]) => path.map(String).join('/') }

export const noWishes: ShapeWishes = { places, place: ['datasets', 0, 'shape'] }

/** A collection as a catalog has it: without columns. */
export function bareCollection(name: string, rows: number, indexes: readonly IndexInfo[] = []): TableInfo {
  return {
    name: { schema: 'shop', name },
    columns: [],
    indexes,
    foreignKeys: [],
    checks: [],
    comment: '',
    storage: '',
    transactional: true,
    rowEstimate: rows,
    byteEstimate: 0,
    partitionCount: 0,
    systemVersioned: false,
  }
}

/** The collection `orders` of documents with these fields and an `_id`, which is an int. */
export function shapeOf(
  documents: readonly { readonly [name: string]: unknown }[],
  wishes: Partial<ShapeWishes> = {},
): ShapedCollection {
  return shapeOfAll(
    documents.map((fields, place) => documentOf({ _id: new Int32(place + 1), ...fields })),
    wishes,
  )
}

export function shapeOfAll(documents: readonly SlowDocument[], wishes: Partial<ShapeWishes> = {}): ShapedCollection {
  const collection = bareCollection('orders', documents.length)
  return shapeCollection(collection, slowCensus('orders', documents), { ...noWishes, ...wishes })
}

export function times<T>(count: number, of: (place: number) => T): T[] {
  return Array.from({ length: count }, (_, place) => of(place))
}

/** `path as name: native`, with a `?` where it may be NULL. */
export function columnText({ name, as, native, nullable }: ColumnInfo): string {
  return `${name}${as === undefined ? '' : ` as ${as}`}: ${native.text}${nullable ? '?' : ''}`
}

/** Of the collection's own table, save its key, `$rest` and `$original`. */
export function fieldColumns({ table }: ShapedCollection): string[] {
  const made = ['_id', '$ordinal', '$rest', '$original']
  return table.columns.filter(({ name }) => !made.includes(name)).map(columnText)
}

/** All columns of the other tables, by what those are called. */
export function childColumns({ table }: ShapedCollection): { [as: string]: string[] } {
  return Object.fromEntries((table.children ?? []).map((child) => [child.as, child.columns.map(columnText)]))
}

/** `chosen: why [others]` of all notes of a path. */
export function notesAt({ notes }: ShapedCollection, path: string): string {
  return notes
    .filter((note) => note.path === path)
    .map(({ chosen, why, others }) => `${chosen}: ${why} [${others.join(', ')}]`)
    .join(' | ')
}
