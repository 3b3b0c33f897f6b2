import { madeColumn } from '../../model/document-path.ts'
import type { Catalog, ColumnInfo, IndexInfo, NotCarried } from '../../model/relation.ts'
import type { CollectionMetadata } from './collection-info.ts'
import { collectionCatalog, type KnownCollection, optionsNotCarried } from './collection-table.ts'
import { ownIndexText } from './own-index.ts'

const columns: readonly ColumnInfo[] = [
  { name: '_id', native: { name: 'id', text: 'id', args: [] }, ...plain() },
  { name: madeColumn.document, native: { name: 'bson', text: 'bson', args: [] }, ...plain() },
]

/** Collections whose documents go over as they are, and their indexes in the server's own words. */
export function ownCollectionCatalog(collections: readonly KnownCollection[], others: readonly NotCarried[]): Catalog {
  const { tables, fingerprint } = collectionCatalog(collections, others)
  return {
    tables: tables.map((table, place) => ({ ...table, columns, indexes: indexesOf(collections[place]!.metadata) })),
    others: [],
    notCarried: [
      ...others,
      ...collections.flatMap(({ name, metadata }) =>
        metadata === undefined ? [] : optionsNotCarried(name.name, metadata),
      ),
    ],
    isOwn: true,
    fingerprint,
  }
}

function plain(): Omit<ColumnInfo, 'name' | 'native'> {
  return { nullable: false, autoIncrement: false, invisible: false, comment: '' }
}

function indexesOf(metadata: CollectionMetadata | undefined): readonly IndexInfo[] {
  const index = { visible: true, method: 'btree', comment: '' }
  const primary: IndexInfo = { name: '_id_', kind: 'primary', parts: [{ column: '_id', descending: false }], ...index }
  const own = (metadata?.indexes ?? [])
    .filter(({ parts, clustered }) => !clustered && !(parts.length === 1 && parts[0]!.path === '_id'))
    .map((one): IndexInfo => ({ name: one.name, kind: 'index', parts: [], ...index, own: ownIndexText(one) }))
  return [primary, ...own]
}
